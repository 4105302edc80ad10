package signin_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

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
