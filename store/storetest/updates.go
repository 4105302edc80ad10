package storetest

import (
	"errors"
	"slices"
	"time"

	"tonfall/profile"
	"tonfall/store"
)

var updates = []promise{
	{"an update sees whether the customer exists", func(b *bench) {
		var seen []bool
		for range 2 {
			b.update(customer(1), func(c *store.Change) {
				seen = append(seen, c.Exists)
				b.same(c.Customer.Key, customer(1))
			})
		}
		b.same(seen, []bool{false, true})
	}},
	{"an update saves the customer and all it has queued", func(b *bench) {
		k := customer(1)
		b.update(k, func(c *store.Change) {
			c.Puts = []store.Record{post("", "old", "x")}
		})
		b.update(k, func(c *store.Change) {
			c.Customer.LastTone = "warm"
			c.Deletes = []store.At{{Kind: store.KindPost, Key: "old"}}
			c.Puts = []store.Record{{At: store.At{Kind: store.KindGrant, Key: "g"}, Value: []byte("token"), Time: noon}}
			c.Consents = []profile.Consent{{Purpose: profile.MoodRead, Decision: profile.Granted, At: noon}}
			c.Jobs = []store.Job{{Owner: k.ID, Kind: "sync", Key: "1", Due: noon}}
		})
		got, err := b.s.Customer(b.ctx, k)
		b.ok(err)
		b.same(got.LastTone, "warm")
		b.same(len(b.list(store.Query{Shop: shop, Owner: k.ID, Kind: store.KindPost, Limit: 9})), 0)
		grant, err := b.s.Record(b.ctx, store.At{Shop: shop, Owner: k.ID, Kind: store.KindGrant, Key: "g"})
		b.ok(err)
		b.same([]any{string(grant.Value), grant.Version}, []any{"token", int64(1)})
		ledger, err := b.s.Ledger(b.ctx, k, 0, 9)
		b.ok(err)
		b.same(len(ledger), 1)
		queued, _, err := b.s.Jobs(b.ctx, shop, "", 9)
		b.ok(err)
		b.same(len(queued), 1)
		b.sound()
	}},
	{"an update drops whole kinds before it puts", func(b *bench) {
		k := customer(1)
		b.update(k, func(c *store.Change) {
			for _, key := range []string{"a", "b", "c"} {
				c.Puts = append(c.Puts, post("", key, "x"), store.Record{At: store.At{Kind: store.KindPost + "s", Key: key}})
			}
		})
		b.put(post(person(2), "a", "another's"))
		b.update(k, func(c *store.Change) {
			c.DropKind = []string{store.KindPost}
			c.Puts = []store.Record{post("", "b", "again")}
		})
		b.same(b.list(store.Query{Shop: shop, Owner: k.ID, Kind: store.KindPost, Limit: 9}), []string{"b"})
		b.same(len(b.list(store.Query{Shop: shop, Owner: k.ID, Kind: store.KindPost + "s", Limit: 9})), 3)
		b.same(len(b.list(store.Query{Shop: shop, Owner: person(2), Kind: store.KindPost, Limit: 9})), 1)
		b.sound()
	}},
	{"an error from the callback is answered as it is and saves nothing", func(b *bench) {
		k, mine := customer(1), errors.New("mine")
		err := b.s.UpdateCustomer(b.ctx, k, func(c *store.Change) error {
			c.Customer.Reference = "K-1"
			c.Puts = []store.Record{post("", "a", "x")}
			c.Consents = []profile.Consent{{Purpose: profile.MoodRead, At: noon}}
			c.Jobs = []store.Job{{Kind: "sync", Key: "1", Due: noon}}
			return mine
		})
		if !errors.Is(err, mine) {
			b.Fatalf("the error is %v, want the callback's own", err)
		}
		b.nothingSaved(k)
	}},
	{"where one queued thing fails, nothing of the update is saved", func(b *bench) {
		k := customer(1)
		err := b.s.UpdateCustomer(b.ctx, k, func(c *store.Change) error {
			c.Customer.Reference = "K-1"
			c.Consents = []profile.Consent{{Purpose: profile.MoodRead, At: noon}}
			stale := post("", "b", "x")
			stale.Version = 3
			c.Puts = []store.Record{post("", "a", "x"), stale}
			c.Jobs = []store.Job{{Kind: "sync", Key: "1", Due: noon}}
			return nil
		})
		b.kind(err, profile.Conflict)
		b.nothingSaved(k)
	}},
	{"a failing update leaves those that are saved with it alone", func(b *bench) {
		race(40, func(i int) {
			err := b.s.UpdateCustomer(b.ctx, customer(i), func(c *store.Change) error {
				r := post("", "a", "x")
				if i%2 == 1 {
					r.Version = 3
				}
				c.Puts = []store.Record{r}
				return nil
			})
			if want := i%2 == 1; profile.Is(err, profile.Conflict) != want {
				b.Errorf("update %d: %v", i, err)
			}
		})
		page, _, err := b.s.Customers(b.ctx, shop, "", 100)
		b.ok(err)
		b.same(len(page), 20)
		b.sound()
	}},
	{"updates of one customer that race lose nothing", func(b *bench) {
		k := customer(1)
		race(30, func(i int) {
			b.update(k, func(c *store.Change) {
				c.Customer.Sales = append(c.Customer.Sales, noon.Add(time.Duration(i)*time.Second))
				c.Consents = []profile.Consent{{Purpose: profile.MoodRead, At: noon}}
			})
		})
		got, err := b.s.Customer(b.ctx, k)
		b.ok(err)
		slices.SortFunc(got.Sales, time.Time.Compare)
		b.same(len(slices.CompactFunc(got.Sales, time.Time.Equal)), 30)
		ledger, err := b.s.Ledger(b.ctx, k, 0, 100)
		b.ok(err)
		b.same(len(ledger), 30)
		b.ok(store.VerifyLedger(ledger))
	}},
	{"the key of a customer cannot be changed", func(b *bench) {
		err := b.s.UpdateCustomer(b.ctx, customer(1), func(c *store.Change) error { c.Customer.ID = person(2); return nil })
		b.kind(err, profile.Internal)
		_, err = b.s.Customer(b.ctx, customer(2))
		b.kind(err, profile.NotFound)
	}},
	{"records and jobs of an update belong to its customer, whatever they say", func(b *bench) {
		b.update(customer(1), func(c *store.Change) {
			c.Jobs = []store.Job{{Kind: "sync", Key: "1", Due: noon}, {Shop: otherShop, Owner: person(2), Kind: "sync", Key: "2", Due: noon}}
			c.Puts = []store.Record{{At: store.At{Shop: otherShop, Owner: person(2), Kind: store.KindPost, Key: "a"}}}
		})
		leased, err := b.s.Lease(b.ctx, "sync", noon, noon.Add(time.Minute), 9)
		b.ok(err)
		b.same(len(leased), 2)
		for _, j := range leased {
			b.same(profile.Key{Shop: j.Shop, ID: j.Owner}, customer(1))
		}
		_, err = b.s.Record(b.ctx, post(person(1), "a", "").At)
		b.ok(err)
	}},
	{"a store call from inside a callback fails at once and never hangs", func(b *bench) {
		k := customer(1)
		b.exists(k)
		for name, call := range calls(k) {
			b.within(20*time.Second, func() {
				err := b.s.UpdateCustomer(b.ctx, k, func(*store.Change) error {
					if err := call(b); !profile.Is(err, profile.Internal) {
						b.Errorf("%s from inside a callback: %v", name, err)
					}
					return nil
				})
				if err != nil {
					b.Errorf("after %s: %v", name, err)
				}
			})
		}
	}},
	{"a callback that calls through another goroutine does not hang either", func(b *bench) {
		k := customer(1)
		b.within(20*time.Second, func() {
			runs := 0
			err := b.s.UpdateCustomer(b.ctx, k, func(*store.Change) error {
				if runs++; runs > 3 {
					return nil
				}
				done := make(chan error)
				go func() { done <- b.s.UpdateCustomer(b.ctx, k, func(*store.Change) error { return nil }) }()
				return <-done
			})
			if err != nil && !profile.Is(err, profile.Conflict) && !profile.Is(err, profile.Internal) {
				b.Errorf("the update ends with %v", err)
			}
		})
	}},
	{"other callers go on while a callback runs", func(b *bench) {
		inside, leave := make(chan struct{}), make(chan struct{})
		ended := make(chan error)
		go func() {
			ended <- b.s.UpdateCustomer(b.ctx, customer(1), func(*store.Change) error {
				close(inside)
				<-leave
				return nil
			})
		}()
		<-inside
		b.within(20*time.Second, func() {
			if err := b.s.UpdateCustomer(b.ctx, customer(2), func(*store.Change) error { return nil }); err != nil {
				b.Errorf("another customer's update: %v", err)
			}
			if _, err := b.s.Customer(b.ctx, customer(2)); err != nil {
				b.Errorf("another customer's read: %v", err)
			}
		})
		close(leave)
		b.ok(<-ended)
	}},
	{"after a callback has panicked the store works on", func(b *bench) {
		func() {
			defer func() {
				if recover() == nil {
					b.Error("the panic was swallowed")
				}
			}()
			_ = b.s.UpdateCustomer(b.ctx, customer(1), func(*store.Change) error { panic("mine") })
		}()
		b.exists(customer(1))
	}},
}

// nothingSaved checks that an update with reference K-1, a post, a consent and
// a job has left nothing.
func (b *bench) nothingSaved(k profile.Key) {
	b.Helper()
	_, err := b.s.Customer(b.ctx, k)
	b.kind(err, profile.NotFound)
	_, err = b.s.ByReference(b.ctx, shop, "K-1")
	b.kind(err, profile.NotFound)
	b.same(len(b.list(store.Query{Shop: shop, Owner: k.ID, Kind: store.KindPost, Limit: 9})), 0)
	ledger, err := b.s.Ledger(b.ctx, k, 0, 9)
	b.ok(err)
	queued, _, err := b.s.Jobs(b.ctx, shop, "", 9)
	b.ok(err)
	b.same(len(ledger)+len(queued), 0)
	b.sound()
}
