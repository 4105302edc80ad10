package profile

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strings"
)

// Parts is the number of parts that customers are spread over. Every table and
// statement of a distributed store begins with a part.
const Parts = 1024

// PartOf spreads an identity over the parts: 0..Parts-1. It is a plain hash, so
// that it is the same for ever and everywhere; ten bits of it name nobody.
func PartOf(fields ...string) int {
	h := sha256.New()
	for _, f := range fields {
		_ = binary.Write(h, binary.BigEndian, uint32(len(f)))
		h.Write([]byte(f))
	}
	return int(binary.BigEndian.Uint16(h.Sum(nil))) % Parts
}

// CustomerID names a customer within its shop: "c", three hex digits of part,
// 32 hex digits of a time-sorted UUIDv7. It is the `sub` that the shop sees;
// since customers belong to one shop, it is pairwise by nature.
type CustomerID string

// NewCustomerID makes an id from a part (0..Parts-1) and a UUIDv7.
func NewCustomerID(part int, uuid [16]byte) CustomerID {
	return CustomerID(fmt.Sprintf("c%03x%s", part, hex.EncodeToString(uuid[:])))
}

// Valid reports whether the id has the shape that NewCustomerID gives.
func (id CustomerID) Valid() bool {
	if len(id) != 36 || id[0] != 'c' || strings.ToLower(string(id)) != string(id) {
		return false
	}
	b, err := hex.DecodeString("0" + string(id[1:]))
	return err == nil && int(binary.BigEndian.Uint16(b)) < Parts
}

// Part is the part that the id carries; 0 for an id that is not Valid.
func (id CustomerID) Part() int {
	if !id.Valid() {
		return 0
	}
	b, _ := hex.DecodeString("0" + string(id[1:4]))
	return int(binary.BigEndian.Uint16(b))
}

// Key names a customer everywhere.
type Key struct {
	Shop string     `json:"shop"`
	ID   CustomerID `json:"id"`
}

// String is shop/id, fit for a log: neither is a name.
func (k Key) String() string { return k.Shop + "/" + string(k.ID) }

// Identity is who somebody is at one provider. The triple is unique: it
// belongs to one customer at most. E-mail never is an identity.
type Identity struct {
	Shop     string `json:"shop"`
	Provider string `json:"provider"` // the issuer: "https://accounts.google.com", "mastodon.social", "bluesky"
	Subject  string `json:"subject"`  // the provider's own immutable id: a DID, an account id, a sub
}

// Part is the part of the identity's row, and of the customer created with it.
func (i Identity) Part() int { return PartOf(i.Shop, i.Provider, i.Subject) }
