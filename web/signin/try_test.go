package signin_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"tonfall/consent"
	"tonfall/enrich"
	"tonfall/internal/housetest"
	"tonfall/profile"
	"tonfall/web/chart"
	"tonfall/web/me"
	"tonfall/web/signin"
	"tonfall/web/ui"
)

// withTrials lets the own page's room show what was tried.
func withTrials(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	own := &me.Site{Gate: w.Gate, Enrich: w.Enrich, Desk: w.Desk, Sessions: w.site, Links: w.Links, Now: w.Now, Log: w.Log}
	assets, err := ui.NewAssets(me.Assets(), chart.Assets())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := own.Handler(assets); err != nil {
		t.Fatal(err)
	}
	w.site.Tried = func(rw http.ResponseWriter, r *http.Request, x signin.Tried) error {
		return own.ShowTried(rw, r, me.Tried{
			Key: x.Customer, Lang: x.Lang, Network: x.Network, Back: x.Back, Posts: x.Trial.Posts, Evidence: x.Trial.Evidence, Mood: x.Trial.Mood,
		})
	}
	return w
}

// nothingKept fails where looking once has left more than its entry in the ledger.
func (w *world) nothingKept(key profile.Key, looks int) {
	w.t.Helper()
	c, err := w.Gate.Customer(w.t.Context(), key)
	if err != nil {
		w.t.Fatal(err)
	}
	posts, _, _ := w.Gate.Posts(w.t.Context(), key, "", 100)
	evidence, _, _ := w.Gate.Evidence(w.t.Context(), key, "", 100)
	if len(posts)+len(evidence) > 0 || c.Mood.Word != "" || c.Revision != 0 || !c.Quiet.IsZero() {
		w.t.Errorf("%d posts, %d readings, mood %q are kept", len(posts), len(evidence), c.Mood.Word)
	}
	if _, err := w.Gate.Grant(w.t.Context(), key, c.Accounts[0]); !profile.Is(err, profile.NotFound) {
		w.t.Errorf("a grant is kept: %v", err)
	}
	noted := 0
	ledger, err := w.Gate.Ledger(w.t.Context(), key)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, x := range ledger {
		if x.Purpose == profile.Preview && x.Decision == profile.Granted && x.Evidence.How == "page" && x.Provider == c.Accounts[0].Provider {
			noted++
		}
	}
	if noted != looks || len(ledger) != looks {
		w.t.Errorf("the ledger notes %d looks among %d entries, want %d", noted, len(ledger), looks)
	}
}

// only is the one customer of the shop.
func (w *world) only() profile.Customer {
	w.t.Helper()
	all, _, err := w.Gate.Customers(w.t.Context(), housetest.Demo, "", 10, "")
	if err != nil || len(all) != 1 {
		w.t.Fatalf("%d customers: %v", len(all), err)
	}
	return all[0]
}

func TestLookingOnceBeforeDecidingLeavesNothingBehind(t *testing.T) {
	w := withTrials(t)
	b, e := newBrowser(t), w.errand("web")
	asked := w.atNetwork(b.get(e.url("connector", "practice")), 0).is(http.StatusOK, "Show me first", "Continue without")
	shown := w.atNetwork(asked.submit("Show me first", nil).is(http.StatusOK).refresh(), 0).is(http.StatusOK, "What would be read", "Messages by Kaffee & Co would sound")
	if n := strings.Count(shown.body, `<article class="read"`); n != 10 {
		t.Errorf("%d texts are shown, want 10", n)
	}
	w.nothingKept(w.only().Key, 1)
	due, err := w.Store.Lease(t.Context(), consent.JobRevoke, w.Clock, w.Clock.Add(time.Minute), 10)
	if err != nil || len(due) != 1 {
		t.Errorf("%d grants are let go of: %v", len(due), err)
	}
	b.get(shown.url.String()).is(http.StatusGone) // reloading shows nothing again

	to := b.get(w.base+asked.url.RequestURI()).is(http.StatusOK, "Continue without")
	p := to.submit("Continue without", nil).is(http.StatusOK).refresh()
	e.back(p.left())
}

func TestLookingOnceFromTheOwnPage(t *testing.T) {
	w := withTrials(t)
	b, e := newBrowser(t), w.errand("web")
	p := w.atNetwork(b.get(e.url("connector", "practice")), 0)
	p.submit("Continue without", nil).is(http.StatusOK).refresh()
	c := w.only()
	a := c.Accounts[0]
	form := url.Values{"provider": {a.Provider}, "subject": {a.Subject}}
	before := len(c.Consents)
	shown := w.atNetwork(b.post(w.base+"/demo/try", form).is(http.StatusOK).refresh(), 0).is(http.StatusOK, "What would be read")
	if !strings.Contains(shown.body, `href="/demo/me"`) {
		t.Error("the page does not lead back to the own page")
	}
	if after := w.only(); len(after.Consents) != before+1 || after.Mood.Word != "" {
		t.Errorf("afterwards: %+v", after)
	}
	if p := newBrowser(t).post(w.base+"/demo/try", form); strings.Contains(p.body, "What would be read") || !strings.Contains(p.url.Path, "/choose") {
		t.Errorf("without a sign-in it leads to %s", p.url)
	}
	b.post(w.base+"/demo/try", url.Values{"provider": {"elsewhere"}}).is(http.StatusNotFound)
}

func TestWhoSaysNoAtTheNetworkIsShownNothing(t *testing.T) {
	w := withTrials(t)
	b, e := newBrowser(t), w.errand("web")
	asked := w.atNetwork(b.get(e.url("connector", "practice")), 0)
	p := w.known(asked.submit("Show me first", nil).is(http.StatusOK).refresh(), 0).submit("Do not allow", nil)
	p.is(http.StatusForbidden, "There is nothing to show").click("Back").is(http.StatusOK, "Continue without")
	w.nothingKept(w.only().Key, 1)
}

func TestNothingIsReadWithoutAFreshYes(t *testing.T) {
	w := newWorld(t)
	c := w.Customer(housetest.Demo, "Anna")
	a := enrich.Arrival{Key: c.Key, Connector: "practice", Account: c.Accounts[0], Posts: true, Grant: []byte(`{"access":"x"}`)}
	if _, err := w.Enrich.Try(t.Context(), a); !profile.Is(err, profile.NoConsent) {
		t.Errorf("answered %v", err)
	}
}
