package keys

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"slices"

	"github.com/go-jose/go-jose/v4"

	"tonfall/profile"
)

// Algorithms lists what ID tokens can be signed with, the default first.
// RS256 is kept for clients that know nothing else: it is 22 times slower.
func Algorithms() []jose.SignatureAlgorithm {
	return []jose.SignatureAlgorithm{jose.ES256, jose.EdDSA, jose.RS256}
}

// Signers answers the private keys that sign now, one for each of Algorithms,
// in that order. KeyID is the key's thumbprint (RFC 7638).
func (k *Keyring) Signers() []jose.JSONWebKey {
	var current []jose.JSONWebKey
	for _, alg := range Algorithms() {
		current = append(current, newest(signingWith(alg, k.now.Load().signing), 1)...)
	}
	return current
}

// Signer answers the private key that signs with an algorithm now; NotFound
// where the algorithm is none of Algorithms.
func (k *Keyring) Signer(alg jose.SignatureAlgorithm) (jose.JSONWebKey, error) {
	found := signingWith(alg, k.now.Load().signing)
	if len(found) == 0 {
		return jose.JSONWebKey{}, profile.Errorf(profile.NotFound, "there is no key for this signature algorithm; use ES256, EdDSA or RS256")
	}
	return found[0], nil
}

// JWKS answers the public keys to verify with: those that sign now and up to
// three older ones for each algorithm, newest first.
func (k *Keyring) JWKS() jose.JSONWebKeySet {
	var set jose.JSONWebKeySet
	for _, key := range k.now.Load().signing {
		set.Keys = append(set.Keys, key.Public())
	}
	return set
}

func newSigningKeys() ([]jose.JSONWebKey, error) {
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, broken(err)
	}
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, broken(err)
	}
	rs, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, broken(err)
	}
	var keys []jose.JSONWebKey
	for i, private := range []any{ec, ed, rs} {
		key := jose.JSONWebKey{Key: private, Algorithm: string(Algorithms()[i]), Use: "sig"}
		thumb, err := key.Thumbprint(crypto.SHA256)
		if err != nil {
			return nil, broken(err)
		}
		key.KeyID = base64.RawURLEncoding.EncodeToString(thumb)
		keys = append(keys, key)
	}
	return keys, nil
}

// retire leaves the newest few of each algorithm.
func retire(all []jose.JSONWebKey) []jose.JSONWebKey {
	var kept []jose.JSONWebKey
	for _, key := range all {
		if len(signingWith(jose.SignatureAlgorithm(key.Algorithm), kept)) < keepSigning {
			kept = append(kept, key)
		}
	}
	return kept
}

func signingWith(alg jose.SignatureAlgorithm, keys []jose.JSONWebKey) []jose.JSONWebKey {
	return slices.Collect(func(yield func(jose.JSONWebKey) bool) {
		for _, key := range keys {
			if key.Algorithm == string(alg) && !yield(key) {
				return
			}
		}
	})
}
