package store

import (
	"bytes"
)

// records checks the records and their index by time.
func (c *checker) records() error {
	n, err := c.each(inRecords, func(k, v []byte) {
		at, hash, ok := split(k)
		if !ok {
			c.note("a record has a key that is none")
			return
		}
		r, err := c.b.codec.OpenRecord(at, hash, v)
		if err != nil || !bytes.Equal(c.b.codec.recordHash(r.At), hash) {
			c.note("a %s of %s/%s cannot be read", at.Kind, at.Shop, at.Owner)
			return
		}
		if !c.has(inTimes, timesKey(r, hash)) {
			c.note("a %s of %s/%s is in no list", at.Kind, at.Shop, at.Owner)
		}
		if !r.Expires.IsZero() && !c.has(inExpiry, key{}.moment(r.Expires).with('r').with(k...)) {
			c.note("a %s of %s/%s would not be swept when it has expired", at.Kind, at.Shop, at.Owner)
		}
	})
	if err != nil {
		return err
	}
	return c.counted(inTimes, n)
}

// tickets checks the tickets, and that the index by expiry leads somewhere.
func (c *checker) tickets() error {
	_, err := c.each(inTickets, func(k, _ []byte) {
		shop, kind, hash, ok := splitTicket(k)
		kept, err := c.b.ticketAt(c.tx, shop, kind, hash)
		if !ok || err != nil {
			c.note("a ticket of shop %s cannot be read", shop)
			return
		}
		if !c.has(inExpiry, key{}.moment(kept.Expires).with('t').with(k...)) {
			c.note("a %s ticket of shop %s would not be swept when it has expired", kind, shop)
		}
	})
	if err != nil {
		return err
	}
	_, err = c.each(inExpiry, func(k, _ []byte) {
		bucket := inRecords
		if k[timeLen] == 't' {
			bucket = inTickets
		}
		if !c.has(bucket, k[timeLen+1:]) {
			c.note("the index %s leads to nothing", inExpiry)
		}
	})
	return err
}

// jobs checks the jobs and their index by due time.
func (c *checker) jobs() error {
	n, err := c.each(inJobs, func(k, _ []byte) {
		at, hash, ok := split(k)
		kept, _, err := c.b.jobAt(c.tx, at, hash)
		if !ok || err != nil {
			c.note("a job of shop %s cannot be read", at.Shop)
			return
		}
		if !kept.Outlives && erased(c.tx, at.Shop, at.Owner) != nil {
			c.note("customer %s/%s was erased, but has a %s job left", at.Shop, at.Owner, at.Kind)
		}
		if !c.has(inDue, dueKey(at, hash, kept)) {
			c.note("a %s job of %s/%s would never run", at.Kind, at.Shop, at.Owner)
		}
	})
	if err != nil {
		return err
	}
	return c.counted(inDue, n)
}

// tombstones checks that nothing is left of the erased.
func (c *checker) tombstones() error {
	_, err := c.each(inErased, func(k, _ []byte) {
		at := customerAt(k)
		for _, bucket := range []string{inCustomers, inOwned, inLedger, inRecords, inTimes} {
			found, _ := c.tx.Bucket([]byte(bucket)).Cursor().Seek(k)
			if bytes.HasPrefix(found, k) {
				c.note("customer %s was erased, but has something left in %s", at, bucket)
			}
		}
	})
	return err
}
