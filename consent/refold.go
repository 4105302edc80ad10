package consent

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"tonfall/profile"
	"tonfall/store"
)

// evidenceSet is a customer's evidence by item.
type evidenceSet map[string]profile.Evidence

// Job kinds that the gate queues.
const (
	JobPrune  = "prune"  // remove what no consent covers: owner's
	JobMood   = "mood"   // fold again when the word is due to change: owner's
	JobRevoke = "revoke" // end a grant at its provider: Value is a Revocation
)

var errStale = errors.New("the evidence has changed meanwhile")

// refold changes a customer's evidence and folds the mood from the result, in
// one transaction. The evidence is read first, for a callback may not call the
// store; where it has changed by the time of writing, all is read again.
func (g *Gate) refold(ctx context.Context, key profile.Key, fn func(*store.Change, evidenceSet) error, mood *profile.Mood) error {
	for {
		err := g.tryRefold(ctx, key, fn, mood)
		if !errors.Is(err, errStale) {
			return err
		}
	}
}

func (g *Gate) tryRefold(ctx context.Context, key profile.Key, fn func(*store.Change, evidenceSet) error, mood *profile.Mood) error {
	c, err := g.Store.Customer(ctx, key)
	if err != nil {
		return err
	}
	list, err := all[profile.Evidence](ctx, g, key, store.KindEvidence, g.newest())
	if err != nil {
		return err
	}
	evidence := make(evidenceSet, len(list))
	for _, e := range list {
		evidence[e.Item] = e
	}
	return g.Store.UpdateCustomer(ctx, key, func(ch *store.Change) error {
		if !ch.Exists {
			return profile.Errorf(profile.NotFound, "there is no such customer in this shop")
		}
		if ch.Customer.Revision != c.Revision {
			return errStale
		}
		evidence := maps.Clone(evidence)
		if err := fn(ch, evidence); err != nil {
			return err
		}
		g.fold(ch, evidence)
		*mood = ch.Customer.Mood
		return nil
	})
}

// fold sets the mood and queues the next fold for when the word is due to change.
func (g *Gate) fold(ch *store.Change, evidence evidenceSet) {
	c := ch.Customer
	c.Mood = g.Folding.Fold(slices.Collect(maps.Values(evidence)), g.Now())
	c.Revision++
	c.Updated = g.Now().UTC()
	if !c.Mood.Until.IsZero() {
		ch.Jobs = append(ch.Jobs, store.Job{Kind: JobMood, Key: "mood", Due: c.Mood.Until, Created: g.Now()})
	}
}

// newest is how many readings the fold looks at.
func (g *Gate) newest() int {
	if g.Folding.Newest > 0 {
		return g.Folding.Newest
	}
	return 2000
}

// Refold folds a customer's mood as of now.
func (g *Gate) Refold(ctx context.Context, key profile.Key) (profile.Mood, error) {
	var mood profile.Mood
	err := g.refold(ctx, key, func(*store.Change, evidenceSet) error { return nil }, &mood)
	return mood, err
}

// Later queues work on a customer at a time; the same work waiting for an
// earlier time stays.
func (g *Gate) Later(ctx context.Context, key profile.Key, kind, name string, due time.Time) error {
	return g.Store.Enqueue(ctx, store.Job{Shop: key.Shop, Owner: key.ID, Kind: kind, Key: name, Due: due, Created: g.Now()})
}
