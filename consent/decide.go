package consent

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"tonfall/profile"
	"tonfall/store"
)

// Question is one thing to ask a person.
type Question struct {
	Purpose   profile.Purpose
	Provider  string // for Posts
	Connector string // for Posts
	Given     bool   // agreed before, to this text or one that still covers it
	Again     bool   // agreed or declined before, and the text has changed materially since
}

// Questions is what a sign-in through the account asks now: the purposes that
// were never decided and those whose text has changed materially. Empty means:
// go straight on. Accounts without posts are asked about the rest only.
func (g *Gate) Questions(c profile.Customer, a profile.Account, posts bool) []Question {
	var out []Question
	for _, q := range g.Standing(c, a, posts) {
		if q.Purpose == profile.ShopTexts {
			continue // offered on the own page only: at sign-in three choices at most
		}
		if last := c.Consent(q.Purpose, q.Provider); last == nil || q.Again {
			out = append(out, q)
		}
	}
	return out
}

// Standing is every purpose that concerns the account, with what was decided.
func (g *Gate) Standing(c profile.Customer, a profile.Account, posts bool) []Question {
	var out []Question
	for _, p := range profile.Purposes() {
		q := Question{Purpose: p}
		if p == profile.Posts {
			if !posts {
				continue
			}
			q.Provider, q.Connector = a.Provider, a.Connector
		}
		last := c.Consent(p, q.Provider)
		q.Given = last != nil && last.Decision == profile.Granted && g.Texts.Covers(p, last.TextVersion)
		q.Again = last != nil && !g.Texts.Covers(p, last.TextVersion)
		out = append(out, q)
	}
	return out
}

// Choice is a person's answer to one question.
type Choice struct {
	Purpose  profile.Purpose
	Provider string // for Posts and Preview
	Granted  bool
	Lang     string // in which the text was read
}

// Receipt says what a decision or an erasure did.
type Receipt struct {
	At        time.Time          `json:"at"`
	Customer  profile.CustomerID `json:"customer"`
	Granted   []profile.Purpose  `json:"granted,omitempty"`
	Withdrawn []profile.Purpose  `json:"withdrawn,omitempty"`
	Removed   map[string]int     `json:"removed"`            // how many of each kind are gone: "posts", "readings" …
	Revoking  []string           `json:"revoking,omitempty"` // providers whose grant is being ended
	Signature string             `json:"signature"`          // keyed hash of all above
}

// sign seals the receipt with the keyed hash, so that a shop that shows it
// later can be believed.
func (g *Gate) sign(r Receipt) Receipt {
	r.Signature = ""
	data, _ := json.Marshal(r) // a struct of plain fields: cannot fail
	r.Signature = encode(g.Hash("receipt", string(data)))
	return r
}

// Genuine reports whether the receipt is one of ours, unaltered.
func (g *Gate) Genuine(r Receipt) bool { return constantEqual(g.sign(r).Signature, r.Signature) }

// Decide notes a person's choices in the ledger and, where something was
// withdrawn, removes what no remaining consent covers. A no to what was never
// granted is noted as declined; a choice that changes nothing is not noted
// again, so sending a page twice is harmless; looking once is noted each time.
// The removal is also queued with
// the decision, so that a crash between the two loses nothing.
func (g *Gate) Decide(ctx context.Context, key profile.Key, choices []Choice, proof profile.Proof) (Receipt, error) {
	receipt := Receipt{At: g.Now().UTC(), Customer: key.ID}
	err := g.Store.UpdateCustomer(ctx, key, func(ch *store.Change) error {
		if !ch.Exists {
			return profile.Errorf(profile.NotFound, "there is no such customer in this shop")
		}
		receipt.Granted, receipt.Withdrawn = nil, nil // fn may run again
		for _, choice := range choices {
			entry, changed, err := g.entry(ch.Customer, choice, proof)
			if err != nil {
				return err
			}
			if !changed {
				continue
			}
			ch.Consents = append(ch.Consents, entry)
			switch entry.Decision {
			case profile.Granted:
				receipt.Granted = append(receipt.Granted, entry.Purpose)
			case profile.Withdrawn:
				receipt.Withdrawn = append(receipt.Withdrawn, entry.Purpose)
			}
		}
		if len(receipt.Withdrawn) > 0 {
			ch.Jobs = append(ch.Jobs, store.Job{Kind: JobPrune, Key: "prune", Due: g.Now(), Created: g.Now()})
		}
		ch.Customer.Updated = g.Now().UTC()
		return nil
	})
	if err != nil {
		return Receipt{}, err
	}
	if len(receipt.Withdrawn) > 0 {
		pruned, err := g.Prune(ctx, key)
		if err != nil {
			return Receipt{}, err
		}
		receipt.Removed, receipt.Revoking = pruned.Removed, pruned.Revoking
	}
	return g.sign(receipt), nil
}

// entry turns a choice into a ledger entry; changed is false where it says
// what the ledger says already.
func (g *Gate) entry(c *profile.Customer, choice Choice, proof profile.Proof) (e profile.Consent, changed bool, err error) {
	once := choice.Purpose == profile.Preview
	if !once && !slices.Contains(profile.Purposes(), choice.Purpose) {
		return e, false, profile.Errorf(profile.Invalid, "there is no purpose %q; there are %v", choice.Purpose, profile.Purposes())
	}
	if once && !choice.Granted {
		return e, false, profile.Errorf(profile.Invalid, "looking once is over when it is done: there is nothing to withdraw")
	}
	if perProvider(choice.Purpose) != (choice.Provider != "") {
		return e, false, profile.Errorf(profile.Invalid, "the purposes %q and %q are decided for each provider, the others once: name the provider with them alone", profile.Posts, profile.Preview)
	}
	text := g.Texts.Text(choice.Purpose, choice.Lang)
	last := c.Consent(choice.Purpose, choice.Provider)
	decision := profile.Declined
	switch {
	case choice.Granted:
		decision = profile.Granted
	case last != nil && last.Decision != profile.Declined:
		decision = profile.Withdrawn
	}
	if !once && last != nil && last.Decision == decision && g.Texts.Covers(choice.Purpose, last.TextVersion) {
		return e, false, nil
	}
	return profile.Consent{
		Purpose: choice.Purpose, Provider: choice.Provider, Decision: decision,
		TextVersion: text.Version, TextHash: text.Hash(), Lang: text.Lang,
		At: g.Now().UTC(), Evidence: proof,
	}, true, nil
}

// Ledger is the customer's whole history of decisions, oldest first.
func (g *Gate) Ledger(ctx context.Context, key profile.Key) ([]profile.Consent, error) {
	var all []profile.Consent
	for {
		page, err := g.Store.Ledger(ctx, key, len(all), 500)
		if err != nil || len(page) == 0 {
			return all, err
		}
		all = append(all, page...)
	}
}
