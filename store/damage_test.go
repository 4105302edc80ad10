package store_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"tonfall/profile"
	"tonfall/store"
	"tonfall/store/storetest"
)

func TestAPageThatIsGoneIsToldAndTakesNothingDown(t *testing.T) {
	ring := newRing(t)
	good, err := os.ReadFile(filled(t, ring))
	if err != nil {
		t.Fatal(err)
	}
	size := os.Getpagesize()
	told := 0
	for page := 2; page < len(good)/size; page += 4 {
		damaged := bytes.Clone(good)
		clear(damaged[page*size : (page+1)*size])
		path := filepath.Join(t.TempDir(), "tonfall.db")
		if err := os.WriteFile(path, damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := store.OpenBolt(path, store.BoltOptions{Seal: ring})
		if err != nil {
			told++
			continue
		}
		faults, err := s.Check(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		told += min(len(faults), 1)
		for n := range byte(50) {
			if _, err := s.Customer(t.Context(), key(n+1)); err != nil && len(faults) == 0 {
				t.Errorf("page %d: Check finds nothing, yet a customer gives %v", page, err)
			}
		}
		_ = s.UpdateCustomer(t.Context(), key(1), func(*store.Change) error { return nil }) // any answer, but an answer
		_ = s.Close()
	}
	if told < 5 {
		t.Errorf("%d damages were told: most hit nothing, so this test sees little", told)
	}
}

func TestAnAlteredValueIsToldByCheckAndByItsReader(t *testing.T) {
	ring := newRing(t)
	s, path := storetest.OpenBolt(t, ring, nil)
	if err := s.UpdateCustomer(t.Context(), key(1), func(c *store.Change) error {
		c.Consents = []profile.Consent{{Purpose: profile.MoodRead, At: noon}}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	id := []byte{1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1} // key(1) as owner
	altered := 0
	for at := bytes.Index(raw, append([]byte("demo\x00"), id...)); at >= 0; {
		raw[at+len("demo\x00")+len(id)+80] ^= 1 // within the sealed value, after tink's prefix and nonce
		altered++
		next := bytes.Index(raw[at+1:], append([]byte("demo\x00"), id...))
		if next < 0 {
			break
		}
		at += 1 + next
	}
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	s, err = store.OpenBolt(path, store.BoltOptions{Seal: ring})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	_, err = s.Customer(t.Context(), key(1))
	wantKind(t, err, profile.Internal)
	_, err = s.Ledger(t.Context(), key(1), 0, 9)
	wantKind(t, err, profile.Internal)
	if faults, err := s.Check(t.Context()); err != nil || len(faults) < 2 {
		t.Errorf("%d values altered, yet Check finds %q, %v", altered, faults, err)
	}
	if _, err := s.Erase(t.Context(), key(1), noon, nil); err != nil {
		t.Errorf("what cannot be opened any more cannot be erased: %v", err)
	}
	if faults, err := s.Check(t.Context()); err != nil || len(faults) > 0 {
		t.Errorf("after erasing the altered Check finds %q, %v", faults, err)
	}
}
