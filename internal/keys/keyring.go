// Package keys holds the product's secrets and what is done with them: sealing
// what is stored, hashing what is looked up, signing links and tokens.
//
//	root secret ──HKDF──> hash key             never rotates: index keys stand on it
//	link secrets ─HKDF──> one key a purpose    newest signs, older ones verify
//	tink keyset ────────> records, tokens      newest seals, all open
//	JWK sets ───────────> ID tokens            newest signs, older ones are published
//
// All of it lies in one key file (mode 0600). Whoever loses that file has lost
// the store, for nothing in it can be opened again.
package keys

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"sync"
	"sync/atomic"

	"github.com/go-jose/go-jose/v4"
	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"

	"tonfall/profile"
)

// How many older keys stay for reading. Sealing keys stay for ever: nobody
// re-seals what lies in a store.
const (
	keepLinks   = 8
	keepSigning = 4 // for each algorithm
)

// Keyring holds all keys of one installation. Make one with Generate, Load or
// LoadFile. Safe for concurrent use; Rotate may run while others seal.
type Keyring struct {
	now  atomic.Pointer[ring]
	turn sync.Mutex // one rotation at a time
}

// ring is one generation of keys; it never changes once made.
type ring struct {
	root    []byte // 32 bytes
	links   []link // newest first
	sealing *keyset.Handle
	signing []jose.JSONWebKey // private, newest first

	// derived from the above
	hash []byte
	aead tink.AEAD
}

// link is a secret from which the keys of signed links are derived.
type link struct {
	ID     uint32 `json:"id"`
	Secret []byte `json:"secret"` // 32 bytes
}

// Generate makes a new keyring from the system's randomness.
func Generate() (*Keyring, error) {
	sealing, err := keyset.NewHandle(aead.XChaCha20Poly1305KeyTemplate())
	if err != nil {
		return nil, broken(err)
	}
	signing, err := newSigningKeys()
	if err != nil {
		return nil, err
	}
	r := &ring{root: secret(), links: []link{newLink()}, sealing: sealing, signing: signing}
	return newKeyring(r)
}

// Rotate makes new keys for sealing, links and signing, hands the new key file
// to save, and uses them once save has answered nil: nothing is ever sealed
// with a key that is not on disk. The hash key stays.
func (k *Keyring) Rotate(save func(file []byte) error) error {
	k.turn.Lock()
	defer k.turn.Unlock()
	return k.rotate(k.now.Load(), save)
}

func (k *Keyring) rotate(old *ring, save func(file []byte) error) error {
	sealing, err := rotated(old.sealing)
	if err != nil {
		return broken(err)
	}
	signing, err := newSigningKeys()
	if err != nil {
		return err
	}
	next := &ring{
		root:    old.root,
		links:   newest(append([]link{newLink()}, old.links...), keepLinks),
		sealing: sealing,
		signing: retire(append(signing, old.signing...)),
	}
	if err := next.derive(); err != nil {
		return err
	}
	file, err := next.marshal()
	if err != nil {
		return err
	}
	if err := save(file); err != nil {
		return err
	}
	k.now.Store(next)
	return nil
}

func newKeyring(r *ring) (*Keyring, error) {
	if err := r.derive(); err != nil {
		return nil, err
	}
	k := &Keyring{}
	k.now.Store(r)
	return k, nil
}

func (r *ring) derive() (err error) {
	if r.hash, err = subkey(r.root, "tonfall hash of index keys"); err != nil {
		return broken(err)
	}
	r.aead, err = aead.New(r.sealing)
	return broken(err)
}

func rotated(h *keyset.Handle) (*keyset.Handle, error) {
	m := keyset.NewManagerFromHandle(h)
	id, err := m.Add(aead.XChaCha20Poly1305KeyTemplate())
	if err != nil {
		return nil, err
	}
	if err := m.SetPrimary(id); err != nil {
		return nil, err
	}
	return m.Handle()
}

// subkey derives a key for one use (RFC 5869), so that a value made for one
// use is worthless in every other.
func subkey(root []byte, use string) ([]byte, error) {
	return hkdf.Key(sha256.New, root, nil, use, sha256.Size)
}

// mac is HMAC-SHA256 over fields, each preceded by its length, so that no two
// lists of fields look alike.
func mac(key []byte, fields ...string) []byte {
	h := hmac.New(sha256.New, key)
	for _, f := range fields {
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(len(f)))
		h.Write(n[:])
		h.Write([]byte(f))
	}
	return h.Sum(nil)
}

func newLink() link {
	return link{ID: binary.BigEndian.Uint32(secret()), Secret: secret()}
}

func secret() []byte {
	b := make([]byte, 32)
	rand.Read(b) // never fails: it ends the program instead
	return b
}

func newest[T any](list []T, n int) []T { return list[:min(n, len(list))] }

func broken(err error) error {
	return profile.Wrap(profile.Internal, err, "the keys cannot be used; restore the key file from its copy")
}
