package signin_test

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"tonfall/internal/housetest"
	"tonfall/profile"
	"tonfall/web/links"
)

// mailed is the URL of a link into the customer's own page.
func (w *world) mailed(key profile.Key, id string, life time.Duration) string {
	w.t.Helper()
	to, err := w.Links.Me(links.Me{Key: key, ID: id, Until: w.Clock.Add(life)})
	if err != nil {
		w.t.Fatal(err)
	}
	return w.base + strings.TrimPrefix(to, w.Links.Base)
}

func TestALinkFromAMailOpensTheOwnPageInOneBrowser(t *testing.T) {
	w := newWorld(t)
	c := w.Customer(housetest.Demo, "Anna")
	link := w.mailed(c.Key, "one", 7*24*time.Hour)
	for range 2 { // a mail program looks at links, and so do people before they click
		newBrowser(t).get(link).is(http.StatusOK, "Open my page")
	}
	b := newBrowser(t)
	b.get(link).submit("Open my page", nil).is(http.StatusOK, "this is "+c.Key.String())
	b.get(link).is(http.StatusOK, "this is "+c.Key.String())
	other := newBrowser(t)
	other.get(link).is(http.StatusForbidden, "opened already")
	_, token, _ := strings.Cut(link, "?t=")
	other.post(w.base+"/demo/link", url.Values{"t": {token}}).is(http.StatusForbidden, "opened already")
	if p := b.get(w.base + "/other/me"); strings.Contains(p.body, "this is") {
		t.Error("the page of another shop opened")
	}
	w.Clock = w.Clock.Add(7 * 24 * time.Hour)
	b.get(link).is(http.StatusGone, "has ended")
	if p := b.get(w.base + "/demo/me"); strings.Contains(p.body, "this is") {
		t.Error("what the link opened outlives it")
	}
}

func TestALinkFromAMailIsNoSignInForShops(t *testing.T) {
	w := newWorld(t)
	c := w.Customer(housetest.Demo, "Anna")
	b := newBrowser(t)
	b.get(w.mailed(c.Key, "one", time.Hour)).submit("Open my page", nil).is(http.StatusOK, "this is")
	if got := b.get(w.errand("web").url("prompt", "none")).left(); got.Get("error") != "login_required" {
		t.Errorf("the shop was answered %v", got)
	}
	if p := b.get(w.base + "/demo/signin?return_to=%2Fdemo%2Fme"); strings.Contains(p.body, "this is") {
		t.Error("the link counts as having signed in")
	}
}

func TestALinkOpenedByManyAtOnceOpensForOne(t *testing.T) {
	w := newWorld(t)
	link := w.mailed(w.Customer(housetest.Demo, "Anna").Key, "one", time.Hour)
	_, token, _ := strings.Cut(link, "?t=")
	opened := raced(8, func() error {
		p := newBrowser(t).post(w.base+"/demo/link", url.Values{"t": {token}})
		if p.status == http.StatusOK && strings.Contains(p.body, "this is") {
			return nil
		}
		p.is(http.StatusForbidden, "opened already")
		return errors.New(p.body)
	})
	if opened != 1 {
		t.Errorf("the page opened in %d browsers", opened)
	}
}

func TestSigningOutEndsALinkForGood(t *testing.T) {
	w := newWorld(t)
	c := w.Customer(housetest.Demo, "Anna")
	link := w.mailed(c.Key, "one", time.Hour)
	b := newBrowser(t)
	b.get(link).submit("Open my page", nil).is(http.StatusOK, "this is")
	page, err := url.Parse(w.base)
	if err != nil {
		t.Fatal(err)
	}
	thief := newBrowser(t)
	thief.client.Jar.SetCookies(page, b.client.Jar.Cookies(page))
	thief.get(w.base+"/demo/me").is(http.StatusOK, "this is")
	b.post(w.base+"/demo/signout", url.Values{}).is(http.StatusOK)
	if p := thief.get(w.base + "/demo/me"); strings.Contains(p.body, "this is") {
		t.Error("a kept cookie opens the page after signing out")
	}
	for _, any := range []*browser{b, newBrowser(t)} {
		any.get(link).is(http.StatusForbidden, "opened already")
	}
	if p := b.get(w.base + "/demo/me"); strings.Contains(p.body, "this is") {
		t.Error("the page is still open")
	}
}

func TestALinkMeetsSomebodyElseWhoIsSignedIn(t *testing.T) {
	w := newWorld(t)
	anna := w.Customer(housetest.Demo, "Anna")
	b, e := newBrowser(t), w.errand("web")
	_, id := e.signedIn(e.back(w.signIn(b, e, 0)))
	b.get(w.mailed(anna.Key, "one", time.Hour)).is(http.StatusConflict, "Somebody else is signed in")
	own := w.mailed(w.customer(id).Key, "two", time.Hour)
	b.get(own).is(http.StatusOK, "this is "+w.customer(id).Key.String())
	newBrowser(t).get(own).is(http.StatusOK, "Open my page") // whoever is signed in uses no link up
}

func TestBadLinksAreRefusedClearly(t *testing.T) {
	w := newWorld(t)
	anna, zoe := w.Customer(housetest.Demo, "Anna"), w.Customer(housetest.Other, "Zoe")
	good := w.mailed(anna.Key, "one", time.Hour)
	altered := []byte(good)
	altered[len(altered)-20] ^= 1
	_, foreign, _ := strings.Cut(w.mailed(zoe.Key, "one", time.Hour), "?t=")
	why, err := w.Links.Why(links.Why{Shop: housetest.Demo, Exposure: "x"}, w.Clock.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	_, ofAnotherKind, _ := strings.Cut(why, "?t=")
	b := newBrowser(t)
	for _, bad := range []string{string(altered), w.base + "/demo/link", w.base + "/demo/link?t=" + foreign, w.base + "/demo/link?t=" + ofAnotherKind} {
		b.get(bad).is(http.StatusUnauthorized, "This link does not work")
	}
	if _, err := w.Gate.Erase(t.Context(), anna.Key, profile.Proof{How: "me"}); err != nil {
		t.Fatal(err)
	}
	b.get(good).is(http.StatusGone, "This link has ended")
	_, token, _ := strings.Cut(good, "?t=")
	b.post(w.base+"/demo/link", url.Values{"t": {token}}).is(http.StatusGone, "This link has ended")
}
