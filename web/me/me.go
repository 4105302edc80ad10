// Package me is the customer's own page at a shop: what is connected, what was
// read, what was derived from it and why a message sounds as it does; and
// everything to change that, each with one click.
//
//	/{shop}/me            the page: mood, choices, wishes
//	/{shop}/me/readings   every text that was read, what was made of it, "that was irony"
//	/{shop}/me/history    every decision and every message, with its reason
//	/{shop}/me/data       all of it to read; export.json the same for machines
//	/{shop}/me/erase      one question, then a receipt
//	/{shop}/me/why        why one message sounds as it does: by its link, without a sign-in
//
// A browser that a link from a mail has opened sees the page and may correct,
// wish and withdraw; to agree, to take data along and to erase, the person
// signs in.
//
// Plain forms, no script. The words say "I" and "my", so that nobody is
// addressed in the wrong form.
package me

import (
	"embed"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"time"

	"tonfall/consent"
	"tonfall/enrich"
	"tonfall/profile"
	"tonfall/web/links"
	"tonfall/web/ui"
	"tonfall/web/wording"
)

//go:embed all:templates words assets
var files embed.FS

// Assets holds the page's style, for ui.NewAssets.
func Assets() fs.FS {
	sub, _ := fs.Sub(files, "assets") // a folder that is embedded: cannot fail
	return sub
}

// Site serves customers' own pages. Its fields are set once, before use.
type Site struct {
	Gate     *consent.Gate
	Enrich   *enrich.Service
	Desk     *wording.Desk
	Sessions Sessions
	Links    *links.Links
	HTTPS    bool // the outside address is https
	Now      func() time.Time
	Log      *slog.Logger

	pages *ui.Pages
}

// Sessions knows who is signed in.
type Sessions interface {
	// Session is the customer whose page this browser may see at the shop in the
	// request's path; there is false where there is nobody. limited: by a link
	// from a mail, without signing in.
	Session(r *http.Request) (key profile.Key, limited, there bool)
}

// Handler serves /{shop}/me and everything under it.
func (s *Site) Handler(assets *ui.Assets) (http.Handler, error) {
	words, err := ui.LoadWords(files, "words")
	if err != nil {
		return nil, err
	}
	if s.pages, err = ui.LoadPages(assets, words, files, "templates/*.html"); err != nil {
		return nil, err
	}
	door := &ui.Door{Pages: s.pages, Log: s.Log, HTTPS: s.HTTPS, Now: s.Now}
	mux := http.NewServeMux()
	page := func(pattern string, h visitHandler) { mux.Handle(pattern, door.Handle(s.own(h))) }
	page("GET /{shop}/me", s.home)
	page("GET /{shop}/me/readings", s.readings)
	page("POST /{shop}/me/correct", s.correct)
	page("POST /{shop}/me/consent", s.decide)
	page("POST /{shop}/me/wishes", s.wish)
	page("POST /{shop}/me/quiet", s.liftQuiet)
	page("GET /{shop}/me/history", s.history)
	page("GET /{shop}/me/data", inPerson(s.data))
	page("GET /{shop}/me/export.json", inPerson(s.export))
	page("GET /{shop}/me/erase", inPerson(s.askErase))
	page("POST /{shop}/me/erase", inPerson(s.erase))
	mux.Handle("GET /{shop}/me/why", door.Handle(s.linked(s.why)))
	mux.Handle("POST /{shop}/me/why", door.Handle(s.linked(s.plainFromWhy)))
	page("/{shop}/me/", func(http.ResponseWriter, visit) error {
		return profile.Errorf(profile.NotFound, "there is no such page")
	})
	return ui.Limit(64<<10, mux), nil
}

// visit is a signed-in customer's request.
type visit struct {
	*http.Request
	key      profile.Key
	customer profile.Customer
	shop     profile.Shop
	lang     string
	limited  bool // by a link from a mail: nobody has signed in
}

type visitHandler func(http.ResponseWriter, visit) error

// own lets the customer through; who is not signed in goes through the door
// first and comes back.
func (s *Site) own(h visitHandler) ui.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		shop, ok := s.Desk.Shop(r.PathValue("shop"))
		if !ok {
			return profile.Errorf(profile.NotFound, "there is no such shop here")
		}
		key, limited, there := s.Sessions.Session(r)
		if !there || key.Shop != shop.Slug {
			if r.Method != http.MethodGet {
				return profile.Errorf(profile.Unauthorized, "sign in first, then send it again")
			}
			return throughDoor(w, r, shop.Slug, r.URL.RequestURI())
		}
		c, err := s.Gate.Customer(r.Context(), key)
		if err != nil {
			return err
		}
		return h(w, visit{Request: r, key: key, customer: c, shop: shop, limited: limited, lang: ui.Lang(r, c.Wishes.Locale, shop.Locales...)})
	}
}

// inPerson lets only those through who have signed in themselves.
func inPerson(h visitHandler) visitHandler {
	return func(w http.ResponseWriter, v visit) error {
		switch {
		case !v.limited:
			return h(w, v)
		case v.Method == http.MethodGet:
			return v.signIn(w, v.URL.RequestURI())
		}
		return v.signIn(w, "/"+v.shop.Slug+"/me")
	}
}

// signIn sends the browser through the door and back to a page of ours.
func (v visit) signIn(w http.ResponseWriter, to string) error {
	return throughDoor(w, v.Request, v.shop.Slug, to)
}

func throughDoor(w http.ResponseWriter, r *http.Request, shop, to string) error {
	http.Redirect(w, r, "/"+shop+"/signin?"+url.Values{"return_to": {to}}.Encode(), http.StatusSeeOther)
	return nil
}

// page begins a page with the way around.
func (s *Site) page(v visit, title, current string) ui.Page {
	p := s.pages.Page(v.lang, title, "shop", v.shop.Name)
	p.Brand, p.Home = v.shop.Name, v.shop.Home
	root := "/" + v.shop.Slug + "/me"
	p.Nav = []ui.Link{
		{Text: p.T("nav.home"), URL: root, Current: current == "home"},
		{Text: p.T("nav.readings"), URL: root + "/readings", Current: current == "readings"},
		{Text: p.T("nav.history"), URL: root + "/history", Current: current == "history"},
	}
	if v.shop.Privacy != "" {
		p.Foot = append(p.Foot, ui.Link{Text: p.T("privacy"), URL: v.shop.Privacy})
	}
	return p
}

// proof is how a decision on this page reached us.
func (v visit) proof() profile.Proof {
	address, _, err := net.SplitHostPort(v.RemoteAddr)
	if err != nil {
		address = v.RemoteAddr
	}
	agent := v.UserAgent()
	return profile.Proof{How: "me", Address: address, Agent: agent[:min(len(agent), 300)]}
}

// back leads to a page of the customer's own.
func (v visit) back(w http.ResponseWriter, path string) error {
	http.Redirect(w, v.Request, "/"+v.shop.Slug+"/me"+path, http.StatusSeeOther)
	return nil
}
