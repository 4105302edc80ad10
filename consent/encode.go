package consent

import (
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"fmt"

	"tonfall/profile"
	"tonfall/store"
)

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func constantEqual(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// record makes a stored record of a value.
func record(kind, key string, v any) (store.Record, error) {
	value, err := json.Marshal(v)
	if err != nil {
		return store.Record{}, fmt.Errorf("encoding a %s: %w", kind, err)
	}
	return store.Record{At: store.At{Kind: kind, Key: key}, Value: value, Version: store.AnyVersion}, nil
}

// decode reads records back.
func decode[T any](records []store.Record) ([]T, error) {
	out := make([]T, len(records))
	for i, r := range records {
		if err := json.Unmarshal(r.Value, &out[i]); err != nil {
			return nil, profile.Wrap(profile.Internal, err, "a stored "+r.Kind+" is damaged: run `tonfall store check`")
		}
	}
	return out, nil
}
