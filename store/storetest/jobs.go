package storetest

import (
	"fmt"
	"sync"
	"time"

	"tonfall/profile"
	"tonfall/store"
)

func job(key string, due time.Duration) store.Job {
	return store.Job{Shop: shop, Owner: person(1), Kind: "sync", Key: key, Value: []byte("value"), Due: noon.Add(due), Created: noon}
}

const leaseTime = time.Minute

// lease leases at most n jobs at a time after noon.
func (b *bench) lease(after time.Duration, n int) []store.Job {
	b.Helper()
	leased, err := b.s.Lease(b.ctx, "sync", noon.Add(after), noon.Add(after+leaseTime), n)
	b.ok(err)
	return leased
}

func keysOf(jobs []store.Job) (keys []string) {
	for _, j := range jobs {
		keys = append(keys, j.Key)
	}
	return keys
}

var jobs = []promise{
	{"due jobs are leased, earliest first, and no others", func(b *bench) {
		for i, key := range []string{"c", "a", "d", "b"} {
			b.ok(b.s.Enqueue(b.ctx, job(key, []time.Duration{2, 0, 3, 1}[i]*time.Second)))
		}
		other := job("other", 0)
		other.Kind = "mood"
		b.ok(b.s.Enqueue(b.ctx, other))
		b.same(keysOf(b.lease(-time.Second, 9)), []string(nil))
		b.same(keysOf(b.lease(2*time.Second, 2)), []string{"a", "b"})
		b.same(keysOf(b.lease(2*time.Second, 9)), []string{"c"})
		b.same(keysOf(b.lease(2*time.Second, 9)), []string(nil))
		b.same(keysOf(b.lease(3*time.Second, 9)), []string{"d"})
		b.sound()
	}},
	{"a leased job is what was queued, with its try and its fence", func(b *bench) {
		want := job("a", 0)
		b.ok(b.s.Enqueue(b.ctx, want))
		want.Tries, want.Fence = 1, 1
		b.same(b.lease(0, 9), []store.Job{want})
	}},
	{"a job is queued once for its shop, owner, kind and key; the earlier time wins", func(b *bench) {
		b.ok(b.s.Enqueue(b.ctx, job("a", time.Hour)))
		b.ok(b.s.Enqueue(b.ctx, job("a", 2*time.Hour)))
		b.same(len(b.lease(time.Hour-1000, 9)), 0)
		b.ok(b.s.Enqueue(b.ctx, job("a", time.Second)))
		b.same(len(b.lease(time.Second, 9)), 1)
		b.ok(b.s.Enqueue(b.ctx, job("a", 0))) // it runs already
		b.same(len(b.lease(2*time.Second, 9)), 0)
		for _, vary := range []func(*store.Job){
			func(j *store.Job) { j.Shop = otherShop }, func(j *store.Job) { j.Owner = "" }, func(j *store.Job) { j.Owner = person(2) }, func(j *store.Job) { j.Key = "b" },
		} {
			j := job("a", time.Second)
			vary(&j)
			b.ok(b.s.Enqueue(b.ctx, j))
		}
		b.same(len(b.lease(2*time.Second, 9)), 4)
		b.sound()
	}},
	{"a finished job is gone and can be queued anew", func(b *bench) {
		b.ok(b.s.Enqueue(b.ctx, job("a", 0)))
		mine := b.lease(0, 9)[0]
		b.ok(b.s.Finish(b.ctx, mine, time.Time{}))
		b.kind(b.s.Finish(b.ctx, mine, time.Time{}), profile.Conflict)
		b.same(len(b.lease(time.Hour, 9)), 0)
		b.ok(b.s.Enqueue(b.ctx, job("a", 0)))
		b.same(b.lease(0, 9)[0].Tries, 1)
		b.sound()
	}},
	{"a job put back comes again at its time, with what it has learnt", func(b *bench) {
		b.ok(b.s.Enqueue(b.ctx, job("a", 0)))
		mine := b.lease(0, 9)[0]
		mine.Value = []byte("half done")
		b.ok(b.s.Finish(b.ctx, mine, noon.Add(time.Hour)))
		b.kind(b.s.Finish(b.ctx, mine, noon.Add(time.Hour)), profile.Conflict)
		b.same(len(b.lease(time.Hour-1000, 9)), 0)
		again := b.lease(time.Hour, 9)[0]
		b.same([]any{string(again.Value), again.Tries, again.Fence, again.Due}, []any{"half done", 2, int64(2), noon.Add(time.Hour)})
		b.sound()
	}},
	{"a lease that ran out goes to another, and the first is refused by its fence", func(b *bench) {
		b.ok(b.s.Enqueue(b.ctx, job("a", 0)))
		slow := b.lease(0, 9)[0]
		b.same(len(b.lease(leaseTime-time.Microsecond, 9)), 0)
		quick := b.lease(leaseTime, 9)[0]
		b.same([]int64{slow.Fence, quick.Fence}, []int64{1, 2})
		b.kind(b.s.Finish(b.ctx, slow, time.Time{}), profile.Conflict)
		b.kind(b.s.Finish(b.ctx, slow, noon), profile.Conflict)
		b.ok(b.s.Finish(b.ctx, quick, time.Time{}))
		b.sound()
	}},
	{"who is late but was not replaced may still finish", func(b *bench) {
		b.ok(b.s.Enqueue(b.ctx, job("a", 0)))
		b.ok(b.s.Finish(b.ctx, b.lease(0, 9)[0], time.Time{}))
	}},
	{"a job that nobody has leased cannot be finished", func(b *bench) {
		b.ok(b.s.Enqueue(b.ctx, job("a", 0)))
		b.kind(b.s.Finish(b.ctx, job("a", 0), time.Time{}), profile.Conflict)
		b.kind(b.s.Finish(b.ctx, job("b", 0), time.Time{}), profile.Conflict)
	}},
	{"of many workers each job goes to one", func(b *bench) {
		const n = 60
		race(n, func(i int) {
			if err := b.s.Enqueue(b.ctx, job(fmt.Sprint(i), 0)); err != nil {
				b.Error(err)
			}
		})
		var mu sync.Mutex
		seen := map[string]int{}
		race(10, func(int) {
			for range n + 1 { // of which the last finds nothing
				leased, err := b.s.Lease(b.ctx, "sync", noon, noon.Add(leaseTime), 4)
				if err != nil {
					b.Error(err)
				}
				if len(leased) == 0 {
					return
				}
				mu.Lock()
				for _, j := range leased {
					seen[j.Key]++
				}
				mu.Unlock()
			}
		})
		b.same(len(seen), n)
		for key, times := range seen {
			if times != 1 {
				b.Errorf("job %s was leased %d times", key, times)
			}
		}
	}},
	{"jobs are listed by pages, of one shop or of all", func(b *bench) {
		for i := range 5 {
			for _, s := range []string{shop, otherShop} {
				j := job(fmt.Sprint(i), 0)
				j.Shop = s
				b.ok(b.s.Enqueue(b.ctx, j))
			}
		}
		b.lease(0, 3) // leased ones are listed too
		for shop, want := range map[string]int{shop: 5, otherShop: 5, "": 10, "empty": 0} {
			for _, limit := range []int{1, 2, 3, 5, 10, 100} {
				seen := map[string]bool{}
				for cursor := ""; ; {
					page, next, err := b.s.Jobs(b.ctx, shop, cursor, limit)
					b.ok(err)
					for _, j := range page {
						seen[j.Shop+" "+j.Key] = true
					}
					if len(page) > limit {
						b.Fatalf("a page of %d where the limit is %d", len(page), limit)
					}
					if cursor = next; next == "" {
						break
					}
				}
				b.same(len(seen), want)
			}
		}
		_, _, err := b.s.Jobs(b.ctx, shop, "", 0)
		b.kind(err, profile.Invalid)
		_, _, err = b.s.Jobs(b.ctx, shop, "nonsense!", 9)
		b.kind(err, profile.Invalid)
	}},
	{"a lease of nothing, or that ends before it begins, is refused", func(b *bench) {
		for _, n := range []int{-1, 0, 1001} {
			_, err := b.s.Lease(b.ctx, "sync", noon, noon.Add(leaseTime), n)
			b.kind(err, profile.Invalid)
		}
		_, err := b.s.Lease(b.ctx, "sync", noon, noon, 1)
		b.kind(err, profile.Invalid)
	}},
}
