package connectors_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"tonfall/connectors"
	"tonfall/connectors/connectortest"
	"tonfall/internal/egress"
	"tonfall/profile"
)

// TestOIDC runs the suite against a provider that follows OpenID Connect Core
// 1.0 and Discovery 1.0, and leaves names to its userinfo endpoint.
func TestOIDC(t *testing.T) {
	connectortest.Run(t, connectortest.Harness{
		Provider: func(t *testing.T, base string) connectortest.Provider { return newOpenIDProvider(t, base).provider() },
		Connector: func(t *testing.T, base string, o connectors.Options) connectors.Connector {
			o.Name, o.Title, o.BaseURL, o.ClientID, o.ClientSecret = "company", "Company", base, "tonfall", "oidc-secret"
			return must(connectors.New("oidc", o))
		},
		Redirect: "https://tonfall.example/demo/callback/company",
		Token:    "/token",
		Account:  "/userinfo",
	})
}

func TestOIDCRefusesWhatDoesNotProveTheSignIn(t *testing.T) {
	stranger, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for name, attack := range map[string]func(p *openIDProvider, back *connectors.Callback){
		"another nonce":      func(_ *openIDProvider, b *connectors.Callback) { b.Nonce = "n-2" },
		"no nonce expected":  func(_ *openIDProvider, b *connectors.Callback) { b.Nonce = "" },
		"another iss":        func(_ *openIDProvider, b *connectors.Callback) { b.Params.Set("iss", "https://evil.example") },
		"token of another":   func(p *openIDProvider, _ *connectors.Callback) { p.spoil = set("iss", "https://evil.example") },
		"for another client": func(p *openIDProvider, _ *connectors.Callback) { p.spoil = set("aud", "somebody-else") },
		"for another party":  func(p *openIDProvider, _ *connectors.Callback) { p.spoil = set("aud", []string{"tonfall", "other"}) },
		"expired":            func(p *openIDProvider, _ *connectors.Callback) { p.spoil = set("exp", connectortest.Now().Unix()-1) },
		"no nonce":           func(p *openIDProvider, _ *connectors.Callback) { p.spoil = set("nonce", nil) },
		"no subject":         func(p *openIDProvider, _ *connectors.Callback) { p.spoil = set("sub", "") },
		"another person":     func(p *openIDProvider, _ *connectors.Callback) { p.spoil = set("sub", "somebody-else") },
		"wrong at_hash":      func(p *openIDProvider, _ *connectors.Callback) { p.spoil = set("at_hash", "AAAAAAAAAAAAAAAAAAAAAA") },
		"signed by a stranger": func(p *openIDProvider, _ *connectors.Callback) {
			p.sign = func(c map[string]any) string {
				return p.signed(jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: stranger, KeyID: "k1"}}, c)
			}
		},
		"HMAC with the public key": func(p *openIDProvider, _ *connectors.Callback) {
			p.sign = func(c map[string]any) string {
				public, err := x509.MarshalPKIXPublicKey(p.key.Public())
				if err != nil {
					t.Fatal(err)
				}
				return p.signed(jose.SigningKey{Algorithm: jose.HS256, Key: public}, c)
			}
		},
		"alg none": func(p *openIDProvider, _ *connectors.Callback) {
			p.sign = func(c map[string]any) string {
				body, err := json.Marshal(c)
				if err != nil {
					t.Fatal(err)
				}
				return base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none","typ":"JWT"}`)) + "." + base64.RawURLEncoding.EncodeToString(body) + "."
			}
		},
		"no ID token": func(p *openIDProvider, _ *connectors.Callback) { p.sign = func(map[string]any) string { return "" } },
		"rubbish as a token": func(p *openIDProvider, _ *connectors.Callback) {
			p.sign = func(map[string]any) string { return "a.b.c" }
		},
		"": func(*openIDProvider, *connectors.Callback) {},
	} {
		t.Run(name, func(t *testing.T) {
			p, c := openIDPair(t)
			account, err := p.signInAt(t, c, func(b *connectors.Callback) { attack(p, b) })
			if refused := err != nil; refused != (name != "") {
				t.Errorf("got %+v, %v", account, err)
			}
			if err == nil && (account.Provider != p.base || account.Name != "Anna Beispiel" || !account.EmailVerified) {
				t.Errorf("got %+v", account)
			}
		})
	}
}

func TestOIDCRefusesAnIssuerThatLies(t *testing.T) {
	for _, lie := range []string{"https://evil.example", "/", ""} {
		p, c := openIDPair(t)
		if p.issuer = lie; lie == "/" {
			p.issuer = p.base + "/"
		}
		// Already Begin refuses: nobody is sent to a provider that lies.
		_, err := c.Begin(t.Context(), connectors.Start{Redirect: "https://tonfall.example/demo/callback/company", State: "s", Nonce: "n"})
		if !profile.Is(err, profile.Upstream) {
			t.Errorf("issuer %q: %v", p.issuer, err)
		}
	}
}

func TestOIDCSaysWhatItsConfigurationLacks(t *testing.T) {
	for _, o := range []connectors.Options{
		{}, {BaseURL: "accounts.example.org", ClientID: "x"}, {BaseURL: "https://accounts.example.org"},
		{BaseURL: "http://accounts.example.org", ClientID: "x", AllowLoopback: true}, {BaseURL: "http://127.0.0.1:1", ClientID: "x"},
	} {
		if _, err := connectors.New("oidc", o); !profile.Is(err, profile.Invalid) {
			t.Errorf("%+v: %v", o, err)
		}
	}
}

func set(name string, value any) func(map[string]any) {
	return func(c map[string]any) { c[name] = value }
}

func openIDPair(t *testing.T) (*openIDProvider, connectors.Connector) {
	t.Helper()
	var p *openIDProvider
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { p.mux.ServeHTTP(w, r) }))
	t.Cleanup(server.Close)
	p = newOpenIDProvider(t, server.URL)
	return p, must(connectors.New("oidc", connectors.Options{
		Name: "company", BaseURL: server.URL, ClientID: "tonfall", ClientSecret: "oidc-secret", AllowLoopback: true, Now: connectortest.Now,
		HTTP: egress.New(egress.Options{AllowLoopback: true, Timeout: 2 * time.Second}),
	}))
}
