// Package storetest is the promise of store.Store as tests: every backend
// passes Run, and what Run does not test is promised by nobody.
//
//	func TestBoltKeepsThePromise(t *testing.T) {
//		storetest.Run(t, func(t testing.TB, now func() time.Time) (store.Store, func() []byte) { … })
//	}
package storetest

import (
	"context"
	"encoding/binary"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tonfall/internal/keys"
	"tonfall/profile"
	"tonfall/store"
)

// Open gives a new and empty store, which the test's end closes, and a
// function that reads all bytes the store has written so far.
type Open func(t testing.TB, now func() time.Time) (s store.Store, raw func() []byte)

// Run runs the whole suite, each promise on a store of its own.
func Run(t *testing.T, open Open) {
	for _, room := range [][]promise{customers, updates, identities, ledgers, records, lists, tickets, jobs, erasures, sweeps, isolation, secrecy, lifecycle} {
		for _, p := range room {
			t.Run(p.name, func(t *testing.T) {
				clock := &Clock{now: noon}
				s, raw := open(t, clock.Now)
				p.keep(&bench{T: t, ctx: t.Context(), s: s, clock: clock, raw: raw, open: open})
			})
		}
	}
}

// Bolt gives an empty embedded store with keys of its own in the test's
// folder, closed at the test's end: for the tests of other packages.
func Bolt(t testing.TB, now func() time.Time) store.Store {
	t.Helper()
	ring, err := keys.Generate()
	if err != nil {
		t.Fatal(err)
	}
	s, _ := OpenBolt(t, ring, now)
	return s
}

// OpenBolt is Bolt with keys given, and the path of the file.
func OpenBolt(t testing.TB, seal store.Sealer, now func() time.Time) (s store.Store, path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "tonfall.db")
	s, err := store.OpenBolt(path, store.BoltOptions{Seal: seal, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s, path
}

// promise is one sentence and the test of it.
type promise struct {
	name string
	keep func(*bench)
}

// bench is what a test works with.
type bench struct {
	*testing.T
	ctx   context.Context
	s     store.Store
	clock *Clock
	raw   func() []byte
	open  Open
}

// Clock is a clock that a test sets. Safe for concurrent use.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// Now is the clock's time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Pass lets time pass.
func (c *Clock) Pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

const shop, otherShop = "demo", "rival"

// person is a customer id, larger numbers being younger.
func person(n int) profile.CustomerID {
	var uuid [16]byte
	binary.BigEndian.PutUint32(uuid[:], uint32(n)+1)
	return profile.NewCustomerID(1023-n%1024, uuid)
}

func customer(n int) profile.Key { return profile.Key{Shop: shop, ID: person(n)} }

func identity(subject string) profile.Identity {
	return profile.Identity{Shop: shop, Provider: "mastodon.social", Subject: subject}
}

func post(owner profile.CustomerID, key, text string) store.Record {
	return store.Record{At: store.At{Shop: shop, Owner: owner, Kind: store.KindPost, Key: key}, Value: []byte(text), Time: noon}
}

func (b *bench) ok(err error) {
	b.Helper()
	if err != nil {
		b.Fatalf("unexpected error: %v", err)
	}
}

func (b *bench) kind(err error, want profile.Kind) {
	b.Helper()
	if !profile.Is(err, want) {
		b.Fatalf("the error is %v (%q), want the kind %q", err, profile.KindOf(err), want)
	}
}

func (b *bench) same(got, want any) {
	b.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		b.Fatalf("differs (-want +got):\n%s", diff)
	}
}

// update changes a customer and fails the test if that fails.
func (b *bench) update(k profile.Key, fn func(*store.Change)) {
	b.Helper()
	b.ok(b.s.UpdateCustomer(b.ctx, k, func(c *store.Change) error { fn(c); return nil }))
}

// exists makes a customer with nothing in it.
func (b *bench) exists(k profile.Key) {
	b.Helper()
	b.update(k, func(*store.Change) {})
}

func (b *bench) put(r store.Record) {
	b.Helper()
	_, err := b.s.PutRecord(b.ctx, r)
	b.ok(err)
}

// list reads all records of a kind by pages of a size, and answers their keys.
func (b *bench) list(q store.Query) (keys []string) {
	b.Helper()
	for pages := 0; ; pages++ {
		page, next, err := b.s.Records(b.ctx, q)
		b.ok(err)
		if len(page) > q.Limit || pages > 10_000 {
			b.Fatalf("page %d has %d records, the limit is %d", pages, len(page), q.Limit)
		}
		for _, r := range page {
			keys = append(keys, r.Key)
		}
		if next == "" {
			return keys
		}
		q.Cursor = next
	}
}

// sound fails the test where the store finds fault with itself.
func (b *bench) sound() {
	b.Helper()
	faults, err := b.s.Check(b.ctx)
	b.ok(err)
	if len(faults) > 0 {
		b.Fatalf("the store is broken: %q", faults)
	}
}

// race runs fn n times at once and waits for all.
func race(n int, fn func(i int)) {
	var all sync.WaitGroup
	start := make(chan struct{})
	for i := range n {
		all.Go(func() {
			<-start
			fn(i)
		})
	}
	close(start)
	all.Wait()
}

// within ends the run, instead of hanging it, where fn takes too long.
func (b *bench) within(d time.Duration, fn func()) {
	b.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		fn()
	}()
	watchdog := time.NewTimer(d)
	defer watchdog.Stop()
	select {
	case <-done:
	case <-watchdog.C:
		panic("storetest: a store call hangs in: " + b.Name()) // FailNow would go on to Close, and hang there
	}
}
