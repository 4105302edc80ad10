package consent

import (
	"context"
	"maps"

	"tonfall/profile"
	"tonfall/store"
)

// Told acts on a provider's word that a person has taken the permission back
// there: the consent to posts is noted as withdrawn, the grant is dropped
// without asking the provider that ended it, and what no consent covers any
// more goes. forget removes what the provider said of the person as well, so
// that of the account no more is left than who signs in with it. removed
// counts by kind: "posts", "readings", "grants", "details". Told again, or of
// somebody who is not known here, it removes nothing and is no error.
func (g *Gate) Told(ctx context.Context, identity profile.Identity, forget bool) (removed map[string]int, err error) {
	owner, err := g.Store.Owner(ctx, identity)
	if err == nil {
		removed, err = g.told(ctx, profile.Key{Shop: identity.Shop, ID: owner}, identity, forget)
	}
	if profile.Is(err, profile.NotFound) || profile.Is(err, profile.Gone) {
		return map[string]int{}, nil
	}
	return removed, err
}

func (g *Gate) told(ctx context.Context, key profile.Key, identity profile.Identity, forget bool) (map[string]int, error) {
	grants, err := g.grants(ctx, key)
	if err != nil {
		return nil, err
	}
	removed := map[string]int{}
	err = g.Store.UpdateCustomer(ctx, key, func(ch *store.Change) error {
		clear(removed) // fn may run again
		account := ch.Customer.Account(identity.Provider, identity.Subject)
		if !ch.Exists || account == nil {
			return profile.Errorf(profile.NotFound, "there is no such account in this shop")
		}
		if err := g.withdrawn(ch, identity.Provider); err != nil {
			return err
		}
		if _, kept := grants[account.Ref()]; kept {
			ch.Deletes = append(ch.Deletes, store.At{Kind: store.KindGrant, Key: account.Ref()})
			removed["grants"] = 1
		}
		if forget {
			removed["details"] = forgetDetails(account)
		}
		ch.Jobs = append(ch.Jobs, store.Job{Kind: JobPrune, Key: "prune", Due: g.Now(), Created: g.Now()})
		ch.Customer.Updated = g.Now().UTC()
		return nil
	})
	if err != nil {
		return nil, err
	}
	pruned, err := g.Prune(ctx, key)
	for kind, n := range pruned.Removed {
		removed[kind] += n
	}
	maps.DeleteFunc(removed, func(_ string, n int) bool { return n == 0 })
	return removed, err
}

// withdrawn notes in the ledger that posts may no longer be read, where they might.
func (g *Gate) withdrawn(ch *store.Change, provider string) error {
	if !ch.Customer.Allows(profile.Posts, provider) {
		return nil
	}
	choice := Choice{Purpose: profile.Posts, Provider: provider, Lang: ch.Customer.Consent(profile.Posts, provider).Lang}
	entry, _, err := g.entry(ch.Customer, choice, profile.Proof{How: "platform"})
	ch.Consents = append(ch.Consents, entry)
	return err
}

// forgetDetails empties what the provider said of the person and answers how
// many details there were.
func forgetDetails(a *profile.Account) int {
	n := 0
	for _, detail := range []*string{&a.Handle, &a.Name, &a.Email, &a.Picture, &a.URL, &a.Locale} {
		if *detail != "" {
			*detail, n = "", n+1
		}
	}
	a.EmailVerified = false
	return n
}
