package storetest

import (
	"sync"
	"time"

	"tonfall/profile"
	"tonfall/store"
)

func ticket(secret string) store.Ticket {
	return store.Ticket{Shop: shop, Kind: "code", Secret: secret, Value: []byte("value"), Trace: []byte("trace"), Expires: noon.Add(time.Minute)}
}

var tickets = []promise{
	{"a ticket is read and left, then taken exactly once", func(b *bench) {
		want := ticket("a")
		b.ok(b.s.PutTicket(b.ctx, want))
		for range 2 {
			got, err := b.s.Ticket(b.ctx, shop, "code", "a", noon)
			b.ok(err)
			b.same(got, want)
		}
		got, err := b.s.TakeTicket(b.ctx, shop, "code", "a", noon)
		b.ok(err)
		b.same(got, want)
		_, err = b.s.Ticket(b.ctx, shop, "code", "a", noon)
		b.kind(err, profile.Gone)
		b.sound()
	}},
	{"who comes again gets the trace, and nothing of the value", func(b *bench) {
		b.ok(b.s.PutTicket(b.ctx, ticket("a")))
		_, err := b.s.TakeTicket(b.ctx, shop, "code", "a", noon)
		b.ok(err)
		for _, later := range []time.Duration{0, time.Second, time.Hour} {
			again, err := b.s.TakeTicket(b.ctx, shop, "code", "a", noon.Add(later))
			b.kind(err, profile.Gone)
			b.same([]string{string(again.Trace), string(again.Value)}, []string{"trace", ""})
		}
		_, err = b.s.Sweep(b.ctx, noon.Add(time.Hour))
		b.ok(err)
		again, err := b.s.TakeTicket(b.ctx, shop, "code", "a", noon.Add(time.Hour))
		b.kind(err, profile.NotFound)
		b.same(len(again.Trace), 0)
	}},
	{"of fifty who take a ticket at once, one gets it", func(b *bench) {
		for _, secret := range []string{"a", "b", "c"} {
			b.ok(b.s.PutTicket(b.ctx, ticket(secret)))
			var mu sync.Mutex
			got, traces := 0, 0
			race(50, func(int) {
				ticket, err := b.s.TakeTicket(b.ctx, shop, "code", secret, noon)
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil && string(ticket.Value) == "value":
					got++
				case profile.Is(err, profile.Gone) && string(ticket.Trace) == "trace" && ticket.Value == nil:
					traces++
				default:
					b.Errorf("one gets %v", err)
				}
			})
			b.same([]int{got, traces}, []int{1, 49})
		}
	}},
	{"an expired ticket is gone and leaves no trace of a replay", func(b *bench) {
		b.ok(b.s.PutTicket(b.ctx, ticket("a")))
		_, err := b.s.Ticket(b.ctx, shop, "code", "a", noon.Add(time.Minute-1))
		b.ok(err)
		_, err = b.s.Ticket(b.ctx, shop, "code", "a", noon.Add(time.Minute))
		b.kind(err, profile.Gone)
		got, err := b.s.TakeTicket(b.ctx, shop, "code", "a", noon.Add(time.Minute))
		b.kind(err, profile.Gone)
		b.same(len(got.Trace)+len(got.Value), 0)
	}},
	{"a ticket is found only by its shop, kind and secret", func(b *bench) {
		b.ok(b.s.PutTicket(b.ctx, ticket("a")))
		for _, at := range [][3]string{{otherShop, "code", "a"}, {shop, "state", "a"}, {shop, "code", "b"}, {shop, "code", ""}} {
			_, err := b.s.Ticket(b.ctx, at[0], at[1], at[2], noon)
			b.kind(err, profile.NotFound)
			_, err = b.s.TakeTicket(b.ctx, at[0], at[1], at[2], noon)
			b.kind(err, profile.NotFound)
		}
		_, err := b.s.TakeTicket(b.ctx, shop, "code", "a", noon)
		b.ok(err)
	}},
	{"a secret is used for one ticket, also after it was taken", func(b *bench) {
		b.ok(b.s.PutTicket(b.ctx, ticket("a")))
		b.kind(b.s.PutTicket(b.ctx, ticket("a")), profile.Conflict)
		_, err := b.s.TakeTicket(b.ctx, shop, "code", "a", noon)
		b.ok(err)
		b.kind(b.s.PutTicket(b.ctx, ticket("a")), profile.Conflict)
	}},
	{"a ticket without a secret or an end is refused", func(b *bench) {
		endless := ticket("a")
		endless.Expires = time.Time{}
		for _, t := range []store.Ticket{ticket(""), endless} {
			b.kind(b.s.PutTicket(b.ctx, t), profile.Invalid)
		}
	}},
}
