package signin

import (
	"context"
	"embed"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"tonfall/consent"
	"tonfall/enrich"
	"tonfall/profile"
	"tonfall/web/links"
	"tonfall/web/ui"
)

//go:embed all:templates words
var files embed.FS

// Site serves everything below /{shop}/. Its exported fields are set once, then
// Open is called.
type Site struct {
	Base    string // outside address without a slash at its end: "https://id.example"
	Gate    *consent.Gate
	Enrich  *enrich.Service
	Shops   Shops
	Clients Clients
	Tickets Tickets
	Records Records
	Signing Signing
	Links   *links.Links // reads links into the customer's own page
	Assets  *ui.Assets
	// Notify delivers a back-channel logout, lasting through failures of the
	// other side; nil: none are sent.
	Notify func(ctx context.Context, n Notice) error
	// Me serves /{shop}/me and what is below it; it is called with the whole
	// path. May be nil.
	Me http.Handler
	// Tried shows what would be derived from somebody's last posts.
	Tried func(http.ResponseWriter, *http.Request, Tried) error
	// Bluesky serves /{shop}/bluesky/…: client metadata and keys. May be nil.
	Bluesky http.Handler
	Now     func() time.Time
	Log     *slog.Logger

	cookies ui.Cookies
	pages   *ui.Pages
	door    *ui.Door
	mux     *http.ServeMux
}

// Open prepares pages and routes.
func (s *Site) Open() error {
	words, err := ui.LoadWords(files, "words")
	if err != nil {
		return err
	}
	if s.pages, err = ui.LoadPages(s.Assets, words, files, "templates/*.html"); err != nil {
		return err
	}
	https := strings.HasPrefix(s.Base, "https://")
	s.cookies = ui.Cookies{HTTPS: https}
	s.door = &ui.Door{Pages: s.pages, Log: s.Log, HTTPS: https, Now: s.Now}
	s.mux = http.NewServeMux()
	s.routes()
	return nil
}

// largest body that any page or endpoint here reads.
const largestBody = 256 << 10

func (s *Site) routes() {
	page := func(pattern string, h ui.Handler) { s.mux.Handle(pattern, s.door.Handle(h)) }

	page("GET /{shop}", s.home)
	page("GET /{shop}/{$}", s.home)

	// the shop's door
	page("GET /{shop}/authorize", s.authorize)
	page("POST /{shop}/authorize", s.authorize)
	page("GET /{shop}/logout", s.logout)
	page("POST /{shop}/logout", s.logout)

	// the browser's way
	page("GET /{shop}/signin", s.enter)
	page("GET /{shop}/choose", s.choose)
	page("GET /{shop}/go", s.leave)
	page("POST /{shop}/go", s.leave)
	page("GET /{shop}/callback/{connector}", throughout(s.callback))
	page("POST /{shop}/callback/{connector}", s.posted)
	page("GET /{shop}/consent", s.ask)
	page("POST /{shop}/consent", throughout(s.decide))
	page("GET /{shop}/continue", s.goOn)
	page("GET /{shop}/cancel", s.cancel)
	page("POST /{shop}/signout", s.signOut)
	page("POST /{shop}/try", throughout(s.try))
	page("GET /{shop}/link", s.offerVisit)
	page("POST /{shop}/link", s.openVisit)

	// programs
	s.mux.Handle("GET /{shop}/.well-known/openid-configuration", shared(s.door.Handle(s.discovery)))
	s.mux.Handle("GET /{shop}/jwks", shared(s.door.Handle(s.jwks)))
	endpoints := s.endpoints()
	for _, name := range []string{"token", "revoke", "userinfo"} {
		s.mux.Handle("POST /{shop}/"+name, shared(endpoints))
		s.mux.Handle("OPTIONS /{shop}/"+name, shared(endpoints))
	}
	s.mux.Handle("GET /{shop}/userinfo", shared(endpoints))
	s.mux.Handle("POST /{shop}/introspect", endpoints)

	if s.Me != nil {
		s.mux.Handle("/{shop}/me", s.Me)
		s.mux.Handle("/{shop}/me/", s.Me)
	}
	if s.Bluesky != nil {
		s.mux.Handle("GET /{shop}/bluesky/", s.Bluesky)
	}
	page("/", func(http.ResponseWriter, *http.Request) error {
		return profile.Errorf(profile.NotFound, "there is nothing at this address")
	})
}

// ServeHTTP serves /{shop}/… for the shops that exist.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	slug, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	shop, there := s.Shops.Shop(slug)
	if !there {
		s.door.Fail(w, r, profile.Errorf(profile.NotFound, "there is no shop %q here", slug))
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, largestBody)
	s.mux.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), shopKey{}, shop)))
}

// home is what a shop's bare address leads to: the customer's own page.
func (s *Site) home(w http.ResponseWriter, r *http.Request) error {
	http.Redirect(w, r, "/"+shopOf(r.Context()).Slug+"/me", http.StatusSeeOther)
	return nil
}

// longestStep is how long a step may go on when nobody waits for it any more.
const longestStep = time.Minute

// throughout lets a step that takes a ticket run to its end, also when the
// browser hangs up, as it does at a double click: the second click then finds
// what the first has come to.
func throughout(h ui.Handler) ui.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		ctx, stop := context.WithTimeout(context.WithoutCancel(r.Context()), longestStep)
		defer stop()
		return h(w, r.WithContext(ctx))
	}
}

type shopKey struct{}

// shopOf is the shop whose door this is.
func shopOf(ctx context.Context) profile.Shop {
	shop, _ := ctx.Value(shopKey{}).(profile.Shop)
	return shop
}

// issuer is the shop's issuer.
func (s *Site) issuer(shop string) string { return s.Base + "/" + shop }

// page begins a page of the shop's.
func (s *Site) page(r *http.Request, lang, title string, pairs ...any) ui.Page {
	shop := shopOf(r.Context())
	p := s.pages.Page(lang, title, append(pairs, "shop", shop.Name)...)
	p.Brand, p.Home = shop.Name, shop.Home
	if shop.Privacy != "" {
		p.Foot = append(p.Foot, ui.Link{Text: p.T("privacy"), URL: shop.Privacy})
	}
	p.Foot = append(p.Foot, ui.Link{Text: p.T("yours"), URL: "/" + shop.Slug + "/me"})
	return p
}

// lang is the language of a page that belongs to no flow.
func (s *Site) lang(r *http.Request) string {
	return ui.Lang(r, r.FormValue("ui_locales"), shopOf(r.Context()).Locales...)
}
