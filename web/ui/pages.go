package ui

import (
	"bytes"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"time"
)

// Page is what the layout needs; every page's struct embeds it. Make one with
// Pages.Page and set what differs.
type Page struct {
	Lang    string // "de", "en"
	Title   string // in the window's title bar; the page's own h1 is the template's
	Brand   string // name at the top: the shop's, or "Tonfall"
	Home    string // where the brand leads; empty: nowhere
	Nav     []Link // top right
	Foot    []Link // bottom
	Wide    bool   // studio width rather than reading width
	Refresh string // URL the browser goes to by itself, without JavaScript
	Wait    int    // seconds before it does

	words *Words
}

// Link is a way to go on.
type Link struct {
	Text    string
	URL     string
	Current bool // this page
}

// T is the text in the page's language; pairs of name and value fill its
// placeholders. Templates call it as {{.T "key" "shop" .Shop.Name}}.
func (p Page) T(key string, pairs ...any) string { return p.words.Say(p.Lang, key, pairs...) }

// Day writes a date as people of the page's language do.
func (p Page) Day(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	if p.Lang == "de" {
		return t.Format("2.1.2006")
	}
	return t.Format("2 Jan 2006")
}

// Moment writes date and time, in UTC, as people of the page's language do.
func (p Page) Moment(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	if p.Lang == "de" {
		return t.UTC().Format("2.1.2006, 15:04 Uhr") + " UTC"
	}
	return t.UTC().Format("2 Jan 2006, 15:04") + " UTC"
}

// Pages are a room's templates within the common layout. Safe for concurrent use.
type Pages struct {
	words *Words
	byKey map[string]*template.Template
}

// LoadPages parses every file of the pattern into the layout. A file
// welcome.html is the page "welcome" and defines "content"; files that begin
// with an underscore are parts that all pages of the room share. The common
// pages "error" and "going" are always there.
func LoadPages(assets *Assets, words *Words, fsys fs.FS, pattern string) (*Pages, error) {
	layout, err := template.New("layout").Funcs(template.FuncMap{"asset": assets.URL}).ParseFS(files, "templates/_*.html")
	if err != nil {
		return nil, fmt.Errorf("pages: %w", err)
	}
	p := &Pages{words: words, byKey: map[string]*template.Template{}}
	for _, room := range []struct {
		fsys    fs.FS
		pattern string
	}{{files, "templates/*.html"}, {fsys, pattern}} {
		names, err := fs.Glob(room.fsys, room.pattern)
		if err != nil {
			return nil, fmt.Errorf("pages: %w", err)
		}
		shared, err := layout.Clone()
		if err != nil {
			return nil, fmt.Errorf("pages: %w", err)
		}
		for _, name := range names {
			if strings.HasPrefix(path.Base(name), "_") {
				if shared, err = shared.ParseFS(room.fsys, name); err != nil {
					return nil, fmt.Errorf("pages: %w", err)
				}
			}
		}
		for _, name := range names {
			if strings.HasPrefix(path.Base(name), "_") {
				continue
			}
			page, err := shared.Clone()
			if err == nil {
				page, err = page.ParseFS(room.fsys, name)
			}
			if err != nil {
				return nil, fmt.Errorf("pages: %w", err)
			}
			p.byKey[strings.TrimSuffix(path.Base(name), ".html")] = page
		}
	}
	return p, nil
}

// Page begins a page in a language ("de", "en"); title is a key of the words.
func (p *Pages) Page(lang, title string, pairs ...any) Page {
	return Page{Lang: lang, Title: p.words.Say(lang, title, pairs...), Brand: "Tonfall", words: p.words}
}

// Names lists the pages, for the test that renders each of them.
func (p *Pages) Names() []string {
	names := make([]string, 0, len(p.byKey))
	for name := range p.byKey {
		names = append(names, name)
	}
	return names
}

// Render writes a page. Nothing is written when the template fails: the
// error then becomes an error page. Pages are never cached, for they are
// about a person.
func (p *Pages) Render(w http.ResponseWriter, status int, name string, data any) error {
	page, there := p.byKey[name]
	if !there {
		return fmt.Errorf("no page %q", name)
	}
	var out bytes.Buffer
	if err := page.ExecuteTemplate(&out, "layout", data); err != nil {
		return fmt.Errorf("page %s: %w", name, err)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, err := out.WriteTo(w)
	return err
}
