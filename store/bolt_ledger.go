package store

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"strconv"

	bolt "go.etcd.io/bbolt"

	"tonfall/profile"
)

func (b *boltStore) Ledger(ctx context.Context, k profile.Key, afterSeq, limit int) (page []profile.Consent, err error) {
	if err := errors.Join(validKey(k), validLimit(limit, 5000)); err != nil {
		return nil, err
	}
	err = b.view(ctx, func(tx *bolt.Tx) error {
		return b.eachConsent(tx, k, max(afterSeq, 0), func(c profile.Consent) bool {
			page = append(page, c)
			return len(page) < limit
		})
	})
	return page, err
}

// eachConsent gives a customer's ledger entries after a number, oldest first,
// until yield has enough.
func (b *boltStore) eachConsent(tx *bolt.Tx, k profile.Key, afterSeq int, yield func(profile.Consent) bool) error {
	prefix := in(k.Shop).owner(k.ID)
	c := tx.Bucket([]byte(inLedger)).Cursor()
	for at, v := c.Seek(prefix.number(uint64(afterSeq) + 1)); bytes.HasPrefix(at, prefix); at, v = c.Next() {
		entry, err := b.openConsent(k, at[len(prefix):], v)
		if err != nil || !yield(entry) {
			return err
		}
	}
	return nil
}

// lastConsent is the newest entry; the zero one where there is none.
func (b *boltStore) lastConsent(tx *bolt.Tx, k profile.Key) (profile.Consent, error) {
	prefix := in(k.Shop).owner(k.ID)
	c := tx.Bucket([]byte(inLedger)).Cursor()
	at, v := lastUnder(c, prefix)
	if at == nil {
		return profile.Consent{}, nil
	}
	return b.openConsent(k, at[len(prefix):], v)
}

func (b *boltStore) openConsent(k profile.Key, number, sealed []byte) (c profile.Consent, err error) {
	if len(number) != 8 {
		return c, profile.Errorf(profile.Internal, "the consent ledger is broken: an entry has no number")
	}
	err = b.codec.Open(consentPlace(k, int(binary.BigEndian.Uint64(number))), sealed, &c)
	return c, err
}

func consentPlace(k profile.Key, seq int) Place {
	return Place{Shop: k.Shop, Kind: placeConsent, Key: string(k.ID) + "/" + strconv.Itoa(seq)}
}

// lastUnder moves to the last key with a prefix; nil where there is none.
func lastUnder(c *bolt.Cursor, prefix []byte) (k, v []byte) {
	// What follows a prefix here is shorter than this run of the highest byte.
	if k, _ = c.Seek(append(bytes.Clone(prefix), bytes.Repeat([]byte{0xff}, 64)...)); k == nil {
		k, v = c.Last()
	} else {
		k, v = c.Prev()
	}
	if !bytes.HasPrefix(k, prefix) {
		return nil, nil
	}
	return k, v
}
