package keys

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"math"
	"slices"
	"time"

	"tonfall/profile"
)

// A signed token is base64url of
//
//	version 1 | id of the link secret 4 | expires, Unix seconds 8 | claims, JSON | HMAC-SHA256 32
const (
	linkVersion = 1
	linkHead    = 1 + 4 + 8
	longestLink = 8 << 10 // characters
)

// Sign makes a compact token for a link in a message or a page: whoever holds
// it may do what purpose says until it expires, to the second. Claims are
// written as JSON and can be read by the holder: ids belong there, secrets do
// not (SealToken hides its value). Invalid for claims that JSON cannot hold or
// that are too long for a link (6,000 bytes).
func (k *Keyring) Sign(purpose string, claims any, expires time.Time) (string, error) {
	body, err := json.Marshal(claims)
	if err != nil {
		return "", profile.Wrap(profile.Invalid, err, "these claims do not fit into a link")
	}
	secret := k.now.Load().links[0]
	token := []byte{linkVersion}
	token = binary.BigEndian.AppendUint32(token, secret.ID)
	token = binary.BigEndian.AppendUint64(token, uint64(max(expires.Unix(), 0)))
	token = append(token, body...)
	sum, err := secret.sign(purpose, token)
	if err != nil {
		return "", err
	}
	text := base64.RawURLEncoding.EncodeToString(append(token, sum...))
	if len(text) > longestLink {
		return "", profile.Errorf(profile.Invalid, "these claims are too long for a link: keep them under 6,000 bytes")
	}
	return text, nil
}

// Verify reads the claims of a token that Sign made for the same purpose.
// Unauthorized where it was altered, made for something else or by somebody
// else; Gone where it has expired; claims are left alone then. The comparison
// takes the same time whatever differs.
func (k *Keyring) Verify(purpose, token string, now time.Time, claims any) error {
	refused := profile.Errorf(profile.Unauthorized, "this link is not valid; ask for a new one")
	raw, ok := decode(token, longestLink)
	if !ok || len(raw) < linkHead+sha256.Size || raw[0] != linkVersion {
		return refused
	}
	signed, sum := raw[:len(raw)-sha256.Size], raw[len(raw)-sha256.Size:]
	links := k.now.Load().links
	i := slices.IndexFunc(links, func(l link) bool { return l.ID == binary.BigEndian.Uint32(raw[1:]) })
	if i < 0 {
		return refused
	}
	want, err := links[i].sign(purpose, signed)
	if err != nil {
		return err
	}
	if !hmac.Equal(sum, want) {
		return refused
	}
	expires := binary.BigEndian.Uint64(raw[5:])
	if expires > math.MaxInt64 || now.Unix() >= int64(expires) {
		return profile.Errorf(profile.Gone, "this link has expired; ask for a new one")
	}
	if err := json.Unmarshal(signed[linkHead:], claims); err != nil {
		return refused
	}
	return nil
}

func (l link) sign(purpose string, signed []byte) ([]byte, error) {
	key, err := subkey(l.Secret, "tonfall link: "+purpose)
	if err != nil {
		return nil, broken(err)
	}
	return mac(key, string(signed)), nil
}
