package connectors

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// dpop is a transport that proves with each request that it holds a key (RFC
// 9449), and sends the access token that is bound to this key. Servers hand
// out nonces that a proof must repeat; a request that lacks the newest is sent
// once more.
type dpop struct {
	base  http.RoundTripper
	key   *ecdsa.PrivateKey
	now   func() time.Time
	token string   // empty toward the authorization server
	home  *url.URL // the person's server: the only one that gets the token

	lock   sync.Mutex
	nonces map[string]string // the newest by origin
}

// newProofKey makes the key of one sign-in; it lives as long as the grant.
func newProofKey() (*ecdsa.PrivateKey, error) { return ecdsa.GenerateKey(elliptic.P256(), rand.Reader) }

// sealable writes a key as JWK, for Keep and Grant.Extra, which are stored sealed.
func sealable(key *ecdsa.PrivateKey) (string, error) {
	text, err := json.Marshal(jose.JSONWebKey{Key: key})
	return string(text), err
}

// unsealed reads what sealable wrote, or nil.
func unsealed(text string) *ecdsa.PrivateKey {
	var key jose.JSONWebKey
	if json.Unmarshal([]byte(text), &key) != nil {
		return nil
	}
	private, _ := key.Key.(*ecdsa.PrivateKey)
	if private == nil || private.Curve != elliptic.P256() {
		return nil
	}
	return private
}

// RoundTrip sends a request with its proof.
func (d *dpop) RoundTrip(r *http.Request) (*http.Response, error) {
	out := r.Clone(r.Context())
	if d.home != nil && out.URL.Host == personalServer {
		out.URL.Scheme, out.URL.Host, out.Host = d.home.Scheme, d.home.Host, ""
	}
	if d.home != nil && origin(out.URL) != origin(d.home) {
		return d.base.RoundTrip(out) // neither token nor proof leaves for elsewhere
	}
	answer, used, err := d.send(out)
	if err != nil || !d.wantsNonce(answer, used) || (r.Body != nil && r.GetBody == nil) {
		return answer, err
	}
	_ = answer.Body.Close()
	if r.GetBody != nil {
		if out.Body, err = r.GetBody(); err != nil {
			return nil, err
		}
	}
	answer, _, err = d.send(out)
	return answer, err
}

// send signs and sends once. It answers the nonce that it used.
func (d *dpop) send(r *http.Request) (answer *http.Response, used string, err error) {
	at := origin(r.URL)
	d.lock.Lock()
	used = d.nonces[at]
	d.lock.Unlock()
	proof, err := d.proof(r, used)
	if err != nil {
		if r.Body != nil {
			_ = r.Body.Close()
		}
		return nil, used, err
	}
	r.Header.Set("DPoP", proof)
	if d.token != "" {
		r.Header.Set("Authorization", "DPoP "+d.token)
	}
	if answer, err = d.base.RoundTrip(r); err != nil {
		return nil, used, err
	}
	if fresh := answer.Header.Get("DPoP-Nonce"); fresh != "" {
		d.lock.Lock()
		d.nonces[at] = fresh
		d.lock.Unlock()
	}
	return answer, used, nil
}

// wantsNonce reports whether the answer only asks for another nonce. The
// authorization server says so in the body, the person's server in a header
// (RFC 9449 sections 8 and 9).
func (d *dpop) wantsNonce(answer *http.Response, used string) bool {
	fresh := answer.Header.Get("DPoP-Nonce")
	if fresh == "" || fresh == used {
		return false
	}
	switch answer.StatusCode {
	case http.StatusUnauthorized:
		if strings.Contains(answer.Header.Get("WWW-Authenticate"), "use_dpop_nonce") {
			return true
		}
	case http.StatusBadRequest:
	default:
		return false
	}
	const most = 16 << 10
	start, err := io.ReadAll(io.LimitReader(answer.Body, most))
	answer.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(start), answer.Body), answer.Body}
	return err == nil && errorCode(start) == "use_dpop_nonce"
}

// proof signs method, address and token hash of one request.
func (d *dpop) proof(r *http.Request, nonce string) (string, error) {
	claims := map[string]any{
		"jti": rand.Text(),
		"htm": r.Method,
		"htu": origin(r.URL) + r.URL.EscapedPath(),
		"iat": d.now().Unix(),
	}
	if nonce != "" {
		claims["nonce"] = nonce
	}
	if d.token != "" {
		hash := sha256.Sum256([]byte(d.token))
		claims["ath"] = base64.RawURLEncoding.EncodeToString(hash[:])
	}
	return signed(d.key, (&jose.SignerOptions{EmbedJWK: true}).WithType("dpop+jwt"), claims)
}

// signed makes a JWT with ES256, the one algorithm every atproto server must know.
func signed(key any, o *jose.SignerOptions, claims map[string]any) (string, error) {
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: key}, o)
	if err != nil {
		return "", err
	}
	return jwt.Signed(signer).Claims(claims).Serialize()
}

// origin is a URL's scheme, host and port.
func origin(u *url.URL) string { return u.Scheme + "://" + u.Host }
