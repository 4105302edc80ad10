package signin_test

import (
	"context"
	"time"

	"tonfall/profile"
	"tonfall/store"
	"tonfall/web/signin"
)

// tickets and records show a store to the door.
type tickets struct{ store store.Store }

func (t tickets) PutTicket(ctx context.Context, k signin.Ticket) error {
	return t.store.PutTicket(ctx, store.Ticket(k))
}

func (t tickets) Ticket(ctx context.Context, shop, kind, secret string, now time.Time) (signin.Ticket, error) {
	k, err := t.store.Ticket(ctx, shop, kind, secret, now)
	return signin.Ticket(k), err
}

func (t tickets) TakeTicket(ctx context.Context, shop, kind, secret string, now time.Time) (signin.Ticket, error) {
	k, err := t.store.TakeTicket(ctx, shop, kind, secret, now)
	return signin.Ticket(k), err
}

type records struct{ store store.Store }

func (s records) Record(ctx context.Context, shop string, owner profile.CustomerID, kind, key string) (signin.Record, error) {
	r, err := s.store.Record(ctx, store.At{Shop: shop, Owner: owner, Kind: kind, Key: key})
	return record(r), err
}

func (s records) PutRecord(ctx context.Context, r signin.Record) error {
	_, err := s.store.PutRecord(ctx, store.Record{
		At:    store.At{Shop: r.Shop, Owner: r.Owner, Kind: r.Kind, Key: r.Key},
		Value: r.Value, Time: r.Time, Expires: r.Expires, Version: r.Version,
	})
	return err
}

func (s records) DeleteRecord(ctx context.Context, shop string, owner profile.CustomerID, kind, key string) error {
	return s.store.DeleteRecord(ctx, store.At{Shop: shop, Owner: owner, Kind: kind, Key: key})
}

func (s records) Records(ctx context.Context, shop string, owner profile.CustomerID, kind string) ([]signin.Record, error) {
	var all []signin.Record
	q := store.Query{Shop: shop, Owner: owner, Kind: kind, Limit: 1000}
	for {
		page, next, err := s.store.Records(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, r := range page {
			all = append(all, record(r))
		}
		if next == "" {
			return all, nil
		}
		q.Cursor = next
	}
}

func record(r store.Record) signin.Record {
	return signin.Record{
		Shop: r.Shop, Owner: r.Owner, Kind: r.Kind, Key: r.Key,
		Value: r.Value, Time: r.Time, Expires: r.Expires, Version: r.Version,
	}
}

// clients are registered in memory, by shop and id.
type clients map[string]map[string]signin.Client

func (c clients) Client(_ context.Context, shop, id string) (signin.Client, error) {
	client, there := c[shop][id]
	if !there {
		return client, profile.Errorf(profile.NotFound, "there is no client %q", id)
	}
	return client, nil
}
