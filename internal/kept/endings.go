package kept

import (
	"context"
	"encoding/json"

	"tonfall/profile"
	"tonfall/store"
	"tonfall/web/hooks"
)

// Endings keeps what came of providers' calls, by confirmation code.
type Endings struct{ Store store.Store }

var _ hooks.Endings = Endings{}

// Ending implements hooks.Endings.
func (s Endings) Ending(ctx context.Context, shop, code string) (hooks.Ending, error) {
	r, err := s.Store.Record(ctx, store.At{Shop: shop, Kind: store.KindEnding, Key: code})
	if err != nil {
		return hooks.Ending{}, err
	}
	e := hooks.Ending{}
	err = profile.Wrap(profile.Internal, json.Unmarshal(r.Value, &e), "the status of a request cannot be read")
	e.Expires, e.Version = r.Expires, r.Version
	return e, err
}

// PutEnding implements hooks.Endings.
func (s Endings) PutEnding(ctx context.Context, shop, code string, e hooks.Ending) error {
	value, err := json.Marshal(e)
	if err != nil {
		return profile.Wrap(profile.Internal, err, "the status of a request cannot be kept")
	}
	_, err = s.Store.PutRecord(ctx, store.Record{
		At: store.At{Shop: shop, Kind: store.KindEnding, Key: code}, Value: value, Time: e.Asked, Expires: e.Expires, Version: e.Version,
	})
	return err
}
