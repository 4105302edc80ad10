package signin_test

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"golang.org/x/oauth2"

	"tonfall/profile"
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
		"https://shop.example/%63allback", "https://shop.example/callback%2e", `https://shop.example\callback`, redirect + "#f", "https://shop.example/callback​",
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

// halfway takes a browser to where the provider sends it back, and answers
// that address without going there.
func halfway(w *world, b *browser, e *errand, connector string) string {
	w.t.Helper()
	var stopped *url.URL
	plain := b.client.CheckRedirect
	b.client.CheckRedirect = func(r *http.Request, via []*http.Request) error {
		if strings.Contains(r.URL.Path, "/callback/") {
			stopped = r.URL
			return http.ErrUseLastResponse
		}
		return plain(r, via)
	}
	defer func() { b.client.CheckRedirect = plain }()
	w.known(b.get(e.url("connector", connector)), 0).submit("Allow", nil)
	if stopped == nil {
		w.t.Fatal("the provider did not send the browser back")
	}
	return stopped.String()
}

func TestAStateIsGoodOnceHereAndForItsOwnProviderAndShop(t *testing.T) {
	w := newWorld(t)
	for name, c := range map[string]struct {
		use  func(b *browser, back string) *page
		want int
	}{
		"in another browser": {func(_ *browser, back string) *page { return newBrowser(t).get(back) }, http.StatusForbidden},
		"at another provider's callback": {func(b *browser, back string) *page {
			return b.get(strings.Replace(back, "/callback/practice", "/callback/piazza", 1))
		}, http.StatusForbidden},
		"at another shop's callback": {func(b *browser, back string) *page {
			return b.get(strings.Replace(back, "/demo/callback", "/other/callback", 1))
		}, http.StatusNotFound},
		"made up": {func(b *browser, _ string) *page {
			return b.get(w.base + "/demo/callback/practice?state=made-up&code=x")
		}, http.StatusNotFound},
		"missing": {func(b *browser, _ string) *page { return b.get(w.base + "/demo/callback/practice?code=x") }, http.StatusNotFound},
	} {
		b, e := newBrowser(t), w.errand("web")
		back := halfway(w, b, e, "practice")
		calls := strings.Count(w.logs.String(), "provider")
		p := c.use(b, back)
		if p.out != nil || p.status != c.want {
			t.Errorf("%s: %d, left for %v", name, p.status, p.out)
		}
		if now := strings.Count(w.logs.String(), "provider"); now != calls {
			t.Errorf("%s: the provider was called", name)
		}
		if name == "in another browser" || name == "at another provider's callback" {
			b.get(back).is(http.StatusGone, "cannot be continued") // burnt by the attempt
		}
	}
	b, e := newBrowser(t), w.errand("web")
	back := halfway(w, b, e, "practice")
	b.get(back).is(http.StatusOK, "Hello")
	b.get(back).is(http.StatusGone)
}

func TestATicketOfAnotherBrowserOpensNothing(t *testing.T) {
	w := newWorld(t)
	victim, e := newBrowser(t), w.errand("web")
	chooser := victim.get(e.url())
	consent := w.atNetwork(chooser.click("Practice"), 0)
	thief := newBrowser(t)
	thief.get(w.base + "/demo/signin") // has a cookie of its own
	for _, stolen := range []string{chooser.url.String(), strings.Replace(chooser.url.String(), "/choose", "/cancel", 1), chooser.url.String() + "&x=1", consent.url.String()} {
		if p := thief.get(stolen); p.out != nil || p.status != http.StatusForbidden {
			t.Errorf("%s: %d, left for %v", stolen, p.status, p.out)
		}
	}
	if p := thief.post(w.base+"/demo/consent", url.Values{"t": {consent.url.Query().Get("t")}, "yes": {"0", "1", "2"}}); p.out != nil || p.status != http.StatusForbidden {
		t.Errorf("a stolen consent page: %d, left for %v", p.status, p.out)
	}
	e.signedIn(e.back(consent.submit("Continue without", nil).refresh().left()))
}

func TestStepsExpire(t *testing.T) {
	w := newWorld(t)
	b, e := newBrowser(t), w.errand("web")
	chooser := b.get(e.url())
	consent := w.atNetwork(chooser.click("Practice"), 0)
	w.Clock = w.Clock.Add(31 * time.Minute)
	b.get(chooser.url.String()).is(http.StatusGone, "cannot be continued")
	consent.submit("Agree", nil, "1").is(http.StatusGone, "cannot be continued")
}

func TestAFormPostFromTheProviderWorksWithoutItsCookies(t *testing.T) {
	w := newWorld(t)
	b, e := newBrowser(t), w.errand("web")
	back, err := url.Parse(halfway(w, b, e, "practice"))
	if err != nil {
		t.Fatal(err)
	}
	form := back.Query()
	back.RawQuery = ""
	// what the provider's page posts across sites carries no Lax cookie
	cross := newBrowser(t)
	cross.headers["Sec-Fetch-Site"], cross.headers["Origin"] = "cross-site", "https://appleid.example"
	var stopped string
	cross.client.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
		stopped = r.URL.String()
		return http.ErrUseLastResponse
	}
	if p := cross.post(back.String(), form); p.status != http.StatusSeeOther {
		t.Fatalf("answered %d", p.status)
	}
	if strings.Contains(stopped, form.Get("code")) {
		t.Error("the provider's code is in a URL")
	}
	b.get(stopped).is(http.StatusOK, "Hello")
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

func TestForgedHintsAreRefused(t *testing.T) {
	w := newWorld(t)
	b, e := newBrowser(t), w.errand("web")
	token, id := e.signedIn(e.back(w.signIn(b, e, 0)))
	genuine := token.Extra("id_token").(string)
	parts := strings.Split(genuine, ".")
	set := w.Keys.JWKS()
	own, err := w.Keys.Signer(jose.ES256)
	if err != nil {
		t.Fatal(err)
	}
	encode := func(v any) string {
		raw, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return base64.RawURLEncoding.EncodeToString(raw)
	}
	sign := func(alg jose.SignatureAlgorithm, key any, header map[jose.HeaderKey]any, claims map[string]any) string {
		signer, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: key}, &jose.SignerOptions{ExtraHeaders: header})
		if err != nil {
			t.Fatal(err)
		}
		raw, err := json.Marshal(claims)
		if err != nil {
			t.Fatal(err)
		}
		signed, err := signer.Sign(raw)
		if err != nil {
			t.Fatal(err)
		}
		compact, err := signed.CompactSerialize()
		if err != nil {
			t.Fatal(err)
		}
		return compact
	}
	claims := func(changes ...any) map[string]any {
		c := map[string]any{"iss": w.base + "/demo", "sub": id.Subject, "aud": "web", "sid": "x", "exp": 1}
		for i := 0; i+1 < len(changes); i += 2 {
			c[changes[i].(string)] = changes[i+1]
		}
		return c
	}
	jwt := map[jose.HeaderKey]any{"typ": "JWT"}
	public, err := x509.MarshalPKIXPublicKey(set.Key(own.KeyID)[0].Key)
	if err != nil {
		t.Fatal(err)
	}
	for name, forged := range map[string]string{
		"alg none":              encode(map[string]string{"alg": "none", "typ": "JWT"}) + "." + parts[1] + ".",
		"HS256 by public key":   sign(jose.HS256, jose.JSONWebKey{Key: public, KeyID: own.KeyID}, jwt, claims()),
		"another claim":         parts[0] + "." + encode(claims()) + "." + parts[2],
		"unknown kid":           sign(jose.ES256, jose.JSONWebKey{Key: own.Key, KeyID: "unknown"}, jwt, claims()),
		"kid of another alg":    sign(jose.ES256, jose.JSONWebKey{Key: own.Key, KeyID: set.Keys[2].KeyID}, jwt, claims()),
		"own key in jwk":        sign(jose.ES256, own, map[jose.HeaderKey]any{"typ": "JWT", "jku": "https://evil.example/keys"}, claims("iss", "https://evil.example")),
		"another shop's":        sign(jose.ES256, own, jwt, claims("iss", w.base+"/other")),
		"a logout token":        sign(jose.ES256, own, map[jose.HeaderKey]any{"typ": "logout+jwt"}, claims()),
		"an access token":       token.AccessToken,
		"rubbish":               "x.y.z",
		"no customer's":         sign(jose.ES256, own, jwt, claims("sub", "../../etc")),
		"genuine but shortened": genuine[:len(genuine)-8],
	} {
		if p := b.get(w.base + "/demo/logout?" + url.Values{"id_token_hint": {forged}}.Encode()); p.status != http.StatusBadRequest {
			t.Errorf("%s: %d", name, p.status)
		}
	}
	if status, _ := w.userinfo(genuine); status != http.StatusUnauthorized {
		t.Errorf("an ID token as access token: %d", status)
	}
	// an expired one is still a hint
	w.Clock = w.Clock.Add(time.Hour)
	if got := b.get(e.url("prompt", "none", "id_token_hint", genuine)).left(); got.Get("code") == "" {
		t.Errorf("a genuine hint was refused: %v", got)
	}
}

func TestTokensThatAreAlteredOpenNothing(t *testing.T) {
	w := newWorld(t)
	e := w.errand("web", "offline_access")
	token, id := e.signedIn(e.back(w.signIn(newBrowser(t), e, 0)))
	fields := strings.Split(token.AccessToken, ".")
	for name, forged := range map[string]string{
		"refresh as access": token.RefreshToken, "no secret": strings.Join(append(fields[:4:4], ""), "."), "another secret": strings.Join(append(fields[:4:4], "AAAA"), "."),
		"another shop": strings.Replace(token.AccessToken, ".demo.", ".other.", 1), "empty": "", "longer": token.AccessToken + ".x", "huge": strings.Repeat("a.", 5000),
		"the shop's own": strings.Replace(token.AccessToken, id.Subject, "", 1), "an odd shop": strings.Replace(token.AccessToken, ".demo.", ".../..", 1),
	} {
		if status, _ := w.userinfo(forged); status != http.StatusUnauthorized {
			t.Errorf("%s: %d", name, status)
		}
		r, _ := http.NewRequest(http.MethodGet, "/v1/customers", nil)
		r.Header.Set("Authorization", "Bearer "+forged)
		if _, err := w.site.Authenticate(r); !profile.Is(err, profile.Unauthorized) && !profile.Is(err, profile.Invalid) {
			t.Errorf("%s: the API was told %v", name, err)
		}
	}
	if status, _ := w.call("/demo/token", "web", shopSecret, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {token.AccessToken}}); status != http.StatusBadRequest {
		t.Errorf("access as refresh: %d", status)
	}
	if status, _ := w.call("/demo/token", "old", "old-"+shopSecret, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {token.RefreshToken}}); status != http.StatusBadRequest {
		t.Errorf("another client's refresh token: %d", status)
	}
	if status, _ := w.userinfo(token.AccessToken); status != http.StatusOK {
		t.Errorf("the attempts cost the honest client its token: %d", status)
	}
}

// cookieOf is the browser's cookie of a name at the door.
func cookieOf(t *testing.T, w *world, b *browser, name string) string {
	t.Helper()
	u, err := url.Parse(w.base)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range b.client.Jar.Cookies(u) {
		if c.Name == name {
			return c.Value
		}
	}
	return ""
}

func TestASessionIsNewAtEverySignInAndDeadAfterSigningOut(t *testing.T) {
	w := newWorld(t)
	const name = "tonfall-session-demo"
	u, err := url.Parse(w.base)
	if err != nil {
		t.Fatal(err)
	}
	// somebody plants a session before
	attacker := newBrowser(t)
	w.signIn(attacker, w.errand("web"), 1)
	planted := cookieOf(t, w, attacker, name)
	victim, e := newBrowser(t), w.errand("web")
	victim.client.Jar.SetCookies(u, []*http.Cookie{{Name: name, Value: planted, Path: "/"}})
	e.back(w.atNetwork(victim.get(e.url("prompt", "login", "connector", "practice")), 0).submit("Continue without", nil).refresh().left())
	first := cookieOf(t, w, victim, name)
	if first == planted || first == "" {
		t.Error("the session before is the session after")
	}
	if got := attacker.get(w.errand("web").url("prompt", "none")).left(); got.Get("error") != "login_required" {
		t.Error("the planted session lives on")
	}
	again := w.errand("web")
	again.back(w.atNetwork(victim.get(again.url("prompt", "login", "connector", "practice")), 0).left())
	second := cookieOf(t, w, victim, name)
	if second == first {
		t.Error("signing in again kept the session")
	}
	for _, old := range []string{planted, first} {
		b := newBrowser(t)
		b.client.Jar.SetCookies(u, []*http.Cookie{{Name: name, Value: old, Path: "/"}})
		b.get(w.base+"/demo/me").is(http.StatusOK, "Sign in to")
	}
	victim.get(w.base+"/demo/logout").submit("Sign out", nil)
	b := newBrowser(t)
	b.client.Jar.SetCookies(u, []*http.Cookie{{Name: name, Value: second, Path: "/"}})
	b.get(w.base+"/demo/me").is(http.StatusOK, "Sign in to")
	// what the shop knows of a session does not open it
	token, id := again.signedIn(again.back(w.atNetwork(victim.get(again.url("connector", "practice")), 0).left()))
	var known struct{ Sid string }
	if err := id.Claims(&known); err != nil || known.Sid == "" {
		t.Fatalf("sid %q (%v)", known.Sid, err)
	}
	for _, guess := range []string{"", "x", known.Sid, token.AccessToken} {
		b := newBrowser(t)
		b.client.Jar.SetCookies(u, []*http.Cookie{{Name: name, Value: id.Subject + "." + known.Sid + "." + guess, Path: "/"}})
		b.get(w.base+"/demo/me").is(http.StatusOK, "Sign in to")
	}
	// and a session of one shop is nobody at another
	b = newBrowser(t)
	again = w.errand("web")
	w.signIn(b, again, 2)
	b.client.Jar.SetCookies(u, []*http.Cookie{{Name: "tonfall-session-other", Value: cookieOf(t, w, b, name), Path: "/"}})
	if p := b.get(w.base + "/other/me"); !strings.HasPrefix(p.url.String(), w.upper) {
		t.Errorf("a session of demo opened other: %s", p.url)
	}
}

func TestPagesCannotBeFramedAndRunNoScript(t *testing.T) {
	w := newWorld(t)
	b, e := newBrowser(t), w.errand("web")
	chooser := b.get(e.url())
	consent := w.atNetwork(chooser.click("Practice"), 0)
	for _, p := range []*page{chooser, consent, b.get(w.base + "/demo/nowhere"), consent.submit("Continue without", nil)} {
		csp := p.header.Get("Content-Security-Policy")
		if !strings.Contains(csp, "frame-ancestors 'none'") || strings.Contains(csp, "unsafe") || p.header.Get("X-Frame-Options") != "DENY" || p.header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %v", p.url.Path, p.header)
		}
		for _, bad := range []string{"<script", "style=", "onclick", "[choose", "[consent", "[going"} {
			if strings.Contains(p.body, bad) {
				t.Errorf("%s contains %s", p.url.Path, bad)
			}
		}
	}
}

func TestACustomersNameIsText(t *testing.T) {
	w := newWorld(t)
	b, e := newBrowser(t), w.errand("web")
	if p := b.get(e.url("login_hint", `"><script>alert(1)</script>`, "ui_locales", `"><img src=x>`)); strings.Contains(p.body, "<script>alert") || strings.Contains(p.body, "<img src=x") {
		t.Error("what the shop sent runs in our page")
	}
}

func TestNoSecretReachesTheLog(t *testing.T) {
	w := newWorld(t)
	b, e := newBrowser(t), w.errand("web", "offline_access")
	code := e.back(w.signIn(b, e, 0, "0", "1", "2"))
	token, _ := e.signedIn(code)
	w.userinfo(token.AccessToken)
	w.userinfo(token.AccessToken + "x")
	w.call("/demo/token", "web", shopSecret, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {token.RefreshToken}})
	w.call("/demo/token", "web", shopSecret+"x", url.Values{"grant_type": {"refresh_token"}, "refresh_token": {token.RefreshToken}})
	w.call("/demo/token", "web", shopSecret, url.Values{"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {redirect}, "code_verifier": {e.verifier}})
	logs := w.logs.String() + libraries.String()
	account := w.network.Accounts()[0]
	for name, s := range map[string]string{
		"code": code, "access token": token.AccessToken, "refresh token": token.RefreshToken, "verifier": e.verifier, "shop's secret": shopSecret,
		"session": cookieOf(t, w, b, "tonfall-session-demo"), "browser": cookieOf(t, w, b, "tonfall-browser"), "state": e.state,
		"name": account.Name, "e-mail": account.Email, "upstream secret": "canary-upstream-secret",
	} {
		if s == "" || strings.Contains(logs, s) {
			t.Errorf("the log holds the %s (%d characters)", name, len(s))
		}
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

func TestAPublicClientCannotPretendToHaveASecret(t *testing.T) {
	w := newWorld(t)
	b := newBrowser(t)
	w.signIn(b, w.errand("web"), 0)
	e := w.errand("app")
	e.config.ClientSecret, e.config.Endpoint.AuthStyle = "anything", oauth2.AuthStyleInParams
	if _, err := e.exchange(e.back(b.get(e.url()).left())); err == nil {
		t.Error("a public client was believed with a secret")
	}
	if _, body := w.call("/demo/token", "", "", url.Values{"grant_type": {"client_credentials"}, "client_id": {"backend"}}); body["error"] != "invalid_client" {
		t.Errorf("a back end without its secret: %v", body)
	}
}
