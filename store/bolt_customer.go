package store

import (
	"bytes"
	"context"
	"errors"
	"slices"

	bolt "go.etcd.io/bbolt"

	"tonfall/profile"
)

// mostAttempts bounds how often an UpdateCustomer callback runs again because
// somebody else was faster. Each time somebody has got through, so that only
// a callback that goes around its own ban, through another goroutine, gets here.
const mostAttempts = 1000

var errChanged = errors.New("changed meanwhile")

func (b *boltStore) Customer(ctx context.Context, k profile.Key) (c profile.Customer, err error) {
	if err := validKey(k); err != nil {
		return c, err
	}
	err = b.view(ctx, func(tx *bolt.Tx) error {
		if err := erased(tx, k.Shop, k.ID); err != nil {
			return err
		}
		sealed := tx.Bucket([]byte(inCustomers)).Get(in(k.Shop).owner(k.ID))
		if sealed == nil {
			return profile.Errorf(profile.NotFound, "there is no such customer")
		}
		return b.codec.Open(customerPlace(k), sealed, &c)
	})
	return c, err
}

func (b *boltStore) Customers(ctx context.Context, shop, cursor string, limit int) (page []profile.Customer, next string, err error) {
	after := profile.CustomerID(cursor)
	if err := errors.Join(validShop(shop), validLimit(limit, 1000), validOwner(after)); err != nil {
		return nil, "", err
	}
	err = b.view(ctx, func(tx *bolt.Tx) error {
		prefix := in(shop)
		c := tx.Bucket([]byte(inCustomers)).Cursor()
		for k, v := c.Seek(prefix.owner(after)); bytes.HasPrefix(k, prefix); k, v = c.Next() {
			id := ownerOf(k[len(prefix):])
			if id == after {
				continue
			}
			if len(page) == limit {
				next = string(page[limit-1].ID)
				return nil
			}
			var one profile.Customer
			if err := b.codec.Open(customerPlace(profile.Key{Shop: shop, ID: id}), v, &one); err != nil {
				return err
			}
			page = append(page, one)
		}
		return nil
	})
	return page, next, err
}

// UpdateCustomer runs fn on a snapshot, on the caller's goroutine and outside
// any transaction, so that a slow fn delays nobody. The change is saved if the
// customer is still what fn has seen; else fn runs again.
func (b *boltStore) UpdateCustomer(ctx context.Context, k profile.Key, fn func(*Change) error) error {
	if err := validKey(k); err != nil {
		return err
	}
	for range mostAttempts {
		change := &Change{Customer: &profile.Customer{Key: k}}
		var seen []byte
		err := b.view(ctx, func(tx *bolt.Tx) error {
			if err := erased(tx, k.Shop, k.ID); err != nil {
				return err
			}
			sealed := tx.Bucket([]byte(inCustomers)).Get(in(k.Shop).owner(k.ID))
			if sealed == nil {
				return nil
			}
			seen, change.Exists = bytes.Clone(sealed), true
			return b.codec.Open(customerPlace(k), sealed, change.Customer)
		})
		if err != nil {
			return err
		}
		before := change.Customer.Reference
		if err := b.callbacks.run(func() error { return fn(change) }); err != nil {
			return err
		}
		if change.Customer == nil || change.Customer.Key != k {
			return profile.Errorf(profile.Internal, "an update has changed the customer's key, which is for ever")
		}
		var decisions []profile.Consent
		err = b.update(ctx, func(t *txn) error {
			if err := erased(t.Tx, k.Shop, k.ID); err != nil {
				return err
			}
			// Sealing the same twice gives different bytes: equal bytes are the same writing.
			if !bytes.Equal(t.get(inCustomers, in(k.Shop).owner(k.ID)), seen) {
				return errChanged
			}
			decisions, err = b.save(t, change, before)
			return err
		})
		if errors.Is(err, errChanged) {
			continue
		}
		if err == nil {
			change.Customer.Consents = decisions
		}
		return err
	}
	return profile.Errorf(profile.Conflict, "the customer is being changed by somebody else all the time; try again later")
}

// save writes the customer and all that the change has queued. It answers the
// customer's latest decisions and leaves change alone, since it may run again.
func (b *boltStore) save(t *txn, change *Change, before string) ([]profile.Consent, error) {
	c := *change.Customer
	if err := b.moveReference(t, c.Key, before, c.Reference); err != nil {
		return nil, err
	}
	prev, err := b.lastConsent(t.Tx, c.Key)
	if err != nil {
		return nil, err
	}
	for _, consent := range change.Consents {
		prev = Chain(prev, consent)
		c.Consents = latest(c.Consents, prev)
		sealed, err := b.codec.Seal(consentPlace(c.Key, prev.Seq), prev)
		if err != nil {
			return nil, err
		}
		if err := t.put(inLedger, in(c.Shop).owner(c.ID).number(uint64(prev.Seq)), sealed); err != nil {
			return nil, err
		}
	}
	sealed, err := b.codec.Seal(customerPlace(c.Key), c)
	if err != nil {
		return nil, err
	}
	if err := t.put(inCustomers, in(c.Shop).owner(c.ID), sealed); err != nil {
		return nil, err
	}
	return c.Consents, b.saveQueued(t, change, c.Key)
}

// saveQueued writes a change's records and jobs: first whole kinds go, then
// single records, then the new ones come.
func (b *boltStore) saveQueued(t *txn, change *Change, k profile.Key) error {
	for _, kind := range change.DropKind {
		if err := b.dropRecords(t, in(k.Shop).owner(k.ID).word(kind), nil); err != nil {
			return err
		}
	}
	for _, at := range change.Deletes {
		at.Shop, at.Owner = k.Shop, k.ID
		if err := b.dropRecord(t, at); err != nil {
			return err
		}
	}
	for _, r := range change.Puts {
		r.Shop, r.Owner = k.Shop, k.ID
		if _, err := b.putRecord(t, r); err != nil {
			return err
		}
	}
	for _, j := range change.Jobs {
		j.Shop, j.Owner = k.Shop, k.ID
		if err := b.enqueue(t, j); err != nil {
			return err
		}
	}
	return nil
}

func (b *boltStore) moveReference(t *txn, k profile.Key, before, after string) error {
	if before == after {
		return nil
	}
	if after != "" {
		hash := b.codec.referenceHash(k.Shop, after)
		if t.get(inReferences, in(k.Shop).with(hash...)) != nil {
			return profile.Errorf(profile.Conflict, "this customer number belongs to another customer already")
		}
		if err := b.putOwner(t, inReferences, k.Shop, hash, k.ID); err != nil {
			return err
		}
	}
	if before == "" {
		return nil
	}
	return t.drop(inReferences, in(k.Shop).with(b.codec.referenceHash(k.Shop, before)...))
}

func customerPlace(k profile.Key) Place {
	return Place{Shop: k.Shop, Kind: placeCustomer, Key: string(k.ID)}
}

// erased answers Gone where the customer has a tombstone.
func erased(tx *bolt.Tx, shop string, id profile.CustomerID) error {
	if id != "" && tx.Bucket([]byte(inErased)).Get(in(shop).owner(id)) != nil {
		return profile.Errorf(profile.Gone, "this customer has been erased")
	}
	return nil
}

// keysUnder copies the keys with a prefix, so that they can be deleted: a
// bbolt cursor loses its place when the page under it changes.
func keysUnder(tx *bolt.Tx, bucket string, prefix []byte) [][]byte {
	var keys [][]byte
	c := tx.Bucket([]byte(bucket)).Cursor()
	for k, _ := c.Seek(prefix); bytes.HasPrefix(k, prefix); k, _ = c.Next() {
		keys = append(keys, slices.Clone(k))
	}
	return keys
}
