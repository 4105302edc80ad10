package storetest

import (
	"errors"
	"slices"
	"sync"
	"time"

	"tonfall/profile"
	"tonfall/store"
)

// full is a customer with something in every corner, JSON's traps included.
func full(k profile.Key) profile.Customer {
	return profile.Customer{
		Key: k, Reference: "K-4711 ü",
		Accounts: []profile.Account{{Connector: "mastodon", Provider: "mastodon.social", Subject: "1", Handle: "anna@mastodon.social",
			Name: "Anna <Ä> \u202e", Email: "anna@example.org", Scopes: []string{"read"}, Connected: noon, Problem: profile.Reconnect}},
		Consents: []profile.Consent{},
		Wishes:   profile.Wishes{Plain: true, Address: profile.Du, Locale: "de"},
		Mood:     profile.Mood{Word: profile.Content, Confidence: 0.1 + 0.2, Evidence: []profile.Weighed{{Item: "a b c", Share: 1}}, AsOf: noon},
		Sales:    []time.Time{noon}, LastTone: "warm", Created: noon, Updated: noon.Add(time.Nanosecond), Adult: true,
	}
}

var customers = []promise{
	{"a customer comes back as it was saved", func(b *bench) {
		want := full(customer(1))
		b.update(want.Key, func(c *store.Change) { *c.Customer = want })
		got, err := b.s.Customer(b.ctx, want.Key)
		b.ok(err)
		b.same(got, want)
	}},
	{"an unknown customer is not found, also in another shop", func(b *bench) {
		b.exists(customer(1))
		_, err := b.s.Customer(b.ctx, customer(2))
		b.kind(err, profile.NotFound)
		_, err = b.s.Customer(b.ctx, profile.Key{Shop: otherShop, ID: person(1)})
		b.kind(err, profile.NotFound)
	}},
	{"something that is no customer id is refused", func(b *bench) {
		for _, id := range []profile.CustomerID{"", "anna", person(1)[:35], person(1) + "0", "x" + person(1)[1:]} {
			_, err := b.s.Customer(b.ctx, profile.Key{Shop: shop, ID: id})
			b.kind(err, profile.Invalid)
			b.kind(b.s.UpdateCustomer(b.ctx, profile.Key{Shop: shop, ID: id}, func(*store.Change) error { return nil }), profile.Invalid)
		}
		b.kind(b.s.UpdateCustomer(b.ctx, profile.Key{Shop: "de\x00mo", ID: person(1)}, func(*store.Change) error { return nil }), profile.Invalid)
	}},
	{"customers are listed oldest first, page by page, each once", func(b *bench) {
		const n = 25
		var want []profile.CustomerID
		for i := range n {
			want = append(want, person(i))
			b.exists(customer((i * 7) % n)) // not in order
			b.exists(profile.Key{Shop: otherShop, ID: person(i)})
		}
		for _, limit := range []int{1, 5, 7, 25, 26, 1000} {
			var got []profile.CustomerID
			cursor := ""
			for {
				page, next, err := b.s.Customers(b.ctx, shop, cursor, limit)
				b.ok(err)
				if len(page) == 0 || len(page) > limit {
					b.Fatalf("a page of %d where the limit is %d", len(page), limit)
				}
				for _, c := range page {
					got = append(got, c.ID)
				}
				if cursor = next; next == "" {
					break
				}
			}
			b.same(got, want)
		}
		page, next, err := b.s.Customers(b.ctx, "empty", "", 10)
		b.ok(err)
		b.same([]any{len(page), next}, []any{0, ""})
	}},
	{"a page of nothing, of too much or after nonsense is refused", func(b *bench) {
		for _, limit := range []int{-1, 0, 1001} {
			_, _, err := b.s.Customers(b.ctx, shop, "", limit)
			b.kind(err, profile.Invalid)
		}
		_, _, err := b.s.Customers(b.ctx, shop, "nonsense", 10)
		b.kind(err, profile.Invalid)
	}},
	{"a customer is found by the shop's number, and moves with it", func(b *bench) {
		k := customer(1)
		b.update(k, func(c *store.Change) { c.Customer.Reference = "K-1" })
		id, err := b.s.ByReference(b.ctx, shop, "K-1")
		b.ok(err)
		b.same(id, k.ID)
		b.update(k, func(c *store.Change) { c.Customer.Reference = "K-2" })
		_, err = b.s.ByReference(b.ctx, shop, "K-1")
		b.kind(err, profile.NotFound)
		id, err = b.s.ByReference(b.ctx, shop, "K-2")
		b.ok(err)
		b.same(id, k.ID)
		_, err = b.s.ByReference(b.ctx, otherShop, "K-2")
		b.kind(err, profile.NotFound)
		b.update(k, func(c *store.Change) { c.Customer.Reference = "" })
		_, err = b.s.ByReference(b.ctx, shop, "K-2")
		b.kind(err, profile.NotFound)
		b.sound()
	}},
	{"the shop's number belongs to one customer", func(b *bench) {
		b.update(customer(1), func(c *store.Change) { c.Customer.Reference = "K-1" })
		take := func(c *store.Change) error { c.Customer.Reference, c.Customer.LastTone = "K-1", "warm"; return nil }
		b.kind(b.s.UpdateCustomer(b.ctx, customer(2), take), profile.Conflict)
		_, err := b.s.Customer(b.ctx, customer(2))
		b.kind(err, profile.NotFound)
		b.ok(b.s.UpdateCustomer(b.ctx, profile.Key{Shop: otherShop, ID: person(2)}, take))
		b.update(customer(1), func(c *store.Change) { c.Customer.Reference = "" })
		b.ok(b.s.UpdateCustomer(b.ctx, customer(2), take))
	}},
	{"of many who want one number, one gets it", func(b *bench) {
		var mu sync.Mutex
		var winners []profile.CustomerID
		race(20, func(i int) {
			err := b.s.UpdateCustomer(b.ctx, customer(i), func(c *store.Change) error { c.Customer.Reference = "K-1"; return nil })
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				winners = append(winners, person(i))
			} else if !profile.Is(err, profile.Conflict) {
				b.Errorf("a loser gets %v", err)
			}
		})
		id, err := b.s.ByReference(b.ctx, shop, "K-1")
		b.ok(err)
		b.same(winners, []profile.CustomerID{id})
	}},
}

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
		if err != mine {
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
	{"a job of another customer cannot be queued with an update", func(b *bench) {
		err := b.s.UpdateCustomer(b.ctx, customer(1), func(c *store.Change) error {
			c.Jobs = []store.Job{{Owner: person(2), Kind: "sync", Key: "1", Due: noon}}
			return nil
		})
		b.kind(err, profile.Internal)
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
		b.within(60*time.Second, func() {
			err := b.s.UpdateCustomer(b.ctx, k, func(*store.Change) error {
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
