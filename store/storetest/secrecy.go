package storetest

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"time"

	"tonfall/profile"
	"tonfall/store"
)

var isolation = []promise{
	{"what one shop has, another does not see", func(b *bench) {
		b.lived(customer(1))
		foreign := profile.Key{Shop: otherShop, ID: person(1)}
		b.same(b.holds(foreign), 0)
		page, _, err := b.s.Customers(b.ctx, otherShop, "", 9)
		b.ok(err)
		queued, _, err := b.s.Jobs(b.ctx, otherShop, "", 9)
		b.ok(err)
		b.same(len(page)+len(queued), 0)
		b.kind(b.s.Finish(b.ctx, store.Job{Shop: otherShop, Owner: person(1), Kind: "sync", Key: "1", Fence: 1}, time.Time{}), profile.Conflict)
		_, err = b.s.Erase(b.ctx, foreign, noon, nil)
		b.kind(err, profile.NotFound)
		b.ok(b.s.Release(b.ctx, profile.Identity{Shop: otherShop, Provider: "p0", Subject: string(person(1))}, person(1)))
		if b.holds(customer(1)) == 0 {
			b.Fatal("another shop has removed it")
		}
	}},
	{"a shop whose name begins like another's is another", func(b *bench) {
		b.lived(customer(1))
		for _, near := range []string{"dem", "demo2", "demo\x01", ""} {
			page, _, err := b.s.Customers(b.ctx, near, "", 9)
			b.ok(err)
			b.same(len(page), 0)
		}
		r := post("", "a", "x")
		b.put(r)
		for _, near := range []string{"dem", "demo2", ""} {
			b.same(len(b.list(store.Query{Shop: near, Kind: store.KindPost, Limit: 9})), 0)
		}
	}},
}

// markers are planted in every corner that may be personal, and searched in
// what the store has written. They are long, so that none is there by chance.
var markers = struct{ name, handle, email, text, token, secret, reference, subject, key, agent, tone string }{
	"MarkerName Anna Beispiel", "marker.handle.example", "marker-mail@example.org", "marker text: heute ist ein furchtbarer Tag", "marker-token-9f8e7d6c5b4a",
	"marker-secret-0123456789abcdef", "marker-reference-K4711", "marker-subject-did:plc:abcdef", "marker-record-key", "marker-agent Mozilla/5.0", "marker-trace",
}

func all() []string {
	m := markers
	return []string{m.name, m.handle, m.email, m.text, m.token, m.secret, m.reference, m.subject, m.key, m.agent, m.tone}
}

// plant puts every marker where it belongs.
func (b *bench) plant(k profile.Key) {
	b.Helper()
	m := markers
	_, err := b.s.Claim(b.ctx, profile.Identity{Shop: shop, Provider: "p", Subject: m.subject}, k.ID)
	b.ok(err)
	b.update(k, func(c *store.Change) {
		c.Customer.Reference, c.Customer.LastTone = m.reference, m.tone
		c.Customer.Accounts = []profile.Account{{Provider: "p", Subject: m.subject, Handle: m.handle, Name: m.name, Email: m.email}}
		c.Consents = []profile.Consent{{Purpose: profile.Posts, At: noon, Evidence: profile.Proof{Agent: m.agent, Reference: m.reference}}}
		c.Puts = []store.Record{
			{At: store.At{Kind: store.KindPost, Key: m.key}, Value: []byte(m.text), Time: noon},
			{At: store.At{Kind: store.KindGrant, Key: m.subject}, Value: []byte(m.token), Time: noon},
		}
		c.Jobs = []store.Job{{Owner: k.ID, Kind: "sync", Key: m.key, Value: []byte(m.handle), Due: noon}}
	})
	b.ok(b.s.PutTicket(b.ctx, store.Ticket{Shop: shop, Kind: "code", Secret: m.secret, Owner: k.ID, Value: []byte(m.email), Trace: []byte(m.tone), Expires: noon.Add(time.Hour)}))
}

// visible fails the test where a marker lies open in what was written, as it
// is or in an everyday spelling.
func (b *bench) visible(when string) {
	b.Helper()
	raw := b.raw()
	if len(raw) == 0 {
		b.Fatal("the store has written nothing: this test sees nothing")
	}
	for _, marker := range all() {
		for offset := range 3 { // base64 looks different at each place in a group of three
			inner := base64.StdEncoding.EncodeToString([]byte(marker)[offset:])
			if bytes.Contains(raw, []byte(inner[:len(inner)/4*4-4])) {
				b.Errorf("%s: %q lies open in base64", when, marker)
			}
		}
		if bytes.Contains(raw, []byte(marker)) || bytes.Contains(raw, []byte(hex.EncodeToString([]byte(marker)))) {
			b.Errorf("%s: %q lies open", when, marker)
		}
	}
}

var secrecy = []promise{
	{"nothing personal lies open in what is written, at any time", func(b *bench) {
		k := customer(1)
		b.plant(k)
		b.visible("after writing")
		_, err := b.s.TakeTicket(b.ctx, shop, "code", markers.secret, noon)
		b.ok(err)
		leased, err := b.s.Lease(b.ctx, "sync", noon, noon.Add(time.Minute), 1)
		b.ok(err)
		b.ok(b.s.Finish(b.ctx, leased[0], noon.Add(time.Hour)))
		b.update(k, func(c *store.Change) { c.Customer.Reference = "" })
		b.visible("after working")
		_, err = b.s.Erase(b.ctx, k, noon, []store.Record{{At: store.At{Shop: shop, Kind: store.KindProof, Key: markers.subject}, Value: []byte(markers.agent)}})
		b.ok(err)
		b.visible("after erasing")
		if c, can := b.s.(store.Compactor); can {
			b.ok(c.Compact(b.ctx))
			b.visible("after compacting")
		}
	}},
	{"no error shows what is personal", func(b *bench) {
		b.plant(customer(1))
		m := markers
		var told []string
		tell := func(err error) {
			if err != nil {
				told = append(told, err.Error(), profile.Message(err))
			}
		}
		_, err := b.s.Owner(b.ctx, profile.Identity{Shop: shop, Provider: m.handle, Subject: m.email})
		tell(err)
		_, err = b.s.Record(b.ctx, store.At{Shop: shop, Kind: store.KindPost, Key: m.key})
		tell(err)
		_, err = b.s.PutRecord(b.ctx, store.Record{At: store.At{Shop: shop, Owner: person(1), Kind: store.KindPost, Key: m.key}, Value: []byte(m.text)})
		tell(err)
		tell(b.s.PutTicket(b.ctx, store.Ticket{Shop: shop, Kind: "code", Secret: m.secret, Expires: noon}))
		_, err = b.s.TakeTicket(b.ctx, shop, "state", m.secret, noon)
		tell(err)
		tell(b.s.UpdateCustomer(b.ctx, customer(2), func(c *store.Change) error { c.Customer.Reference = m.reference; return nil }))
		_, err = b.s.ByReference(b.ctx, shop, m.name)
		tell(err)
		_, err = b.s.Claim(b.ctx, identity(m.subject), profile.CustomerID(m.name))
		tell(err)
		b.same(len(told), 16)
		for _, text := range told {
			for _, marker := range all() {
				if bytes.Contains([]byte(text), []byte(marker)) {
					b.Errorf("an error says %q", text)
				}
			}
		}
	}},
	{"cursors show nothing personal", func(b *bench) {
		for i := range 3 {
			b.put(post(person(1), fmt.Sprint(markers.key, i), "x"))
			b.ok(b.s.Enqueue(b.ctx, job(fmt.Sprint(markers.key, i), 0)))
		}
		_, records, err := b.s.Records(b.ctx, store.Query{Shop: shop, Owner: person(1), Kind: store.KindPost, Limit: 1})
		b.ok(err)
		_, jobs, err := b.s.Jobs(b.ctx, shop, "", 1)
		b.ok(err)
		for _, cursor := range []string{records, jobs} {
			plain, err := base64.RawURLEncoding.DecodeString(cursor)
			b.ok(err)
			if len(cursor) == 0 || bytes.Contains(plain, []byte(markers.key)) {
				b.Errorf("the cursor %q is empty or says too much", cursor)
			}
		}
	}},
}
