package store

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"strings"
	"time"

	"tonfall/profile"
)

// The buckets and their keys. An owner is 18 bytes, time-sorted; a hash is
// keyed, 16 bytes; a time is 8 bytes in microseconds. Indexes have no value.
const (
	inMeta       = "meta"       // "format" → formatMark; "keys" → a sealed word, to know a foreign key file
	inCustomers  = "customers"  // shop 0 owner → customer
	inErased     = "erased"     // shop 0 owner → receipt: the tombstone
	inIdentities = "identities" // shop 0 hash → owner
	inReferences = "references" // shop 0 hash → owner
	inOwned      = "owned"      // shop 0 owner 'i' hash, shop 0 owner 't' kind 0 hash: index for erasing
	inLedger     = "ledger"     // shop 0 owner number → consent
	inRecords    = "records"    // shop 0 owner kind 0 hash → record; owner all zero: the shop's
	inTimes      = "times"      // shop 0 owner kind 0 time hash: index for lists
	inTickets    = "tickets"    // shop 0 kind 0 hash → ticket
	inJobs       = "jobs"       // shop 0 owner kind 0 hash → job
	inDue        = "due"        // kind 0 time, key in jobs: index for leasing
	inExpiry     = "expiry"     // time 'r' key in records, time 't' key in tickets: index for sweeping
)

func buckets() []string {
	return []string{inMeta, inCustomers, inErased, inIdentities, inReferences, inOwned, inLedger,
		inRecords, inTimes, inTickets, inJobs, inDue, inExpiry}
}

const (
	ownerLen = 18
	hashLen  = 16
	timeLen  = 8
)

// key is a key in the making. Each step answers a new one.
type key []byte

func in(shop string) key             { return key{}.word(shop) }
func (k key) with(b ...byte) key     { return append(k[:len(k):len(k)], b...) }
func (k key) word(s string) key      { return k.with(append([]byte(s), 0)...) }
func (k key) moment(t time.Time) key { return k.number(uint64(t.UnixMicro()) ^ 1<<63) } // times before 1970 sort first
func (k key) number(n uint64) key    { return k.with(binary.BigEndian.AppendUint64(nil, n)...) }
func (k key) owner(id profile.CustomerID) key {
	var b [ownerLen]byte
	if id != "" {
		raw, _ := hex.DecodeString("0" + string(id[1:])) // checked by validOwner
		copy(b[:16], raw[2:])
		copy(b[16:], raw[:2])
	}
	return k.with(b[:]...)
}

// ownerOf reads what key.owner wrote.
func ownerOf(b []byte) profile.CustomerID {
	if bytes.Equal(b, make([]byte, ownerLen)) {
		return ""
	}
	return profile.NewCustomerID(int(binary.BigEndian.Uint16(b[16:])), [16]byte(b[:16]))
}

// split reads a key "shop 0 owner kind 0 hash", as records and jobs have it.
func split(k []byte) (at At, hash []byte, ok bool) {
	shop, rest, ok := bytes.Cut(k, []byte{0})
	if !ok || len(rest) < ownerLen {
		return At{}, nil, false
	}
	kind, hash, ok := bytes.Cut(rest[ownerLen:], []byte{0})
	return At{Shop: string(shop), Owner: ownerOf(rest[:ownerLen]), Kind: string(kind)}, hash, ok && len(hash) == hashLen
}

// Names that become part of a key are short and hold no zero byte.
func validName(what, name string, longest int) error {
	if len(name) > longest || strings.ContainsRune(name, 0) {
		return profile.Errorf(profile.Invalid, "this is no %s: it may have at most %d bytes and no zero among them", what, longest)
	}
	return nil
}

func validShop(shop string) error { return validName("shop", shop, 200) }

// nobody is the id whose key is that of the shop itself; no UUIDv7 gives it.
const nobody profile.CustomerID = "c00000000000000000000000000000000000"

func validOwner(id profile.CustomerID) error {
	if id != "" && !id.Valid() || id == nobody {
		return profile.Errorf(profile.Invalid, "this is no customer id")
	}
	return nil
}

func validKey(k profile.Key) error {
	if k.ID == "" {
		return profile.Errorf(profile.Invalid, "this is no customer id")
	}
	return errors.Join(validShop(k.Shop), validOwner(k.ID))
}

// validAt checks all but the key of the place of a record, ticket or job.
func validAt(shop string, owner profile.CustomerID, kind string) error {
	if err := validShop(shop); err != nil {
		return err
	}
	if kind == "" {
		return profile.Errorf(profile.Invalid, "a record, ticket or job needs a kind")
	}
	if err := validName("kind", kind, 100); err != nil {
		return err
	}
	return validOwner(owner)
}

func validLimit(limit, most int) error {
	if limit < 1 || limit > most {
		return profile.Errorf(profile.Invalid, "a page may have 1 to %d entries", most)
	}
	return nil
}

// micro is a time as it comes back from a store.
func micro(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return t.UTC().Truncate(time.Microsecond)
}

// past reports whether something that expires then has expired by now.
func past(expires, now time.Time) bool { return !expires.IsZero() && !now.Before(expires) }
