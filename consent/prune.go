package consent

import (
	"context"
	"encoding/json"
	"time"

	"tonfall/profile"
	"tonfall/store"
)

// Pruned says what a pruning removed.
type Pruned struct {
	Removed  map[string]int // "posts", "readings", "grants", "exposures"
	Revoking []string       // providers
}

// Revocation is the value of a JobRevoke: a grant that has left the customer
// and is to be ended at its provider.
type Revocation struct {
	Connector string          `json:"connector"`
	Provider  string          `json:"provider"`
	Grant     json.RawMessage `json:"grant"`
}

// Prune removes whatever the customer's standing consents do not cover: texts,
// readings, the mood, exposures and grants, with revocation queued for each
// grant. It says what is to be, not what to do, so it may run at any time and
// any number of times.
func (g *Gate) Prune(ctx context.Context, key profile.Key) (Pruned, error) {
	posts, err := all[profile.Post](ctx, g, key, store.KindPost, everything)
	if err != nil {
		return Pruned{}, err
	}
	evidence, err := all[profile.Evidence](ctx, g, key, store.KindEvidence, everything)
	if err != nil {
		return Pruned{}, err
	}
	grants, err := g.grants(ctx, key)
	if err != nil {
		return Pruned{}, err
	}
	var done Pruned
	var mood profile.Mood
	err = g.refold(ctx, key, func(ch *store.Change, folded evidenceSet) error {
		done = Pruned{Removed: map[string]int{}}
		c := ch.Customer
		for _, p := range posts {
			if !held(c, p.Provider) {
				ch.Deletes = append(ch.Deletes, store.At{Kind: store.KindPost, Key: p.Item()})
				done.Removed["posts"]++
			}
		}
		for _, e := range evidence {
			if !held(c, e.Provider) || !c.Allows(profile.MoodRead, "") {
				ch.Deletes = append(ch.Deletes, store.At{Kind: store.KindEvidence, Key: e.Item})
				delete(folded, e.Item)
				done.Removed["readings"]++
			}
		}
		if !c.Allows(profile.MoodRead, "") {
			c.Quiet = time.Time{} // it was read from texts that may no longer be read
		}
		if !c.Allows(profile.MoodRead, "") || !c.Allows(profile.Messages, "") {
			c.LastTone = ""
			ch.DropKind = append(ch.DropKind, store.KindExposure)
		}
		return pruneGrants(g, ch, grants, &done)
	}, &mood)
	if err == nil && len(done.Revoking) > 0 && g.Wake != nil {
		g.Wake(JobRevoke)
	}
	return done, err
}

// pruneGrants lets go of the grants that no consent needs.
func pruneGrants(g *Gate, ch *store.Change, grants map[string]json.RawMessage, done *Pruned) error {
	c := ch.Customer
	for i := range c.Accounts {
		a := &c.Accounts[i]
		if c.Allows(profile.Posts, a.Provider) {
			continue
		}
		a.Cursor, a.Backfill, a.NextSync, a.Scopes, a.Problem = "", "", time.Time{}, nil, ""
		grant, ok := grants[a.Ref()]
		if !ok {
			continue
		}
		job, err := g.revocation(Revocation{Connector: a.Connector, Provider: a.Provider, Grant: grant})
		if err != nil {
			return err
		}
		ch.Jobs = append(ch.Jobs, job)
		ch.Deletes = append(ch.Deletes, store.At{Kind: store.KindGrant, Key: a.Ref()})
		done.Removed["grants"]++
		done.Revoking = append(done.Revoking, a.Provider)
	}
	return nil
}

// held reports whether texts from the provider may stay. A text that changed
// materially pauses work (Allowed) but removes nothing by itself.
func held(c *profile.Customer, provider string) bool {
	if provider == Shop {
		return c.Allows(profile.ShopTexts, "")
	}
	return c.Allows(profile.Posts, provider)
}
