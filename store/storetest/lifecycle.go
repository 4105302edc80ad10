package storetest

import (
	"context"
	"errors"
	"path/filepath"
	"time"

	"go.uber.org/goleak"

	"tonfall/profile"
	"tonfall/store"
)

// calls is every call of the interface, on things that may or may not exist.
// Close is left out: it is what some of the tests are about.
func calls(k profile.Key) map[string]func(*bench) error {
	at := store.At{Shop: shop, Owner: k.ID, Kind: store.KindPost, Key: "a"}
	job := store.Job{Shop: shop, Kind: "sync", Key: "1", Due: noon}
	return map[string]func(*bench) error{
		"Claim":          func(b *bench) error { _, err := b.s.Claim(b.ctx, identity("1"), k.ID); return err },
		"Owner":          func(b *bench) error { _, err := b.s.Owner(b.ctx, identity("1")); return err },
		"Release":        func(b *bench) error { return b.s.Release(b.ctx, identity("1"), k.ID) },
		"Customer":       func(b *bench) error { _, err := b.s.Customer(b.ctx, k); return err },
		"Customers":      func(b *bench) error { _, _, err := b.s.Customers(b.ctx, shop, "", 9); return err },
		"ByReference":    func(b *bench) error { _, err := b.s.ByReference(b.ctx, shop, "K-1"); return err },
		"UpdateCustomer": func(b *bench) error { return b.s.UpdateCustomer(b.ctx, k, func(*store.Change) error { return nil }) },
		"Ledger":         func(b *bench) error { _, err := b.s.Ledger(b.ctx, k, 0, 9); return err },
		"Erase":          func(b *bench) error { _, err := b.s.Erase(b.ctx, k, noon, nil); return err },
		"Record":         func(b *bench) error { _, err := b.s.Record(b.ctx, at); return err },
		"Records": func(b *bench) error {
			_, _, err := b.s.Records(b.ctx, store.Query{Shop: shop, Owner: k.ID, Kind: "post", Limit: 9})
			return err
		},
		"PutRecord":    func(b *bench) error { _, err := b.s.PutRecord(b.ctx, store.Record{At: at}); return err },
		"DeleteRecord": func(b *bench) error { return b.s.DeleteRecord(b.ctx, at) },
		"PutTicket":    func(b *bench) error { return b.s.PutTicket(b.ctx, ticket("a")) },
		"Ticket":       func(b *bench) error { _, err := b.s.Ticket(b.ctx, shop, "code", "a", noon); return err },
		"TakeTicket":   func(b *bench) error { _, err := b.s.TakeTicket(b.ctx, shop, "code", "a", noon); return err },
		"Enqueue":      func(b *bench) error { return b.s.Enqueue(b.ctx, job) },
		"Lease":        func(b *bench) error { _, err := b.s.Lease(b.ctx, "sync", noon, noon.Add(time.Minute), 9); return err },
		"Finish":       func(b *bench) error { return b.s.Finish(b.ctx, job, time.Time{}) },
		"Jobs":         func(b *bench) error { _, _, err := b.s.Jobs(b.ctx, shop, "", 9); return err },
		"Sweep":        func(b *bench) error { _, err := b.s.Sweep(b.ctx, noon); return err },
		"Check":        func(b *bench) error { _, err := b.s.Check(b.ctx); return err },
		"Backup":       func(b *bench) error { return b.s.Backup(b.ctx, filepath.Join(b.TempDir(), "backup")) },
	}
}

var lifecycle = []promise{
	{"every call honours its context and does nothing", func(b *bench) {
		b.exists(customer(1))
		ctx, cancel := context.WithCancel(b.ctx)
		cancel()
		cancelled := *b
		cancelled.ctx = ctx
		for name, call := range calls(customer(1)) {
			if err := call(&cancelled); !errors.Is(err, context.Canceled) {
				b.Errorf("%s with a context called off: %v", name, err)
			}
		}
		_, err := b.s.Customer(b.ctx, customer(1))
		b.ok(err)
		_, err = b.s.Owner(b.ctx, identity("1"))
		b.kind(err, profile.NotFound)
		_, err = b.s.Ticket(b.ctx, shop, "code", "a", noon)
		b.kind(err, profile.NotFound)
	}},
	{"after Close every call answers unavailable, and Close again is no error", func(b *bench) {
		b.ok(b.s.Close())
		for name, call := range calls(customer(1)) {
			if err := call(b); !profile.Is(err, profile.Unavailable) {
				b.Errorf("%s on a closed store: %v", name, err)
			}
		}
		b.ok(b.s.Close())
	}},
	{"Close lets calls under way end, each with a clear answer", func(b *bench) {
		ended := make(chan error, 64)
		for i := range cap(ended) {
			go func() {
				ended <- b.s.UpdateCustomer(b.ctx, customer(i), func(*store.Change) error { return nil })
			}()
		}
		b.within(20*time.Second, func() {
			if err := b.s.Close(); err != nil {
				b.Error(err)
			}
			for range cap(ended) {
				if err := <-ended; err != nil && !profile.Is(err, profile.Unavailable) {
					b.Errorf("a call at closing time: %v", err)
				}
			}
		})
	}},
	{"a closed store leaves no goroutine behind", func(b *bench) {
		before := goleak.IgnoreCurrent()
		s, _ := b.open(b, b.clock.Now)
		b.ok(s.UpdateCustomer(b.ctx, customer(1), func(*store.Change) error { return nil }))
		b.ok(s.Close())
		goleak.VerifyNone(b, before)
	}},
	{"a backup is taken while work goes on, and leaves the store alone", func(b *bench) {
		b.exists(customer(1))
		to := filepath.Join(b.TempDir(), "backup")
		race(8, func(i int) {
			if i == 0 {
				b.ok(b.s.Backup(b.ctx, to))
				return
			}
			b.exists(customer(10 + i))
		})
		b.ok(b.s.Backup(b.ctx, to)) // over the older one
		b.sound()
	}},
	{"compaction keeps everything and gives work its turn", func(b *bench) {
		c, can := b.s.(store.Compactor)
		if !can {
			return // an optional power
		}
		for i := range 50 {
			b.put(post(person(i%5), string(rune('a'+i)), "x"))
			b.exists(customer(i))
		}
		b.ok(b.s.Enqueue(b.ctx, store.Job{Shop: shop, Kind: "sync", Key: "1", Due: noon}))
		b.ok(b.s.PutTicket(b.ctx, ticket("a")))
		race(8, func(i int) {
			if i < 2 {
				if err := c.Compact(b.ctx); err != nil {
					b.Error(err)
				}
				return
			}
			for j := range 10 {
				if err := b.s.DeleteRecord(b.ctx, post(person((i*10+j)%5), string(rune('a'+(i*10+j)%50)), "").At); err != nil {
					b.Error(err)
				}
				if _, err := b.s.Customer(b.ctx, customer(j)); err != nil {
					b.Error(err)
				}
			}
		})
		b.sound()
		page, _, err := b.s.Customers(b.ctx, shop, "", 100)
		b.ok(err)
		b.same(len(page), 50)
		leased, err := b.s.Lease(b.ctx, "sync", noon, noon.Add(time.Minute), 9)
		b.ok(err)
		b.same(len(leased), 1)
		_, err = b.s.TakeTicket(b.ctx, shop, "code", "a", noon)
		b.ok(err)
	}},
}
