package store

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"

	"tonfall/profile"
)

func (b *boltStore) Record(ctx context.Context, at At) (r Record, err error) {
	if err := validAt(at.Shop, at.Owner, at.Kind); err != nil {
		return r, err
	}
	err = b.view(ctx, func(tx *bolt.Tx) error {
		var ok bool
		r, ok, err = b.recordAt(tx, at, b.codec.recordHash(at))
		if err == nil && (!ok || past(r.Expires, b.now())) {
			return profile.Errorf(profile.NotFound, "there is no such %s", at.Kind)
		}
		return err
	})
	if err != nil {
		return Record{}, err
	}
	return r, nil
}

func (b *boltStore) PutRecord(ctx context.Context, r Record) (version int64, err error) {
	err = b.update(ctx, func(t *txn) error {
		version, err = b.putRecord(t, r)
		return err
	})
	if err != nil {
		return 0, err
	}
	return version, nil
}

func (b *boltStore) DeleteRecord(ctx context.Context, at At) error {
	return b.update(ctx, func(t *txn) error { return b.dropRecord(t, at) })
}

func (b *boltStore) Records(ctx context.Context, q Query) (page []Record, next string, err error) {
	err = errors.Join(validAt(q.Shop, q.Owner, q.Kind), validLimit(q.Limit, 5000))
	from, bad := base64.RawURLEncoding.DecodeString(q.Cursor)
	if err == nil && (bad != nil || len(from) != 0 && len(from) != timeLen+hashLen) {
		err = profile.Errorf(profile.Invalid, "this is no cursor of a page before")
	}
	if err != nil {
		return nil, "", err
	}
	now := b.now()
	err = b.view(ctx, func(tx *bolt.Tx) error {
		prefix := in(q.Shop).owner(q.Owner).word(q.Kind)
		var last []byte // the index entry of the page's last record
		for k := range timeline(tx, prefix, q, from) {
			at, hash := At{Shop: q.Shop, Owner: q.Owner, Kind: q.Kind}, k[len(prefix)+timeLen:]
			r, ok, err := b.recordAt(tx, at, hash)
			if err != nil {
				return err
			}
			if !ok || past(r.Expires, now) {
				continue
			}
			if len(page) == q.Limit {
				next = base64.RawURLEncoding.EncodeToString(last)
				return nil
			}
			page, last = append(page, r), k[len(prefix):]
		}
		return nil
	})
	if err != nil {
		return nil, "", err
	}
	return page, next, nil
}

// timeline gives the index entries that a query asks for, after from, in its
// order.
func timeline(tx *bolt.Tx, prefix key, q Query, from []byte) func(yield func([]byte) bool) {
	oldest := prefix
	if !q.Since.IsZero() {
		oldest = prefix.moment(q.Since.Add(time.Microsecond - 1))
	}
	return func(yield func([]byte) bool) {
		c := tx.Bucket([]byte(inTimes)).Cursor()
		start := prefix.with(from...)
		if q.Newest {
			k, _ := lastUnder(c, prefix)
			if len(from) > 0 {
				if k, _ = c.Seek(start); k != nil { // the place itself, or what has come after it
					k, _ = c.Prev()
				} else {
					k, _ = c.Last()
				}
			}
			for ; bytes.HasPrefix(k, prefix) && bytes.Compare(k, oldest) >= 0; k, _ = c.Prev() {
				if !yield(k) {
					return
				}
			}
			return
		}
		k, _ := c.Seek(slices.MaxFunc([]key{start, oldest}, func(a, b key) int { return bytes.Compare(a, b) }))
		if len(from) > 0 && bytes.Equal(k, start) {
			k, _ = c.Next()
		}
		for ; bytes.HasPrefix(k, prefix); k, _ = c.Next() {
			if !yield(k) {
				return
			}
		}
	}
}

// recordAt reads a record, expired or not; false where there is none.
func (b *boltStore) recordAt(tx *bolt.Tx, at At, hash []byte) (Record, bool, error) {
	sealed := tx.Bucket([]byte(inRecords)).Get(recordKey(at, hash))
	if sealed == nil {
		return Record{}, false, nil
	}
	r, err := b.codec.OpenRecord(at, hash, sealed)
	return r, true, err
}

func (b *boltStore) putRecord(t *txn, r Record) (version int64, err error) {
	if err := validAt(r.Shop, r.Owner, r.Kind); err != nil {
		return 0, err
	}
	if err := erased(t.Tx, r.Shop, r.Owner); err != nil {
		return 0, err
	}
	hash := b.codec.recordHash(r.At)
	old, ok, err := b.recordAt(t.Tx, r.At, hash)
	if err != nil {
		return 0, err
	}
	stored := old.Version
	if ok && past(old.Expires, b.now()) {
		stored = 0 // expired is as good as gone
	}
	if r.Version != AnyVersion && r.Version != stored {
		return 0, profile.Errorf(profile.Conflict, "this %s was changed meanwhile; read it again", r.Kind)
	}
	if ok {
		if err := b.unindex(t, old, hash); err != nil {
			return 0, err
		}
	}
	r.Time, r.Expires, r.Version = micro(r.Time), micro(r.Expires), stored+1
	sealed, err := b.codec.SealRecord(r)
	if err != nil {
		return 0, err
	}
	at := recordKey(r.At, hash)
	if !r.Expires.IsZero() {
		if err := t.put(inExpiry, key{}.moment(r.Expires).with('r').with(at...), nil); err != nil {
			return 0, err
		}
	}
	return r.Version, errors.Join(t.put(inRecords, at, sealed), t.put(inTimes, timesKey(r, hash), nil))
}

func (b *boltStore) dropRecord(t *txn, at At) error {
	if err := validAt(at.Shop, at.Owner, at.Kind); err != nil {
		return err
	}
	hash := b.codec.recordHash(at)
	old, ok, err := b.recordAt(t.Tx, at, hash)
	if err != nil || !ok {
		return err
	}
	return errors.Join(b.unindex(t, old, hash), t.drop(inRecords, recordKey(at, hash)))
}

// dropRecords removes all records whose keys begin so, and counts them by kind.
// One that cannot be opened goes nevertheless.
func (b *boltStore) dropRecords(t *txn, prefix []byte, count map[string]int) error {
	for _, k := range keysUnder(t.Tx, inRecords, prefix) {
		at, hash, ok := split(k)
		if r, _, err := b.recordAt(t.Tx, at, hash); ok && err == nil {
			if err := b.unindex(t, r, hash); err != nil {
				return err
			}
		}
		if err := t.drop(inRecords, k); err != nil {
			return err
		}
		if count != nil {
			count[at.Kind]++
		}
	}
	for _, k := range keysUnder(t.Tx, inTimes, prefix) { // of those that could not be opened
		if err := t.drop(inTimes, k); err != nil {
			return err
		}
	}
	return nil
}

func (b *boltStore) unindex(t *txn, r Record, hash []byte) error {
	if err := t.drop(inTimes, timesKey(r, hash)); err != nil {
		return err
	}
	if r.Expires.IsZero() {
		return nil
	}
	return t.drop(inExpiry, key{}.moment(r.Expires).with('r').with(recordKey(r.At, hash)...))
}

func recordKey(at At, hash []byte) key {
	return in(at.Shop).owner(at.Owner).word(at.Kind).with(hash...)
}

func timesKey(r Record, hash []byte) key {
	return in(r.Shop).owner(r.Owner).word(r.Kind).moment(r.Time).with(hash...)
}
