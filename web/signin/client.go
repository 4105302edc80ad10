package signin

import (
	"crypto/sha256"
	"crypto/subtle"
	"slices"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// Client is an OpenID client of a shop: its web shop, its app, its back end.
type Client struct {
	ID   string `json:"id"`
	Name string `json:"name,omitempty"`
	// SecretHash is HashSecret of a random secret; empty for a public client,
	// which proves itself with PKCE alone.
	SecretHash []byte   `json:"secret_hash,omitempty"`
	Redirects  []string `json:"redirects,omitempty"`   // exact, absolute URLs
	PostLogout []string `json:"post_logout,omitempty"` // exact, absolute URLs
	// BackChannel is where sign-outs are told; may be empty.
	BackChannel string `json:"back_channel,omitempty"`
	// Scopes are those of BackendScopes that it may ask for with
	// client_credentials; empty: it is no back end.
	Scopes []string `json:"scopes,omitempty"`
	// Algorithm of its ID tokens: ES256 where empty, else EdDSA or RS256.
	Algorithm string `json:"algorithm,omitempty"`
}

// BackendScopes are what a shop's own back end may ask for.
func BackendScopes() []string {
	return []string{"customers:read", "customers:write", "mood:read", "messages:render", "messages:write", "score"}
}

// CustomerScopes are what a sign-in may ask for.
func CustomerScopes() []string { return []string{"openid", "profile", "email", "offline_access"} }

// HashSecret is what is kept of a client's secret. The secret must be random,
// 128 bits or more: then one SHA-256 is as good as a slow hash.
func HashSecret(secret string) []byte {
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}

// public reports whether the client has no secret.
func (c Client) public() bool { return len(c.SecretHash) == 0 }

// proves reports whether the secret is the client's. It takes the same time for
// every secret, and for clients that are public or do not exist.
func (c Client) proves(secret string) bool {
	want := c.SecretHash
	if len(want) == 0 {
		want = make([]byte, sha256.Size)
	}
	same := subtle.ConstantTimeCompare(HashSecret(secret), want) == 1
	return same && !c.public()
}

func (c Client) algorithm() jose.SignatureAlgorithm {
	if c.Algorithm == "" {
		return jose.ES256
	}
	return jose.SignatureAlgorithm(c.Algorithm)
}

// opClient shows a Client to the library's router, which reads of it only the
// id, the method of authentication and the grant types.
type opClient struct{ Client }

var _ op.Client = opClient{}

func (c opClient) GetID() string                    { return c.ID }
func (c opClient) RedirectURIs() []string           { return c.Redirects }
func (c opClient) PostLogoutRedirectURIs() []string { return c.PostLogout }
func (c opClient) ApplicationType() op.ApplicationType {
	return op.ApplicationTypeWeb
}

func (c opClient) AuthMethod() oidc.AuthMethod {
	if c.public() {
		return oidc.AuthMethodNone
	}
	return oidc.AuthMethodBasic
}

func (c opClient) ResponseTypes() []oidc.ResponseType {
	return []oidc.ResponseType{oidc.ResponseTypeCode}
}

func (c opClient) GrantTypes() []oidc.GrantType {
	var grants []oidc.GrantType
	if len(c.Redirects) > 0 {
		grants = append(grants, oidc.GrantTypeCode, oidc.GrantTypeRefreshToken)
	}
	if len(c.Scopes) > 0 {
		grants = append(grants, oidc.GrantTypeClientCredentials)
	}
	return grants
}

func (c opClient) LoginURL(string) string              { return "" }
func (c opClient) AccessTokenType() op.AccessTokenType { return op.AccessTokenTypeBearer }
func (c opClient) IDTokenLifetime() time.Duration      { return idTokenLife }
func (c opClient) DevMode() bool                       { return false }
func (c opClient) IsScopeAllowed(scope string) bool    { return slices.Contains(c.Scopes, scope) }
func (c opClient) IDTokenUserinfoClaimsAssertion() bool {
	return true
}
func (c opClient) ClockSkew() time.Duration { return 0 }

func (c opClient) RestrictAdditionalIdTokenScopes() func([]string) []string { //nolint:revive // op.Client spells it so
	return func(scopes []string) []string { return scopes }
}

func (c opClient) RestrictAdditionalAccessTokenScopes() func([]string) []string {
	return func(scopes []string) []string { return scopes }
}
