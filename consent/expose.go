package consent

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"tonfall/profile"
	"tonfall/store"
)

// NewExposureID makes the id of an exposure. It carries its customer, so that
// an outcome finds the way without an index: "x", customer id, "-", a UUIDv7.
func (g *Gate) NewExposureID(key profile.Key) string {
	return "x" + string(key.ID) + "-" + g.NewID().String()
}

// Expose records that a message went out: value is the exposure as JSON. A
// sales message counts toward the frequency cap; the tone is remembered so
// that the next message does not jump.
func (g *Gate) Expose(ctx context.Context, key profile.Key, id string, value any, sales bool, tone string) error {
	return g.Store.UpdateCustomer(ctx, key, func(ch *store.Change) error {
		if !ch.Exists {
			return profile.Errorf(profile.NotFound, "there is no such customer in this shop")
		}
		r, err := record(store.KindExposure, id, value)
		if err != nil {
			return err
		}
		now := g.Now().UTC()
		r.Time = now
		if g.Keeping.Exposed > 0 {
			r.Expires = now.Add(g.Keeping.Exposed)
		}
		ch.Puts = append(ch.Puts, r)
		ch.Customer.LastTone = tone
		if sales {
			ch.Customer.Sales = append(recent(ch.Customer.Sales, now), now)
		}
		return nil
	})
}

// recent drops what no frequency cap looks back to.
func recent(times []time.Time, now time.Time) []time.Time {
	var out []time.Time
	for _, t := range times {
		if now.Sub(t) < 31*24*time.Hour {
			out = append(out, t)
		}
	}
	return out
}

// Exposure reads one exposure of a shop's customer by its id; NotFound also
// where it is another shop's.
func (g *Gate) Exposure(ctx context.Context, shop, id string) (profile.Key, json.RawMessage, error) {
	key, err := exposed(shop, id)
	if err != nil {
		return key, nil, err
	}
	r, err := g.Store.Record(ctx, store.At{Shop: key.Shop, Owner: key.ID, Kind: store.KindExposure, Key: id})
	return key, r.Value, err
}

// Exposures lists a customer's exposures, newest first.
func (g *Gate) Exposures(ctx context.Context, key profile.Key, cursor string, limit int) ([]json.RawMessage, string, error) {
	return page[json.RawMessage](ctx, g, key, store.KindExposure, cursor, limit)
}

// Outcome changes a recorded exposure: fn gets its JSON and answers the new
// one. Two at the same time both count.
func (g *Gate) Outcome(ctx context.Context, shop, id string, fn func(json.RawMessage) (json.RawMessage, error)) error {
	key, err := exposed(shop, id)
	if err != nil {
		return err
	}
	for {
		r, err := g.Store.Record(ctx, store.At{Shop: key.Shop, Owner: key.ID, Kind: store.KindExposure, Key: id})
		if err != nil {
			return err
		}
		if r.Value, err = fn(r.Value); err != nil {
			return err
		}
		if _, err := g.Store.PutRecord(ctx, r); !profile.Is(err, profile.Conflict) {
			return err
		}
	}
}

func exposed(shop, id string) (profile.Key, error) {
	owner, _, found := strings.Cut(strings.TrimPrefix(id, "x"), "-")
	key := profile.Key{Shop: shop, ID: profile.CustomerID(owner)}
	if !found || !strings.HasPrefix(id, "x") || !key.ID.Valid() {
		return key, profile.Errorf(profile.NotFound, "there is no such exposure in this shop")
	}
	return key, nil
}
