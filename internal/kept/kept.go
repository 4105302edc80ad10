// Package kept shows the store to the doors of web, which must not import it:
// each door says by a small interface what it keeps (tickets, sessions, tokens),
// and here it is kept.
package kept

import (
	"context"
	"time"

	"tonfall/profile"
	"tonfall/store"
	"tonfall/web/signin"
)

// Tickets are the sign-in's tickets.
type Tickets struct{ Store store.Store }

var _ signin.Tickets = Tickets{}

// PutTicket implements signin.Tickets.
func (t Tickets) PutTicket(ctx context.Context, k signin.Ticket) error {
	return t.Store.PutTicket(ctx, store.Ticket(k))
}

// Ticket implements signin.Tickets.
func (t Tickets) Ticket(ctx context.Context, shop, kind, secret string, now time.Time) (signin.Ticket, error) {
	k, err := t.Store.Ticket(ctx, shop, kind, secret, now)
	return signin.Ticket(k), err
}

// TakeTicket implements signin.Tickets.
func (t Tickets) TakeTicket(ctx context.Context, shop, kind, secret string, now time.Time) (signin.Ticket, error) {
	k, err := t.Store.TakeTicket(ctx, shop, kind, secret, now)
	return signin.Ticket(k), err
}

// Records are the sign-in's sessions and tokens.
type Records struct{ Store store.Store }

var _ signin.Records = Records{}

// Record implements signin.Records.
func (s Records) Record(ctx context.Context, shop string, owner profile.CustomerID, kind, key string) (signin.Record, error) {
	r, err := s.Store.Record(ctx, store.At{Shop: shop, Owner: owner, Kind: kind, Key: key})
	return shown(r), err
}

// PutRecord implements signin.Records.
func (s Records) PutRecord(ctx context.Context, r signin.Record) error {
	_, err := s.Store.PutRecord(ctx, store.Record{
		At:    store.At{Shop: r.Shop, Owner: r.Owner, Kind: r.Kind, Key: r.Key},
		Value: r.Value, Time: r.Time, Expires: r.Expires, Version: r.Version,
	})
	return err
}

// DeleteRecord implements signin.Records.
func (s Records) DeleteRecord(ctx context.Context, shop string, owner profile.CustomerID, kind, key string) error {
	return s.Store.DeleteRecord(ctx, store.At{Shop: shop, Owner: owner, Kind: kind, Key: key})
}

// Records implements signin.Records.
func (s Records) Records(ctx context.Context, shop string, owner profile.CustomerID, kind string) ([]signin.Record, error) {
	var all []signin.Record
	q := store.Query{Shop: shop, Owner: owner, Kind: kind, Limit: 1000}
	for {
		page, next, err := s.Store.Records(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, r := range page {
			all = append(all, shown(r))
		}
		if next == "" {
			return all, nil
		}
		q.Cursor = next
	}
}

func shown(r store.Record) signin.Record {
	return signin.Record{
		Shop: r.Shop, Owner: r.Owner, Kind: r.Kind, Key: r.Key,
		Value: r.Value, Time: r.Time, Expires: r.Expires, Version: r.Version,
	}
}
