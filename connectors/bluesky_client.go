package connectors

import (
	"crypto"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"

	"tonfall/internal/egress"
	"tonfall/profile"
)

// Documented is a connector whose provider knows us by a public JSON document
// about ourselves instead of a registration. The door serves it.
type Documented interface {
	// ClientDocument answers the document's address for a callback address,
	// and its JSON. The address is empty where none is needed: a provider
	// accepts callbacks on this machine without. It does no I/O.
	ClientDocument(redirect string) (address string, document []byte, err error)
}

// blueskyClient is who we are toward Bluesky servers
// (https://atproto.com/specs/oauth#clients).
type blueskyClient struct {
	address string           // of the document; empty where nobody outside this machine comes
	key     *jose.JSONWebKey // private, of a confidential client; nil: public
}

func newBlueskyClient(o Options) (blueskyClient, error) {
	c := blueskyClient{address: o.ClientMetadataURL}
	if o.ClientSecret == "" {
		return c, nil
	}
	c.key = &jose.JSONWebKey{}
	if err := json.Unmarshal([]byte(o.ClientSecret), c.key); err != nil || unsealed(o.ClientSecret) == nil {
		return c, profile.Errorf(profile.Invalid, "connector %s: client_secret must be a private P-256 key as JWK, or be left out", o.Name)
	}
	if c.key.KeyID == "" {
		thumb, err := c.key.Thumbprint(crypto.SHA256)
		if err != nil {
			return c, profile.Wrap(profile.Invalid, err, "connector "+o.Name+": client_secret cannot be used")
		}
		c.key.KeyID = base64.RawURLEncoding.EncodeToString(thumb)
	}
	c.key.Algorithm, c.key.Use = string(jose.ES256), "sig"
	return c, nil
}

// id is our client id for a callback address.
func (c blueskyClient) id(redirect string, scopes []string) (string, error) {
	u, err := url.Parse(redirect)
	switch {
	case err != nil || u.Hostname() == "":
		return "", profile.Errorf(profile.Invalid, "the callback address is not a URL")
	case u.Scheme == "https" && c.address != "":
		return c.address, nil
	case u.Scheme == "http" && u.Hostname() != "localhost" && egress.Loopback(u.Hostname()):
		return "http://localhost?" + url.Values{"redirect_uri": {redirect}, "scope": {strings.Join(scopes, " ")}}.Encode(), nil
	}
	return "", profile.Errorf(profile.Invalid, "Bluesky calls back to https addresses only, or to http://127.0.0.1; open this page under such an address")
}

// authenticate adds who we are to a form: a name, and for a confidential
// client a short-lived signature (RFC 7523) toward that one server.
func (c blueskyClient) authenticate(form url.Values, clientID, issuer string, now time.Time) error {
	form.Set("client_id", clientID)
	if c.key == nil || strings.HasPrefix(clientID, "http:") {
		return nil
	}
	assertion, err := signed(*c.key, &jose.SignerOptions{}, map[string]any{
		"iss": clientID, "sub": clientID, "aud": issuer, "jti": rand.Text(),
		"iat": now.Unix(), "exp": now.Add(time.Minute).Unix(),
	})
	form.Set("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
	form.Set("client_assertion", assertion)
	return err
}

// ClientDocument describes us to Bluesky servers. It names no website: theirs
// must be at the document's own origin, which the shop's is not.
func (b *bluesky) ClientDocument(redirect string) (string, []byte, error) {
	id, err := b.client.id(redirect, b.scopes)
	if err != nil || strings.HasPrefix(id, "http:") {
		return "", nil, err
	}
	document := map[string]any{
		"client_id": id, "application_type": "web", "redirect_uris": []string{redirect},
		"grant_types": []string{"authorization_code", "refresh_token"}, "response_types": []string{"code"},
		"scope": strings.Join(b.scopes, " "), "dpop_bound_access_tokens": true,
		"token_endpoint_auth_method": "none", "client_name": "Tonfall",
	}
	if b.client.key != nil {
		document["token_endpoint_auth_method"] = "private_key_jwt"
		document["token_endpoint_auth_signing_alg"] = "ES256"
		document["jwks"] = jose.JSONWebKeySet{Keys: []jose.JSONWebKey{b.client.key.Public()}}
	}
	text, err := json.MarshalIndent(document, "", "  ")
	return id, text, err
}
