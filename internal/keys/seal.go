package keys

import (
	"encoding/base64"
	"strings"

	"tonfall/profile"
)

// What is sealed for one use does not open in another.
const (
	useRecord = "record\x00"
	useToken  = "token\x00"
)

// longestToken caps what OpenToken looks at, in characters.
const longestToken = 64 << 10

// Seal encrypts a record and binds it to its associated data: Open answers the
// plain text only where the same data is given. Sealing the same twice gives
// different bytes. XChaCha20-Poly1305; with tink's prefix it is 45 bytes
// longer than the plain text.
func (k *Keyring) Seal(plain, associated []byte) ([]byte, error) {
	sealed, err := k.now.Load().aead.Encrypt(plain, append([]byte(useRecord), associated...))
	return sealed, broken(err)
}

// Open decrypts what Seal has made, with this or an older generation of keys.
// Internal where it was altered, moved, or sealed with a foreign key.
func (k *Keyring) Open(sealed, associated []byte) ([]byte, error) {
	plain, err := k.now.Load().aead.Decrypt(sealed, append([]byte(useRecord), associated...))
	return plain, profile.Wrap(profile.Internal, err, "a sealed record cannot be opened: it was altered, moved, or sealed with another key file")
}

// Hash is a keyed hash of fields, 16 bytes, the same for ever: HMAC-SHA256
// cut to 128 bits. Without the key file nobody can tell from it whose it is.
func (k *Keyring) Hash(fields ...string) []byte {
	return mac(k.now.Load().hash, fields...)[:16]
}

// SealToken makes an opaque token of a value, base64url, bound to a purpose:
// "code", "access". It does not expire by itself; put a time into the value.
func (k *Keyring) SealToken(purpose, value string) (string, error) {
	sealed, err := k.now.Load().aead.Encrypt([]byte(value), []byte(useToken+purpose))
	return base64.RawURLEncoding.EncodeToString(sealed), broken(err)
}

// OpenToken answers the value of a token that SealToken made for the same
// purpose, before or after a rotation; else Unauthorized.
func (k *Keyring) OpenToken(purpose, token string) (string, error) {
	refused := profile.Errorf(profile.Unauthorized, "the token is not one of ours")
	sealed, ok := decode(token, longestToken)
	if !ok {
		return "", refused
	}
	value, err := k.now.Load().aead.Decrypt(sealed, []byte(useToken+purpose))
	if err != nil {
		return "", refused
	}
	return string(value), nil
}

// decode reads base64url, of which there is one spelling only for any bytes:
// the library alone would skip line breaks.
func decode(token string, longest int) (raw []byte, ok bool) {
	if len(token) > longest || strings.ContainsAny(token, "\r\n") {
		return nil, false
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(token)
	return raw, err == nil
}
