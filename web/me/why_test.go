package me_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"tonfall/consent"
	"tonfall/internal/housetest"
	"tonfall/messages"
	"tonfall/profile"
	"tonfall/web/links"
	"tonfall/web/wording"
)

// sent is a message to the customer, and the path of its link.
func (r *room) sent(c profile.Customer) (wording.Sent, string) {
	r.T.Helper()
	sent, err := r.Desk.Send(r.T.Context(), c, wording.Order{Template: "welcome", Data: map[string]any{"account_url": "https://shop.example"}})
	if err != nil {
		r.T.Fatal(err)
	}
	return sent, strings.TrimPrefix(sent.Why, r.Links.Base)
}

// token is what a link carries.
func token(path string) string {
	_, t, _ := strings.Cut(path, "?t=")
	return t
}

func TestALinkExplainsItsMessageWithoutASignIn(t *testing.T) {
	r := open(t)
	sent, path := r.sent(r.Feel(r.Agreeing(housetest.Demo, "Anna"), profile.Downcast, -0.8, 6))
	if sent.Choice.Tone != messages.Calm {
		t.Fatalf("the tone is %s", sent.Choice.Tone)
	}
	body := r.Page(200, path)
	for _, says := range []string{
		"Welcome", "Kaffee &amp; Co", "22 Nov 2026, 09:00", "a tone that is calm", // which message, when, which tone
		`<td>practice</td><td class="number">6</td><td>17 Nov 2026 – 22 Nov 2026</td>`, // evidence, counted
		"Read posts", "Recognise the mood", "Choose the tone of messages", "text 2026-11", // consents
		"<li>plain<br><span class=\"small muted\">would have fitted as well", "<li>enthusiastic<br><span class=\"small muted\">did not fit", "Plain tone from now on",
	} {
		if !strings.Contains(body, says) {
			t.Errorf("the page does not say %q", says)
		}
	}
	for _, secret := range []string{"Beitrag", "subject-Anna", "Anna", "/me/readings", "Include letters"} {
		if strings.Contains(body, secret) {
			t.Errorf("the page tells %q", secret)
		}
	}
	r.Lang = "de"
	if body := r.Page(200, path); !strings.Contains(body, "So klingt sie: ruhig") {
		t.Error("the page is not in German")
	}
}

func TestAMessageWithoutMoodSaysThatNothingWasUsed(t *testing.T) {
	r := open(t)
	_, path := r.sent(r.Customer(housetest.Demo, "Ben"))
	body := r.Page(200, path)
	if !strings.Contains(body, "Nothing of mine was used") || strings.Contains(body, "Under which consent") {
		t.Error("sources are named where nothing was read")
	}
}

func TestOneClickMakesTheTonePlainAndOneTakesItBack(t *testing.T) {
	r := open(t)
	c := r.Feel(r.Agreeing(housetest.Demo, "Anna"), profile.Downcast, -0.8, 6)
	_, path := r.sent(c)
	r.Page(200, path)
	if c = r.Again(c); c.Wishes.Plain {
		t.Fatal("looking at the page has changed a wish")
	}
	click := func(undo string) string {
		t.Helper()
		form := url.Values{"t": {token(path)}}
		if undo != "" {
			form.Set("undo", undo)
		}
		return r.Look(200, "the click", r.Send("POST", "/demo/me/why", form))
	}
	proof := regexp.MustCompile(`name="undo" value="([^"]+)"`).FindStringSubmatch(click(""))
	c = r.Again(c)
	if proof == nil || !c.Wishes.Plain {
		t.Fatalf("after the click the wishes are %+v", c.Wishes)
	}
	if sent, _ := r.sent(c); sent.Choice.Tone != messages.Plain {
		t.Errorf("the next message is %s", sent.Choice.Tone)
	}
	if body := r.Page(200, path); !strings.Contains(body, "I have chosen the plain tone for good") {
		t.Error("the page does not know of the click")
	}
	if body := click(""); strings.Contains(body, `name="undo"`) {
		t.Error("a wish that was there before can be undone by the link alone")
	}
	if body := click(proof[1]); !strings.Contains(body, "Taken back") || r.Again(c).Wishes.Plain {
		t.Errorf("undoing did nothing: %.300s", body)
	}
	r.Clock = r.Clock.Add(2 * time.Hour)
	r.Look(http.StatusGone, "a late undo", r.Send("POST", "/demo/me/why", url.Values{"t": {token(path)}, "undo": {proof[1]}}))
}

func TestALinkThatIsNotOursOrPastSaysSo(t *testing.T) {
	r := open(t)
	c := r.Feel(r.Agreeing(housetest.Demo, "Anna"), profile.Downcast, -0.8, 6)
	sent, path := r.sent(c)
	stranger := r.Customer(housetest.Other, "Zoe")
	elsewhere, err := r.Desk.Send(t.Context(), stranger, wording.Order{Template: "welcome", Data: map[string]any{"account_url": "https://other.example"}})
	if err != nil {
		t.Fatal(err)
	}
	crossed, err := r.Links.Why(links.Why{Shop: housetest.Demo, Exposure: elsewhere.Exposure}, r.Clock.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	undo, err := r.Links.Undo(links.Why{Shop: housetest.Demo, Exposure: sent.Exposure})
	if err != nil {
		t.Fatal(err)
	}
	altered := []byte(path)
	altered[len(altered)-20] ^= 1
	for name, bad := range map[string]struct {
		path   string
		status int
		says   string
	}{
		"none":                     {"/demo/me/why", 401, "does not work"},
		"forged":                   {"/demo/me/why?t=AAAA", 401, "does not work"},
		"altered":                  {string(altered), 401, "does not work"},
		"of another kind":          {"/demo/me/why?t=" + undo, 401, "does not work"},
		"another shop's link":      {"/demo/me/why?t=" + token(elsewhere.Why), 401, "does not work"},
		"at another shop's door":   {"/other/me/why?t=" + token(path), 401, "does not work"},
		"another shop's message":   {strings.TrimPrefix(crossed, r.Links.Base), 404, "not kept any more"},
		"at a shop that is nobody": {"/nowhere/me/why?t=" + token(path), 404, "nothing here"},
	} {
		if body := r.Page(bad.status, bad.path); !strings.Contains(body, bad.says) {
			t.Errorf("%s: the page does not say %q", name, bad.says)
		}
	}
	r.Clock = r.Clock.Add(365 * 24 * time.Hour)
	if body := r.Page(http.StatusGone, path); !strings.Contains(body, "not kept any more") {
		t.Error("a link outlives its record")
	}
}

func TestALinkExplainsNothingOnceItIsTakenBackOrErased(t *testing.T) {
	r := open(t)
	c := r.Feel(r.Agreeing(housetest.Demo, "Anna"), profile.Downcast, -0.8, 6)
	_, path := r.sent(c)
	if _, err := r.Gate.Decide(t.Context(), c.Key, []consent.Choice{{Purpose: profile.Posts, Provider: housetest.Network, Lang: "en"}}, profile.Proof{How: "me"}); err != nil {
		t.Fatal(err)
	}
	if body := r.Page(200, path); strings.Count(body, "taken back since") != 1 {
		t.Error("the page does not say that a consent was taken back")
	}
	if _, err := r.Gate.Decide(t.Context(), c.Key, []consent.Choice{{Purpose: profile.MoodRead, Lang: "en"}}, profile.Proof{How: "me"}); err != nil {
		t.Fatal(err)
	}
	r.Page(http.StatusNotFound, path)
	_, path = r.sent(r.Again(c))
	if _, err := r.Gate.Erase(t.Context(), c.Key, profile.Proof{How: "me"}); err != nil {
		t.Fatal(err)
	}
	if body := r.Page(http.StatusNotFound, path); !strings.Contains(body, "not kept any more") {
		t.Error("an erased customer's link does not say so")
	}
	if w := r.Send("POST", "/demo/me/why", url.Values{"t": {token(path)}}); w.Code != http.StatusNotFound {
		t.Errorf("a click for an erased customer answered %d", w.Code)
	}
}

func TestALinkFromAMailSeesAndWithdrawsButDoesNotAgreeTakeOrErase(t *testing.T) {
	r := open(t)
	c := r.signedIn("Anna")
	r.who.limited = true
	if body := r.Page(200, "/demo/me"); !strings.Contains(body, "opened by a link from a message") {
		t.Error("the page does not say what the link allows")
	}
	r.Page(200, "/demo/me/readings")
	r.Page(200, "/demo/me/history")
	for _, path := range []string{"/demo/me/data", "/demo/me/export.json", "/demo/me/erase"} {
		if w := r.Send("GET", path, nil); w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/demo/signin?return_to="+url.QueryEscape(path) {
			t.Errorf("%s answered %d to %s", path, w.Code, w.Header().Get("Location"))
		}
	}
	again := "/demo/signin?return_to=%2Fdemo%2Fme"
	if to := r.post("/demo/me/erase", url.Values{"sure": {"yes"}}); to != again {
		t.Errorf("erasing leads to %s", to)
	}
	evidence, _, err := r.Gate.Evidence(t.Context(), c.Key, "", 1)
	if err != nil {
		t.Fatal(err)
	}
	r.post("/demo/me/correct", url.Values{"item": {evidence[0].Item}, "as": {"irony"}})
	r.post("/demo/me/wishes", url.Values{"plain": {"1"}})
	r.Look(200, "withdrawing", r.Send("POST", "/demo/me/consent", url.Values{"purpose": {"messages"}, "decision": {"no"}}))
	if to := r.post("/demo/me/consent", url.Values{"purpose": {"messages"}, "decision": {"yes"}}); to != again {
		t.Errorf("agreeing leads to %s", to)
	}
	c = r.Again(c)
	if c.Allows(profile.Messages, "") || !c.Wishes.Plain {
		t.Errorf("after all this: %+v, %+v", c.Wishes, c.Consents)
	}
}
