package store

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"time"

	bolt "go.etcd.io/bbolt"

	"tonfall/profile"
)

// keptJob is a job as it is sealed. Until is when its lease ends; zero while it waits.
type keptJob struct {
	Key      []byte    `json:"key"`
	Value    []byte    `json:"value,omitempty"`
	Due      time.Time `json:"due"`
	Tries    int       `json:"tries"`
	Fence    int64     `json:"fence"`
	Created  time.Time `json:"created"`
	Outlives bool      `json:"outlives,omitempty"`
	Until    time.Time `json:"until,omitzero"`
}

// next is when the job is to be leased, for the first time or again.
func (k keptJob) next() time.Time {
	if k.Until.IsZero() {
		return k.Due
	}
	return k.Until
}

func (b *boltStore) Enqueue(ctx context.Context, j Job) error {
	return b.update(ctx, func(t *txn) error { return b.enqueue(t, j) })
}

func (b *boltStore) enqueue(t *txn, j Job) error {
	if err := validAt(j.Shop, j.Owner, j.Kind); err != nil {
		return err
	}
	if err := erased(t.Tx, j.Shop, j.Owner); err != nil {
		return err
	}
	hash, due := b.codec.jobHash(j), micro(j.Due)
	at := At{Shop: j.Shop, Owner: j.Owner, Kind: j.Kind}
	kept, ok, err := b.jobAt(t.Tx, at, hash)
	if err != nil {
		return err
	}
	if !ok {
		return b.keepJob(t, at, hash, keptJob{Key: []byte(j.Key), Value: j.Value, Due: due, Created: micro(j.Created), Outlives: j.Outlives})
	}
	if !due.Before(kept.Due) {
		return nil
	}
	if err := t.drop(inDue, dueKey(at, hash, kept)); err != nil {
		return err
	}
	kept.Due = due
	return b.keepJob(t, at, hash, kept)
}

func (b *boltStore) Lease(ctx context.Context, kind string, now, until time.Time, n int) (leased []Job, err error) {
	if err := errors.Join(validAt("", "", kind), validLimit(n, 1000)); err != nil {
		return nil, err
	}
	if !until.After(now) {
		return nil, profile.Errorf(profile.Invalid, "a lease must end after it begins")
	}
	err = b.update(ctx, func(t *txn) error {
		leased = nil
		for _, entry := range dueBy(t.Tx, kind, now, n) {
			at, hash, ok := split(entry[len(in(kind))+timeLen:])
			kept, found, err := b.jobAt(t.Tx, at, hash)
			if err != nil {
				return err
			}
			if err := t.drop(inDue, entry); err != nil {
				return err
			}
			if !ok || !found {
				continue
			}
			kept.Tries++
			kept.Fence++
			kept.Until = micro(until)
			if err := b.keepJob(t, at, hash, kept); err != nil {
				return err
			}
			leased = append(leased, kept.job(at))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return leased, nil
}

// dueBy copies the first n entries of the due index by now.
func dueBy(tx *bolt.Tx, kind string, now time.Time, n int) [][]byte {
	var entries [][]byte
	prefix := in(kind)
	end := prefix.moment(now).with(bytes.Repeat([]byte{0xff}, 64)...)
	c := tx.Bucket([]byte(inDue)).Cursor()
	for k, _ := c.Seek(prefix); bytes.HasPrefix(k, prefix) && bytes.Compare(k, end) < 0 && len(entries) < n; k, _ = c.Next() {
		entries = append(entries, bytes.Clone(k))
	}
	return entries
}

func (b *boltStore) Finish(ctx context.Context, j Job, again time.Time) error {
	if err := validAt(j.Shop, j.Owner, j.Kind); err != nil {
		return err
	}
	hash := b.codec.jobHash(j)
	at := At{Shop: j.Shop, Owner: j.Owner, Kind: j.Kind}
	return b.update(ctx, func(t *txn) error {
		kept, ok, err := b.jobAt(t.Tx, at, hash)
		if err != nil {
			return err
		}
		if !ok || kept.Until.IsZero() || kept.Fence != j.Fence {
			return profile.Errorf(profile.Conflict, "this job is no longer ours: its lease ran out and it went to another worker, or it was ended")
		}
		if err := t.drop(inDue, dueKey(at, hash, kept)); err != nil {
			return err
		}
		if again.IsZero() {
			return t.drop(inJobs, recordKey(at, hash))
		}
		kept.Value, kept.Due, kept.Until = j.Value, micro(again), time.Time{}
		return b.keepJob(t, at, hash, kept)
	})
}

func (b *boltStore) Jobs(ctx context.Context, shop, cursor string, limit int) (page []Job, next string, err error) {
	err = errors.Join(validShop(shop), validLimit(limit, 1000))
	from, bad := base64.RawURLEncoding.DecodeString(cursor)
	if err == nil && bad != nil {
		err = profile.Errorf(profile.Invalid, "this is no cursor of a page before")
	}
	if err != nil {
		return nil, "", err
	}
	var prefix key
	if shop != "" {
		prefix = in(shop)
	}
	err = b.view(ctx, func(tx *bolt.Tx) error {
		start := []byte(prefix)
		if bytes.Compare(from, start) > 0 {
			start = from
		}
		var last []byte
		c := tx.Bucket([]byte(inJobs)).Cursor()
		for k, v := c.Seek(start); k != nil && bytes.HasPrefix(k, prefix); k, v = c.Next() {
			if bytes.Equal(k, from) {
				continue
			}
			if len(page) == limit {
				next = base64.RawURLEncoding.EncodeToString(last)
				return nil
			}
			at, hash, _ := split(k)
			var kept keptJob
			if err := b.codec.Open(jobPlace(at, hash), v, &kept); err != nil {
				return err
			}
			page, last = append(page, kept.job(at)), bytes.Clone(k)
		}
		return nil
	})
	return page, next, err
}

func (k keptJob) job(at At) Job {
	return Job{Shop: at.Shop, Owner: at.Owner, Kind: at.Kind, Key: string(k.Key), Value: k.Value,
		Due: k.Due, Tries: k.Tries, Fence: k.Fence, Created: k.Created, Outlives: k.Outlives}
}

func (b *boltStore) jobAt(tx *bolt.Tx, at At, hash []byte) (kept keptJob, ok bool, err error) {
	sealed := tx.Bucket([]byte(inJobs)).Get(recordKey(at, hash))
	if sealed == nil {
		return kept, false, nil
	}
	return kept, true, b.codec.Open(jobPlace(at, hash), sealed, &kept)
}

func (b *boltStore) keepJob(t *txn, at At, hash []byte, kept keptJob) error {
	sealed, err := b.codec.Seal(jobPlace(at, hash), kept)
	if err != nil {
		return err
	}
	return errors.Join(t.put(inJobs, recordKey(at, hash), sealed), t.put(inDue, dueKey(at, hash, kept), nil))
}

// dropJobs removes an owner's jobs, but for those that outlive it, and answers
// how many.
func (b *boltStore) dropJobs(t *txn, prefix []byte) (n int, err error) {
	for _, k := range keysUnder(t.Tx, inJobs, prefix) {
		at, hash, ok := split(k)
		if kept, _, err := b.jobAt(t.Tx, at, hash); ok && err == nil {
			if kept.Outlives {
				continue
			}
			if err := t.drop(inDue, dueKey(at, hash, kept)); err != nil {
				return n, err
			}
		}
		if err := t.drop(inJobs, k); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

func dueKey(at At, hash []byte, kept keptJob) key {
	return in(at.Kind).moment(kept.next()).with(recordKey(at, hash)...)
}

func jobPlace(at At, hash []byte) Place {
	return Place{Shop: at.Shop, Kind: placeJob + at.Kind, Key: string(at.Owner) + "/" + string(hash)}
}
