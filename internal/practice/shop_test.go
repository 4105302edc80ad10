package practice

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"golang.org/x/oauth2"
)

// fair is the shop on a server of its own, with an issuer and an API that the
// test can make lie.
type fair struct {
	*Shop
	t   *testing.T
	url string // of the shop, without a slash at the end

	mu     sync.Mutex
	key    *ecdsa.PrivateKey
	asked  url.Values           // the last authorization request
	claims func(map[string]any) // bends the ID token
	orders []map[string]any     // what was asked of the API
	render func(w http.ResponseWriter)
}

func newFair(t *testing.T) *fair {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	f := &fair{t: t, key: key}
	f.render = func(w http.ResponseWriter) { fmt.Fprint(w, letterJSON) }
	mux := http.NewServeMux()
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	f.url = srv.URL + "/practice/shop"
	f.Shop = NewShop(ShopOptions{
		Base: srv.URL + "/practice", Issuer: srv.URL + "/demo", ClientID: "shop", ClientSecret: "shh", RedirectURI: f.url + "/callback",
		APIBase: srv.URL, BackendID: "backend", BackendSecret: "hush", Buttons: []Button{{"practice", "Piazza"}, {"mastodon", "Mastodon"}},
	})
	mux.Handle("/practice/shop/", f.Shop)
	mux.HandleFunc("/demo/.well-known/openid-configuration", func(w http.ResponseWriter, r *http.Request) {
		reply(w, map[string]any{
			"issuer": srv.URL + "/demo", "authorization_endpoint": srv.URL + "/demo/authorize", "token_endpoint": srv.URL + "/demo/token",
			"jwks_uri": srv.URL + "/demo/keys", "end_session_endpoint": srv.URL + "/demo/logout", "id_token_signing_alg_values_supported": []string{"ES256"},
		})
	})
	mux.HandleFunc("/demo/keys", func(w http.ResponseWriter, r *http.Request) {
		reply(w, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: key.Public(), KeyID: "1", Algorithm: "ES256", Use: "sig"}}})
	})
	mux.HandleFunc("/demo/authorize", func(w http.ResponseWriter, r *http.Request) {
		f.mu.Lock()
		f.asked = r.URL.Query()
		f.mu.Unlock()
		http.Redirect(w, r, f.url+"/callback?"+url.Values{"code": {"c"}, "state": {f.asked.Get("state")}, "iss": {srv.URL + "/demo"}}.Encode(), http.StatusSeeOther)
	})
	mux.HandleFunc("/demo/token", f.token)
	mux.HandleFunc("/v1/messages/render", f.api)
	mux.HandleFunc("/demo/logout", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, r.URL.Query().Get("post_logout_redirect_uri"), http.StatusSeeOther)
	})
	return f
}

const letterJSON = `{"subject":"Schön, dass du da bist!","body":"Hallo Mila <b>,\n\nZu deinem Konto: https://shop.example/konto\n","variant":"de/warm/du","tone":"warm","locale":"de",
"reasons":[{"code":"mood","text":"Twelve recent posts read content.","text_de":"Zwölf neuere Beiträge lesen sich zufrieden."}],"suppressed":null,"exposure":"x"}`

func reply(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}

func (f *fair) token(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	id, secret, _ := r.BasicAuth()
	switch {
	case r.PostFormValue("grant_type") == "client_credentials" && id == "backend" && secret == "hush":
		if r.PostFormValue("scope") != "customers:read messages:render" {
			f.t.Errorf("the back end asks for %q", r.PostFormValue("scope"))
		}
		reply(w, map[string]any{"access_token": "back", "token_type": "Bearer", "expires_in": 600})
		return
	case id != "shop" || secret != "shh" || oauth2.S256ChallengeFromVerifier(r.PostFormValue("code_verifier")) != f.asked.Get("code_challenge"):
		w.WriteHeader(http.StatusBadRequest)
		reply(w, map[string]any{"error": "invalid_grant"})
		return
	}
	now := time.Now()
	claims := map[string]any{
		"iss": strings.TrimSuffix(f.url, "/practice/shop") + "/demo", "aud": "shop", "sub": "cust_1", "iat": now.Unix(), "exp": now.Add(time.Hour).Unix(),
		"nonce": f.asked.Get("nonce"), "name": "Mila Berger", "locale": "de-DE", "tonfall:connector": "practice",
	}
	if f.claims != nil {
		f.claims(claims)
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: f.key, KeyID: "1"}}, nil)
	if err != nil {
		f.t.Fatal(err)
	}
	raw, err := jwt.Signed(signer).Claims(claims).Serialize()
	if err != nil {
		f.t.Fatal(err)
	}
	reply(w, map[string]any{"access_token": "a", "token_type": "Bearer", "expires_in": 600, "id_token": raw})
}

func (f *fair) api(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var order map[string]any
	body, _ := io.ReadAll(r.Body)
	if err := json.Unmarshal(body, &order); err != nil || r.Header.Get("Authorization") != "Bearer back" || r.Header.Get("Idempotency-Key") == "" {
		f.t.Errorf("a bad order: %s, %v", body, r.Header)
	}
	f.orders = append(f.orders, order)
	f.render(w)
}

func (f *fair) browser() *http.Client {
	jar, err := cookiejar.New(nil)
	if err != nil {
		f.t.Fatal(err)
	}
	return &http.Client{Jar: jar}
}

func (f *fair) post(c *http.Client, path string, form url.Values) string {
	f.t.Helper()
	res, err := c.PostForm(f.url+path, form)
	return read(f.t, res, err)
}

func TestTheShopSignsInAndShowsTheLetterWithItsReason(t *testing.T) {
	f := newFair(t)
	c := f.browser()
	page := read2(t, c, f.url+"/signin?connector=practice&lang=de")
	for _, want := range []string{"Guten Tag, Mila Berger", "Schön, dass du da bist!", `<p class="words" lang="de">Hallo Mila &lt;b&gt;,`, `<a href="https://shop.example/konto">Zu deinem Konto</a>`,
		"Zwölf neuere Beiträge lesen sich zufrieden.", "de/warm/du", "/demo/me"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if t.Failed() {
		t.Log(page)
	}
	for k, want := range map[string]string{"connector": "practice", "code_challenge_method": "S256", "response_type": "code", "scope": "openid profile email", "ui_locales": "de"} {
		if got := f.asked.Get(k); got != want {
			t.Errorf("asked with %s=%q", k, got)
		}
	}
	if f.asked.Get("nonce") == "" || len(f.asked.Get("state")) < 20 {
		t.Error("asked without nonce or state")
	}
	o := f.orders[0]
	if o["customer"] != "cust_1" || o["template"] != "welcome" || o["locale"] != "de-DE" || o["permission"] != nil {
		t.Errorf("ordered %v", o)
	}

	f.post(c, "/newsletter", url.Values{"yes": {"1"}})
	f.post(c, "/letters", url.Values{"template": {"win-back"}})
	if o = f.orders[1]; o["template"] != "win-back" || o["permission"] == nil {
		t.Errorf("with permission ordered %v", o)
	}

	at, _ := url.Parse(f.url + "/")
	kept := c.Jar.Cookies(at)
	if page = f.post(c, "/signout", nil); !strings.Contains(page, "Mit Piazza anmelden") {
		t.Error("signing out does not end at the front page")
	}
	c.Jar.SetCookies(at, kept)
	if page = f.post(c, "/letters", url.Values{"template": {"welcome"}}); !strings.Contains(page, "nicht mehr angemeldet") {
		t.Error("the old cookie still opens letters")
	}
}

func TestTheShopBelievesNoForgedSignIn(t *testing.T) {
	for name, bend := range map[string]func(map[string]any){
		"another nonce":    func(c map[string]any) { c["nonce"] = "other" },
		"no nonce":         func(c map[string]any) { delete(c, "nonce") },
		"another issuer":   func(c map[string]any) { c["iss"] = "https://evil.example" },
		"another audience": func(c map[string]any) { c["aud"] = "someone" },
		"expired":          func(c map[string]any) { c["exp"] = time.Now().Add(-time.Hour).Unix() },
	} {
		f := newFair(t)
		f.claims = bend
		c := f.browser()
		if page := read2(t, c, f.url+"/signin"); !strings.Contains(page, "did not complete the sign-in") {
			t.Errorf("%s: %s", name, page)
		}
		if page := read2(t, c, f.url+"/"); strings.Contains(page, "Mila") {
			t.Errorf("%s signed somebody in", name)
		}
	}
	f := newFair(t)
	wrongKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	f.key = wrongKey
	if page := read2(t, f.browser(), f.url+"/signin"); !strings.Contains(page, "did not complete the sign-in") {
		t.Error("a token signed by somebody else was believed")
	}
}

func TestACallbackNeedsTheStateOfItsOwnBrowserOnce(t *testing.T) {
	f := newFair(t)
	c := f.browser()
	read2(t, c, f.url+"/signin")
	state := f.asked.Get("state")
	for name, q := range map[string]string{
		"used": "code=c&state=" + state, "none": "code=c", "other": "code=c&state=x",
	} {
		if page := read2(t, c, f.url+"/callback?"+q); !strings.Contains(page, "begun elsewhere") {
			t.Errorf("%s state: %s", name, page)
		}
	}
	stop := f.browser()
	stop.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	begin := func() string {
		res, err := stop.Get(f.url + "/signin")
		read(t, res, err)
		to, err := res.Location()
		if err != nil {
			t.Fatal(err)
		}
		return to.Query().Get("state")
	}
	if page := read2(t, f.browser(), f.url+"/callback?code=c&state="+begin()); !strings.Contains(page, "begun elsewhere") {
		t.Error("another browser finished the sign-in")
	}
	if page := read2(t, stop, f.url+"/callback?iss=https%3A%2F%2Fevil.example&code=c&state="+begin()); !strings.Contains(page, "begun elsewhere") {
		t.Error("another issuer's answer was taken")
	}
	for _, q := range []string{"code=c&state=x", "code=c", "error=access_denied&state=x"} {
		begin()
		if page := read2(t, stop, f.url+"/callback?"+q); !strings.Contains(page, "begun elsewhere") {
			t.Errorf("%s was believed", q)
		}
	}
	res, err := stop.Get(f.url + "/callback?error=access_denied&state=" + begin())
	if read(t, res, err); res.Header.Get("Location") != "/practice/shop/?cancelled=1" {
		t.Errorf("a true denial leads to %q", res.Header.Get("Location"))
	}
}

func TestALetterThatCannotBeWrittenSaysWhy(t *testing.T) {
	f := newFair(t)
	c := f.browser()
	f.render = func(w http.ResponseWriter) {
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(http.StatusUnprocessableEntity)
		fmt.Fprint(w, `{"title":"invalid","detail":"welcome: variable x is missing"}`)
	}
	if page := read2(t, c, f.url+"/signin"); !strings.Contains(page, "422 Unprocessable Entity: welcome: variable x is missing") || !strings.Contains(page, "Hello, Mila") {
		t.Error(page)
	}
	f.render = func(w http.ResponseWriter) { fmt.Fprint(w, `{"suppressed":"permission","reasons":[],"exposure":null}`) }
	if page := f.post(c, "/letters", url.Values{"template": {"birthday"}}); !strings.Contains(page, "you have not agreed to any") {
		t.Error(page)
	}
	f.render = func(w http.ResponseWriter) { fmt.Fprint(w, `rubbish`) }
	if page := f.post(c, "/letters", url.Values{"template": {"birthday"}}); !strings.Contains(page, "answer cannot be read") {
		t.Error(page)
	}
}

func TestAnUnreachableIssuerIsSaidPlainly(t *testing.T) {
	s := NewShop(ShopOptions{Base: "http://127.0.0.1:1/practice", Issuer: "http://127.0.0.1:1/demo"})
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest("GET", "/practice/shop/signin", nil))
	if w.Code != http.StatusBadGateway || !strings.Contains(w.Body.String(), "Tonfall cannot be reached") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
