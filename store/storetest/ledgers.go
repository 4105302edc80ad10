package storetest

import (
	"fmt"
	"time"

	"tonfall/profile"
	"tonfall/store"
)

func consent(p profile.Purpose, provider string, d profile.Decision) profile.Consent {
	return profile.Consent{
		Purpose: p, Provider: provider, Decision: d, TextVersion: "2026-11", TextHash: "ab", Lang: "de", At: noon,
		Evidence: profile.Proof{How: "page", Address: "192.0.2.1", Agent: "a <browser> & \xff bytes \u2028"},
	}
}

var ledgers = []promise{
	{"the ledger numbers and chains what is appended", func(b *bench) {
		k := customer(1)
		for i := range 4 {
			b.update(k, func(c *store.Change) {
				forged := consent(profile.Posts, fmt.Sprint("p", i), profile.Granted)
				forged.Seq, forged.Prev, forged.Hash = 7, "forged", "forged"
				c.Consents = []profile.Consent{forged, consent(profile.MoodRead, "", profile.Withdrawn)}
			})
		}
		ledger, err := b.s.Ledger(b.ctx, k, 0, 100)
		b.ok(err)
		b.same(len(ledger), 8)
		b.ok(store.VerifyLedger(ledger))
		b.same(ledger[7].Seq, 8)
		b.sound()
	}},
	{"what comes from the ledger is what was given, in UTC", func(b *bench) {
		want := consent(profile.Posts, "p", profile.Granted)
		given := want
		given.At = want.At.In(time.FixedZone("far", 5*3600))
		b.update(customer(1), func(c *store.Change) { c.Consents = []profile.Consent{given} })
		ledger, err := b.s.Ledger(b.ctx, customer(1), 0, 1)
		b.ok(err)
		got := ledger[0]
		want.Seq, want.Hash = 1, got.Hash
		want.Evidence.Agent = "a <browser> & \ufffd bytes \u2028"
		b.same(got, want)
		b.same(got.At.Location() == time.UTC, true)
	}},
	{"the customer carries the latest decision on each purpose", func(b *bench) {
		k := customer(1)
		var inside *profile.Customer
		b.update(k, func(c *store.Change) {
			inside = c.Customer
			c.Consents = []profile.Consent{
				consent(profile.Posts, "p", profile.Granted), consent(profile.Posts, "q", profile.Granted), consent(profile.MoodRead, "", profile.Granted),
			}
		})
		b.same(len(inside.Consents), 3) // and who has called sees it
		b.update(k, func(c *store.Change) {
			c.Consents = []profile.Consent{consent(profile.Posts, "p", profile.Withdrawn), consent(profile.Posts, "p", profile.Granted), consent(profile.MoodRead, "", profile.Withdrawn)}
		})
		got, err := b.s.Customer(b.ctx, k)
		b.ok(err)
		b.same(len(got.Consents), 3)
		b.same([]int{got.Consent(profile.Posts, "p").Seq, got.Consent(profile.Posts, "q").Seq, got.Consent(profile.MoodRead, "").Seq}, []int{5, 2, 6})
		b.same([]bool{got.Allows(profile.Posts, "p"), got.Allows(profile.MoodRead, "")}, []bool{true, false})
		ledger, err := b.s.Ledger(b.ctx, k, 0, 100)
		b.ok(err)
		b.same(*got.Consent(profile.MoodRead, ""), ledger[5])
	}},
	{"the ledger is read in pages", func(b *bench) {
		k := customer(1)
		b.update(k, func(c *store.Change) {
			for range 7 {
				c.Consents = append(c.Consents, consent(profile.MoodRead, "", profile.Granted))
			}
		})
		b.update(customer(2), func(c *store.Change) { c.Consents = []profile.Consent{consent(profile.MoodRead, "", profile.Granted)} })
		var got []int
		for after := 0; ; {
			page, err := b.s.Ledger(b.ctx, k, after, 3)
			b.ok(err)
			if len(page) == 0 {
				break
			}
			for _, c := range page {
				got = append(got, c.Seq)
			}
			after = page[len(page)-1].Seq
		}
		b.same(got, []int{1, 2, 3, 4, 5, 6, 7})
		_, err := b.s.Ledger(b.ctx, k, 0, 0)
		b.kind(err, profile.Invalid)
		none, err := b.s.Ledger(b.ctx, customer(9), 0, 1)
		b.ok(err)
		b.same(len(none), 0)
	}},
	{"a consent whose time cannot be written saves nothing", func(b *bench) {
		c := consent(profile.MoodRead, "", profile.Granted)
		c.At = time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC)
		err := b.s.UpdateCustomer(b.ctx, customer(1), func(change *store.Change) error { change.Consents = []profile.Consent{c}; return nil })
		b.kind(err, profile.Invalid)
		_, err = b.s.Customer(b.ctx, customer(1))
		b.kind(err, profile.NotFound)
	}},
}
