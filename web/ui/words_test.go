package ui

import (
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
)

func TestLanguagesHaveTheSameKeysAndPlaceholders(t *testing.T) {
	for name, room := range map[string]struct{ de, en, fault string }{
		"same":                  {"a: A {x}", "a: B {x}", ""},
		"missing":               {"a: A", "a: A\nb: B", `"b" is missing in de`},
		"too many":              {"a: A\nb: B", "a: A", `"b" is in de only`},
		"different placeholder": {"a: A {y}", "a: A {x}", "placeholders"},
		"not a map":             {"- a", "a: A", "de.yaml"},
	} {
		_, err := LoadWords(fstest.MapFS{"w/de.yaml": {Data: []byte(room.de)}, "w/en.yaml": {Data: []byte(room.en)}}, "w")
		if (err == nil) != (room.fault == "") || err != nil && !strings.Contains(err.Error(), room.fault) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWordsFillTheirPlaceholders(t *testing.T) {
	words, err := LoadWords(fstest.MapFS{"w/de.yaml": {Data: []byte("hi: Hallo {name}, {n} Grüße")}, "w/en.yaml": {Data: []byte("hi: Hi {name}, {n} greetings")}}, "w")
	if err != nil {
		t.Fatal(err)
	}
	if got := words.Say("de", "hi", "name", "{n}", "n", 3); got != "Hallo {n}, 3 Grüße" {
		t.Errorf("said %q", got)
	}
	if got := words.Say("de", "ho"); got != "[ho]" || words.Has("ho") {
		t.Errorf("said %q", got)
	}
}

func TestTheLanguageIsChosenByShopThenBrowserThenFallback(t *testing.T) {
	for _, c := range []struct{ locales, accept, fallback, want string }{
		{"", "", "", "en"},
		{"", "", "de", "de"},
		{"", "de-CH,de;q=0.9,en;q=0.8", "en", "de"},
		{"", "fr,en;q=0.3", "de", "en"},
		{"en-GB de", "de", "de", "en"},
		{"fr de-AT", "en", "", "de"},
		{"; rm -rf", "%%%", "de", "de"},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Accept-Language", c.accept)
		if got := Lang(r, c.locales, c.fallback); got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
}
