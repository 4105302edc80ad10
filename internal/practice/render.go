package practice

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"maps"
	"net/http"
	"path"
	"strings"
	"time"

	"golang.org/x/text/language"
)

//go:embed pages/*.html
var pageFiles embed.FS

//go:embed assets
var assetFiles embed.FS

// pages is the compiled templates and the words in them, for both houses.
type pages struct {
	set   *template.Template
	words map[string][2]string
	match language.Matcher
}

// loadPages compiles the embedded pages. They are part of the program, so a
// broken one panics.
func loadPages() *pages {
	set := template.New("").Funcs(template.FuncMap{
		"date":    func(t time.Time) string { return t.UTC().Format("2006-01-02, 15:04") },
		"rfc3339": func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
		"initial": func(s string) string { return string([]rune(s)[:1]) },
		"tint":    tint,
	})
	phrases := words()
	maps.Copy(phrases, shopWords())
	return &pages{
		set:   template.Must(set.ParseFS(pageFiles, "pages/*.html")),
		words: phrases,
		match: language.NewMatcher([]language.Tag{language.English, language.German}),
	}
}

// tint is one of six colours, always the same for the same handle.
func tint(handle string) int {
	sum := 0
	for _, b := range []byte(handle) {
		sum += int(b)
	}
	return sum%6 + 1
}

// frame is what every template is given: the page's own Data, and around it
// the language, the addresses and who is signed in.
type frame struct {
	Lang   string // "de" or "en"
	Root   string // path of Base
	Self   string // this page's path
	Switch string // leads to the same page in the Other language; empty where it cannot be asked for again
	Data   any
	You    *Account // at the network; nil where nobody is signed in
	Guest  *guest   // at the shop; nil likewise
	words  map[string][2]string
}

// T is a phrase in the page's language. %s stand for the arguments.
func (f frame) T(key string, args ...any) (string, error) {
	pair, ok := f.words[key]
	if !ok {
		return "", fmt.Errorf("no phrase %q", key)
	}
	text := pair[0]
	if f.Lang == "de" {
		text = pair[1]
	}
	if len(args) == 0 {
		return text, nil
	}
	return fmt.Sprintf(text, args...), nil
}

// Other is the language that the page is not in.
func (f frame) Other() string {
	if f.Lang == "de" {
		return "en"
	}
	return "de"
}

// Word is a phrase for a name that somebody else chooses, such as a tone: the
// name itself where there is no phrase.
func (f frame) Word(kind, name string) string {
	text, err := f.T(kind + "." + name)
	if err != nil {
		return name
	}
	return text
}

// Euro writes a price as the language does.
func (f frame) Euro(price string) string {
	if f.Lang == "de" {
		return strings.Replace(price, ".", ",", 1) + "\u00a0€"
	}
	return "€" + price
}

// With pairs a letter with the page that it is shown on.
func (f frame) With(l letter) struct {
	Page   frame
	Letter letter
} {
	return struct {
		Page   frame
		Letter letter
	}{f, l}
}

const langCookie = "practice_lang"

// frame is the part of it that every page of either house shares.
func (p *pages) frame(w http.ResponseWriter, r *http.Request, root string, data any) frame {
	f := frame{Lang: p.language(w, r, root), Root: root, Self: r.URL.Path, Data: data}
	if r.Method == http.MethodGet {
		q := r.URL.Query()
		q.Set("lang", f.Other())
		f.Switch = "?" + q.Encode()
	}
	return f
}

// language chooses the language of a page: ?lang= (remembered), the remembered
// one, or what the browser prefers.
func (p *pages) language(w http.ResponseWriter, r *http.Request, root string) string {
	known := func(s string) bool { return s == "de" || s == "en" }
	if q := r.URL.Query().Get("lang"); known(q) {
		http.SetCookie(w, &http.Cookie{Name: langCookie, Value: q, Path: root + "/", MaxAge: 30 * 24 * 3600, HttpOnly: true, SameSite: http.SameSiteLaxMode})
		return q
	}
	if c, err := r.Cookie(langCookie); err == nil && known(c.Value) {
		return c.Value
	}
	tag, _ := language.MatchStrings(p.match, r.Header.Get("Accept-Language"))
	base, _ := tag.Base()
	return base.String()
}

// write renders a page whole before a byte of it is sent.
func (p *pages) write(w http.ResponseWriter, status int, name string, f frame) {
	f.words = p.words
	var b bytes.Buffer
	if err := p.set.ExecuteTemplate(&b, name, f); err != nil {
		http.Error(w, "this page is broken: "+name, http.StatusInternalServerError)
		return
	}
	h := w.Header()
	// form-action is left open on purpose: browsers apply it to the redirects
	// that follow a form, and "Allow" leads to the client's own address.
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'")
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", f.Lang)
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	w.Write(b.Bytes()) //nolint:errcheck // the reader has gone away; there is nobody left to tell
}

// serveAsset answers one embedded style sheet or picture.
func serveAsset(w http.ResponseWriter, r *http.Request) {
	name := path.Base(r.PathValue("file"))
	types := map[string]string{".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}
	body, err := assetFiles.ReadFile("assets/" + name)
	kind, known := types[path.Ext(name)]
	if err != nil || !known {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Cache-Control", "max-age=300")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Write(body) //nolint:errcheck // the reader has gone away; there is nobody left to tell
}

// The pages of the network, each with what it shows.
type (
	homeView struct {
		Accounts []Account
		More     int // how many are not listed
	}
	signinView struct {
		signinForm
		Samples []Account
	}
	authorizeView struct {
		App            string
		Account        Account
		Here           string // to come back to with another account
		Profile, Posts bool   // what is asked for
		Fields         []field
	}
	timelineView struct {
		Account Account
		Own     bool
		Posts   []Post
		More    int
		Apps    []app
		Draft   string // what could not be posted
		Wrong   string // the phrase that says why; empty where nothing is
	}
	refusedView struct{ Title, Text, Detail string }
)

// show renders one of the network's pages.
func (n *Network) show(w http.ResponseWriter, r *http.Request, status int, name string, data any) {
	f := n.pages.frame(w, r, n.root, data)
	if p, ok := n.visitor(r); ok {
		f.You = &p.Account
	}
	n.pages.write(w, status, name, f)
}

// showSignin renders the sign-in page, with a few accounts to try.
func (n *Network) showSignin(w http.ResponseWriter, r *http.Request, status int, form signinForm) {
	all := n.Accounts()
	n.show(w, r, status, "signin", signinView{form, all[:min(len(all), 10)]})
}

// refuse renders a page that says what went wrong: reason is "refused",
// "forbidden" or "missing", detail a sentence in English or empty.
func (n *Network) refuse(w http.ResponseWriter, r *http.Request, status int, reason, detail string) {
	n.show(w, r, status, "refusal", refusedView{reason + ".title", reason + ".text", strings.TrimSpace(detail)})
}
