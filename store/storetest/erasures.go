package storetest

import (
	"fmt"
	"sync"
	"time"

	"tonfall/profile"
	"tonfall/store"
)

// lived gives a customer everything a customer can have.
func (b *bench) lived(k profile.Key) {
	b.Helper()
	for i := range 3 {
		_, err := b.s.Claim(b.ctx, profile.Identity{Shop: k.Shop, Provider: fmt.Sprint("p", i), Subject: string(k.ID)}, k.ID)
		b.ok(err)
	}
	b.update(k, func(c *store.Change) {
		c.Customer.Reference = "K-" + string(k.ID)
		c.Consents = []profile.Consent{consent(profile.MoodRead, "", profile.Granted), consent(profile.Posts, "p", profile.Granted)}
		for i := range 4 {
			r := post("", fmt.Sprint(i), "x")
			r.Expires = noon.Add(time.Duration(i) * time.Hour)
			c.Puts = append(c.Puts, r)
		}
		c.Puts = append(c.Puts, store.Record{At: store.At{Kind: store.KindGrant, Key: "g"}, Value: []byte("token")})
		c.Jobs = []store.Job{{Owner: k.ID, Kind: "sync", Key: "1", Due: noon}, {Owner: k.ID, Kind: "sync", Key: "2", Due: noon}}
	})
	t := ticket("secret of " + string(k.ID))
	t.Shop, t.Owner = k.Shop, k.ID
	b.ok(b.s.PutTicket(b.ctx, t))
	leased, err := b.s.Lease(b.ctx, "sync", noon, noon.Add(leaseTime), 1)
	b.ok(err)
	b.same(len(leased), 1)
}

var erasures = []promise{
	{"erasing removes everything, counts it, and leaves others alone", func(b *bench) {
		gone, stays := customer(1), customer(2)
		b.lived(stays)
		b.lived(gone)
		twin := profile.Key{Shop: otherShop, ID: gone.ID}
		b.lived(twin)
		receipt, err := b.s.Erase(b.ctx, gone, noon, nil)
		b.ok(err)
		b.same(receipt, store.Erased{At: noon, Identities: 3, Consents: 2, Jobs: 2, Records: map[string]int{store.KindPost: 4, store.KindGrant: 1}})

		_, err = b.s.Customer(b.ctx, gone)
		b.kind(err, profile.Gone)
		b.same(b.holds(gone), 0)
		b.same(b.holds(stays), b.holds(twin))
		if b.holds(stays) == 0 {
			b.Fatal("others have lost everything")
		}
		page, _, err := b.s.Customers(b.ctx, shop, "", 9)
		b.ok(err)
		b.same(len(page), 1)
		b.sound()
	}},
	{"erasing again answers the same receipt", func(b *bench) {
		b.lived(customer(1))
		first, err := b.s.Erase(b.ctx, customer(1), noon, nil)
		b.ok(err)
		again, err := b.s.Erase(b.ctx, customer(1), noon.Add(time.Hour), []store.Record{post("", "proof", "x")})
		b.ok(err)
		b.same(again, first)
		_, err = b.s.Record(b.ctx, post("", "proof", "").At)
		b.kind(err, profile.NotFound)
	}},
	{"whom nobody knows cannot be erased, and stays possible", func(b *bench) {
		_, err := b.s.Erase(b.ctx, customer(1), noon, nil)
		b.kind(err, profile.NotFound)
		b.exists(customer(1))
	}},
	{"a claimed identity without a customer can be erased", func(b *bench) {
		_, err := b.s.Claim(b.ctx, identity("1"), person(1))
		b.ok(err)
		receipt, err := b.s.Erase(b.ctx, customer(1), noon, nil)
		b.ok(err)
		b.same(receipt.Identities, 1)
	}},
	{"after an erasure every write for the customer answers gone", func(b *bench) {
		k := customer(1)
		b.lived(k)
		j := job("1", 0)
		leased, err := b.s.Lease(b.ctx, "sync", noon, noon.Add(leaseTime), 9)
		b.ok(err)
		_, err = b.s.Erase(b.ctx, k, noon, nil)
		b.ok(err)
		t := ticket("late")
		t.Owner = k.ID
		for name, write := range map[string]func() error{
			"Claim":          func() error { _, err := b.s.Claim(b.ctx, identity("late"), k.ID); return err },
			"UpdateCustomer": func() error { return b.s.UpdateCustomer(b.ctx, k, func(*store.Change) error { return nil }) },
			"PutRecord":      func() error { _, err := b.s.PutRecord(b.ctx, post(k.ID, "late", "x")); return err },
			"PutTicket":      func() error { return b.s.PutTicket(b.ctx, t) },
			"Enqueue":        func() error { return b.s.Enqueue(b.ctx, j) },
		} {
			if err := write(); !profile.Is(err, profile.Gone) {
				b.Errorf("%s after the erasure: %v", name, err)
			}
		}
		for _, late := range leased {
			b.kind(b.s.Finish(b.ctx, late, noon), profile.Conflict)
		}
		b.ok(b.s.DeleteRecord(b.ctx, post(k.ID, "0", "").At))
		b.ok(b.s.Release(b.ctx, identity("late"), k.ID))
		b.same(b.holds(k), 0)
		b.exists(profile.Key{Shop: otherShop, ID: k.ID}) // another shop's customer
		b.sound()
	}},
	{"a job that outlives its customer still runs, is put back and ends", func(b *bench) {
		k := customer(1)
		b.lived(k)
		revoke := store.Job{Shop: shop, Kind: "revoke", Key: "1", Value: []byte("grant"), Due: noon, Created: noon, Outlives: true}
		b.update(k, func(c *store.Change) { c.Jobs = []store.Job{revoke} })
		receipt, err := b.s.Erase(b.ctx, k, noon, nil)
		b.ok(err)
		b.same(receipt.Jobs, 2)
		b.sound()
		for try := range 2 {
			at := noon.Add(time.Duration(try) * time.Hour)
			leased, err := b.s.Lease(b.ctx, "revoke", at, at.Add(time.Minute), 9)
			b.ok(err)
			b.same(len(leased), 1)
			revoke.Owner, revoke.Due, revoke.Tries, revoke.Fence = k.ID, at, try+1, int64(try+1)
			b.same(leased[0], revoke)
			again := at.Add(time.Hour)
			if try == 1 {
				again = time.Time{}
			}
			b.ok(b.s.Finish(b.ctx, leased[0], again))
		}
		b.same(b.holds(k), 0)
		late := revoke
		late.Key = "late"
		b.kind(b.s.Enqueue(b.ctx, late), profile.Gone)
	}},
	{"an update under way when its customer is erased saves nothing", func(b *bench) {
		k := customer(1)
		b.lived(k)
		inside, leave := make(chan struct{}), make(chan struct{})
		ended := make(chan error, 1)
		var once sync.Once // it may run again
		go func() {
			ended <- b.s.UpdateCustomer(b.ctx, k, func(c *store.Change) error {
				c.Puts = []store.Record{post("", "late", "x")}
				once.Do(func() { close(inside) })
				<-leave
				return nil
			})
		}()
		<-inside
		_, err := b.s.Erase(b.ctx, k, noon, nil)
		b.ok(err)
		close(leave)
		b.kind(<-ended, profile.Gone)
		b.same(b.holds(k), 0)
	}},
	{"what is to be kept is written under the shop, with the erasure", func(b *bench) {
		b.lived(customer(1))
		proof := store.Record{At: store.At{Shop: shop, Kind: store.KindProof, Key: "1"}, Value: []byte("proof"), Time: noon}
		_, err := b.s.Erase(b.ctx, customer(1), noon, []store.Record{proof})
		b.ok(err)
		got, err := b.s.Record(b.ctx, proof.At)
		b.ok(err)
		b.same(string(got.Value), "proof")
		b.exists(customer(2))
		for _, at := range []store.At{{Shop: otherShop, Kind: store.KindProof}, {Shop: shop, Owner: person(3), Kind: store.KindProof}} {
			_, err := b.s.Erase(b.ctx, customer(2), noon, []store.Record{{At: at}})
			b.kind(err, profile.Internal)
		}
		_, err = b.s.Customer(b.ctx, customer(2))
		b.ok(err)
	}},
	{"after an erasure an identity and the shop's number are free", func(b *bench) {
		b.lived(customer(1))
		_, err := b.s.Erase(b.ctx, customer(1), noon, nil)
		b.ok(err)
		winner, err := b.s.Claim(b.ctx, profile.Identity{Shop: shop, Provider: "p0", Subject: string(person(1))}, person(2))
		b.ok(err)
		b.same(winner, person(2))
		b.update(customer(2), func(c *store.Change) { c.Customer.Reference = "K-" + string(person(1)) })
	}},
}

// holds counts what the interface still gives of a customer made by lived.
func (b *bench) holds(k profile.Key) (n int) {
	b.Helper()
	for i := range 3 {
		if owner, err := b.s.Owner(b.ctx, profile.Identity{Shop: k.Shop, Provider: fmt.Sprint("p", i), Subject: string(k.ID)}); err == nil && owner == k.ID {
			n++
		}
	}
	if _, err := b.s.ByReference(b.ctx, k.Shop, "K-"+string(k.ID)); err == nil {
		n++
	}
	for _, kind := range []string{store.KindPost, store.KindGrant} {
		n += len(b.list(store.Query{Shop: k.Shop, Owner: k.ID, Kind: kind, Limit: 2}))
	}
	ledger, err := b.s.Ledger(b.ctx, k, 0, 100)
	b.ok(err)
	queued, _, err := b.s.Jobs(b.ctx, k.Shop, "", 100)
	b.ok(err)
	for _, j := range queued {
		if j.Owner == k.ID {
			n++
		}
	}
	if _, err := b.s.Ticket(b.ctx, k.Shop, "code", "secret of "+string(k.ID), noon); err == nil {
		n++
	}
	return n + len(ledger)
}

var sweeps = []promise{
	{"a sweep removes what has expired by then, and counts it", func(b *bench) {
		for i := range 4 {
			r := post(person(1), fmt.Sprint(i), "x")
			r.Expires = noon.Add(time.Duration(i) * time.Minute)
			b.put(r)
			t := ticket(fmt.Sprint(i))
			t.Owner, t.Expires = person(1), r.Expires
			b.ok(b.s.PutTicket(b.ctx, t))
		}
		b.put(post(person(1), "for ever", "x"))
		for _, step := range []struct{ at, removed int }{{-1, 0}, {1, 4}, {1, 0}, {3, 4}, {100, 0}} {
			n, err := b.s.Sweep(b.ctx, noon.Add(time.Duration(step.at)*time.Minute))
			b.ok(err)
			b.same(n, step.removed)
			b.sound()
		}
		b.same(b.list(store.Query{Shop: shop, Owner: person(1), Kind: store.KindPost, Limit: 9}), []string{"for ever"})
	}},
	{"a record that was given more time is not swept", func(b *bench) {
		r := post(person(1), "a", "x")
		r.Expires = noon
		b.put(r)
		r.Expires, r.Version = noon.Add(time.Hour), store.AnyVersion
		b.put(r)
		n, err := b.s.Sweep(b.ctx, noon)
		b.ok(err)
		b.same(n, 0)
		r.Expires = time.Time{}
		b.put(r)
		n, err = b.s.Sweep(b.ctx, noon.Add(2*time.Hour))
		b.ok(err)
		b.same(n, 0)
	}},
	{"a sweep gets through more than fits into one transaction", func(b *bench) {
		const n = 1200
		b.update(customer(1), func(c *store.Change) {
			for i := range n {
				r := post("", fmt.Sprint(i), "x")
				r.Expires = noon
				c.Puts = append(c.Puts, r)
			}
		})
		swept, err := b.s.Sweep(b.ctx, noon)
		b.ok(err)
		b.same(swept, n)
		b.sound()
	}},
}
