package connectors_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"tonfall/connectors"
	"tonfall/connectors/connectortest"
	"tonfall/profile"
)

// p8 is a new key as Apple hands it out.
func p8(t *testing.T, curve elliptic.Curve) (*ecdsa.PrivateKey, string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(curve, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return key, string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

func appleSuite(t *testing.T) connectortest.Harness {
	key, text := p8(t, elliptic.P256())
	build := func(t *testing.T, base string) *gate {
		return &gate{
			t: t, base: base, folder: "apple",
			authorize: "/auth/authorize", token: "/auth/token", revoke: "/auth/revoke", denial: "user_cancelled_authorize",
			documents:     map[string]string{"/.well-known/openid-configuration": "discovery.json", "/auth/keys": "keys"},
			authenticates: func(r *http.Request) bool { return appleKnows(r, base, &key.PublicKey) },
			complete:      func(map[string]any) {},
			posted: func(asked, _ url.Values) {
				if asked.Get("response_mode") != "form_post" {
					t.Error("Apple answers scopes by form_post only")
				}
			},
		}
	}
	return signInSuite("apple", build, func(o *connectors.Options) { o.ClientSecret, o.Team, o.KeyID = text, "DEF123GHIJ", "ABC123DEFG" })
}

// appleKnows checks a client secret as
// https://developer.apple.com/documentation/accountorganizationaldatasharing/creating-a-client-secret
// demands it.
func appleKnows(r *http.Request, audience string, key *ecdsa.PublicKey) bool {
	token, err := jwt.ParseSigned(r.PostFormValue("client_secret"), []jose.SignatureAlgorithm{jose.ES256})
	if err != nil || token.Headers[0].KeyID != "ABC123DEFG" {
		return false
	}
	var c jwt.Claims
	if token.Claims(key, &c) != nil || c.Expiry == nil || c.IssuedAt == nil {
		return false
	}
	life := c.Expiry.Time().Sub(c.IssuedAt.Time())
	return r.PostFormValue("client_id") == "tonfall" && life > 0 && life <= 15777000*time.Second &&
		c.ValidateWithLeeway(jwt.Expected{Issuer: "DEF123GHIJ", Subject: "tonfall", AnyAudience: jwt.Audience{audience}, Time: connectortest.Now()}, 0) == nil
}

func TestApple(t *testing.T) { connectortest.Run(t, appleSuite(t)) }

func TestApplesNameComesFromTheFormAndNothingElseDoes(t *testing.T) {
	g := &gate{t: t, folder: "apple"}
	first := g.recording("user.json", nil)
	for field, want := range map[string]string{
		first: "Maria Ruiz",
		"":    "", // every sign-in but the first
		`{"name":{"firstName":"Mar\nia","lastName":null}}`: "Mar ia",
		`{"name":"Maria"}`: "",
		`[]`:               "",
		`{"name":{"firstName":"` + strings.Repeat("ä", 500) + `"}}`: strings.Repeat("ä", 120),
	} {
		_, account, err := signInOnce(t, appleSuite(t), nil, func(b *connectors.Callback) { b.Params.Set("user", field) })
		if err != nil || account.Name != want {
			t.Errorf("%.60q: %q, %v", field, account.Name, err)
		}
		if account.Email != "p7k2m9x4qd@privaterelay.appleid.com" || !account.EmailVerified || account.Subject != "001999.27f0a61ffb6c4fdd86e92b5fdc8cd9a5.0733" {
			t.Errorf("%.60q: %+v", field, account)
		}
	}
}

func TestAppleRefusesAnotherBrowsersNonce(t *testing.T) {
	_, account, err := signInOnce(t, appleSuite(t), nil, func(b *connectors.Callback) { b.Nonce = "n-2" })
	if !profile.Is(err, profile.Upstream) {
		t.Errorf("got %+v, %v", account, err)
	}
}

func TestAppleSaysWhatItsConfigurationLacks(t *testing.T) {
	_, good := p8(t, elliptic.P256())
	_, wrong := p8(t, elliptic.P384())
	block, _ := pem.Decode([]byte(good))
	for name, o := range map[string]connectors.Options{
		"team":           {ClientID: "x", ClientSecret: good, KeyID: "k"},
		"key_id":         {ClientID: "x", ClientSecret: good, Team: "t"},
		"client_id":      {ClientSecret: good, Team: "t", KeyID: "k"},
		"client_secret":  {ClientID: "x", ClientSecret: wrong, Team: "t", KeyID: "k"},
		".p8":            {ClientID: "x", ClientSecret: "hunter2", Team: "t", KeyID: "k"},
		"client_secret ": {ClientID: "x", ClientSecret: string(block.Bytes), Team: "t", KeyID: "k"},
	} {
		_, err := connectors.New("apple", o)
		if !profile.Is(err, profile.Invalid) || !strings.Contains(err.Error()+" ", name) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
