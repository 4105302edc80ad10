package store

import (
	"context"
	"time"

	bolt "go.etcd.io/bbolt"

	"tonfall/profile"
)

// keptTicket is a ticket as it is sealed: without its secret.
type keptTicket struct {
	Owner   profile.CustomerID `json:"owner,omitempty"`
	Value   []byte             `json:"value,omitempty"` // dropped when it is taken
	Trace   []byte             `json:"trace,omitempty"`
	Expires time.Time          `json:"expires"`
	Taken   time.Time          `json:"taken,omitzero"`
}

func (b *boltStore) PutTicket(ctx context.Context, ticket Ticket) error {
	if err := validAt(ticket.Shop, ticket.Owner, ticket.Kind); err != nil {
		return err
	}
	if ticket.Secret == "" || ticket.Expires.IsZero() {
		return profile.Errorf(profile.Invalid, "a ticket needs a secret and a time at which it expires")
	}
	hash := b.codec.ticketHash(ticket.Shop, ticket.Kind, ticket.Secret)
	return b.update(ctx, func(t *txn) error {
		if err := erased(t.Tx, ticket.Shop, ticket.Owner); err != nil {
			return err
		}
		at := in(ticket.Shop).word(ticket.Kind).with(hash...)
		if t.get(inTickets, at) != nil {
			return profile.Errorf(profile.Conflict, "there is such a ticket already")
		}
		kept := keptTicket{Owner: ticket.Owner, Value: ticket.Value, Trace: ticket.Trace, Expires: micro(ticket.Expires)}
		if err := t.put(inExpiry, key{}.moment(kept.Expires).with('t').with(at...), nil); err != nil {
			return err
		}
		if ticket.Owner != "" {
			if err := t.put(inOwned, ticketOwned(ticket.Shop, kept.Owner, at), nil); err != nil {
				return err
			}
		}
		return b.keepTicket(t, ticket.Shop, ticket.Kind, hash, kept)
	})
}

func (b *boltStore) Ticket(ctx context.Context, shop, kind, secret string, now time.Time) (ticket Ticket, err error) {
	if err := validAt(shop, "", kind); err != nil {
		return Ticket{}, err
	}
	hash := b.codec.ticketHash(shop, kind, secret)
	err = b.view(ctx, func(tx *bolt.Tx) error {
		kept, err := b.ticketAt(tx, shop, kind, hash)
		if err != nil {
			return err
		}
		if err := kept.usable(now); err != nil {
			return err
		}
		ticket = kept.ticket(shop, kind, secret)
		return nil
	})
	return ticket, err
}

func (b *boltStore) TakeTicket(ctx context.Context, shop, kind, secret string, now time.Time) (ticket Ticket, err error) {
	if err := validAt(shop, "", kind); err != nil {
		return Ticket{}, err
	}
	hash := b.codec.ticketHash(shop, kind, secret)
	err = b.update(ctx, func(t *txn) error {
		ticket = Ticket{}
		kept, err := b.ticketAt(t.Tx, shop, kind, hash)
		if err != nil {
			return err
		}
		if err := kept.usable(now); err != nil {
			if !kept.Taken.IsZero() { // a replay: of one that only ran out there is nothing to know
				ticket = kept.ticket(shop, kind, secret)
			}
			return err
		}
		ticket = kept.ticket(shop, kind, secret)
		kept.Value, kept.Taken = nil, now.UTC()
		return b.keepTicket(t, shop, kind, hash, kept)
	})
	if err != nil && !profile.Is(err, profile.Gone) {
		return Ticket{}, err
	}
	return ticket, err
}

func (k keptTicket) usable(now time.Time) error {
	if !k.Taken.IsZero() {
		return profile.Errorf(profile.Gone, "this was used already")
	}
	if past(k.Expires, now) {
		return profile.Errorf(profile.Gone, "this has expired; start again")
	}
	return nil
}

func (k keptTicket) ticket(shop, kind, secret string) Ticket {
	return Ticket{Shop: shop, Kind: kind, Secret: secret, Owner: k.Owner, Value: k.Value, Trace: k.Trace, Expires: k.Expires}
}

func (b *boltStore) ticketAt(tx *bolt.Tx, shop, kind string, hash []byte) (kept keptTicket, err error) {
	sealed := tx.Bucket([]byte(inTickets)).Get(in(shop).word(kind).with(hash...))
	if sealed == nil {
		return kept, profile.Errorf(profile.NotFound, "this is not known here, or was used long ago; start again")
	}
	err = b.codec.Open(ticketPlace(shop, kind, hash), sealed, &kept)
	return kept, err
}

func (b *boltStore) keepTicket(t *txn, shop, kind string, hash []byte, kept keptTicket) error {
	sealed, err := b.codec.Seal(ticketPlace(shop, kind, hash), kept)
	if err != nil {
		return err
	}
	return t.put(inTickets, in(shop).word(kind).with(hash...), sealed)
}

// dropTicket removes a ticket by its key, expiry index and owner's index
// included as far as it can still be opened.
func (b *boltStore) dropTicket(t *txn, at []byte) error {
	shop, kind, hash, ok := splitTicket(at)
	if kept, err := b.ticketAt(t.Tx, shop, kind, hash); ok && err == nil {
		if err := t.drop(inExpiry, key{}.moment(kept.Expires).with('t').with(at...)); err != nil {
			return err
		}
		if kept.Owner != "" {
			if err := t.drop(inOwned, ticketOwned(shop, kept.Owner, at)); err != nil {
				return err
			}
		}
	}
	return t.drop(inTickets, at)
}

// ticketOwned is the owner's index entry of a ticket, at being its key.
func ticketOwned(shop string, owner profile.CustomerID, at []byte) key {
	return in(shop).owner(owner).with('t').with(at[len(in(shop)):]...)
}

func ticketPlace(shop, kind string, hash []byte) Place {
	return Place{Shop: shop, Kind: placeTicket + kind, Key: string(hash)}
}
