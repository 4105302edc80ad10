package store_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	bolt "go.etcd.io/bbolt"

	"tonfall/internal/keys"
	"tonfall/profile"
	"tonfall/store"
	"tonfall/store/storetest"
)

func key(n byte) profile.Key {
	return profile.Key{Shop: "demo", ID: profile.NewCustomerID(int(n), [16]byte{n})}
}

// filled makes a database with some customers and answers the path of a copy,
// which, unlike the file itself, has no spare room at its end.
func filled(t *testing.T, ring *keys.Keyring) string {
	t.Helper()
	s, path := storetest.OpenBolt(t, ring, nil)
	for n := range byte(50) {
		err := s.UpdateCustomer(t.Context(), key(n+1), func(c *store.Change) error {
			c.Puts = []store.Record{{At: store.At{Kind: store.KindPost, Key: "a"}, Value: bytes.Repeat([]byte("x"), 2000)}}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Backup(t.Context(), path+".copy"); err != nil {
		t.Fatal(err)
	}
	return path + ".copy"
}

func TestAFileThatIsNoUsableDatabaseIsRefusedAndLeftAlone(t *testing.T) {
	ring := newRing(t)
	good, err := os.ReadFile(filled(t, ring))
	if err != nil {
		t.Fatal(err)
	}
	foreign := filepath.Join(t.TempDir(), "foreign.db")
	db, err := bolt.Open(foreign, 0o600, &bolt.Options{NoFreelistSync: true}) // bbolt would put this in order on opening
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Update(func(tx *bolt.Tx) error { _, err := tx.CreateBucket([]byte("meta")); return err }); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	otherBolt, err := os.ReadFile(foreign)
	if err != nil {
		t.Fatal(err)
	}
	damaged := bytes.Clone(good)
	for page := range 2 {
		damaged[page*os.Getpagesize()+40] ^= 0xff
	}
	for name, try := range map[string]struct {
		content []byte
		seal    store.Sealer
		mode    os.FileMode
		says    string
	}{
		"text":                           {[]byte("SQLite format 3\x00 and so on"), ring, 0o600, "not a database"},
		"long text":                      {bytes.Repeat([]byte("no database "), 9000), ring, 0o600, "not a database"},
		"empty":                          {nil, ring, 0o600, "cut off"},
		"one byte":                       {[]byte{0}, ring, 0o600, "not a database"},
		"cut by a byte":                  {good[:len(good)-1], ring, 0o600, "cut off"},
		"cut to half":                    {good[:len(good)/2], ring, 0o600, "cut off"},
		"cut to its head":                {good[:2*os.Getpagesize()], ring, 0o600, "cut off"},
		"head damaged":                   {damaged, ring, 0o600, "not a database"},
		"a database of another program":  {otherBolt, ring, 0o600, "another program"},
		"sealed with another key file":   {good, newRing(t), 0o600, "keys do not fit"},
		"read-only":                      {good, ring, 0o400, "read-only"},
		"of a version that is not known": {bytes.ReplaceAll(good, []byte("tonfall-store-1"), []byte("tonfall-store-9")), ring, 0o600, "version"},
	} {
		path := filepath.Join(t.TempDir(), "tonfall.db")
		if err := os.WriteFile(path, try.content, try.mode); err != nil {
			t.Fatal(err)
		}
		s, err := store.OpenBolt(path, store.BoltOptions{Seal: try.seal})
		if err == nil {
			s.Close()
			t.Errorf("%s: was opened", name)
			continue
		}
		if text := profile.Message(err); !strings.Contains(text, try.says) || !strings.Contains(text, path) {
			t.Errorf("%s: the error says %q, want %q and the path in it", name, text, try.says)
		}
		if !profile.Is(err, profile.Invalid) && !profile.Is(err, profile.Unavailable) {
			t.Errorf("%s: kind %q", name, profile.KindOf(err))
		}
		if after, _ := os.ReadFile(path); !bytes.Equal(after, try.content) {
			t.Errorf("%s: the file was altered", name)
		}
		if left, _ := os.ReadDir(filepath.Dir(path)); len(left) != 1 {
			t.Errorf("%s: %d files are in the folder", name, len(left))
		}
	}
}

func TestTheOlderHeadServesWhereTheNewerIsDamaged(t *testing.T) {
	ring := newRing(t)
	good, _ := os.ReadFile(filled(t, ring))
	for page := range 2 {
		path := filepath.Join(t.TempDir(), "tonfall.db")
		torn := bytes.Clone(good)
		torn[page*os.Getpagesize()+40] ^= 0xff // as a power cut in the middle of a commit leaves it
		if err := os.WriteFile(path, torn, 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := store.OpenBolt(path, store.BoltOptions{Seal: ring})
		if err != nil {
			t.Fatalf("page %d: %v", page, err)
		}
		if faults, err := s.Check(t.Context()); err != nil || len(faults) > 0 {
			t.Errorf("page %d: %q, %v", page, faults, err)
		}
		s.Close()
	}
}

func TestADatabaseIsHeldByOneAtATime(t *testing.T) {
	ring := newRing(t)
	s, path := storetest.OpenBolt(t, ring, nil)
	_, err := store.OpenBolt(path, store.BoltOptions{Seal: ring, Wait: 1})
	wantKind(t, err, profile.Unavailable)
	for _, part := range []string{path, "tonfall serve"} {
		if !strings.Contains(profile.Message(err), part) {
			t.Errorf("the error says %q, want %q in it", profile.Message(err), part)
		}
	}
	if err := s.(store.Compactor).Compact(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, err = store.OpenBolt(path, store.BoltOptions{Seal: ring, Wait: 1})
	wantKind(t, err, profile.Unavailable)
}

func TestANewDatabaseIsReadableByItsOwnerOnly(t *testing.T) {
	s, path := storetest.OpenBolt(t, newRing(t), nil)
	backup := filepath.Join(t.TempDir(), "backup")
	if err := s.Backup(t.Context(), backup); err != nil {
		t.Fatal(err)
	}
	if err := s.(store.Compactor).Compact(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{path, backup} {
		if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", file, info.Mode(), err)
		}
		if left, _ := os.ReadDir(filepath.Dir(file)); len(left) != 1 {
			t.Errorf("%d files are beside %s", len(left)-1, file)
		}
	}
}

func TestAStoreIsOpenedByItsURL(t *testing.T) {
	ring := newRing(t)
	path := filepath.Join(t.TempDir(), "tonfall.db")
	s, err := store.Open(context.Background(), "bolt://"+path, store.Options{Seal: ring})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"", path, "bolt://tonfall.db", "bolt:tonfall.db", "redis://u:hunter2@host/x", "postgres://u:hunter2@%zz/x"} {
		_, err := store.Open(context.Background(), bad, store.Options{Seal: ring})
		wantKind(t, err, profile.Invalid)
		if strings.Contains(err.Error(), "hunter2") || !strings.Contains(err.Error(), "bolt:///") {
			t.Errorf("%q: the error says %v", bad, err)
		}
	}
	_, err = store.Open(context.Background(), "bolt://"+path+"/no/folder.db", store.Options{Seal: ring})
	wantKind(t, err, profile.Unavailable)
	_, err = store.Open(context.Background(), "bolt://"+path, store.Options{})
	wantKind(t, err, profile.Invalid)
}
