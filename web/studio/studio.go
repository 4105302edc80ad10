// Package studio is the door for marketers: a shop's messages in all their
// tones side by side, for a sample person or a real customer, with the reason
// why one of them would go out.
//
//	/studio                          the templates
//	/studio/templates/{name}         every tone, as cards
//	/studio/templates/{name}/edit    one wording, its faults at the field
//	/studio/customers                who there is, and how fresh the data are
//	/studio/customers/{id}           one: accounts, consents, tone now and why
//
// Everything works with plain forms. Nobody can be picked out by mood here.
package studio

import (
	"context"
	"embed"
	"io/fs"
	"log/slog"
	"net/http"
	"time"

	"tonfall/consent"
	"tonfall/messages"
	"tonfall/profile"
	"tonfall/web/ui"
	"tonfall/web/wording"
)

//go:embed all:templates words assets
var files embed.FS

// Assets holds the studio's style, for ui.NewAssets.
func Assets() fs.FS {
	sub, _ := fs.Sub(files, "assets") // a folder that is embedded: cannot fail
	return sub
}

// Site serves the studio. Its fields are set once, before use.
type Site struct {
	Gate  *consent.Gate
	Desk  *wording.Desk
	Staff Staff
	// Stock finds what a template goes back to: the catalog without the store.
	Stock   *messages.Catalog
	Cookies ui.Cookies
	Now     func() time.Time
	Log     *slog.Logger

	pages *ui.Pages
}

// Staff lets marketers in.
type Staff interface {
	// SignIn takes a link's token, exactly once, and begins a session. Gone
	// where it was taken or has expired, NotFound where there never was one.
	SignIn(ctx context.Context, token string) (session string, err error)
	// Who finds the person of a session; Unauthorized where it has ended.
	Who(ctx context.Context, session string) (Person, error)
	// SignOut ends a session.
	SignOut(ctx context.Context, session string) error
}

// Person is a marketer of a shop.
type Person struct {
	Shop string
	Name string // may be empty
}

const (
	cookie      = "studio"
	sessionLife = 12 * time.Hour
)

// Handler serves /studio and everything under it.
func (s *Site) Handler(assets *ui.Assets) (http.Handler, error) {
	words, err := ui.LoadWords(files, "words")
	if err != nil {
		return nil, err
	}
	if s.pages, err = ui.LoadPages(assets, words, files, "templates/*.html"); err != nil {
		return nil, err
	}
	door := &ui.Door{Pages: s.pages, Log: s.Log, HTTPS: s.Cookies.HTTPS, Now: s.Now}
	mux := http.NewServeMux()
	mux.Handle("GET /studio/signin", door.Handle(s.signIn))
	mux.Handle("POST /studio/signout", door.Handle(s.signOut))
	mux.Handle("GET /studio", door.Handle(s.in(s.list)))
	mux.Handle("GET /studio/{$}", http.RedirectHandler("/studio", http.StatusPermanentRedirect))
	mux.Handle("GET /studio/templates/{name}", door.Handle(s.in(s.preview)))
	mux.Handle("GET /studio/templates/{name}/edit", door.Handle(s.in(s.edit)))
	mux.Handle("POST /studio/templates/{name}/edit", door.Handle(s.in(s.save)))
	mux.Handle("POST /studio/templates/{name}/revert", door.Handle(s.in(s.revert)))
	mux.Handle("GET /studio/customers", door.Handle(s.in(s.customers)))
	mux.Handle("GET /studio/customers/{id}", door.Handle(s.in(s.customer)))
	mux.Handle("/studio/", door.Handle(func(http.ResponseWriter, *http.Request) error {
		return profile.Errorf(profile.NotFound, "there is no such page in the studio")
	}))
	return ui.Limit(1<<20, mux), nil
}

// visit is a signed-in person's request.
type visit struct {
	*http.Request
	person Person
	shop   profile.Shop
	lang   string
}

type visitHandler func(http.ResponseWriter, visit) error

// in lets only people with a session through; others are told how to get in.
func (s *Site) in(h visitHandler) ui.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		person, err := s.Staff.Who(r.Context(), s.Cookies.Get(r, cookie))
		if profile.Is(err, profile.Unauthorized) {
			return s.outside(w, r)
		}
		if err != nil {
			return err
		}
		shop, ok := s.Desk.Shop(person.Shop)
		if !ok {
			return profile.Errorf(profile.NotFound, "the shop of this session is not served here any more")
		}
		return h(w, visit{Request: r, person: person, shop: shop, lang: ui.Lang(r, "", shop.Locales...)})
	}
}

func (s *Site) outside(w http.ResponseWriter, r *http.Request) error {
	page := s.pages.Page(ui.Lang(r, ""), "outside.title")
	return s.pages.Render(w, http.StatusUnauthorized, "outside", page)
}

func (s *Site) signIn(w http.ResponseWriter, r *http.Request) error {
	session, err := s.Staff.SignIn(r.Context(), r.URL.Query().Get("token"))
	if err != nil {
		return err
	}
	s.Cookies.Set(w, cookie, session, sessionLife)
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, "/studio", http.StatusSeeOther)
	return nil
}

func (s *Site) signOut(w http.ResponseWriter, r *http.Request) error {
	err := s.Staff.SignOut(r.Context(), s.Cookies.Get(r, cookie))
	if err != nil && !profile.Is(err, profile.Unauthorized) {
		return err
	}
	s.Cookies.Clear(w, cookie)
	http.Redirect(w, r, "/studio", http.StatusSeeOther)
	return nil
}

// page begins a page with the studio's navigation.
func (s *Site) page(v visit, title string, current string) ui.Page {
	p := s.pages.Page(v.lang, title)
	p.Brand, p.Home, p.Wide = v.shop.Name, "/studio", true
	p.Nav = []ui.Link{
		{Text: p.T("nav.templates"), URL: "/studio", Current: current == "templates"},
		{Text: p.T("nav.customers"), URL: "/studio/customers", Current: current == "customers"},
	}
	return p
}
