package signin_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"
)

// tampered is the shop's sign-in link with parameters changed: name, value
// pairs, "-" taking one away.
func tampered(t *testing.T, e *errand, changes ...string) string {
	t.Helper()
	u, err := url.Parse(e.url())
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	for i := 0; i+1 < len(changes); i += 2 {
		if changes[i+1] == "-" {
			q.Del(changes[i])
		} else {
			q.Set(changes[i], changes[i+1])
		}
	}
	u.RawQuery = q.Encode()
	return u.String()
}

func TestRequestsThatAreNotStrictEnoughAreRefusedAtTheShop(t *testing.T) {
	w := newWorld(t)
	e := w.errand("web")
	for name, c := range map[string]struct {
		changes []string
		want    string
	}{
		"without PKCE":              {[]string{"code_challenge", "-", "code_challenge_method", "-"}, "invalid_request"},
		"plain PKCE":                {[]string{"code_challenge_method", "plain"}, "invalid_request"},
		"PKCE without its method":   {[]string{"code_challenge_method", "-"}, "invalid_request"},
		"a challenge that is short": {[]string{"code_challenge", "abc"}, "invalid_request"},
		"implicit":                  {[]string{"response_type", "id_token token"}, "unsupported_response_type"},
		"hybrid":                    {[]string{"response_type", "code id_token"}, "unsupported_response_type"},
		"no response type":          {[]string{"response_type", "-"}, "unsupported_response_type"},
		"fragment":                  {[]string{"response_mode", "fragment"}, "invalid_request"},
		"no openid":                 {[]string{"scope", "profile"}, "invalid_scope"},
		"a request object":          {[]string{"request", "eyJhbGciOiJub25lIn0.e30."}, "request_not_supported"},
		"a request URI":             {[]string{"request_uri", "http://169.254.169.254/"}, "request_uri_not_supported"},
		"an unknown prompt":         {[]string{"prompt", "sometimes"}, "invalid_request"},
		"none and login":            {[]string{"prompt", "none login"}, "invalid_request"},
		"an unknown connector":      {[]string{"connector", "nowhere"}, "invalid_request"},
		"max_age in words":          {[]string{"max_age", "soon"}, "invalid_request"},
		"a forged hint":             {[]string{"id_token_hint", "eyJhbGciOiJub25lIn0.e30."}, "invalid_request"},
	} {
		got := newBrowser(t).get(tampered(t, e, c.changes...)).left()
		if got.Get("error") != c.want || got.Get("state") != e.state || got.Get("iss") != w.base+"/demo" || got.Get("code") != "" {
			t.Errorf("%s: the shop was told %v", name, got)
		}
	}
	if got := newBrowser(t).get(e.url() + "&scope=openid").left(); got.Get("error") != "invalid_request" {
		t.Errorf("a parameter given twice: %v", got)
	}
}

func TestRedirectsAreComparedLetterByLetter(t *testing.T) {
	w := newWorld(t)
	e := w.errand("web")
	for _, to := range []string{
		redirect + "/", redirect + "?x=1", "https://shop.example/x/../callback", "https://SHOP.example/callback", "https://shop.example/Callback",
		"https://shop.example@evil.example/callback", "https://evil.example/callback", "https://shop.example:8443/callback", "http://localhost/callback",
		"https://shop.example/%63allback", "https://shop.example/callback%2e", `https://shop.example\callback`, redirect + "#f", "https://shop.example/callback\u200b",
		"https://shöp.example/callback", "https://shop.example./callback", "http://shop.example/callback", "//shop.example/callback", "javascript:alert(1)//shop.example/callback", "", " " + redirect,
	} {
		p := newBrowser(t).get(tampered(t, e, "redirect_uri", to))
		if p.out != nil || p.status != http.StatusBadRequest {
			t.Errorf("%q: %d, left for %v", to, p.status, p.out)
		}
	}
	for name, change := range map[string][]string{"unknown client": {"client_id", "nobody"}, "another shop's client": {"client_id", "other"}, "no client": {"client_id", "-"}, "no redirect": {"redirect_uri", "-"}} {
		if p := newBrowser(t).get(tampered(t, e, change...)); p.out != nil || p.status != http.StatusBadRequest {
			t.Errorf("%s: %d, left for %v", name, p.status, p.out)
		}
	}
	twice := newBrowser(t).get(e.url() + "&redirect_uri=https://evil.example")
	if twice.out != nil || twice.status != http.StatusBadRequest {
		t.Errorf("two redirects: %d, left for %v", twice.status, twice.out)
	}
}

func TestComingBackLeadsToPagesOfOursOnly(t *testing.T) {
	w := newWorld(t)
	b := newBrowser(t)
	for _, to := range []string{
		"https://evil.example/", "//evil.example/demo/me", `/\evil.example`, `\\evil.example`, "javascript:alert(1)", "/demo/../other/me", "/demo//evil.example",
		"/other/me", "/demo/%2e%2e/other", "/demo/me%2f..", "/demo/me\r\nLocation: https://evil.example", "/demo", "demo/me", "/demo/me#//evil",
	} {
		if p := b.get(w.base + "/demo/signin?" + url.Values{"return_to": {to}}.Encode()); p.out != nil || p.status != http.StatusBadRequest {
			t.Errorf("%q: %d, left for %v", to, p.status, p.out)
		}
	}
	b.get(w.base+"/demo/signin?return_to=/demo/me/?a=/b").is(http.StatusOK, "Sign in to")
}

func TestACustomersNameIsText(t *testing.T) {
	w := newWorld(t)
	b, e := newBrowser(t), w.errand("web")
	if p := b.get(e.url("login_hint", `"><script>alert(1)</script>`, "ui_locales", `"><img src=x>`)); strings.Contains(p.body, "<script>alert") || strings.Contains(p.body, "<img src=x") {
		t.Error("what the shop sent runs in our page")
	}
}

func TestTheDiscoveryDocumentPromisesOnlyWhatIsKept(t *testing.T) {
	w := newWorld(t)
	var doc map[string]any
	r, _ := http.NewRequest(http.MethodGet, w.base+"/demo/.well-known/openid-configuration", nil)
	r.Header.Set("Origin", "https://spa.example")
	_, doc = w.answer(r)
	raw, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"implicit", "id_token token", "jwt-bearer", "token-exchange", "device", "private_key_jwt", `"plain"`, `"none"]`, "HS256"} {
		if strings.Contains(strings.ReplaceAll(string(raw), `"client_secret_post","none"]`, ""), bad) {
			t.Errorf("it promises %s", bad)
		}
	}
	if doc["issuer"] != w.base+"/demo" || doc["authorization_response_iss_parameter_supported"] != true {
		t.Errorf("%s", raw)
	}
	resp, err := http.Get(doc["jwks_uri"].(string))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var set jose.JSONWebKeySet
	if err := json.NewDecoder(resp.Body).Decode(&set); err != nil {
		t.Fatal(err)
	}
	for _, key := range set.Keys {
		if !key.IsPublic() {
			t.Error("a private key is published")
		}
	}
	if len(set.Keys) != 3 || resp.Header.Get("Access-Control-Allow-Credentials") != "" || resp.Header.Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("%d keys, %v", len(set.Keys), resp.Header)
	}
}

func TestWhatIsKeptForAStrangerIsSmall(t *testing.T) {
	w := newWorld(t)
	b, e := newBrowser(t), w.errand("web")
	if p := b.get(tampered(t, e, "state", strings.Repeat("x", 9<<10))); p.out != nil || p.status != http.StatusBadRequest {
		t.Errorf("a long state: %d, left for %v", p.status, p.out)
	}
	if p := b.post(w.base+"/demo/callback/practice", url.Values{"state": {strings.Repeat("x", 40<<10)}}); p.status != http.StatusBadRequest {
		t.Errorf("a long callback: %d", p.status)
	}
	chooser := b.get(e.url("connector", "bluesky"))
	if p := chooser.submit("On to Bluesky", map[string]string{"hint": strings.Repeat("x", 400)}); p.status != http.StatusBadRequest {
		t.Errorf("a long handle: %d", p.status)
	}
}

func TestScriptsOfOtherOriginsReachTheProtocolAndNothingElse(t *testing.T) {
	w := newWorld(t)
	for path, want := range map[string]string{"/demo/token": "*", "/demo/userinfo": "*", "/demo/introspect": "", "/demo/consent": "", "/demo/authorize": ""} {
		r, err := http.NewRequest(http.MethodOptions, w.base+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Origin", "https://spa.example")
		r.Header.Set("Access-Control-Request-Method", "POST")
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if got := resp.Header.Get("Access-Control-Allow-Origin"); got != want || resp.Header.Get("Access-Control-Allow-Credentials") != "" {
			t.Errorf("%s: allows %q", path, got)
		}
	}
}

func TestUnknownShopsAndPathsAreNotFound(t *testing.T) {
	w := newWorld(t)
	for _, path := range []string{"/nobody/authorize", "/nobody/", "/demo/authorize/callback?id=x", "/demo/callback?id=x", "/demo/healthz", "/demo/ready", "/demo/device_authorization", "/demo/oauth/token", "/..%2fdemo/authorize"} {
		if p := newBrowser(t).get(w.base + path); p.out != nil || p.status != http.StatusNotFound {
			t.Errorf("%s: %d", path, p.status)
		}
	}
	for _, path := range []string{"/demo/token", "/demo/introspect", "/demo/revoke", "/demo/signout"} {
		if p := newBrowser(t).get(w.base + path); p.status == http.StatusOK {
			t.Errorf("GET %s: %d", path, p.status)
		}
	}
}
