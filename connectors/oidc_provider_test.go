package connectors_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"tonfall/connectors"
	"tonfall/connectors/connectortest"
	"tonfall/profile"
)

// openIDProvider is a small OpenID Provider with one person.
type openIDProvider struct {
	t    *testing.T
	base string
	key  *ecdsa.PrivateKey
	mux  *http.ServeMux

	lock    sync.Mutex
	deny    bool
	codes   map[string]url.Values // authorization requests by code
	refresh map[string]bool
	access  map[string]bool
	// What a test changes to attack.
	issuer string
	spoil  func(claims map[string]any)
	sign   func(claims map[string]any) string
}

func newOpenIDProvider(t *testing.T, base string) *openIDProvider {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	p := &openIDProvider{t: t, base: base, issuer: base, key: key, mux: http.NewServeMux(), codes: map[string]url.Values{}, refresh: map[string]bool{}, access: map[string]bool{}}
	p.spoil = func(map[string]any) {}
	p.sign = func(c map[string]any) string {
		return p.signed(jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: key, KeyID: "k1"}}, c)
	}
	p.mux.HandleFunc("GET /.well-known/openid-configuration", p.discovery)
	p.mux.HandleFunc("GET /keys", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, 200, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: key.Public(), KeyID: "k1", Algorithm: "ES256", Use: "sig"}}})
	})
	p.mux.HandleFunc("GET /authorize", p.authorize)
	p.mux.HandleFunc("POST /token", p.token)
	p.mux.HandleFunc("GET /userinfo", p.userinfo)
	p.mux.HandleFunc("POST /revoke", p.revoke)
	return p
}

func (p *openIDProvider) provider() connectortest.Provider {
	locked := func(f func()) func() {
		return func() { p.lock.Lock(); defer p.lock.Unlock(); f() }
	}
	return connectortest.Provider{
		Handler: p.mux,
		Deny:    locked(func() { p.deny = true }),
		Expire:  locked(func() { clear(p.access) }),
		Kill:    locked(func() { clear(p.access); clear(p.refresh) }),
	}
}

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}

func (p *openIDProvider) signed(key jose.SigningKey, c map[string]any) string {
	return signed(p.t, key, c)
}

func (p *openIDProvider) discovery(w http.ResponseWriter, _ *http.Request) {
	answer(w, 200, map[string]any{
		"issuer": p.issuer, "authorization_endpoint": p.base + "/authorize", "token_endpoint": p.base + "/token",
		"jwks_uri": p.base + "/keys", "userinfo_endpoint": p.base + "/userinfo", "revocation_endpoint": p.base + "/revoke",
		"token_endpoint_auth_methods_supported": []string{"client_secret_basic"}, "id_token_signing_alg_values_supported": []string{"ES256", "HS256", "none"},
	})
}

func (p *openIDProvider) authorize(w http.ResponseWriter, r *http.Request) {
	p.lock.Lock()
	defer p.lock.Unlock()
	q := r.URL.Query()
	back := url.Values{"state": {q.Get("state")}, "iss": {p.base}}
	switch {
	case p.deny:
		back.Set("error", "access_denied")
	case q.Get("client_id") != "tonfall" || q.Get("code_challenge_method") != "S256" || !strings.Contains(q.Get("scope"), "openid"):
		back.Set("error", "invalid_request")
	default:
		code := rand.Text()
		p.codes[code] = q
		back.Set("code", code)
	}
	http.Redirect(w, r, q.Get("redirect_uri")+"?"+back.Encode(), http.StatusFound)
}

func (p *openIDProvider) token(w http.ResponseWriter, r *http.Request) {
	p.lock.Lock()
	defer p.lock.Unlock()
	if id, secret, _ := r.BasicAuth(); id != "tonfall" || secret != "oidc-secret" {
		answer(w, 401, map[string]string{"error": "invalid_client"})
		return
	}
	fresh := map[string]any{"access_token": rand.Text(), "refresh_token": rand.Text(), "token_type": "Bearer", "expires_in": 3600, "scope": "openid profile email"}
	switch r.PostFormValue("grant_type") {
	case "authorization_code":
		asked, known := p.codes[r.PostFormValue("code")]
		delete(p.codes, r.PostFormValue("code"))
		challenge := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
		if !known || asked.Get("code_challenge") != base64.RawURLEncoding.EncodeToString(challenge[:]) || asked.Get("redirect_uri") != r.PostFormValue("redirect_uri") {
			answer(w, 400, map[string]string{"error": "invalid_grant"})
			return
		}
		claims := map[string]any{"iss": p.base, "aud": "tonfall", "sub": "user-9007199254740993", "nonce": asked.Get("nonce"),
			"iat": connectortest.Now().Unix(), "exp": connectortest.Now().Add(time.Minute).Unix()}
		p.spoil(claims)
		fresh["id_token"] = p.sign(claims)
	case "refresh_token":
		if !p.refresh[r.PostFormValue("refresh_token")] {
			answer(w, 400, map[string]string{"error": "invalid_grant"})
			return
		}
		delete(p.refresh, r.PostFormValue("refresh_token"))
		delete(fresh, "scope") // RFC 6749 section 6: as before
	}
	p.access[fresh["access_token"].(string)], p.refresh[fresh["refresh_token"].(string)] = true, true
	answer(w, 200, fresh)
}

func (p *openIDProvider) userinfo(w http.ResponseWriter, r *http.Request) {
	p.lock.Lock()
	defer p.lock.Unlock()
	if !p.access[strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")] {
		answer(w, 401, map[string]string{"error": "invalid_token"})
		return
	}
	answer(w, 200, map[string]any{"sub": "user-9007199254740993", "name": "Anna Beispiel", "preferred_username": "anna", "email": "anna@example.org", "email_verified": "true", "locale": "de"})
}

func (p *openIDProvider) revoke(_ http.ResponseWriter, r *http.Request) {
	p.lock.Lock()
	defer p.lock.Unlock()
	if id, secret, _ := r.BasicAuth(); id == "tonfall" && secret == "oidc-secret" && p.refresh[r.PostFormValue("token")] {
		clear(p.refresh)
		clear(p.access)
	}
}

// signInAt runs one sign-in at the provider and answers what Finish answers.
func (p *openIDProvider) signInAt(t *testing.T, c connectors.Connector, change func(*connectors.Callback)) (profile.Account, error) {
	t.Helper()
	const redirect = "https://tonfall.example/demo/callback/company"
	step, err := c.Begin(t.Context(), connectors.Start{Redirect: redirect, State: "s", Nonce: "n-1"})
	if err != nil {
		return profile.Account{}, err
	}
	w := httptest.NewRecorder()
	p.mux.ServeHTTP(w, httptest.NewRequest(http.MethodGet, step.URL, nil))
	to, err := url.Parse(w.Header().Get("Location"))
	if err != nil {
		t.Fatal(err)
	}
	back := connectors.Callback{Params: to.Query(), Keep: step.Keep, Nonce: "n-1", Redirect: redirect}
	change(&back)
	_, account, err := c.Finish(t.Context(), back)
	return account, err
}
