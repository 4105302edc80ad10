package store

import (
	"bytes"
	"context"
	"time"

	bolt "go.etcd.io/bbolt"
)

// sweepStep is how many things one transaction of a sweep removes.
const sweepStep = 500

func (b *boltStore) Sweep(ctx context.Context, now time.Time) (total int, err error) {
	for {
		n, more := 0, false
		err := b.update(ctx, func(t *txn) error {
			n = 0
			entries := expiredBy(t.Tx, now)
			more = len(entries) == sweepStep
			for _, entry := range entries {
				gone, err := b.sweepOne(t, entry)
				if err != nil {
					return err
				}
				n += gone
			}
			return nil
		})
		if err != nil {
			return total, err
		}
		if total += n; !more {
			return total, nil
		}
	}
}

// sweepOne removes what one entry of the expiry index stands for, and the
// entry; it answers 0 where there was nothing any more.
func (b *boltStore) sweepOne(t *txn, entry []byte) (int, error) {
	at := entry[timeLen+1:]
	if err := t.drop(inExpiry, entry); err != nil {
		return 0, err
	}
	if entry[timeLen] == 't' {
		if t.get(inTickets, at) == nil {
			return 0, nil
		}
		return 1, b.dropTicket(t, at)
	}
	count := map[string]int{}
	err := b.dropRecords(t, at, count)
	return len(count), err
}

// expiredBy copies the first entries of the expiry index by now.
func expiredBy(tx *bolt.Tx, now time.Time) [][]byte {
	var entries [][]byte
	end := key{}.moment(now).with(bytes.Repeat([]byte{0xff}, 64)...)
	c := tx.Bucket([]byte(inExpiry)).Cursor()
	for k, _ := c.First(); k != nil && bytes.Compare(k, end) < 0 && len(entries) < sweepStep; k, _ = c.Next() {
		entries = append(entries, bytes.Clone(k))
	}
	return entries
}
