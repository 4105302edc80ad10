package storetest

import (
	"strings"
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
		for _, id := range []profile.CustomerID{"", "anna", "c" + profile.CustomerID(strings.Repeat("0", 35)), person(1)[:35], person(1) + "0", "x" + person(1)[1:]} {
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
