package storetest

import (
	"bytes"
	"strings"
	"sync"
	"time"

	"tonfall/profile"
	"tonfall/store"
)

var records = []promise{
	{"a record comes back as it was put", func(b *bench) {
		for _, owner := range []profile.CustomerID{"", person(1)} {
			for _, key := range []string{"", "a", "mastodon.social 1 2", "\x00\xff", strings.Repeat("long", 5000)} {
				for _, value := range [][]byte{{}, {0, 255, '"'}} {
					want := store.Record{At: store.At{Shop: shop, Owner: owner, Kind: "any", Key: key}, Value: value, Time: noon, Expires: noon.Add(time.Hour)}
					version, err := b.s.PutRecord(b.ctx, withVersion(want, store.AnyVersion))
					b.ok(err)
					got, err := b.s.Record(b.ctx, want.At)
					b.ok(err)
					want.Version = version
					b.same(got, want)
				}
			}
		}
		b.sound()
	}},
	{"a megabyte comes back as it was put", func(b *bench) {
		want := bytes.Repeat([]byte("0123456789abcdef"), 1<<16)
		b.put(store.Record{At: store.At{Shop: shop, Kind: "any", Key: "big"}, Value: want})
		got, err := b.s.Record(b.ctx, store.At{Shop: shop, Kind: "any", Key: "big"})
		b.ok(err)
		b.same(bytes.Equal(got.Value, want), true)
	}},
	{"times come back in whole microseconds, UTC, and none stays none", func(b *bench) {
		r := post(person(1), "a", "x")
		r.Time = noon.Add(1234 * time.Nanosecond).In(time.FixedZone("far", -3*3600))
		b.put(r)
		got, err := b.s.Record(b.ctx, r.At)
		b.ok(err)
		b.same([]time.Time{got.Time, got.Expires}, []time.Time{noon.Add(time.Microsecond), {}})
		b.put(store.Record{At: store.At{Shop: shop, Kind: "any", Key: "no time"}})
		got, err = b.s.Record(b.ctx, store.At{Shop: shop, Kind: "any", Key: "no time"})
		b.ok(err)
		b.same(got.Time.IsZero(), true)
	}},
	{"a record that was never put is not found", func(b *bench) {
		b.put(post(person(1), "a", "x"))
		for _, at := range []store.At{
			post(person(1), "b", "").At, post(person(2), "a", "").At, post("", "a", "").At,
			{Shop: otherShop, Owner: person(1), Kind: store.KindPost, Key: "a"}, {Shop: shop, Owner: person(1), Kind: "pos", Key: "a"},
		} {
			_, err := b.s.Record(b.ctx, at)
			b.kind(err, profile.NotFound)
			b.ok(b.s.DeleteRecord(b.ctx, at))
		}
		_, err := b.s.Record(b.ctx, post(person(1), "a", "").At)
		b.ok(err)
	}},
	{"versions count from one and only the right one writes", func(b *bench) {
		r := post(person(1), "a", "x")
		put := func(version int64) (int64, error) { return b.s.PutRecord(b.ctx, withVersion(r, version)) }
		for _, step := range []struct {
			with, gives int64
			fails       bool
		}{
			{with: 1, fails: true}, {with: 0, gives: 1}, {with: 0, fails: true}, {with: 2, fails: true}, {with: 1, gives: 2},
			{with: store.AnyVersion, gives: 3}, {with: 2, fails: true}, {with: 3, gives: 4},
		} {
			version, err := put(step.with)
			if step.fails {
				b.kind(err, profile.Conflict)
				continue
			}
			b.ok(err)
			b.same(version, step.gives)
			got, err := b.s.Record(b.ctx, r.At)
			b.ok(err)
			b.same(got.Version, step.gives)
		}
		b.ok(b.s.DeleteRecord(b.ctx, r.At))
		version, err := put(0)
		b.ok(err)
		b.same(version, int64(1))
	}},
	{"of many who write the same version, one gets through", func(b *bench) {
		r := post(person(1), "a", "x")
		b.put(r)
		var mu sync.Mutex
		through := 0
		race(50, func(int) {
			version, err := b.s.PutRecord(b.ctx, withVersion(r, 1))
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil && version == 2:
				through++
			case !profile.Is(err, profile.Conflict):
				b.Errorf("a loser gets version %d, %v", version, err)
			}
		})
		b.same(through, 1)
	}},
	{"an expired record is not found, not listed, and as good as gone", func(b *bench) {
		r := post(person(1), "a", "x")
		r.Expires = noon.Add(time.Minute)
		b.put(r)
		b.clock.Pass(time.Minute - time.Microsecond)
		_, err := b.s.Record(b.ctx, r.At)
		b.ok(err)
		b.clock.Pass(time.Microsecond)
		_, err = b.s.Record(b.ctx, r.At)
		b.kind(err, profile.NotFound)
		b.same(len(b.list(store.Query{Shop: shop, Owner: person(1), Kind: store.KindPost, Limit: 9})), 0)
		_, err = b.s.PutRecord(b.ctx, withVersion(r, 1))
		b.kind(err, profile.Conflict)
		r.Expires = noon.Add(time.Hour)
		version, err := b.s.PutRecord(b.ctx, withVersion(r, 0))
		b.ok(err)
		b.same(version, int64(1))
		b.sound()
	}},
	{"a record without a kind, or with a key that is none, is refused", func(b *bench) {
		for _, at := range []store.At{
			{Shop: shop, Key: "a"}, {Shop: shop, Kind: "a\x00b"}, {Shop: "a\x00b", Kind: "a"}, {Shop: shop, Kind: "a", Owner: "anna"},
		} {
			_, err := b.s.PutRecord(b.ctx, store.Record{At: at})
			b.kind(err, profile.Invalid)
			_, err = b.s.Record(b.ctx, at)
			b.kind(err, profile.Invalid)
		}
	}},
}

func withVersion(r store.Record, version int64) store.Record {
	r.Version = version
	return r
}
