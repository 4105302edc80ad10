package signin_test

import (
	"context"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tonfall/consent"
	"tonfall/profile"
	"tonfall/web/signin"
)

func TestSendingTheConsentTwiceComesToTheSameAnswer(t *testing.T) {
	w := newWorld(t)
	b, e := newBrowser(t), w.errand("web")
	p := w.atNetwork(b.get(e.url("connector", "practice")), 0)
	b.get(p.url.String()).is(http.StatusOK, "Hello") // reloading asks the same again
	first := p.submit("Agree", nil, "1").refresh().left()
	second := p.submit("Agree", nil, "1", "2").refresh().left()
	if first.Get("code") != second.Get("code") {
		t.Error("the second time gave another code")
	}
	_, id := e.signedIn(e.back(second))
	ledger, err := w.Gate.Ledger(t.Context(), w.customer(id).Key)
	if err != nil || len(ledger) != 3 {
		t.Errorf("the ledger has %d entries (%v)", len(ledger), err)
	}
	b.get(p.url.String()).is(http.StatusGone, "signed in already")
}

func TestTheConsentSentTenTimesAtOnceIsDecidedOnce(t *testing.T) {
	w := newWorld(t)
	b, e := newBrowser(t), w.errand("web")
	ask := w.atNetwork(b.get(e.url("connector", "practice")), 0)
	form := url.Values{"t": {ask.url.Query().Get("t")}, "yes": {"1"}, "agree": {"1"}}
	var mu sync.Mutex
	codes := map[string]int{}
	raced(10, func() error {
		p := b.post(w.base+"/demo/consent", form).is(http.StatusOK).refresh()
		for late := time.Now().Add(10 * time.Second); p.out == nil && time.Now().Before(late); {
			p = b.get(w.base + "/demo/continue?n=1&t=" + p.url.Query().Get("t")) // the first is still at it
			if p.out == nil {
				p.is(http.StatusOK, "One moment")
			}
		}
		mu.Lock()
		defer mu.Unlock()
		codes[p.left().Get("code")]++
		return nil
	})
	code := slices.Collect(maps.Keys(codes))[0]
	if codes[code] != 10 {
		t.Errorf("the codes are %v", codes)
	}
	_, id := e.signedIn(code)
	if ledger, err := w.Gate.Ledger(t.Context(), w.customer(id).Key); err != nil || len(ledger) != 3 {
		t.Errorf("the ledger has %d entries (%v)", len(ledger), err)
	}
}

// hangingUp are tickets at whose taking the browser hangs up.
type hangingUp struct {
	signin.Tickets
	now func()
}

func (t hangingUp) TakeTicket(ctx context.Context, shop, kind, secret string, now time.Time) (signin.Ticket, error) {
	defer t.now()
	return t.Tickets.TakeTicket(ctx, shop, kind, secret, now)
}

func TestADoubleClickThatHangsUpOnTheFirstIsHarmless(t *testing.T) {
	w := newWorld(t)
	b, e := newBrowser(t), w.errand("web")
	p := w.atNetwork(b.get(e.url("connector", "practice")), 0)
	gone, hangUp := context.WithCancel(t.Context())
	w.site.Tickets = hangingUp{w.site.Tickets, hangUp}
	form := url.Values{"t": {p.url.Query().Get("t")}, "yes": {"1"}, "agree": {"1"}}
	r := httptest.NewRequestWithContext(gone, http.MethodPost, "/demo/consent", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for _, c := range b.client.Jar.Cookies(p.url) {
		r.AddCookie(c)
	}
	w.site.ServeHTTP(httptest.NewRecorder(), r)
	_, id := e.signedIn(e.back(p.submit("Agree", nil, "1").refresh().left()))
	if c := w.customer(id); !c.Allows(profile.MoodRead, "") {
		t.Errorf("the first click was lost: %+v", c.Consents)
	}
}

func TestASecondTabIsHarmless(t *testing.T) {
	w := newWorld(t)
	b, e := newBrowser(t), w.errand("web")
	chooser := b.get(e.url())
	tab1 := w.atNetwork(chooser.click("Practice"), 0)
	tab2 := chooser.click("Piazza").submit("Allow", nil)
	e.signedIn(e.back(tab1.submit("Continue without", nil).refresh().left()))
	tab2.submit("Continue without", nil).is(http.StatusGone, "signed in already")
}

func TestAChangedTextAsksAgainAndAnUntouchedBoxTakesNothing(t *testing.T) {
	w := newWorld(t)
	e := w.errand("web")
	_, id := e.signedIn(e.back(w.signIn(newBrowser(t), e, 0, "0", "1")))
	for lang := range w.Gate.Texts {
		newer := w.Gate.Texts[lang][profile.MoodRead][0]
		newer.Version, newer.Material = "2027-01", true
		w.Gate.Texts[lang][profile.MoodRead] = append([]consent.Text{newer}, w.Gate.Texts[lang][profile.MoodRead]...)
	}
	b := newBrowser(t)
	p := w.atNetwork(b.get(e.url("connector", "practice")), 0).is(http.StatusOK, "We have changed one of these texts", "Recognise my mood")
	if strings.Contains(text(p.doc), "Read my posts") {
		t.Error("what has not changed is asked again")
	}
	e.signedIn(e.back(p.submit("Agree", nil).refresh().left()))
	if x := w.customer(id); !x.Allows(profile.MoodRead, "") || !x.Allows(profile.Posts, "practice") {
		t.Errorf("an untouched box took something away: %+v", x.Consents)
	}
	p = w.atNetwork(newBrowser(t).get(e.url("connector", "practice")), 0).submit("Agree", nil, "0")
	e.signedIn(e.back(p.refresh().left()))
	x := w.customer(id)
	if got := x.Consent(profile.MoodRead, ""); got.TextVersion != "2027-01" || got.Decision != profile.Granted {
		t.Errorf("the new yes is %+v", got)
	}
}
