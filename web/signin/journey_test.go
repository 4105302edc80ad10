package signin_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"tonfall/consent"
	"tonfall/profile"
)

func TestANewCustomerChoosesDeclinesAndIsSignedIn(t *testing.T) {
	w := newWorld(t)
	b, e := newBrowser(t), w.errand("web")
	p := b.get(e.url()).is(http.StatusOK, "Sign in to Kaffee & Co", "Sign in with Practice", "Sign in with Piazza")
	p = w.atNetwork(p.click("Sign in with Practice"), 0).is(http.StatusOK, "Hello", "Read my posts from Practice", "Recognise my mood", "16 or older")
	if strings.Contains(p.body, "checked") {
		t.Error("a box is ticked already")
	}
	p = p.submit("Continue without", nil, "0", "1", "2").is(http.StatusOK, "Back to")
	token, id := e.signedIn(e.back(p.refresh().left()))
	if id.Issuer != w.base+"/demo" || id.Subject == "" {
		t.Errorf("issuer %s, subject %s", id.Issuer, id.Subject)
	}
	c := w.customer(id)
	for _, purpose := range []profile.Purpose{profile.MoodRead, profile.Messages} {
		if x := c.Consent(purpose, ""); x == nil || x.Decision != profile.Declined || x.Lang != "en" || x.Evidence.How != "page" {
			t.Errorf("%s: %+v", purpose, x)
		}
	}
	if c.Adult {
		t.Error("noted as 16 or older without having said so")
	}
	status, info := w.userinfo(token.AccessToken)
	account := w.network.Accounts()[0]
	if status != http.StatusOK || info["sub"] != id.Subject || info["name"] != account.Name || info["preferred_username"] != account.Handle || info["tonfall:connector"] != "practice" {
		t.Errorf("userinfo %d %v", status, info)
	}
	if _, there := info["mood"]; there {
		t.Error("userinfo tells the mood")
	}
	if posts, _, err := w.Gate.Posts(t.Context(), c.Key, "", 10); err != nil || len(posts) > 0 {
		t.Errorf("%d posts were read without consent (%v)", len(posts), err)
	}
}

func TestAgreeingAsksTheProviderOnceMoreAndImports(t *testing.T) {
	w := newWorld(t)
	b, e := newBrowser(t), w.errand("web")
	p := w.atNetwork(b.get(e.url("connector", "practice")), 0)
	p = p.submit("Agree", nil, "0", "1", "2").is(http.StatusOK).refresh()
	if got := p.url.Query().Get("scope"); !strings.Contains(got, "posts:read") {
		t.Fatalf("the second authorisation asks for %q", got)
	}
	_, id := e.signedIn(e.back(p.submit("Allow", nil).left()))
	c := w.customer(id)
	if !c.Allows(profile.MoodRead, "") || !c.Adult {
		t.Errorf("consents %+v, adult %v", c.Consents, c.Adult)
	}
	if posts, _, err := w.Gate.Posts(t.Context(), c.Key, "", 10); err != nil || len(posts) == 0 {
		t.Errorf("%d posts were imported (%v)", len(posts), err)
	}
}

func TestSayingNoToWiderPermissionsStillSignsIn(t *testing.T) {
	w := newWorld(t)
	b, e := newBrowser(t), w.errand("web")
	p := w.atNetwork(b.get(e.url("connector", "practice")), 0)
	p = p.submit("Agree", nil, "0").refresh().submit("Do not allow", nil)
	_, id := e.signedIn(e.back(p.left()))
	if c := w.customer(id); !c.Allows(profile.Posts, "practice") {
		t.Error("the consent was lost")
	}
}

func TestAReturningCustomerPassesStraightThrough(t *testing.T) {
	w := newWorld(t)
	b, e := newBrowser(t), w.errand("web")
	_, first := e.signedIn(e.back(w.signIn(b, e, 0, "0", "1")))
	before := w.customer(first)

	// the session here is enough
	again := w.errand("app")
	_, second := again.signedIn(again.back(b.get(again.url()).left()))
	if second.Subject != first.Subject {
		t.Error("came back as somebody else")
	}
	// in a new browser the provider is asked, but nothing else
	other, e3 := newBrowser(t), w.errand("web")
	_, third := e3.signedIn(e3.back(w.atNetwork(other.get(e3.url("connector", "practice")), 0).left()))
	after := w.customer(third)
	if third.Subject != first.Subject || len(after.Consents) != len(before.Consents) || !after.Allows(profile.Posts, "practice") {
		t.Errorf("came back with %+v, had %+v", after.Consents, before.Consents)
	}
	if posts, _, err := w.Gate.Posts(t.Context(), after.Key, "", 10); err != nil || len(posts) == 0 {
		t.Errorf("posts were lost: %d (%v)", len(posts), err)
	}
}

func TestPromptNoneNeverShowsAPage(t *testing.T) {
	w := newWorld(t)
	b, e := newBrowser(t), w.errand("web")
	if got := b.get(e.url("prompt", "none")).left(); got.Get("error") != "login_required" || got.Get("state") != e.state || got.Get("iss") != w.base+"/demo" {
		t.Errorf("a stranger got %v", got)
	}
	w.signIn(b, e, 0)
	silent := w.errand("web")
	silent.signedIn(silent.back(b.get(silent.url("prompt", "none")).left()))
	b.headers["Sec-Fetch-Dest"] = "iframe"
	if got := b.get(silent.url("prompt", "none")).left(); got.Get("error") != "login_required" {
		t.Errorf("in a frame it answered %v", got)
	}
	delete(b.headers, "Sec-Fetch-Dest")
	if got := b.get(silent.url("prompt", "none", "max_age", "0", "connector", "piazza")).left(); got.Get("error") != "login_required" {
		t.Errorf("another connector was believed: %v", got)
	}
}

func TestThePromptAndMaxAgeForceANewSignIn(t *testing.T) {
	w := newWorld(t)
	b, e := newBrowser(t), w.errand("web")
	w.signIn(b, e, 0)
	for _, more := range [][]string{{"prompt", "login"}, {"prompt", "select_account"}, {"max_age", "60"}} {
		w.Clock = w.Clock.Add(2 * time.Minute)
		b.get(e.url(more...)).is(http.StatusOK, "Sign in to Kaffee & Co")
	}
	p := w.known(b.get(e.url("prompt", "consent", "connector", "practice")), 0).submit("Allow", nil)
	p = p.is(http.StatusOK, "You have decided everything").submit("Continue", nil)
	e.signedIn(e.back(p.refresh().left()))
}

func TestSayingNoAtTheProviderOffersWaysOn(t *testing.T) {
	w := newWorld(t)
	b, e := newBrowser(t), w.errand("web")
	p := w.known(b.get(e.url("connector", "practice")), 0).submit("Do not allow", nil)
	p.is(http.StatusForbidden, "did not let you through", "Try again", "Choose another way")
	p.click("Try again").is(http.StatusOK)
	p.click("Choose another way").is(http.StatusOK, "Sign in to Kaffee & Co")
	got := p.click("Back to Kaffee & Co").left()
	if got.Get("error") != "access_denied" || got.Get("state") != e.state || got.Get("iss") != w.base+"/demo" {
		t.Errorf("the shop was told %v", got)
	}
	p.click("Back to Kaffee & Co").is(http.StatusGone)
}

func TestAProviderThatFailsIsAPageNotALoss(t *testing.T) {
	w := newWorld(t)
	b, e := newBrowser(t), w.errand("web")
	p := w.known(b.get(e.url("connector", "practice")), 0)
	w.network.DropNext(20)
	p.submit("Allow", nil).is(http.StatusBadGateway, "does not answer", "Try again")
	w.network.DropNext(0)
	e.signedIn(e.back(w.signIn(b, e, 0)))
}

func TestAHandleThatCannotBeIsAskedForAgain(t *testing.T) {
	w := newWorld(t)
	b, e := newBrowser(t), w.errand("web")
	chooser := b.get(e.url("connector", "bluesky")).is(http.StatusOK, "Your handle", "Sign in with Practice")
	again := chooser.submit("On to Bluesky", map[string]string{"hint": "not a handle"})
	again.is(http.StatusBadRequest, "Please check what you typed")
	if !strings.Contains(again.body, `value="not a handle"`) || !strings.Contains(again.body, "<details open>") {
		t.Error("what was typed is gone")
	}
	hinted := b.get(e.url("connector", "bluesky", "login_hint", "not a handle")).is(http.StatusBadRequest, "Please check")
	e.signedIn(e.back(w.atNetwork(hinted.click("Practice"), 0).submit("Continue without", nil).refresh().left()))
}

func TestTheOwnPageSendsThroughTheSameDoor(t *testing.T) {
	w := newWorld(t)
	b := newBrowser(t)
	p := b.get(w.base+"/demo/me?tab=posts").is(http.StatusOK, "Sign in to Kaffee & Co")
	p = w.atNetwork(p.click("Practice"), 0).submit("Continue without", nil).refresh()
	p.is(http.StatusOK, "this is demo/c")
	if p.url.RequestURI() != "/demo/me?tab=posts" {
		t.Errorf("came back to %s", p.url)
	}
	b.get(w.base+"/demo").is(http.StatusOK, "this is demo/c")
}

func TestWhoAgreesLaterConnectsFromTheOwnPage(t *testing.T) {
	w := newWorld(t)
	b := newBrowser(t)
	p := w.atNetwork(b.get(w.base+"/demo/me").click("Practice"), 0).submit("Continue without", nil).refresh()
	p.is(http.StatusOK, "this is demo/c")
	list, _, err := w.Gate.Customers(t.Context(), "demo", "", 10, "")
	if err != nil || len(list) != 1 {
		t.Fatalf("%d customers (%v)", len(list), err)
	}
	c := list[0]
	off := func() bool {
		t.Helper()
		c, err := w.Gate.Customer(t.Context(), c.Key)
		if err != nil {
			t.Fatal(err)
		}
		off, err := w.Enrich.Disconnected(t.Context(), c, c.Accounts[0])
		if err != nil {
			t.Fatal(err)
		}
		return off
	}
	if off() {
		t.Error("there is nothing to connect before posts are agreed to")
	}
	yes := consent.Choice{Purpose: profile.Posts, Provider: c.Accounts[0].Provider, Granted: true, Lang: "en"}
	if _, err := w.Gate.Decide(t.Context(), c.Key, []consent.Choice{yes}, profile.Proof{How: "me"}); err != nil {
		t.Fatal(err)
	}
	if !off() {
		t.Error("posts are agreed to, and nobody says that the network has to agree")
	}
	p = w.atNetwork(b.get(w.base+"/demo/signin?again=1&connector=practice"), 0)
	if p.url.Path != "/demo/me" { // the network agreed to who it is; now to the posts
		p = w.atNetwork(p, 0)
	}
	p.is(http.StatusOK, "this is demo/c")
	if off() {
		t.Error("after the network has agreed the account is still not connected")
	}
}

func TestPagesSpeakTheLanguageThatIsAskedFor(t *testing.T) {
	w := newWorld(t)
	b, e := newBrowser(t), w.errand("web")
	b.headers["Accept-Language"] = "fr"
	b.get(e.url()).is(http.StatusOK, "Bei Kaffee & Co anmelden")
	b.get(e.url("ui_locales", "en-GB")).is(http.StatusOK, "Sign in to Kaffee & Co")
	b.headers["Accept-Language"] = "en"
	b.get(e.url("ui_locales", "xx de")).is(http.StatusOK, "Bei Kaffee & Co anmelden")
}

func TestAShopWithOneConnectorHasNoChooser(t *testing.T) {
	w := newWorld(t)
	b, e := newBrowser(t), w.errandAt("other", "web")
	p := b.get(e.url())
	if !strings.HasPrefix(p.url.String(), w.upper) {
		t.Errorf("stopped at %s", p.url)
	}
}

func TestTheAnswerCanComeAsAForm(t *testing.T) {
	w := newWorld(t)
	b, e := newBrowser(t), w.errand("web")
	w.signIn(b, e, 0)
	p := b.get(e.url("response_mode", "form_post")).is(http.StatusOK)
	if csp := p.header.Get("Content-Security-Policy"); !strings.Contains(csp, "form-action 'self' https://shop.example;") {
		t.Errorf("the policy forbids the form: %s", csp)
	}
	form := all(p.doc, "form")[0]
	values := filled(form, all(form, "button")[0], nil, nil)
	if value(attr(form, "action")) != redirect {
		t.Errorf("the form goes to %s", value(attr(form, "action")))
	}
	e.signedIn(e.back(values))
}

func TestARequestMayComeAsAForm(t *testing.T) {
	w := newWorld(t)
	b, e := newBrowser(t), w.errand("web")
	w.signIn(b, e, 0)
	again := w.errand("web")
	link, err := url.Parse(again.url())
	if err != nil {
		t.Fatal(err)
	}
	b.headers["Sec-Fetch-Site"] = "cross-site"
	again.signedIn(again.back(b.post(w.base+"/demo/authorize", link.Query()).left()))
	b.post(w.base+"/demo/logout", url.Values{"client_id": {"web"}}).is(http.StatusOK, "Sign out?")
}
