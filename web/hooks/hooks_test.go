package hooks_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tonfall/consent"
	"tonfall/internal/housetest"
	"tonfall/profile"
	"tonfall/store"
)

const (
	purged  = "https://schemas.openid.net/secevent/risc/event-type/account-purged"
	enabled = "https://schemas.openid.net/secevent/risc/event-type/account-enabled"
)

// holds is how much of each kind is kept of a customer.
func (w *world) holds(c profile.Customer) map[string]int {
	w.t.Helper()
	n := map[string]int{}
	for _, kind := range []string{store.KindPost, store.KindEvidence, store.KindGrant} {
		page, _, err := w.Store.Records(w.t.Context(), store.Query{Shop: c.Shop, Owner: c.ID, Kind: kind, Limit: 100})
		w.must(err)
		if len(page) > 0 {
			n[kind] = len(page)
		}
	}
	return n
}

// revocations counts the grants that wait to be ended at a provider.
func (w *world) revocations() int {
	w.t.Helper()
	jobs, _, err := w.Store.Jobs(w.t.Context(), housetest.Demo, "", 100)
	w.must(err)
	n := 0
	for _, j := range jobs {
		if j.Kind == consent.JobRevoke {
			n++
		}
	}
	return n
}

func TestWhoLeavesAtTheProviderLeavesHere(t *testing.T) {
	w := newWorld(t)
	meta := func(path string) call { return w.fromMeta(path, secret, "17") }
	for name, x := range map[string]struct {
		network, provider string
		call              call
		status            int
	}{
		"Facebook":  {"facebook", "facebook", meta("demo/facebook/deauthorize"), 200},
		"Instagram": {"instagram", "instagram", meta("demo/instagram/deauthorize"), 200},
		"Threads":   {"threads", "threads", meta("demo/threads/deauthorize"), 200},
		"TikTok":    {"tiktok", "tiktok", w.fromTikTok(secret, "authorization.removed", "17"), 200},
		"Google":    {"google", w.issuer, w.fromGoogle(purged, "17"), 202},
		"Apple":     {"apple", w.issuer, w.fromApple("consent-revoked", "17"), 200},
	} {
		c := w.person(x.network, x.provider, "17")
		before := w.holds(c)
		if diff := cmp.Diff(map[string]int{"post": 3, "evidence": 3, "grant": 1}, before); diff != "" {
			t.Fatalf("%s: nothing to lose: %s", name, diff)
		}
		got := w.send(x.call)
		if got.Code != x.status || got.Body.Len() > 0 {
			t.Errorf("%s: answered %d %s", name, got.Code, got.Body)
		}
		if left := w.holds(c); len(left) > 0 {
			t.Errorf("%s: there is left %v", name, left)
		}
		after := w.Again(c)
		last := after.Consent(profile.Posts, x.provider)
		if last == nil || last.Decision != profile.Withdrawn || last.Evidence.How != "platform" {
			t.Errorf("%s: the ledger says %+v", name, last)
		}
		if !after.Allows(profile.MoodRead, "") || after.Name() == "" {
			t.Errorf("%s: more is gone than came from there", name)
		}
		// Google and Apple are one issuer here: the next one is somebody new.
		_, err := w.Gate.Erase(t.Context(), c.Key, profile.Proof{})
		w.must(err)
	}
	if n := w.revocations(); n > 0 {
		t.Errorf("%d grants are to be ended where they have ended", n)
	}
}

func TestAForgedCallLearnsNothingAndDoesNothing(t *testing.T) {
	w := newWorld(t)
	c := w.person("facebook", "facebook", "17")
	before := w.holds(c)
	answers := map[string]bool{}
	for name, x := range map[string]call{
		"another secret":      w.fromMeta("demo/facebook/deletion", "guess", "17"),
		"nobody's":            w.fromMeta("demo/facebook/deletion", "guess", "nobody"),
		"no form":             {path: "demo/facebook/deauthorize", body: "%zz"},
		"empty":               {path: "demo/instagram/deletion"},
		"TikTok's":            w.fromTikTok("guess", "authorization.removed", "17"),
		"TikTok's, unsigned":  {path: "demo/tiktok", body: "{}"},
		"Google's, rubbish":   {path: "demo/google/risc", body: "a.b.c"},
		"Apple's, no payload": {path: "demo/apple", body: "{}"},
		"Apple's, by Google":  {path: "demo/apple", body: `{"payload":"` + w.fromGoogle(purged, "17").body + `"}`},
	} {
		got := w.send(x)
		if got.Code != http.StatusUnauthorized || got.Header().Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: answered %d %s", name, got.Code, got.Body)
		}
		answers[got.Body.String()] = true
	}
	if len(answers) != 1 {
		t.Errorf("forgers can tell %d answers apart: %v", len(answers), answers)
	}
	if diff := cmp.Diff(before, w.holds(c)); diff != "" {
		t.Error(diff)
	}
}

func TestCallsToNobodyAreRefused(t *testing.T) {
	w := newWorld(t)
	for path, want := range map[string]int{
		"demo/reddit": 404, "demo/nothing/deletion": 404, "other/facebook/deletion": 404, "nowhere/apple": 404,
	} {
		if got := w.send(w.fromMeta(path, secret, "17")); got.Code != want {
			t.Errorf("%s answered %d: %s", path, got.Code, got.Body)
		}
	}
	huge := w.fromMeta("demo/facebook/deletion", secret, "17")
	huge.body += "&x=" + strings.Repeat("x", 64<<10)
	if got := w.send(huge); got.Code < 400 || got.Code > 499 {
		t.Errorf("a body above the cap answered %d", got.Code)
	}
}

func TestCallsAboutSomethingElseChangeNothing(t *testing.T) {
	w := newWorld(t)
	for provider, x := range map[string]call{
		"tiktok": w.fromTikTok(secret, "video.publish.completed", "17"),
		"google": w.fromGoogle(enabled, "17"),
		"apple":  w.fromApple("email-disabled", "17"),
	} {
		at := provider
		if provider != "tiktok" {
			at = w.issuer
		}
		c := w.person(provider, at, "17")
		if got := w.send(x); got.Code >= 300 {
			t.Errorf("%s: answered %d %s", provider, got.Code, got.Body)
		}
		if len(w.holds(c)) != 3 {
			t.Errorf("%s: there is left %v", provider, w.holds(c))
		}
	}
}

// confirmation is Meta's answer to a deletion.
type confirmation struct {
	URL  string `json:"url"`
	Code string `json:"confirmation_code"`
}

func (w *world) delete(subject string) confirmation {
	w.t.Helper()
	got := w.send(w.fromMeta("demo/facebook/deletion", secret, subject))
	var c confirmation
	if err := json.Unmarshal(got.Body.Bytes(), &c); err != nil || got.Code != http.StatusOK {
		w.t.Fatalf("answered %d %s", got.Code, got.Body)
	}
	if c.URL != "https://id.example/hooks/demo/status/"+c.Code || len(c.Code) < 22 {
		w.t.Fatalf("answered %+v", c)
	}
	return c
}

func (w *world) page(lang, code string, status int) string {
	w.t.Helper()
	b := &housetest.Browser{T: w.t, Handler: w.handler, Lang: lang}
	return b.Page(status, "/hooks/demo/status/"+code)
}

func TestDeletionLeavesNothingOfTheProviderAndSaysSo(t *testing.T) {
	w := newWorld(t)
	c := w.person("facebook", "facebook", "17")
	told := w.delete("17")
	if left := w.holds(c); len(left) > 0 {
		t.Errorf("there is left %v", left)
	}
	want := profile.Account{Connector: "facebook", Provider: "facebook", Subject: "17", Connected: w.Clock}
	if diff := cmp.Diff([]profile.Account{want}, w.Again(c).Accounts); diff != "" {
		t.Error(diff)
	}
	for lang, says := range map[string][]string{
		"de": {"Was von Facebook kam, ist gelöscht", "<strong>3</strong> <span>Beiträge", "22.11.2026, 09:00 Uhr"},
		"en": {"What came from Facebook is deleted", "<strong>3</strong> <span>posts", "22 Nov 2026, 09:00"},
	} {
		page := w.page(lang, told.Code, http.StatusOK)
		for _, s := range says {
			if !strings.Contains(page, s) {
				t.Errorf("the page in %s lacks %q", lang, s)
			}
		}
		for _, name := range []string{"Anna", "anna", "17<", string(c.ID)} {
			if strings.Contains(page, name) {
				t.Errorf("the page in %s names %q", lang, name)
			}
		}
	}
	w.page("en", "guessed", http.StatusNotFound)
	w.Clock = w.Clock.Add(91 * 24 * time.Hour)
	w.page("en", told.Code, http.StatusNotFound)
}

func TestWhoIsNotKnownIsToldThatNothingIsHeld(t *testing.T) {
	w := newWorld(t)
	told := w.delete("stranger")
	if page := w.page("de", told.Code, http.StatusOK); !strings.Contains(page, "liegt nichts von Facebook") {
		t.Error(page)
	}
	if other := w.delete("another"); other.Code == told.Code {
		t.Error("two people have one code")
	}
}

func TestARepeatedCallAnswersTheSameAndTakesNothingNew(t *testing.T) {
	w := newWorld(t)
	c := w.person("facebook", "facebook", "17")
	first := w.delete("17")
	page := w.page("en", first.Code, http.StatusOK)
	if again := w.delete("17"); again != first {
		t.Errorf("answered %v, then %v", first, again)
	}
	if diff := cmp.Diff(page, w.page("en", first.Code, http.StatusOK)); diff != "" {
		t.Error(diff)
	}
	w.person("facebook", "facebook", "17") // comes back and agrees anew
	w.delete("17")
	if len(w.holds(c)) != 3 {
		t.Errorf("an old call took what came since: there is left %v", w.holds(c))
	}
	w.Clock = w.Clock.Add(time.Hour) // a new call, in which the person asks again
	if again := w.delete("17"); again != first {
		t.Errorf("answered %v, then %v", first, again)
	}
	if len(w.holds(c)) != 0 {
		t.Errorf("a new call was taken for an old one: there is left %v", w.holds(c))
	}
	if page := w.page("en", first.Code, http.StatusOK); !strings.Contains(page, "<strong>6</strong> <span>posts") {
		t.Error(page)
	}
}
