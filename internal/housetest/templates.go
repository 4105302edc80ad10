package housetest

import (
	"context"

	"tonfall/store"
)

// templates keeps shops' own templates in the store.
type templates struct{ store store.Store }

func (s templates) Template(ctx context.Context, shop, name string) ([]byte, error) {
	r, err := s.store.Record(ctx, store.At{Shop: shop, Kind: store.KindTemplate, Key: name})
	return r.Value, err
}

func (s templates) Templates(ctx context.Context, shop string) (map[string][]byte, error) {
	page, _, err := s.store.Records(ctx, store.Query{Shop: shop, Kind: store.KindTemplate, Limit: 1000})
	all := map[string][]byte{}
	for _, r := range page {
		all[r.Key] = r.Value
	}
	return all, err
}

func (s templates) SaveTemplate(ctx context.Context, shop, name string, document []byte) error {
	_, err := s.store.PutRecord(ctx, store.Record{
		At: store.At{Shop: shop, Kind: store.KindTemplate, Key: name}, Value: document, Version: store.AnyVersion,
	})
	return err
}
