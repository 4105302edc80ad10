package signin

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"tonfall/consent"
	"tonfall/enrich"
	"tonfall/profile"
	"tonfall/web/ui"
)

// samples has every page of this room, filled.
func samples(t *testing.T, pages *ui.Pages, lang string) map[string]any {
	t.Helper()
	texts, err := consent.DefaultTexts()
	if err != nil {
		t.Fatal(err)
	}
	shop := profile.Shop{Slug: "demo", Name: "Kranich & Kessel", Home: "https://shop.example", Privacy: "https://shop.example/privacy"}
	page := func(title string) ui.Page {
		p := pages.Page(lang, title, "shop", shop.Name, "provider", "Mastodon")
		p.Brand, p.Home = shop.Name, shop.Home
		p.Foot = []ui.Link{{Text: p.T("privacy"), URL: shop.Privacy}, {Text: p.T("yours"), URL: "/demo/me"}}
		return p
	}
	chooser := Chooser{Page: page("choose.title"), Shop: shop, Ticket: "T", Cancel: "/demo/cancel?t=T", Problem: "there is no such server"}
	for _, o := range []enrich.Offer{{Name: "piazza", Title: "Piazza"}, {Name: "bluesky", Title: "Bluesky", Hint: "handle"}, {Name: "mastodon", Title: "Mastodon", Hint: "instance"}} {
		c := Choice{Offer: o, Mark: firstLetter(o.Title), Value: "anna", Open: o.Name == "mastodon"}
		if o.Hint == "" {
			c.URL = "/demo/go?t=T"
		} else {
			c.Label, c.Help = chooser.T("hint."+o.Hint+".label"), chooser.T("hint."+o.Hint+".help")
		}
		chooser.Offers = append(chooser.Offers, c)
	}
	ask := Consent{Page: page("consent.title"), Shop: shop, Ticket: "T", Name: "Mila Berger", OwnPage: "/demo/me", Again: true}
	for i, p := range []profile.Purpose{profile.Posts, profile.MoodRead, profile.Messages} {
		text := texts.Text(p, lang).With(shop.Name, "Piazza")
		ask.Boxes = append(ask.Boxes, Box{Value: string(rune('0' + i)), Text: text, Mood: p == profile.MoodRead})
		ask.Before, ask.After = text.Before, text.After
	}
	failed := ui.ErrorPage{Page: page("failed.forbidden.title"), Detail: "d", Request: "R"}
	failed.Heading, failed.Advice = failed.Title, failed.T("failed.forbidden.advice", "provider", "Mastodon")
	failed.Links = []ui.Link{{Text: failed.T("failed.again"), URL: "/a"}, {Text: failed.T("failed.another"), URL: "/b"}, {Text: failed.T("failed.shop", "shop", shop.Name), URL: "/c"}}
	going := ui.GoingPage{Page: page("going.provider"), To: ui.Link{Text: "on", URL: "/on"}}
	going.Heading, going.Refresh = going.Title, "/on"
	return map[string]any{
		"choose": chooser, "consent": ask, "error": failed, "going": going,
		"logout":   Logout{Page: page("logout.title"), Shop: shop, Ask: true, Client: "c", To: "t", State: "s"},
		"visit":    Visit{Page: page("visit.title"), Shop: shop, Token: "t"},
		"formpost": FormPost{Page: page("formpost.title"), Action: "https://shop.example/in", Fields: []Field{{"code", "c"}}},
	}
}

func testPages(t *testing.T) *ui.Pages {
	t.Helper()
	assets, err := ui.NewAssets()
	if err != nil {
		t.Fatal(err)
	}
	words, err := ui.LoadWords(files, "words")
	if err != nil {
		t.Fatal(err)
	}
	pages, err := ui.LoadPages(assets, words, files, "templates/*.html")
	if err != nil {
		t.Fatal(err)
	}
	return pages
}

func TestEveryPageRendersInEveryLanguage(t *testing.T) {
	pages := testPages(t)
	for _, lang := range ui.Languages() {
		all := samples(t, pages, lang)
		for _, name := range pages.Names() {
			sample, there := all[name]
			if !there {
				t.Fatalf("the page %q has no sample", name)
			}
			w := httptest.NewRecorder()
			if err := pages.Render(w, http.StatusOK, name, sample); err != nil {
				t.Fatal(err)
			}
			for _, bad := range []string{"ZgotmplZ", "style=", "onclick", "{shop}", "{provider}", "{name}", "checked"} {
				if strings.Contains(w.Body.String(), bad) {
					t.Errorf("%s in %s contains %s", name, lang, bad)
				}
			}
			for _, word := range strings.Fields(w.Body.String()) {
				if i := strings.Index(word, "["); i >= 0 && strings.Contains(word, "]") {
					t.Errorf("%s in %s lacks the text %s", name, lang, word)
				}
			}
		}
	}
}

func TestLocalAddressesAreOnesOfOurs(t *testing.T) {
	good := []string{"/demo/me", "/demo/me/", "/demo/me?tab=a&x=%20", "/demo/me/posts"}
	for _, to := range good {
		if !local(to, "demo") {
			t.Errorf("%q is refused", to)
		}
	}
	for _, to := range []string{"", "/", "/demo", "/demo2/me", "//demo/me", "/demo/../x", "/demo/./me", "/demo//me", "/demo/%6de", "/demo/\tme", "/demo/me#x", "https://demo/me", "/demo/" + strings.Repeat("a", 2000)} {
		if local(to, "demo") {
			t.Errorf("%q is allowed", to)
		}
	}
	if slices.ContainsFunc(good, func(to string) bool { return local(to, "other") }) {
		t.Error("another shop's page is allowed")
	}
}
