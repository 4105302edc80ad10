package signin

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/pkg/oidc"

	"tonfall/profile"
)

// claims are what a shop learns of who signed in: identity, never mood. It is
// the answer of userinfo, and part of the ID token.
type claims struct {
	Subject   string `json:"sub"`
	Connector string `json:"tonfall:connector"`
	// with the scope profile
	Name              string `json:"name,omitempty"`
	PreferredUsername string `json:"preferred_username,omitempty"`
	Picture           string `json:"picture,omitempty"`
	Locale            string `json:"locale,omitempty"`
	// with the scope email
	Email         string `json:"email,omitempty"`
	EmailVerified *bool  `json:"email_verified,omitempty"`
}

// idClaims is an ID token (OpenID Connect Core 2).
type idClaims struct {
	Issuer   string `json:"iss"`
	Audience string `json:"aud"`
	Expires  int64  `json:"exp"`
	Issued   int64  `json:"iat"`
	AuthTime int64  `json:"auth_time"`
	Nonce    string `json:"nonce,omitempty"`
	AtHash   string `json:"at_hash,omitempty"`
	Session  string `json:"sid,omitempty"`
	claims
}

// claims reads the customer. The account that signed in comes first; what it
// does not know is taken from the customer's others.
func (s *Site) claims(ctx context.Context, who arrived, scopes []string) (claims, error) {
	customer, err := s.Gate.Customer(ctx, who.Key)
	if err != nil {
		return claims{}, err
	}
	c := claims{Subject: string(who.Key.ID), Connector: who.Connector}
	account := profile.Account{}
	if found := customer.Account(who.Provider, who.Subject); found != nil {
		account = *found
	}
	if slices.Contains(scopes, oidc.ScopeProfile) {
		c.Name, c.PreferredUsername, c.Picture = account.Name, account.Handle, account.Picture
		if c.Name == "" {
			c.Name = customer.Name()
		}
		c.Locale = customer.Locale()
	}
	if slices.Contains(scopes, oidc.ScopeEmail) {
		c.Email = account.Email
		verified := account.EmailVerified
		if other := customer.Email(); !verified && other != "" {
			c.Email, verified = other, true
		}
		if c.Email != "" {
			c.EmailVerified = &verified
		}
	}
	return c, nil
}

// idToken signs an ID token with the client's algorithm.
func (s *Site) idToken(ctx context.Context, client Client, f family, access string, scopes []string) (string, error) {
	who, err := s.claims(ctx, f.Who, scopes)
	if err != nil {
		return "", err
	}
	hash, err := oidc.ClaimHash(access, client.algorithm())
	if err != nil {
		return "", err
	}
	now := s.Now()
	return s.sign(client, "JWT", idClaims{
		Issuer: s.issuer(f.Subject.Shop), Audience: client.ID, Expires: now.Add(idTokenLife).Unix(), Issued: now.Unix(),
		AuthTime: f.AuthTime.Unix(), Nonce: f.Nonce, AtHash: hash, Session: f.Session, claims: who,
	})
}

func (s *Site) sign(client Client, typ jose.ContentType, claims any) (string, error) {
	key, err := s.Signing.Signer(client.algorithm())
	if err != nil {
		return "", err
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: client.algorithm(), Key: key}, (&jose.SignerOptions{}).WithType(typ))
	if err != nil {
		return "", err
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		return "", err
	}
	signed, err := signer.Sign(payload)
	if err != nil {
		return "", err
	}
	return signed.CompactSerialize()
}

// hintClaims is an ID token that came back as a hint.
type hintClaims struct {
	Subject  string
	Audience string
	Session  string
}

// readHint verifies an id_token_hint: one of ours, for this shop, signed with a
// key that we still publish. It may have expired: it is a hint.
func (s *Site) readHint(ctx context.Context, token string) (hintClaims, error) {
	refused := profile.Errorf(profile.Invalid, "the id_token_hint is none of ours")
	signed, err := jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{jose.ES256, jose.EdDSA, jose.RS256})
	if err != nil || len(signed.Signatures) != 1 {
		return hintClaims{}, refused
	}
	header := signed.Signatures[0].Protected
	if typ, _ := header.ExtraHeaders[jose.HeaderType].(string); !strings.EqualFold(typ, "JWT") {
		return hintClaims{}, refused
	}
	published := s.Signing.JWKS()
	for _, key := range published.Key(header.KeyID) {
		if key.Algorithm != header.Algorithm {
			continue
		}
		payload, err := signed.Verify(key)
		if err != nil {
			continue
		}
		var c idClaims
		if err := json.Unmarshal(payload, &c); err != nil || c.Issuer != s.issuer(shopOf(ctx).Slug) || !profile.CustomerID(c.Subject).Valid() {
			return hintClaims{}, refused
		}
		return hintClaims{Subject: c.Subject, Audience: c.Audience, Session: c.Session}, nil
	}
	return hintClaims{}, refused
}

// logoutClaims is a logout token (OpenID Connect Back-Channel Logout 1.0, 2.4).
type logoutClaims struct {
	Issuer   string                     `json:"iss"`
	Subject  string                     `json:"sub"`
	Audience string                     `json:"aud"`
	Issued   int64                      `json:"iat"`
	Expires  int64                      `json:"exp"`
	ID       string                     `json:"jti"`
	Session  string                     `json:"sid"`
	Events   map[string]json.RawMessage `json:"events"`
}

// logoutEvent names the one event of a logout token.
const logoutEvent = "http://schemas.openid.net/event/backchannel-logout"

func (s *Site) logoutToken(client Client, n session) (string, error) {
	now := s.Now()
	return s.sign(client, "logout+jwt", logoutClaims{
		Issuer: s.issuer(n.Key.Shop), Subject: string(n.Key.ID), Audience: client.ID, Issued: now.Unix(),
		Expires: now.Add(2 * time.Minute).Unix(), ID: secret(), Session: n.ID,
		Events: map[string]json.RawMessage{logoutEvent: json.RawMessage(`{}`)},
	})
}
