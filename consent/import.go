package consent

import (
	"context"
	"time"

	"tonfall/profile"
	"tonfall/store"
)

// Batch is what one step of an import brings: saved together, or not at all.
type Batch struct {
	Connector, Provider, Subject string             // where it comes from; Shop for the shop's own texts
	Posts                        []profile.Post     // new, or edited since
	Evidence                     []profile.Evidence // readings of them
	Gone                         []string           // ids that vanished upstream
	// Moments are the times of texts that speak of a hard moment in life. Only
	// until when to be quiet is kept of them, never what or which.
	Moments []time.Time
	// Account edits the account with the batch: cursor, times. May be nil.
	Account func(*profile.Account)
}

// Imported counts what a batch changed.
type Imported struct {
	Posts, Evidence, Gone int
	Mood                  profile.Mood
}

// Import saves a batch and folds the mood anew, if the customer and the
// platform allow it at the moment of writing: NoConsent otherwise, and nothing
// is saved. Posts are kept without readings where the mood may not be read;
// texts are left out where nothing is to be kept.
func (g *Gate) Import(ctx context.Context, key profile.Key, b Batch) (Imported, error) {
	var done Imported
	err := g.refold(ctx, key, func(ch *store.Change, evidence evidenceSet) error {
		done = Imported{}
		c := ch.Customer
		if err := g.Allowed(c, source(b.Provider), b.Connector, b.Provider); err != nil {
			return err
		}
		for _, id := range b.Gone {
			item := profile.Post{Provider: b.Provider, Subject: b.Subject, ID: id}.Item()
			ch.Deletes = append(ch.Deletes, store.At{Kind: store.KindPost, Key: item}, store.At{Kind: store.KindEvidence, Key: item})
			delete(evidence, item)
			done.Gone++
		}
		if err := g.keepPosts(ch, b, &done); err != nil {
			return err
		}
		if g.Readable(c, b.Connector, b.Provider) == nil {
			if err := g.keepEvidence(ch, b, evidence, &done); err != nil {
				return err
			}
			g.hush(c, b.Moments)
		}
		if a := c.Account(b.Provider, b.Subject); a != nil && b.Account != nil {
			b.Account(a)
		}
		return nil
	}, &done.Mood)
	return done, err
}

// hush silences sales messages for a while after a hard moment, unless the
// customer has lifted a silence since.
func (g *Gate) hush(c *profile.Customer, moments []time.Time) {
	for _, at := range moments {
		until := at.Add(g.Keeping.Quiet)
		if at.After(c.Lifted) && until.After(g.Now()) && until.After(c.Quiet) {
			c.Quiet = until.UTC()
		}
	}
}

func (g *Gate) keepPosts(ch *store.Change, b Batch, done *Imported) error {
	keep := g.Keeping.posts(b.Connector)
	by := seqs(ch.Customer, b.Provider, source(b.Provider))
	for _, p := range b.Posts {
		done.Posts++
		if keep <= 0 {
			continue
		}
		if len(by) > 0 {
			p.Consent = by[0]
		}
		r, err := record(store.KindPost, p.Item(), p)
		if err != nil {
			return err
		}
		r.Time, r.Expires = p.At, p.Fetched.Add(keep)
		ch.Puts = append(ch.Puts, r)
	}
	return nil
}

func (g *Gate) keepEvidence(ch *store.Change, b Batch, evidence evidenceSet, done *Imported) error {
	by := seqs(ch.Customer, b.Provider, source(b.Provider), profile.MoodRead)
	for _, e := range b.Evidence {
		e.Consents = by
		if old, ok := evidence[e.Item]; ok && old.Hash == e.Hash {
			e.Corrected = old.Corrected // the customer's word outlives a new reading of the same text
		}
		if err := g.putEvidence(ch, evidence, e); err != nil {
			return err
		}
		done.Evidence++
	}
	return nil
}

// putEvidence queues one reading and counts it in for the fold.
func (g *Gate) putEvidence(ch *store.Change, evidence evidenceSet, e profile.Evidence) error {
	r, err := record(store.KindEvidence, e.Item, e)
	if err != nil {
		return err
	}
	r.Time = e.At
	if g.Keeping.Readings > 0 {
		r.Expires = e.Scored.Add(g.Keeping.Readings)
	}
	ch.Puts = append(ch.Puts, r)
	evidence[e.Item] = e
	return nil
}

// posts is how long texts from a connector are kept.
func (k Keeping) posts(connector string) time.Duration {
	if d, ok := k.PostsBy[connector]; ok {
		return d
	}
	return k.Posts
}

// Correct notes the customer's word against a reading and folds the mood anew.
func (g *Gate) Correct(ctx context.Context, key profile.Key, item string, c profile.Correction) (profile.Mood, error) {
	var mood profile.Mood
	if !c.Valid() {
		return mood, profile.Errorf(profile.Invalid, "%q is no correction; there are %q, %q, %q and %q", c,
			profile.WasIrony, profile.NotMe, profile.WasPositive, profile.WasNegative)
	}
	err := g.refold(ctx, key, func(ch *store.Change, evidence evidenceSet) error {
		e, ok := evidence[item]
		if !ok {
			return profile.Errorf(profile.NotFound, "that reading is not there any more")
		}
		e.Corrected = c
		return g.putEvidence(ch, evidence, e)
	}, &mood)
	return mood, err
}
