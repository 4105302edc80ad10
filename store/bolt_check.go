package store

import (
	"bytes"
	"context"
	"fmt"

	bolt "go.etcd.io/bbolt"

	"tonfall/profile"
)

// mostFaults is how many sentences Check answers at most: whoever has more
// restores a backup.
const mostFaults = 1000

// Check reads everything: the content on a snapshot while all goes on, then,
// where that could be read, bbolt's own structure while writes wait. bbolt does
// the latter on a goroutine of its own, where a page that leads beyond the file
// would end the program.
func (b *boltStore) Check(ctx context.Context) (faults []string, err error) {
	free, err := b.chore(ctx)
	if err != nil {
		return nil, err
	}
	defer free()
	c := &checker{b: b, ctx: ctx}
	err = b.viewIn(b.db, func(tx *bolt.Tx) error {
		c.tx = tx
		for _, check := range []func() error{c.customers, c.ledgers, c.owners, c.records, c.tickets, c.jobs, c.tombstones} {
			if err := check(); err != nil {
				return err
			}
		}
		return nil
	})
	if profile.Is(err, profile.Internal) {
		c.note("%v", err)
		err = nil
	}
	if err != nil || len(c.faults) > 0 {
		return c.faults, err
	}
	err = b.hand(ctx, &write{done: make(chan struct{}), alone: func() error {
		return b.viewIn(b.db, func(tx *bolt.Tx) error {
			for fault := range tx.Check() { // to its end: it stops for nobody
				c.note("the file's structure is broken: %v", fault)
			}
			return nil
		})
	}})
	return c.faults, err
}

// checker goes through one snapshot. Each index is checked from the values
// (every value has its entry) and then counted (there are no others).
type checker struct {
	b      *boltStore
	ctx    context.Context
	tx     *bolt.Tx
	faults []string
}

func (c *checker) note(format string, args ...any) {
	if len(c.faults) < mostFaults {
		c.faults = append(c.faults, fmt.Sprintf(format, args...))
	}
}

// each gives every entry of a bucket and counts them.
func (c *checker) each(bucket string, visit func(k, v []byte)) (n int, err error) {
	cursor := c.tx.Bucket([]byte(bucket)).Cursor()
	for k, v := cursor.First(); k != nil; k, v = cursor.Next() {
		if n++; n%1000 == 0 && c.ctx.Err() != nil {
			return n, given(c.ctx)
		}
		visit(k, v)
	}
	return n, nil
}

// has reports whether an index holds a key.
func (c *checker) has(bucket string, k []byte) bool {
	found, _ := c.tx.Bucket([]byte(bucket)).Cursor().Seek(k)
	return bytes.Equal(found, k)
}

func (c *checker) counted(bucket string, want int) error {
	n, err := c.each(bucket, func(_, _ []byte) {})
	if err == nil && n != want {
		c.note("the index %s has %d entries where %d belong", bucket, n, want)
	}
	return err
}

func (c *checker) customers() error {
	references := 0
	_, err := c.each(inCustomers, func(k, v []byte) {
		at := customerAt(k)
		var one profile.Customer
		if err := c.b.codec.Open(customerPlace(at), v, &one); err != nil || one.Key != at {
			c.note("customer %s cannot be read", at)
			return
		}
		var newest int
		for _, consent := range one.Consents {
			newest = max(newest, consent.Seq)
		}
		if last, err := c.b.lastConsent(c.tx, at); err != nil || last.Seq != newest {
			c.note("customer %s: the ledger ends at entry %d, the customer's decisions at %d", at, last.Seq, newest)
		}
		if one.Reference == "" {
			return
		}
		references++
		owner, err := c.b.ownerAt(c.tx, inReferences, at.Shop, c.b.codec.referenceHash(at.Shop, one.Reference))
		if err != nil || owner != at.ID {
			c.note("customer %s is not found by its number in the shop", at)
		}
	})
	if err != nil {
		return err
	}
	return c.counted(inReferences, references)
}

func (c *checker) ledgers() error {
	var ledger []profile.Consent
	var of profile.Key
	finish := func() {
		if err := VerifyLedger(ledger); err != nil {
			c.note("customer %s: %v", of, err)
		}
		ledger = nil
	}
	_, err := c.each(inLedger, func(k, v []byte) {
		at := customerAt(k)
		if at != of {
			finish()
			of = at
		}
		entry, err := c.b.openConsent(at, k[len(in(at.Shop))+ownerLen:], v)
		if err != nil {
			c.note("customer %s: a ledger entry cannot be read", at)
		}
		ledger = append(ledger, entry)
	})
	finish()
	return err
}

// owners checks the identities and the index by owner, in which tickets are too.
func (c *checker) owners() error {
	owned := 0
	_, err := c.each(inIdentities, func(k, _ []byte) {
		shop, hash, _ := bytes.Cut(k, []byte{0})
		owner, err := c.b.ownerAt(c.tx, inIdentities, string(shop), hash)
		if err != nil {
			c.note("an identity of shop %s cannot be read", shop)
			return
		}
		owned++
		if !c.has(inOwned, in(string(shop)).owner(owner).with('i').with(hash...)) {
			c.note("an identity of customer %s/%s would survive an erasure", shop, owner)
		}
	})
	if err != nil {
		return err
	}
	_, err = c.each(inTickets, func(k, _ []byte) {
		shop, kind, hash, ok := splitTicket(k)
		kept, err := c.b.ticketAt(c.tx, shop, kind, hash)
		if !ok || err != nil || kept.Owner == "" {
			return // told by tickets
		}
		owned++
		if !c.has(inOwned, ticketOwned(shop, kept.Owner, k)) {
			c.note("a %s ticket of customer %s/%s would survive an erasure", kind, shop, kept.Owner)
		}
	})
	if err != nil {
		return err
	}
	return c.counted(inOwned, owned)
}

// customerAt reads the shop and the owner that a key begins with.
func customerAt(k []byte) profile.Key {
	shop, rest, _ := bytes.Cut(k, []byte{0})
	if len(rest) < ownerLen {
		return profile.Key{Shop: string(shop)}
	}
	return profile.Key{Shop: string(shop), ID: ownerOf(rest[:ownerLen])}
}
