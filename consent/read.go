package consent

import (
	"context"
	"strings"
	"time"

	"tonfall/profile"
	"tonfall/store"
)

// Posts lists the kept texts, newest first.
func (g *Gate) Posts(ctx context.Context, key profile.Key, cursor string, limit int) ([]profile.Post, string, error) {
	return page[profile.Post](ctx, g, key, store.KindPost, cursor, limit)
}

// Evidence lists readings with their origin, newest first.
func (g *Gate) Evidence(ctx context.Context, key profile.Key, cursor string, limit int) ([]profile.Evidence, string, error) {
	return page[profile.Evidence](ctx, g, key, store.KindEvidence, cursor, limit)
}

func page[T any](ctx context.Context, g *Gate, key profile.Key, kind, cursor string, limit int) ([]T, string, error) {
	records, next, err := g.Store.Records(ctx, store.Query{
		Shop: key.Shop, Owner: key.ID, Kind: kind, Newest: true, Cursor: cursor, Limit: limit,
	})
	if err != nil {
		return nil, "", err
	}
	items, err := decode[T](records)
	return items, next, err
}

// all reads a customer's records of one kind, newest first, at most most.
func all[T any](ctx context.Context, g *Gate, key profile.Key, kind string, most int) ([]T, error) {
	var out []T
	cursor := ""
	for {
		items, next, err := page[T](ctx, g, key, kind, cursor, min(1000, most-len(out)))
		if err != nil {
			return nil, err
		}
		out = append(out, items...)
		if next == "" || len(out) >= most {
			return out, nil
		}
		cursor = next
	}
}

// Known is what we hold from one provider: the keyed hash of the text of each
// item, by Item. An import uses it to see what is new, edited or gone.
func (g *Gate) Known(ctx context.Context, key profile.Key, provider, subject string) (map[string]Item, error) {
	known := map[string]Item{}
	posts, err := all[profile.Post](ctx, g, key, store.KindPost, everything)
	if err != nil {
		return nil, err
	}
	evidence, err := all[profile.Evidence](ctx, g, key, store.KindEvidence, everything)
	if err != nil {
		return nil, err
	}
	prefix := profile.Post{Provider: provider, Subject: subject}.Item()
	for _, e := range evidence {
		if id, ok := strings.CutPrefix(e.Item, prefix); ok {
			known[e.Item] = Item{ID: id, Hash: e.Hash, At: e.At, Scored: true}
		}
	}
	for _, p := range posts {
		if p.Provider == provider && p.Subject == subject {
			scored := known[p.Item()].Scored
			known[p.Item()] = Item{ID: p.ID, Hash: p.Hash, At: p.At, Scored: scored, Text: true}
		}
	}
	return known, nil
}

// everything is more than one customer ever has.
const everything = 1 << 20

// Item is what is known of one post.
type Item struct {
	ID     string
	Hash   string
	At     time.Time
	Scored bool // there is a reading of it
	Text   bool // its text is kept
}
