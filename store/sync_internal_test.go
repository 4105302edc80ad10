package store

import (
	"path/filepath"
	"testing"
)

// A kill does not show whether a commit reaches the disk, for the system keeps
// what a dead process has written; only a power cut would.
func TestEveryCommitWaitsForTheDiskAlsoAfterCompacting(t *testing.T) {
	s, err := OpenBolt(filepath.Join(t.TempDir(), "tonfall.db"), BoltOptions{Seal: plain{}})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	b := s.(*boltStore)
	for range 2 {
		if b.db.NoSync || b.db.NoGrowSync || b.db.NoFreelistSync {
			t.Fatal("the database does not wait for the disk")
		}
		if err := b.Compact(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

// plain seals nothing.
type plain struct{}

func (plain) Seal(p, _ []byte) ([]byte, error) { return p, nil }
func (plain) Open(p, _ []byte) ([]byte, error) { return p, nil }
func (plain) Hash(...string) []byte            { return make([]byte, hashLen) }
