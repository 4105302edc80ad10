package store_test

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"tonfall/profile"
	"tonfall/store"
	"tonfall/store/storetest"
)

func TestAfterTheDiskHasFailedNothingIsWrittenAnyMore(t *testing.T) {
	ring := newRing(t)
	s, path := storetest.OpenBolt(t, ring, nil)
	write := func(n byte) error {
		return s.UpdateCustomer(t.Context(), key(n), func(*store.Change) error { return nil })
	}
	if err := write(1); err != nil {
		t.Fatal(err)
	}
	mend := breakDisk(t, path)
	wantKind(t, write(2), profile.Unavailable)
	mend()
	err := write(3)
	wantKind(t, err, profile.Unavailable) // the disk is well again, but what the system has kept is unknown
	if _, err := s.Customer(t.Context(), key(1)); err != nil {
		t.Errorf("reading after the failure: %v", err)
	}
	wantKind(t, s.(store.Compactor).Compact(t.Context()), profile.Unavailable)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if s, err = store.OpenBolt(path, store.BoltOptions{Seal: ring}); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := write(3); err != nil {
		t.Errorf("after a restart: %v", err)
	}
}

// breakDisk makes every write to an open file of this process fail: behind its
// back the file is replaced by one opened for reading. mend puts it back.
func breakDisk(t *testing.T, path string) (mend func()) {
	t.Helper()
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		target, err := os.Readlink(filepath.Join("/proc/self/fd", e.Name()))
		if err != nil || target != path {
			continue
		}
		var fd int
		if _, err := fmt.Sscan(e.Name(), &fd); err != nil {
			t.Fatal(err)
		}
		well, err := syscall.Dup(fd)
		if err != nil {
			t.Fatal(err)
		}
		reading, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer reading.Close()
		if err := syscall.Dup3(int(reading.Fd()), fd, syscall.O_CLOEXEC); err != nil {
			t.Fatal(err)
		}
		return func() {
			if err := syscall.Dup3(well, fd, syscall.O_CLOEXEC); err != nil {
				t.Fatal(err)
			}
			_ = syscall.Close(well)
		}
	}
	t.Fatal("the database is not among the open files")
	return nil
}
