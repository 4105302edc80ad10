package store

import (
	"bytes"
	"context"
	"time"

	"tonfall/profile"
)

func (b *boltStore) Erase(ctx context.Context, k profile.Key, now time.Time, keep []Record) (receipt Erased, err error) {
	if err := validKey(k); err != nil {
		return Erased{}, err
	}
	for _, r := range keep {
		if r.Shop != k.Shop || r.Owner != "" {
			return Erased{}, profile.Errorf(profile.Internal, "what an erasure keeps must belong to the customer's shop")
		}
	}
	err = b.update(ctx, func(t *txn) error {
		place := Place{Shop: k.Shop, Kind: placeErased, Key: string(k.ID)}
		if sealed := t.get(inErased, in(k.Shop).owner(k.ID)); sealed != nil {
			return b.codec.Open(place, sealed, &receipt)
		}
		receipt = Erased{At: micro(now), Records: map[string]int{}}
		known, err := b.dropCustomer(t, k, &receipt)
		if err != nil {
			return err
		}
		if !known {
			return profile.Errorf(profile.NotFound, "there is no such customer")
		}
		for _, r := range keep {
			r.Version = AnyVersion
			if _, err := b.putRecord(t, r); err != nil {
				return err
			}
		}
		sealed, err := b.codec.Seal(place, receipt)
		if err != nil {
			return err
		}
		return t.put(inErased, in(k.Shop).owner(k.ID), sealed)
	})
	if err != nil {
		return Erased{}, err
	}
	return receipt, nil
}

// dropCustomer removes everything of a customer and counts it; known tells
// whether there was anything. What can no longer be opened goes as well.
func (b *boltStore) dropCustomer(t *txn, k profile.Key, count *Erased) (known bool, err error) {
	prefix := in(k.Shop).owner(k.ID)
	if sealed := t.get(inCustomers, prefix); sealed != nil {
		known = true
		if err := b.dropReferences(t, k, sealed); err != nil {
			return known, err
		}
		if err := t.drop(inCustomers, prefix); err != nil {
			return known, err
		}
	}
	tickets := 0
	for _, owned := range keysUnder(t.Tx, inOwned, prefix) {
		what, at := owned[len(prefix)], in(k.Shop).with(owned[len(prefix)+1:]...)
		if what == 'i' {
			count.Identities++
			err = t.drop(inIdentities, at)
		} else {
			tickets++
			err = b.dropTicket(t, at)
		}
		if err != nil {
			return known, err
		}
		if err := t.drop(inOwned, owned); err != nil {
			return known, err
		}
	}
	for _, entry := range keysUnder(t.Tx, inLedger, prefix) {
		count.Consents++
		if err := t.drop(inLedger, entry); err != nil {
			return known, err
		}
	}
	if err := b.dropRecords(t, prefix, count.Records); err != nil {
		return known, err
	}
	if count.Jobs, err = b.dropJobs(t, prefix); err != nil {
		return known, err
	}
	return known || tickets+count.Identities+count.Consents+count.Jobs+len(count.Records) > 0, nil
}

// dropReferences removes the shop's number for a customer: found by the
// customer, or by reading all where the customer cannot be opened any more.
func (b *boltStore) dropReferences(t *txn, k profile.Key, sealed []byte) error {
	var c profile.Customer
	if err := b.codec.Open(customerPlace(k), sealed, &c); err == nil {
		return b.moveReference(t, k, c.Reference, "")
	}
	prefix := in(k.Shop)
	for _, at := range keysUnder(t.Tx, inReferences, prefix) {
		owner, err := b.ownerAt(t.Tx, inReferences, k.Shop, at[len(prefix):])
		if err == nil && owner == k.ID {
			if err := t.drop(inReferences, at); err != nil {
				return err
			}
		}
	}
	return nil
}

// splitTicket reads a key "shop 0 kind 0 hash".
func splitTicket(at []byte) (shop, kind string, hash []byte, ok bool) {
	first, rest, ok := bytes.Cut(at, []byte{0})
	if !ok {
		return "", "", nil, false
	}
	second, hash, ok := bytes.Cut(rest, []byte{0})
	return string(first), string(second), hash, ok && len(hash) == hashLen
}
