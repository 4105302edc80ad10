package studio_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"tonfall/consent"
	"tonfall/internal/housetest"
	"tonfall/messages"
	"tonfall/profile"
	"tonfall/web/chart"
	"tonfall/web/studio"
	"tonfall/web/ui"
)

// staff knows one link, "link", which it takes once.
type staff struct{ taken bool }

func (s *staff) SignIn(_ context.Context, token string) (string, error) {
	if token != "link" {
		return "", profile.Errorf(profile.NotFound, "there is no such link")
	}
	if s.taken {
		return "", profile.Errorf(profile.Gone, "this link was used")
	}
	s.taken = true
	return "session", nil
}

func (s *staff) Who(_ context.Context, session string) (studio.Person, error) {
	if session != "session" {
		return studio.Person{}, profile.Errorf(profile.Unauthorized, "sign in")
	}
	return studio.Person{Shop: housetest.Demo}, nil
}

func (s *staff) SignOut(context.Context, string) error { return nil }

// room is the studio of a house, as a marketer's browser sees it.
type room struct {
	*housetest.House
	*housetest.Browser
}

func open(t *testing.T) *room {
	t.Helper()
	h := housetest.New(t)
	stock, _ := messages.Open(nil, nil)
	site := &studio.Site{Gate: h.Gate, Desk: h.Desk, Staff: &staff{}, Stock: stock, Now: h.Now, Log: h.Log}
	assets, err := ui.NewAssets(studio.Assets(), chart.Assets())
	if err != nil {
		t.Fatal(err)
	}
	handler, err := site.Handler(assets)
	if err != nil {
		t.Fatal(err)
	}
	door := &ui.Door{Log: h.Log, Now: h.Now} // logs what pages do not tell
	return &room{House: h, Browser: &housetest.Browser{T: t, Handler: door.Guard(handler, nil), Cookie: "studio=session", Lang: "en"}}
}

func TestALinkLetsInOnce(t *testing.T) {
	r := open(t)
	r.Cookie = ""
	if body := r.Page(http.StatusUnauthorized, "/studio"); !strings.Contains(body, "sign-in link") {
		t.Error("the page does not say how to get in")
	}
	w := r.Send("GET", "/studio/signin?token=link", nil)
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/studio" {
		t.Fatalf("the link answered %d to %s", w.Code, w.Header().Get("Location"))
	}
	c := w.Result().Cookies()[0]
	if !c.HttpOnly || c.SameSite != http.SameSiteLaxMode {
		t.Errorf("the cookie is %v", c)
	}
	r.Page(http.StatusGone, "/studio/signin?token=link")
	r.Page(http.StatusNotFound, "/studio/signin?token=other")
	r.Cookie = c.Name + "=" + c.Value
	r.Page(http.StatusOK, "/studio")
}

func TestEveryPageShowsInBothLanguages(t *testing.T) {
	r := open(t)
	anna := r.Feel(r.Agreeing(housetest.Demo, "Anna"), profile.Downcast, -0.8, 12)
	for _, lang := range []string{"de", "en"} {
		r.Lang = lang
		for _, path := range []string{
			"/studio", "/studio/customers", "/studio/customers?q=nobody", "/studio/customers/" + string(anna.ID),
			"/studio/templates/welcome", "/studio/templates/win-back?locale=en&mood=elated&channel=email&find=ann",
			"/studio/templates/order-shipped?address=Sie&customer=" + string(anna.ID), "/studio/templates/welcome/edit?locale=de&tone=calm",
		} {
			r.Page(http.StatusOK, path)
		}
	}
}

func TestEveryToneStandsSideBySideAndOneIsChosen(t *testing.T) {
	r := open(t)
	body := r.Page(200, "/studio/templates/welcome?mood=downcast&locale=en")
	if strings.Count(body, `<article class="letter`) != 5 || strings.Count(body, " chosen\"") != 1 || !strings.Contains(body, `letter tone-calm chosen`) {
		t.Errorf("the cards are wrong: %s", body)
	}
	anna := r.Feel(r.Agreeing(housetest.Demo, "Anna"), profile.Downcast, -0.8, 5)
	body = r.Page(200, "/studio/templates/welcome?customer="+string(anna.ID))
	if !strings.Contains(body, "letter tone-calm chosen") || !strings.Contains(body, "Hallo Anna") {
		t.Errorf("the real customer's cards are wrong")
	}
	if before := r.Again(anna); before.LastTone != "" || len(before.Sales) != 0 {
		t.Errorf("a preview has side effects: %+v", before)
	}
}

func TestThePickerShowsNoMood(t *testing.T) {
	r := open(t)
	r.Feel(r.Agreeing(housetest.Demo, "Anna"), profile.Downcast, -0.8, 5)
	body := r.Page(200, "/studio/templates/welcome?mood=elated&find=ann")
	found := body[strings.Index(body, `class="found"`):]
	found = found[:strings.Index(found, "</ul>")]
	if !strings.Contains(found, "Anna") || strings.Contains(found, "downcast") || strings.Contains(r.Page(200, "/studio/customers"), "downcast") {
		t.Errorf("the picker shows %s", found)
	}
}

func TestHostileNamesStayText(t *testing.T) {
	r := open(t)
	evil := r.Agreeing(housetest.Demo, `<script>alert(1)</script>{{ shop }}`)
	for _, path := range []string{"/studio/customers", "/studio/customers/" + string(evil.ID), "/studio/templates/welcome?customer=" + string(evil.ID), "/studio/templates/welcome?name=%3Cscript%3E&find=%3Cscript%3E"} {
		r.Page(200, path)
	}
	if body := r.Page(200, "/studio/templates/welcome?customer="+string(evil.ID)); strings.Contains(body, "alert(1)&lt;/script&gt;Kaffee") {
		t.Error("a name was run as a template")
	}
}

func TestDataThatDoNotFitAreToldOnThePage(t *testing.T) {
	r := open(t)
	body := r.Page(200, "/studio/templates/welcome?data.account_url=nonsense")
	if !strings.Contains(body, "account_url") || !strings.Contains(body, `role="alert"`) {
		t.Error("the fault is not told")
	}
}

func words(r *room, tone messages.Tone) url.Values {
	r.T.Helper()
	t, err := r.Desk.Catalog.Template(r.T.Context(), housetest.Demo, "welcome")
	if err != nil {
		r.T.Fatal(err)
	}
	v := t.Variants["de"][tone]
	return url.Values{"subject": {v.Subject}, "body": {v.Body}, "short": {v.Short}, "sie.subject": {v.Sie.Subject}, "sie.body": {v.Sie.Body}, "sie.short": {v.Sie.Short}}
}

const editWarm = "/studio/templates/welcome/edit?locale=de&tone=warm"

func TestWordsAreSavedUndoneAndReverted(t *testing.T) {
	r := open(t)
	before := words(r, messages.Warm)
	form := words(r, messages.Warm)
	form.Set("subject", "Herzlich willkommen, du!")
	form.Set("body", strings.ReplaceAll(form.Get("body"), "\n", "\r\n"))
	w := r.Send("POST", editWarm, form)
	r.Look(200, editWarm, w)
	if words(r, messages.Warm).Get("subject") != "Herzlich willkommen, du!" {
		t.Fatalf("saving answered %d: %s", w.Code, w.Body)
	}
	if got := words(r, messages.Warm).Get("body"); got != before.Get("body") {
		t.Errorf("an unchanged text has changed:\n%q\n%q", got, before.Get("body"))
	}
	if !strings.Contains(w.Body.String(), `name="subject" value="Willkommen bei {{ shop }}"`) {
		t.Error("there is no undo")
	}
	if w := r.Send("POST", editWarm, before); w.Code != 200 || words(r, messages.Warm).Get("subject") != before.Get("subject") {
		t.Errorf("undoing answered %d", w.Code)
	}
	r.Send("POST", editWarm, form)
	if w := r.Send("POST", "/studio/templates/welcome/revert", url.Values{}); w.Code != http.StatusSeeOther || words(r, messages.Warm).Get("subject") != before.Get("subject") {
		t.Errorf("reverting answered %d", w.Code)
	}
}

func TestAFaultIsToldAtItsFieldAndNothingIsLost(t *testing.T) {
	r := open(t)
	form := words(r, messages.Warm)
	form.Set("sie.body", "Guten Tag {{ nmae }},\n\nmein langer neuer Text.\n")
	w := r.Send("POST", editWarm, form)
	body := r.Look(http.StatusUnprocessableEntity, editWarm, w)
	if !strings.Contains(body, `id="sie.body-faults"`) || strings.Contains(body, `id="body-faults"`) {
		t.Errorf("the fault is not at its field: %d %s", w.Code, body)
	}
	if !strings.Contains(body, "mein langer neuer Text.") {
		t.Error("the typed text is lost")
	}
	if got := words(r, messages.Warm).Get("sie.body"); strings.Contains(got, "nmae") {
		t.Error("a broken text was saved")
	}
}

func TestAnotherShopsCustomerIsNobody(t *testing.T) {
	r := open(t)
	theirs := r.Agreeing(housetest.Other, "Fremd")
	r.Page(404, "/studio/customers/"+string(theirs.ID))
	r.Page(404, "/studio/templates/welcome?customer="+string(theirs.ID))
	if body := r.Page(200, "/studio/customers?q=Fremd"); strings.Contains(body, string(theirs.ID)) {
		t.Error("the list shows another shop's customer")
	}
}

func TestWithoutConsentThereIsNoCourse(t *testing.T) {
	r := open(t)
	c := r.Feel(r.Agreeing(housetest.Demo, "Anna"), profile.Downcast, -0.8, 5)
	if body := r.Page(200, "/studio/customers/"+string(c.ID)); !strings.Contains(body, "<svg class=\"course\"") || !strings.Contains(body, "<caption") && !strings.Contains(body, "figcaption") {
		t.Error("there is no course")
	}
	if _, err := r.Gate.Decide(t.Context(), c.Key, []consent.Choice{{Purpose: profile.MoodRead}}, profile.Proof{How: "me"}); err != nil {
		t.Fatal(err)
	}
	if body := r.Page(200, "/studio/customers/"+string(c.ID)); strings.Contains(body, "<svg class=\"course\"") || strings.Contains(body, "downcast") {
		t.Error("the course is shown without consent")
	}
}

func TestAChangedTextPausesTheCourse(t *testing.T) {
	r := open(t)
	c := r.Feel(r.Agreeing(housetest.Demo, "Anna"), profile.Downcast, -0.8, 5)
	for _, texts := range r.Gate.Texts {
		newer := texts[profile.MoodRead][0]
		newer.Version, newer.Material = "2027-01", true
		texts[profile.MoodRead] = append([]consent.Text{newer}, texts[profile.MoodRead]...)
	}
	if body := r.Page(200, "/studio/customers/"+string(c.ID)); strings.Contains(body, "<svg class=\"course\"") {
		t.Error("the course is shown under a consent that no longer covers it")
	}
}

func TestWhatAPlatformForbidsIsToldToTheMarketer(t *testing.T) {
	r := open(t)
	c, _, err := r.Gate.SignIn(t.Context(), housetest.Demo, profile.Account{Connector: "forbids", Provider: "forbids.example", Subject: "1", Name: "Xaver"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Gate.Decide(t.Context(), c.Key, []consent.Choice{{Purpose: profile.MoodRead, Granted: true}}, profile.Proof{How: "page"}); err != nil {
		t.Fatal(err)
	}
	if body := r.Page(200, "/studio/customers/"+string(c.ID)); !strings.Contains(body, "forbids inferring moods") {
		t.Error("the marketer sees silence")
	}
}
