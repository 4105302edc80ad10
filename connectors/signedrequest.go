package connectors

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"

	"tonfall/profile"
)

// Signed is what Meta says in a signed_request: that a person has removed the
// app, or wants their data deleted.
type Signed struct {
	User   string    // the person's app-scoped id
	Issued time.Time // zero where it does not say
}

// maxSigned bounds a signed_request; Meta's have some 200 bytes.
const maxSigned = 16 << 10

// SignedRequest verifies a signed_request and reads it: two parts in base64url
// with a dot between, the HMAC-SHA256 of the second part as it stands, keyed
// with the app's secret, and JSON. A wrong signature or another algorithm is
// Unauthorized; what has not this form is Invalid.
// https://developers.facebook.com/docs/development/create-an-app/app-dashboard/data-deletion-callback
func SignedRequest(secret, value string) (Signed, error) {
	wrong := profile.Errorf(profile.Invalid, "this is not a signed request of Meta")
	first, second, ok := strings.Cut(value, ".")
	if !ok || len(value) > maxSigned || second == "" {
		return Signed{}, wrong
	}
	signature, err := decoded(first)
	if err != nil {
		return Signed{}, wrong
	}
	// An empty key would be one that everybody has.
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(second))
	if secret == "" || !hmac.Equal(signature, mac.Sum(nil)) {
		return Signed{}, profile.Errorf(profile.Unauthorized, "the signature of this request is not Meta's")
	}
	payload, err := decoded(second)
	if err != nil {
		return Signed{}, wrong
	}
	var said struct {
		Algorithm string          `json:"algorithm"`
		User      json.RawMessage `json:"user_id"` // text, at times a number
		Issued    int64           `json:"issued_at"`
	}
	if json.Unmarshal(payload, &said) != nil {
		return Signed{}, wrong
	}
	if !strings.EqualFold(said.Algorithm, "HMAC-SHA256") {
		return Signed{}, profile.Errorf(profile.Unauthorized, "this request is signed by another algorithm than HMAC-SHA256")
	}
	signed := Signed{User: strings.Trim(string(said.User), `"`)}
	if signed.User == "" || signed.User == "null" || strings.ContainsAny(signed.User, "\"\\{}[] ") {
		return Signed{}, wrong
	}
	if said.Issued > 0 {
		signed.Issued = time.Unix(said.Issued, 0).UTC()
	}
	return signed, nil
}

func decoded(text string) ([]byte, error) {
	return base64.RawURLEncoding.DecodeString(strings.TrimRight(text, "="))
}
