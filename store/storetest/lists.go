package storetest

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"tonfall/profile"
	"tonfall/store"
)

// posts puts five posts a minute apart, not in order.
func (b *bench) posts(owner profile.CustomerID) {
	for _, i := range []int{3, 0, 4, 1, 2} {
		r := post(owner, fmt.Sprint(i), "x")
		r.Time = noon.Add(time.Duration(i) * time.Minute)
		b.put(r)
	}
}

var lists = []promise{
	{"records are listed by their time, either way", func(b *bench) {
		for _, owner := range []profile.CustomerID{person(1), ""} {
			b.posts(owner)
			b.put(store.Record{At: store.At{Shop: shop, Owner: owner, Kind: store.KindPost + "s", Key: "other kind"}, Time: noon})
		}
		b.posts(person(2))
		for _, owner := range []profile.CustomerID{person(1), ""} {
			for limit := 1; limit <= 6; limit++ {
				q := store.Query{Shop: shop, Owner: owner, Kind: store.KindPost, Limit: limit}
				b.same(b.list(q), []string{"0", "1", "2", "3", "4"})
				q.Newest = true
				b.same(b.list(q), []string{"4", "3", "2", "1", "0"})
			}
		}
	}},
	{"a list can begin at a time", func(b *bench) {
		b.posts(person(1))
		for _, since := range []struct {
			at   time.Time
			want []string
		}{
			{noon.Add(-time.Hour), []string{"0", "1", "2", "3", "4"}}, {noon.Add(2 * time.Minute), []string{"2", "3", "4"}},
			{noon.Add(2*time.Minute + 1), []string{"3", "4"}}, {noon.Add(time.Hour), nil},
		} {
			for limit := 1; limit <= 3; limit++ {
				q := store.Query{Shop: shop, Owner: person(1), Kind: store.KindPost, Since: since.at, Limit: limit}
				b.same(b.list(q), since.want)
				q.Newest = true
				newest := slices.Clone(since.want)
				slices.Reverse(newest)
				b.same(b.list(q), newest)
			}
		}
	}},
	{"records of one time are all listed, in the same order each time", func(b *bench) {
		for i := range 20 {
			b.put(post(person(1), fmt.Sprint(i), "x"))
		}
		q := store.Query{Shop: shop, Owner: person(1), Kind: store.KindPost, Limit: 3}
		oldest := b.list(q)
		b.same(len(slices.Compact(slices.Sorted(slices.Values(oldest)))), 20)
		b.same(b.list(q), oldest)
		q.Newest = true
		newest := b.list(q)
		slices.Reverse(newest)
		b.same(newest, oldest)
	}},
	{"a record that was written before 1970 comes first", func(b *bench) {
		b.posts(person(1))
		old := post(person(1), "old", "x")
		old.Time = time.Date(1969, 7, 20, 0, 0, 0, 0, time.UTC)
		b.put(old)
		b.put(store.Record{At: store.At{Shop: shop, Owner: person(1), Kind: store.KindPost, Key: "no time"}})
		b.same(b.list(store.Query{Shop: shop, Owner: person(1), Kind: store.KindPost, Limit: 2}), []string{"no time", "old", "0", "1", "2", "3", "4"})
	}},
	{"a record put again with another time is listed once, at its new place", func(b *bench) {
		b.posts(person(1))
		r := post(person(1), "0", "y")
		r.Time, r.Version = noon.Add(time.Hour), store.AnyVersion
		b.put(r)
		b.same(b.list(store.Query{Shop: shop, Owner: person(1), Kind: store.KindPost, Limit: 9}), []string{"1", "2", "3", "4", "0"})
		b.sound()
	}},
	{"a list goes on though the record at its cursor is gone", func(b *bench) {
		for _, newest := range []bool{false, true} {
			b.posts(person(1))
			q := store.Query{Shop: shop, Owner: person(1), Kind: store.KindPost, Newest: newest, Limit: 2}
			page, next, err := b.s.Records(b.ctx, q)
			b.ok(err)
			b.ok(b.s.DeleteRecord(b.ctx, page[1].At))
			q.Cursor = next
			rest := b.list(q)
			b.same(len(rest), 3)
			for _, r := range page {
				if slices.Contains(rest, r.Key) {
					b.Errorf("%s is listed twice", r.Key)
				}
			}
			for i := range 5 {
				b.ok(b.s.DeleteRecord(b.ctx, post(person(1), fmt.Sprint(i), "").At))
			}
		}
	}},
	{"a page of nothing, of too much or after nonsense is refused", func(b *bench) {
		for _, q := range []store.Query{{Limit: 0}, {Limit: -1}, {Limit: 5001}, {Limit: 5, Cursor: "nonsense!"}, {Limit: 5, Cursor: "AAAA"}} {
			q.Shop, q.Kind = shop, store.KindPost
			_, _, err := b.s.Records(b.ctx, q)
			b.kind(err, profile.Invalid)
		}
	}},
	{"a long play of puts, deletes and lists agrees with a plain map", func(b *bench) {
		dice := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // the same play every time
		model := map[string]store.Record{}
		kept := func(r store.Record) bool { return r.Expires.IsZero() || r.Expires.After(b.clock.Now()) }
		for range 400 {
			r := post(person(1), fmt.Sprint(dice.IntN(12)), fmt.Sprint(dice.Int()))
			old, was := model[r.Key]
			was = was && kept(old)
			switch dice.IntN(6) {
			case 0:
				b.ok(b.s.DeleteRecord(b.ctx, r.At))
				delete(model, r.Key)
			case 1:
				b.clock.Pass(time.Second)
			case 2:
				got, err := b.s.Record(b.ctx, r.At)
				if !was {
					b.kind(err, profile.NotFound)
					continue
				}
				b.ok(err)
				b.same(got, old)
			default:
				r.Time = noon.Add(time.Duration(dice.IntN(50)) * time.Second)
				r.Version = int64(dice.IntN(4)) - 1
				if dice.IntN(2) == 0 {
					r.Expires = b.clock.Now().Add(time.Duration(dice.IntN(20)) * time.Second)
				}
				stored := int64(0)
				if was {
					stored = old.Version
				}
				version, err := b.s.PutRecord(b.ctx, r)
				if r.Version != store.AnyVersion && r.Version != stored {
					b.kind(err, profile.Conflict)
					continue
				}
				b.ok(err)
				b.same(version, stored+1)
				r.Version = version
				model[r.Key] = r
			}
			want := map[string]time.Time{}
			for key, r := range model {
				if kept(r) {
					want[key] = r.Time
				}
			}
			q := store.Query{Shop: shop, Owner: person(1), Kind: store.KindPost, Limit: 1 + dice.IntN(5), Newest: dice.IntN(2) == 0}
			b.inOrder(b.list(q), want, q.Newest)
		}
		b.sound()
	}},
}

// inOrder checks that keys are those of want, by their times.
func (b *bench) inOrder(keys []string, want map[string]time.Time, newest bool) {
	b.Helper()
	got := map[string]time.Time{}
	for i, key := range keys {
		got[key] = want[key]
		if i == 0 {
			continue
		}
		order := cmp.Compare(want[keys[i-1]].UnixMicro(), want[key].UnixMicro())
		if newest {
			order = -order
		}
		if order > 0 {
			b.Fatalf("%s is listed before %s", keys[i-1], key)
		}
	}
	b.same(got, want)
	b.same(len(keys), len(want))
}
