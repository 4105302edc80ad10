package me_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"tonfall/internal/housetest"
	"tonfall/messages"
	"tonfall/profile"
	"tonfall/web/chart"
	"tonfall/web/me"
	"tonfall/web/ui"
	"tonfall/web/wording"
)

// sessions has one customer signed in, or limited to what a link allows.
type sessions struct {
	key     profile.Key
	limited bool
}

func (s *sessions) Session(*http.Request) (key profile.Key, limited, there bool) {
	return s.key, s.limited, s.key.ID != ""
}

// room is the page of a house, as a customer's browser sees it.
type room struct {
	*housetest.House
	*housetest.Browser
	who *sessions
}

func open(t *testing.T) *room {
	t.Helper()
	h := housetest.New(t)
	r := &room{House: h, Browser: &housetest.Browser{T: t, Lang: "en"}, who: &sessions{}}
	site := &me.Site{Gate: h.Gate, Enrich: h.Enrich, Desk: h.Desk, Sessions: r.who, Links: h.Links, Now: h.Now, Log: h.Log}
	assets, err := ui.NewAssets(me.Assets(), chart.Assets())
	if err != nil {
		t.Fatal(err)
	}
	handler, err := site.Handler(assets)
	if err != nil {
		t.Fatal(err)
	}
	door := &ui.Door{Log: h.Log, Now: h.Now} // logs what pages do not tell
	r.Handler = door.Guard(handler, nil)
	return r
}

// signedIn is a downcast customer with everything agreed to, signed in.
func (r *room) signedIn(name string) profile.Customer {
	r.T.Helper()
	c := r.Feel(r.Agreeing(housetest.Demo, name), profile.Downcast, -0.8, 6)
	r.who.key = c.Key
	return c
}

func (r *room) post(path string, form url.Values) string {
	r.T.Helper()
	w := r.Send("POST", path, form)
	if w.Code != http.StatusSeeOther {
		r.T.Fatalf("%s answered %d, want 303: %.600s", path, w.Code, w.Body)
	}
	return w.Header().Get("Location")
}

func TestEveryPageShowsInBothLanguages(t *testing.T) {
	r := open(t)
	c := r.signedIn("Anna")
	if _, err := r.Desk.Send(t.Context(), c, wording.Order{Template: "welcome", Data: map[string]any{"account_url": "https://shop.example"}}); err != nil {
		t.Fatal(err)
	}
	r.Customer(housetest.Demo, "Ben")
	for _, lang := range []string{"de", "en"} {
		r.Lang = lang
		for _, path := range []string{"", "?done=granted", "/readings", "/readings?from=5&done=1", "/history", "/data", "/erase"} {
			r.Page(200, "/demo/me"+path)
		}
	}
	r.Lang = "en"
	if body := r.Page(200, "/demo/me/history"); !strings.Contains(body, "posts") || !strings.Contains(body, "calm") {
		t.Error("a message is shown without tone or reason")
	}
	ben := r.Customer(housetest.Demo, "Cem")
	r.who.key = ben.Key
	for _, path := range []string{"", "/readings", "/history", "/data"} {
		r.Page(200, "/demo/me"+path)
	}
}

func TestWhoIsNotSignedInGoesThroughTheDoorAndComesBack(t *testing.T) {
	r := open(t)
	w := r.Send("GET", "/demo/me/history", nil)
	if w.Code != 303 || w.Header().Get("Location") != "/demo/signin?return_to=%2Fdemo%2Fme%2Fhistory" {
		t.Errorf("answered %d to %s", w.Code, w.Header().Get("Location"))
	}
	if w := r.Send("POST", "/demo/me/erase", url.Values{"sure": {"yes"}}); w.Code != http.StatusUnauthorized {
		t.Errorf("a form without a session answered %d", w.Code)
	}
	c := r.signedIn("Anna")
	if w := r.Send("GET", "/other/me", nil); w.Code != 303 {
		t.Errorf("a session of one shop opened the page of another: %d", w.Code)
	}
	r.Page(404, "/nowhere/me")
	if c = r.Again(c); c.ID == "" {
		t.Error("the customer is gone")
	}
}

func TestThePageSaysWhatIsKnownAndWhy(t *testing.T) {
	r := open(t)
	r.signedIn("Anna")
	body := r.Page(200, "/demo/me")
	for _, says := range []string{"Downcast at the moment", "6 texts since", `<svg class="course"`, "sound calm now", "Kaffee &amp; Co"} {
		if !strings.Contains(body, says) {
			t.Errorf("the page does not say %q", says)
		}
	}
	if body := r.Page(200, "/demo/me/readings"); !strings.Contains(body, "Beitrag 0 von Anna") || strings.Count(body, `<article class="read"`) != 6 {
		t.Error("what was read is not shown")
	}
}

func TestACorrectionHoldsAtOnce(t *testing.T) {
	r := open(t)
	c := r.signedIn("Anna")
	evidence, _, err := r.Gate.Evidence(t.Context(), c.Key, "", 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range evidence {
		r.post("/demo/me/correct", url.Values{"item": {e.Item}, "as": {"not-me"}})
	}
	if m := r.Again(c).Mood; m.Word != profile.Unknown {
		t.Errorf("the mood is still %s", m.Word)
	}
	if body := r.Page(200, "/demo/me/readings"); !strings.Contains(body, `value="not-me" selected`) {
		t.Error("the correction is not shown")
	}
	if w := r.Send("POST", "/demo/me/correct", url.Values{"item": {evidence[0].Item}, "as": {"nonsense"}}); w.Code != http.StatusBadRequest {
		t.Errorf("an unknown correction answered %d", w.Code)
	}
}

func TestWithdrawingIsOneClickAndGivesAReceipt(t *testing.T) {
	r := open(t)
	c := r.signedIn("Anna")
	w := r.Send("POST", "/demo/me/consent", url.Values{"purpose": {"posts"}, "provider": {housetest.Network}, "decision": {"no"}})
	body := r.Look(200, "the receipt", w)
	if !strings.Contains(body, "<strong>6</strong> <span>texts") || !strings.Contains(body, "<strong>6</strong> <span>results") {
		t.Errorf("the receipt lacks counts: %s", body)
	}
	if c = r.Again(c); c.Allows(profile.Posts, housetest.Network) || c.Mood.Word == profile.Downcast {
		t.Errorf("consent or mood is still there: %+v", c.Consents)
	}
	r.post("/demo/me/consent", url.Values{"purpose": {"posts"}, "provider": {housetest.Network}, "decision": {"yes"}})
	if c = r.Again(c); !c.Allows(profile.Posts, housetest.Network) {
		t.Error("giving it again did nothing")
	}
	last := c.Consent(profile.Posts, housetest.Network)
	if last.Evidence.How != "me" || last.Evidence.Address != "192.0.2.1" || last.Lang != "en" {
		t.Errorf("the proof is %+v, language %s", last.Evidence, last.Lang)
	}
	if w := r.Send("POST", "/demo/me/consent", url.Values{"purpose": {"posts"}, "provider": {"elsewhere"}, "decision": {"yes"}}); w.Code != http.StatusNotFound {
		t.Errorf("consent for a foreign account answered %d", w.Code)
	}
}

func TestWishesOutrankTheModel(t *testing.T) {
	r := open(t)
	c := r.signedIn("Anna")
	r.post("/demo/me/wishes", url.Values{"plain": {"1"}, "nomarketing": {"1"}, "address": {"Sie"}, "locale": {"de"}})
	c = r.Again(c)
	if c.Wishes != (profile.Wishes{Plain: true, NoMarketing: true, Address: profile.Sie, Locale: "de"}) {
		t.Fatalf("the wishes are %+v", c.Wishes)
	}
	sent, err := r.Desk.Send(t.Context(), c, wording.Order{Template: "welcome", Data: map[string]any{"account_url": "https://shop.example"}})
	if err != nil || sent.Choice.Tone != messages.Plain || sent.Choice.Address != profile.Sie {
		t.Errorf("sent %+v: %v", sent.Choice, err)
	}
	r.Lang = "en"
	if body := r.Page(200, "/demo/me"); !strings.Contains(body, "Meine Seite") {
		t.Error("the page is not in the wished language")
	}
	for _, bad := range []url.Values{{"address": {"Ihr"}}, {"locale": {"fr"}}} {
		if w := r.Send("POST", "/demo/me/wishes", bad); w.Code != http.StatusBadRequest {
			t.Errorf("%v answered %d", bad, w.Code)
		}
	}
}

func TestErasingAsksOnceAndLeavesAReceipt(t *testing.T) {
	r := open(t)
	c := r.signedIn("Anna")
	if to := r.post("/demo/me/erase", url.Values{}); to != "/demo/me/erase" {
		t.Errorf("erasing without the question leads to %s", to)
	}
	r.Again(c)
	body := r.Look(200, "the receipt", r.Send("POST", "/demo/me/erase", url.Values{"sure": {"yes"}}))
	if !strings.Contains(body, "<strong>6</strong> <span>texts") || !strings.Contains(body, "Erased") {
		t.Errorf("the receipt is %s", body)
	}
	if _, err := r.Gate.Customer(t.Context(), c.Key); !profile.Is(err, profile.Gone) {
		t.Errorf("the customer is still there: %v", err)
	}
}

func TestTheDownloadHoldsEverything(t *testing.T) {
	r := open(t)
	r.signedIn("Anna")
	w := r.Send("GET", "/demo/me/export.json", nil)
	if w.Code != 200 || !strings.Contains(w.Header().Get("Content-Disposition"), "attachment") || !strings.Contains(w.Body.String(), "Beitrag 0 von Anna") || !strings.HasSuffix(w.Body.String(), "}\n") {
		t.Errorf("answered %d: %.300s", w.Code, w.Body)
	}
}

func TestHostileWordsStayText(t *testing.T) {
	r := open(t)
	r.signedIn(`<script>alert(1)</script>`)
	for _, path := range []string{"", "/readings", "/history", "/data"} {
		r.Page(200, "/demo/me"+path)
	}
}

func TestQuietIsLifted(t *testing.T) {
	r := open(t)
	c := r.signedIn("Anna")
	r.Quiet(c, r.Clock.AddDate(0, 0, 14))
	if body := r.Page(200, "/demo/me"); !strings.Contains(body, "No advertising until 6 Dec 2026") {
		t.Error("the quiet time is not shown")
	}
	r.post("/demo/me/quiet", url.Values{})
	if c = r.Again(c); !c.Quiet.IsZero() {
		t.Errorf("quiet until %v", c.Quiet)
	}
}
