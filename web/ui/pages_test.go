package ui

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

func room(t *testing.T) (*Assets, *Words, *Pages) {
	t.Helper()
	assets, err := NewAssets()
	if err != nil {
		t.Fatal(err)
	}
	words, err := LoadWords(files, "words")
	if err != nil {
		t.Fatal(err)
	}
	pages, err := LoadPages(assets, words, fstest.MapFS{
		"t/_part.html":  {Data: []byte(`{{define "part"}}<b>{{.Name}}</b>{{end}}`)},
		"t/hello.html":  {Data: []byte(`{{define "content"}}<h1>{{.T "back"}}</h1>{{template "part" .}}{{end}}`)},
		"t/broken.html": {Data: []byte(`{{define "content"}}{{.Nothing}}{{end}}`)},
	}, "t/*.html")
	if err != nil {
		t.Fatal(err)
	}
	return assets, words, pages
}

type hello struct {
	Page
	Name string
}

func TestEveryCommonPageRendersInEveryLanguage(t *testing.T) {
	_, _, pages := room(t)
	for _, lang := range Languages() {
		base := pages.Page(lang, "error.gone.title")
		base.Refresh, base.Wait, base.Home = "/next?a=1&b=2", 1, "https://shop.example"
		base.Nav, base.Foot = []Link{{Text: "One", URL: "/1", Current: true}}, []Link{{Text: "Two", URL: "/2"}}
		samples := map[string]any{
			"error": ErrorPage{Page: base, Heading: "h", Advice: "a", Detail: "d", Request: "r", Links: []Link{{Text: "on", URL: "/on"}, {Text: "off", URL: "/off"}}},
			"going": GoingPage{Page: base, Heading: "h", To: Link{Text: "on", URL: "/on"}},
			"hello": hello{Page: base, Name: "<script>"},
		}
		for name, sample := range samples {
			w := httptest.NewRecorder()
			if err := pages.Render(w, http.StatusOK, name, sample); err != nil {
				t.Fatal(err)
			}
			body := w.Body.String()
			for _, want := range []string{`lang="` + lang + `"`, "/assets/tonfall.", `content="1; url=/next?a=1&amp;b=2"`} {
				if !strings.Contains(body, want) {
					t.Errorf("%s in %s lacks %s", name, lang, want)
				}
			}
			for _, bad := range []string{"<script>", "style=", "[error", "onload"} {
				if strings.Contains(body, bad) {
					t.Errorf("%s in %s contains %s", name, lang, bad)
				}
			}
			if got := w.Header().Get("Cache-Control"); got != "no-store" {
				t.Errorf("%s: Cache-Control %q", name, got)
			}
		}
	}
	if names := pages.Names(); !slices.Contains(names, "hello") || slices.Contains(names, "_part") {
		t.Errorf("pages are %v", names)
	}
}

func TestAPageThatFailsWritesNothing(t *testing.T) {
	_, _, pages := room(t)
	w := httptest.NewRecorder()
	if err := pages.Render(w, http.StatusOK, "broken", hello{Page: pages.Page("de", "back")}); err == nil {
		t.Error("a template with an unknown field rendered")
	}
	if err := pages.Render(w, http.StatusOK, "nowhere", nil); err == nil {
		t.Error("a page that does not exist rendered")
	}
	if w.Body.Len() > 0 {
		t.Errorf("wrote %q", w.Body)
	}
}

func TestAssetsAreNamedByTheirContent(t *testing.T) {
	assets, _, _ := room(t)
	url, err := assets.URL("tonfall.css")
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	assets.ServeHTTP(w, httptest.NewRequest("GET", url, nil))
	if w.Code != 200 || !strings.Contains(w.Header().Get("Content-Type"), "text/css") || !strings.Contains(w.Header().Get("Cache-Control"), "immutable") {
		t.Errorf("%s: %d %v", url, w.Code, w.Header())
	}
	w = httptest.NewRecorder()
	assets.ServeHTTP(w, httptest.NewRequest("GET", "/assets/tonfall.0000000000000000.css", nil))
	if w.Code != 404 {
		t.Errorf("an old name answered %d", w.Code)
	}
	if _, err := assets.URL("nothing.css"); err == nil {
		t.Error("an unknown asset has a URL")
	}
	if _, err := NewAssets(fstest.MapFS{"x/tonfall.css": {}}); err == nil {
		t.Error("two assets of one name were taken")
	}
}

func TestDatesReadAsPeopleWriteThem(t *testing.T) {
	_, _, pages := room(t)
	at := time.Date(2026, 11, 2, 9, 5, 0, 0, time.UTC)
	for lang, want := range map[string][2]string{"de": {"2.11.2026", "2.11.2026, 09:05 Uhr UTC"}, "en": {"2 Nov 2026", "2 Nov 2026, 09:05 UTC"}} {
		p := pages.Page(lang, "back")
		if p.Day(at) != want[0] || p.Moment(at) != want[1] || p.Day(time.Time{}) != "–" || p.Moment(time.Time{}) != "–" {
			t.Errorf("%s: %q %q", lang, p.Day(at), p.Moment(at))
		}
	}
}
