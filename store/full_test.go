package store_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"tonfall/profile"
	"tonfall/store"
)

var background = context.Background()

// fillTheDisk writes until the system refuses (files of this process may have
// 20 MB), looks at what is left, and writes on when there is room again.
func fillTheDisk(s store.Store) error {
	signal.Ignore(syscall.SIGXFSZ)
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		return err
	}
	small := syscall.Rlimit{Cur: 20 << 20, Max: limit.Max}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &small); err != nil {
		return err
	}
	put := func(n int) error {
		_, err := s.PutRecord(background, store.Record{At: store.At{Shop: "demo", Kind: "any", Key: fmt.Sprint(n)}, Value: bytes.Repeat([]byte("x"), 1<<20)})
		return err
	}
	n := 0
	var err error
	for ; n < 100 && err == nil; n++ {
		err = put(n)
	}
	if !profile.Is(err, profile.Unavailable) || !strings.Contains(profile.Message(err), "disk is full") {
		return fmt.Errorf("after %d records a full disk gives %w", n, err)
	}
	for i := range n - 1 {
		if _, err := s.Record(background, store.At{Shop: "demo", Kind: "any", Key: fmt.Sprint(i)}); err != nil {
			return fmt.Errorf("record %d on a full disk: %w", i, err)
		}
	}
	if _, err := s.Record(background, store.At{Shop: "demo", Kind: "any", Key: fmt.Sprint(n - 1)}); !profile.Is(err, profile.NotFound) {
		return fmt.Errorf("the record that did not fit: %w", err)
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		return err
	}
	if err := put(n - 1); err != nil {
		return fmt.Errorf("when there is room again: %w", err)
	}
	faults, err := s.Check(background)
	if len(faults) > 0 {
		err = fmt.Errorf("faults %q", faults)
	}
	return errors.Join(err, s.Close())
}

func TestAFullDiskRefusesWritesAndLosesNothing(t *testing.T) {
	folder := t.TempDir()
	keyFile := filepath.Join(folder, "keys")
	if err := newRing(t).SaveFile(keyFile); err != nil {
		t.Fatal(err)
	}
	cmd := child(t, "fill", keyFile, filepath.Join(folder, "tonfall.db"))
	var said bytes.Buffer
	cmd.Stderr = &said
	if err := cmd.Run(); err != nil {
		text, _ := io.ReadAll(&said)
		t.Fatalf("%v: %s", err, text)
	}
}

func TestAFileThatMayNotGrowRefusesWritesAndLosesNothing(t *testing.T) {
	ring := newRing(t)
	s, err := store.OpenBolt(filepath.Join(t.TempDir(), "tonfall.db"), store.BoltOptions{Seal: ring, MaxBytes: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	put := func(key string, size int) error {
		_, err := s.PutRecord(background, store.Record{At: store.At{Shop: "demo", Kind: "any", Key: key}, Value: make([]byte, size)})
		return err
	}
	if err := put("small", 10); err != nil {
		t.Fatal(err)
	}
	wantKind(t, put("large", 2<<20), profile.Unavailable)
	if err := put("another", 10); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Record(background, store.At{Shop: "demo", Kind: "any", Key: "small"}); err != nil {
		t.Fatal(err)
	}
}
