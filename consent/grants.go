package consent

import (
	"context"
	"encoding/json"

	"tonfall/profile"
	"tonfall/store"
)

// SaveGrant keeps a provider's grant for an account, sealed, if the customer
// agreed to anything that needs it: NoConsent otherwise. edit changes the
// account in the same transaction (scopes, next import); it may be nil.
func (g *Gate) SaveGrant(ctx context.Context, key profile.Key, a profile.Account, grant json.RawMessage, edit func(*profile.Account)) error {
	return g.Store.UpdateCustomer(ctx, key, func(ch *store.Change) error {
		if !ch.Exists {
			return profile.Errorf(profile.NotFound, "there is no such customer in this shop")
		}
		if err := g.Allowed(ch.Customer, profile.Posts, a.Connector, a.Provider); err != nil {
			return err
		}
		have := ch.Customer.Account(a.Provider, a.Subject)
		if have == nil {
			return profile.Errorf(profile.NotFound, "the customer has no such account")
		}
		if edit != nil {
			edit(have)
		}
		ch.Puts = append(ch.Puts, store.Record{
			At: store.At{Kind: store.KindGrant, Key: a.Ref()}, Value: grant, Time: g.Now(), Version: store.AnyVersion,
		})
		return nil
	})
}

// Grant reads the kept grant of an account; NotFound where there is none.
func (g *Gate) Grant(ctx context.Context, key profile.Key, a profile.Account) (json.RawMessage, error) {
	r, err := g.Store.Record(ctx, store.At{Shop: key.Shop, Owner: key.ID, Kind: store.KindGrant, Key: a.Ref()})
	return r.Value, err
}

// grants reads all kept grants of a customer by account.
func (g *Gate) grants(ctx context.Context, key profile.Key) (map[string]json.RawMessage, error) {
	records, _, err := g.Store.Records(ctx, store.Query{Shop: key.Shop, Owner: key.ID, Kind: store.KindGrant, Limit: 1000})
	if err != nil {
		return nil, err
	}
	out := map[string]json.RawMessage{}
	for _, r := range records {
		out[r.Key] = r.Value
	}
	return out, nil
}

// EditAccount changes what we note of an account: a problem, the next import.
func (g *Gate) EditAccount(ctx context.Context, key profile.Key, a profile.Account, fn func(*profile.Account)) error {
	return g.edit(ctx, key, func(c *profile.Customer) {
		if have := c.Account(a.Provider, a.Subject); have != nil {
			fn(have)
		}
	})
}

// Revoke queues the end of a grant that was never kept, or has left its customer.
func (g *Gate) Revoke(ctx context.Context, shop string, r Revocation) error {
	job, err := g.revocation(r)
	if err != nil {
		return err
	}
	job.Shop = shop
	if err := g.Store.Enqueue(ctx, job); err != nil {
		return err
	}
	if g.Wake != nil {
		g.Wake(JobRevoke)
	}
	return nil
}

// revocation is a job that outlives its customer.
func (g *Gate) revocation(r Revocation) (store.Job, error) {
	value, err := json.Marshal(r)
	return store.Job{Kind: JobRevoke, Key: g.NewID().String(), Value: value, Due: g.Now(), Created: g.Now(), Outlives: true}, err
}
