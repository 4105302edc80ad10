package kept

import (
	"context"
	"encoding/json"

	"tonfall/profile"
	"tonfall/store"
	"tonfall/web/api"
)

// Replays remembers the API's answers by Idempotency-Key. The claim lies with
// the shop; the answer, which is personal, lies with the customer it is about,
// so that erasing the person takes it along:
//
//	shop / replay / key       fingerprint, status, whose
//	customer / replay / key   body
type Replays struct{ Store store.Store }

var _ api.Replays = Replays{}

// Claim implements api.Replays.
func (s Replays) Claim(ctx context.Context, shop, key string, r api.Replay) (*api.Replay, error) {
	for {
		err := s.put(ctx, store.At{Shop: shop, Kind: store.KindReplay, Key: key}, r, 0)
		if !profile.Is(err, profile.Conflict) {
			return nil, err
		}
		there, err := s.read(ctx, shop, key)
		if !profile.Is(err, profile.NotFound) { // expired or dropped since: claim again
			return there, err
		}
	}
}

// Keep implements api.Replays.
func (s Replays) Keep(ctx context.Context, shop, key string, r api.Replay) error {
	body := r
	if r.Customer != "" {
		r.Body = nil
		err := s.put(ctx, store.At{Shop: shop, Owner: r.Customer, Kind: store.KindReplay, Key: key}, body, store.AnyVersion)
		if err != nil && !profile.Is(err, profile.Gone) && !profile.Is(err, profile.NotFound) {
			return err
		}
	}
	return s.put(ctx, store.At{Shop: shop, Kind: store.KindReplay, Key: key}, r, store.AnyVersion)
}

// Drop implements api.Replays.
func (s Replays) Drop(ctx context.Context, shop, key string) error {
	return s.Store.DeleteRecord(ctx, store.At{Shop: shop, Kind: store.KindReplay, Key: key})
}

func (s Replays) put(ctx context.Context, at store.At, r api.Replay, version int64) error {
	value, err := json.Marshal(r)
	if err != nil {
		return profile.Wrap(profile.Internal, err, "the answer cannot be remembered")
	}
	_, err = s.Store.PutRecord(ctx, store.Record{At: at, Value: value, Expires: r.Expires, Version: version})
	return err
}

// read finds a claim and, where the answer lies with a customer, that too.
// Gone where the customer was erased since.
func (s Replays) read(ctx context.Context, shop, key string) (*api.Replay, error) {
	r, err := s.get(ctx, store.At{Shop: shop, Kind: store.KindReplay, Key: key})
	if err != nil || r.Customer == "" {
		return r, err
	}
	whole, err := s.get(ctx, store.At{Shop: shop, Owner: r.Customer, Kind: store.KindReplay, Key: key})
	if profile.Is(err, profile.NotFound) {
		return nil, profile.Errorf(profile.Gone, "the answer to this Idempotency-Key was erased with its customer")
	}
	return whole, err
}

func (s Replays) get(ctx context.Context, at store.At) (*api.Replay, error) {
	record, err := s.Store.Record(ctx, at)
	if err != nil {
		return nil, err
	}
	var r api.Replay
	return &r, profile.Wrap(profile.Internal, json.Unmarshal(record.Value, &r), "the remembered answer cannot be read")
}
