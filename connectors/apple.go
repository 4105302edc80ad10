package connectors

import (
	"cmp"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"tonfall/profile"
)

// Facts about Apple, from its documentation:
//
//	authorization request: response_mode=form_post where a scope is asked for,
//	the form field user at the first consent only
//	    https://developer.apple.com/documentation/signinwithapplerestapi/request-an-authorization-to-the-sign-in-with-apple-server.
//	client secret: ES256, kid, iss the team, sub the client, at most 15777000 s
//	    https://developer.apple.com/documentation/accountorganizationaldatasharing/creating-a-client-secret
//	revocation ends the person's authorization as a whole
//	    https://developer.apple.com/documentation/signinwithapplerestapi/revoke-tokens
//	sub is stable for a team; the e-mail address may be a private relay
//	    https://developer.apple.com/documentation/signinwithapple/receiving-a-user-s-identity-token
const (
	appleIssuer     = "https://appleid.apple.com"
	appleSource     = "https://developer.apple.com/documentation/signinwithapple/receiving-a-user-s-identity-token"
	appleSecretLife = 5 * time.Minute // made for each call: nothing long-lived lies about
	appleLongest    = 120             // characters of a name
)

// newApple makes the sign-in with Apple. ClientID is the Services ID,
// ClientSecret the private key as Apple hands it out (PEM of PKCS #8), Team and
// KeyID say whose it is.
func newApple(o Options) (Connector, error) {
	o.BaseURL = cmp.Or(o.BaseURL, appleIssuer)
	if o.Team == "" || o.KeyID == "" {
		return nil, profile.Errorf(profile.Invalid, "connector %s needs team and key_id, from the membership and the key at developer.apple.com", o.Name)
	}
	key, err := appleKey(o)
	if err != nil {
		return nil, err
	}
	p, err := discovered(o, manner{
		params: map[string]string{"response_mode": "form_post"},
		secret: func() (string, error) { return appleSecret(o, key) },
		person: func(_ claims, back Callback, a *profile.Account) {
			a.Name = cmp.Or(a.Name, appleName(back.Params.Get("user")))
		},
	})
	if err != nil {
		return nil, err
	}
	p.about = Info{
		Name: o.Name, Title: titled(o, "Apple"), Provider: o.BaseURL,
		Powers:       []string{"refresh", "revoke", "deauthorize"},
		Scopes:       map[profile.Purpose][]string{"": {"openid", "name", "email"}},
		RevokesAll:   true,
		Registration: "a Services ID with the callback URL of each shop, a key for Sign in with Apple (client_secret is the .p8 file), and our address for server-to-server notifications (/hooks/SHOP/" + o.Name + "); needs a paid developer membership",
		Rules:        signInRules("Apple", appleSource),
	}
	return apple{p}, nil
}

// appleKey reads the private key. The error quotes nothing of it.
func appleKey(o Options) (*ecdsa.PrivateKey, error) {
	block, _ := pem.Decode([]byte(o.ClientSecret))
	if block != nil {
		if parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes); err == nil {
			if key, ok := parsed.(*ecdsa.PrivateKey); ok && key.Curve == elliptic.P256() {
				return key, nil
			}
		}
	}
	return nil, profile.Errorf(profile.Invalid, "the client_secret of connector %s must be the private key from developer.apple.com: write file: and the path of the .p8 file", o.Name)
}

// appleSecret signs who we are.
func appleSecret(o Options, key *ecdsa.PrivateKey) (string, error) {
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: key, KeyID: o.KeyID}}, nil)
	if err != nil {
		return "", profile.Wrap(profile.Internal, err, "the client secret for Apple could not be made")
	}
	now := o.Now()
	secret, err := jwt.Signed(signer).Claims(map[string]any{
		"iss": o.Team, "sub": o.ClientID, "aud": o.BaseURL, "iat": now.Unix(), "exp": now.Add(appleSecretLife).Unix(),
	}).Serialize()
	return secret, profile.Wrap(profile.Internal, err, "the client secret for Apple could not be made")
}

// appleName reads the form field user. It comes through the browser, signed by
// nobody: it is good for a greeting, and its e-mail address is not read.
func appleName(field string) string {
	var user struct {
		Name struct {
			First string `json:"firstName"`
			Last  string `json:"lastName"`
		} `json:"name"`
	}
	if json.Unmarshal([]byte(field), &user) != nil {
		return ""
	}
	name := []rune(strings.Join(strings.Fields(user.Name.First+" "+user.Name.Last), " "))
	return string(name[:min(len(name), appleLongest)])
}
