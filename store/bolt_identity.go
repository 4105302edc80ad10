package store

import (
	"context"

	bolt "go.etcd.io/bbolt"

	"tonfall/profile"
)

func (b *boltStore) Claim(ctx context.Context, id profile.Identity, owner profile.CustomerID) (winner profile.CustomerID, err error) {
	if err := validKey(profile.Key{Shop: id.Shop, ID: owner}); err != nil {
		return "", err
	}
	hash := b.codec.identityHash(id)
	err = b.update(ctx, func(t *txn) error {
		var err error
		if winner, err = b.ownerAt(t.Tx, inIdentities, id.Shop, hash); err == nil || !profile.Is(err, profile.NotFound) {
			return err
		}
		if err := erased(t.Tx, id.Shop, owner); err != nil {
			return err
		}
		winner = owner
		if err := b.putOwner(t, inIdentities, id.Shop, hash, owner); err != nil {
			return err
		}
		return t.put(inOwned, in(id.Shop).owner(owner).with('i').with(hash...), nil)
	})
	if err != nil {
		return "", err
	}
	return winner, nil
}

func (b *boltStore) Owner(ctx context.Context, id profile.Identity) (owner profile.CustomerID, err error) {
	if err := validShop(id.Shop); err != nil {
		return "", err
	}
	hash := b.codec.identityHash(id)
	err = b.view(ctx, func(tx *bolt.Tx) error {
		owner, err = b.ownerAt(tx, inIdentities, id.Shop, hash)
		return err
	})
	return owner, err
}

func (b *boltStore) Release(ctx context.Context, id profile.Identity, owner profile.CustomerID) error {
	if err := validKey(profile.Key{Shop: id.Shop, ID: owner}); err != nil {
		return err
	}
	hash := b.codec.identityHash(id)
	return b.update(ctx, func(t *txn) error {
		holder, err := b.ownerAt(t.Tx, inIdentities, id.Shop, hash)
		if profile.Is(err, profile.NotFound) || (err == nil && holder != owner) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := t.drop(inIdentities, in(id.Shop).with(hash...)); err != nil {
			return err
		}
		return t.drop(inOwned, in(id.Shop).owner(owner).with('i').with(hash...))
	})
}

func (b *boltStore) ByReference(ctx context.Context, shop, reference string) (owner profile.CustomerID, err error) {
	if err := validShop(shop); err != nil {
		return "", err
	}
	hash := b.codec.referenceHash(shop, reference)
	err = b.view(ctx, func(tx *bolt.Tx) error {
		owner, err = b.ownerAt(tx, inReferences, shop, hash)
		return err
	})
	return owner, err
}

// ownerAt reads whose an identity or a reference is; NotFound for nobody's.
func (b *boltStore) ownerAt(tx *bolt.Tx, bucket, shop string, hash []byte) (owner profile.CustomerID, err error) {
	sealed := tx.Bucket([]byte(bucket)).Get(in(shop).with(hash...))
	if sealed == nil {
		return "", profile.Errorf(profile.NotFound, "this belongs to no customer")
	}
	err = b.codec.Open(ownerPlace(bucket, shop, hash), sealed, &owner)
	return owner, err
}

func (b *boltStore) putOwner(t *txn, bucket, shop string, hash []byte, owner profile.CustomerID) error {
	sealed, err := b.codec.Seal(ownerPlace(bucket, shop, hash), owner)
	if err != nil {
		return err
	}
	return t.put(bucket, in(shop).with(hash...), sealed)
}

func ownerPlace(bucket, shop string, hash []byte) Place {
	kind := placeIdentity
	if bucket == inReferences {
		kind = placeReference
	}
	return Place{Shop: shop, Kind: kind, Key: string(hash)}
}
