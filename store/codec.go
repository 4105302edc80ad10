package store

import (
	"encoding/binary"
	"encoding/json"
	"time"

	"tonfall/profile"
)

// Codec turns values into what a backend may write: JSON, then sealed. Every
// backend uses it with the same places, so that what one has sealed another
// can hold and open as it is.
type Codec struct{ Sealer Sealer }

// Place is what a sealed value is bound to: moved to another shop, kind or
// key, it does not open. A part is never in it.
type Place struct{ Shop, Kind, Key string }

// The kinds of places. Records, tickets and jobs add their own kind.
const (
	placeCustomer  = "customer"
	placeErased    = "erased"
	placeIdentity  = "identity"
	placeReference = "reference"
	placeConsent   = "consent"
	placeRecord    = "record/"
	placeTicket    = "ticket/"
	placeJob       = "job/"
)

// associated is the place in one byte string, each field preceded by its length.
func (p Place) associated() []byte {
	var data []byte
	for _, f := range []string{p.Shop, p.Kind, p.Key} {
		data = binary.BigEndian.AppendUint32(data, uint32(len(f)))
		data = append(data, f...)
	}
	return data
}

// Seal writes v as JSON and seals it for its place. Invalid where JSON cannot hold v.
func (c Codec) Seal(at Place, v any) ([]byte, error) {
	plain, err := json.Marshal(v)
	if err != nil {
		return nil, profile.Wrap(profile.Invalid, err, "this value cannot be stored")
	}
	return c.Sealer.Seal(plain, at.associated())
}

// Open reads into v what Seal has made for the same place. Internal where it
// was altered or moved, or is not what it should be.
func (c Codec) Open(at Place, sealed []byte, v any) error {
	plain, err := c.Sealer.Open(sealed, at.associated())
	if err != nil {
		return err
	}
	// The cause is left out: it would quote from the value.
	if json.Unmarshal(plain, v) != nil {
		return profile.Errorf(profile.Internal, "a stored %s is not readable by this version", at.Kind)
	}
	return nil
}

// head is what a sealed record knows besides its value, which follows it as
// it is: base64 in JSON would cost a third of the space. The key is bytes,
// since JSON text would change what is no UTF-8.
type head struct {
	Key     []byte    `json:"key"`
	Time    time.Time `json:"time"`
	Expires time.Time `json:"expires,omitzero"`
	Version int64     `json:"version"`
}

// SealRecord seals a record for its place.
func (c Codec) SealRecord(r Record) ([]byte, error) {
	h, err := json.Marshal(head{Key: []byte(r.Key), Time: r.Time, Expires: r.Expires, Version: r.Version})
	if err != nil {
		return nil, profile.Wrap(profile.Invalid, err, "this record cannot be stored")
	}
	plain := make([]byte, 0, 4+len(h)+len(r.Value))
	plain = binary.BigEndian.AppendUint32(plain, uint32(len(h)))
	plain = append(append(plain, h...), r.Value...)
	return c.Sealer.Seal(plain, c.recordPlace(r.At, c.recordHash(r.At)).associated())
}

// OpenRecord opens a record whose place is known but for its key, of which
// hash is known.
func (c Codec) OpenRecord(at At, hash, sealed []byte) (Record, error) {
	plain, err := c.Sealer.Open(sealed, c.recordPlace(at, hash).associated())
	if err != nil {
		return Record{}, err
	}
	var h head
	if len(plain) < 4 || int64(len(plain)-4) < int64(binary.BigEndian.Uint32(plain)) {
		return Record{}, profile.Errorf(profile.Internal, "a stored record is not readable by this version")
	}
	end := 4 + binary.BigEndian.Uint32(plain)
	if json.Unmarshal(plain[4:end], &h) != nil {
		return Record{}, profile.Errorf(profile.Internal, "a stored record is not readable by this version")
	}
	at.Key = string(h.Key)
	return Record{At: at, Value: plain[end:], Time: h.Time, Expires: h.Expires, Version: h.Version}, nil
}

func (c Codec) recordPlace(at At, hash []byte) Place {
	return Place{Shop: at.Shop, Kind: placeRecord + at.Kind, Key: string(at.Owner) + "/" + string(hash)}
}

// The keyed hashes under which things are found.

func (c Codec) recordHash(at At) []byte {
	return c.Sealer.Hash("record", at.Shop, string(at.Owner), at.Kind, at.Key)
}

func (c Codec) identityHash(id profile.Identity) []byte {
	return c.Sealer.Hash("identity", id.Shop, id.Provider, id.Subject)
}

func (c Codec) referenceHash(shop, reference string) []byte {
	return c.Sealer.Hash("reference", shop, reference)
}

func (c Codec) ticketHash(shop, kind, secret string) []byte {
	return c.Sealer.Hash("ticket", shop, kind, secret)
}

func (c Codec) jobHash(j Job) []byte {
	return c.Sealer.Hash("job", j.Shop, string(j.Owner), j.Kind, j.Key)
}
