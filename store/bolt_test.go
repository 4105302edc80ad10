package store_test

import (
	"os"
	"testing"
	"time"

	"tonfall/internal/keys"
	"tonfall/store"
	"tonfall/store/storetest"
)

func newRing(t testing.TB) *keys.Keyring {
	t.Helper()
	ring, err := keys.Generate()
	if err != nil {
		t.Fatal(err)
	}
	return ring
}

func TestBoltKeepsThePromise(t *testing.T) {
	ring := newRing(t)
	storetest.Run(t, func(t testing.TB, now func() time.Time) (store.Store, func() []byte) {
		s, path := storetest.OpenBolt(t, ring, now)
		return s, func() []byte {
			raw, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			return raw
		}
	})
}
