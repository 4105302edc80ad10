package me

import (
	"encoding/json"
	"net/http"
	"time"

	"tonfall/profile"
	"tonfall/web/links"
	"tonfall/web/ui"
	"tonfall/web/wording"
)

// whyPage explains one message to whoever has its link.
type whyPage struct {
	ui.Page
	Root, Shop  string
	Token       string
	Message     string // the template's name for people
	At          time.Time
	Tone        string
	Reasons     []string
	Sources     []source
	Consents    []agreed
	Others      []other
	AlwaysPlain bool // wished for already
}

type source struct {
	Network  string
	Readings int
	From, To time.Time
}

type agreed struct {
	Purpose, Network string
	At               time.Time
	Version          string
	Standing         bool // not taken back since
}

type other struct{ Tone, Because string }

// plainPage says that messages stay plain, or no longer do.
type plainPage struct {
	ui.Page
	Root, Shop string
	Token      string
	Undo       string // proof of the click, to take it back; empty: there is nothing to
	Undone     bool
}

// explained is a message whose link somebody holds.
type explained struct {
	visit
	link    links.Why
	message wording.Exposed
}

// linked lets a link through and says in words why one does not work.
func (s *Site) linked(h func(http.ResponseWriter, explained) error) ui.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		shop, ok := s.Desk.Shop(r.PathValue("shop"))
		if !ok {
			return profile.Errorf(profile.NotFound, "there is no such shop here")
		}
		v := visit{Request: r, shop: shop, lang: ui.Lang(r, "", shop.Locales...)}
		link, err := s.Links.ReadWhy(shop.Slug, r.FormValue("t"))
		if err != nil {
			return s.noReason(w, v, err)
		}
		e := explained{visit: v, link: link}
		if err := s.find(&e); err != nil {
			return s.noReason(w, v, err)
		}
		return h(w, e)
	}
}

// find reads the message of a link and its customer.
func (s *Site) find(e *explained) error {
	key, raw, err := s.Gate.Exposure(e.Context(), e.shop.Slug, e.link.Exposure)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(raw, &e.message); err != nil {
		return profile.Wrap(profile.Internal, err, "a message cannot be read")
	}
	e.key = key
	e.customer, err = s.Gate.Customer(e.Context(), key)
	e.lang = ui.Lang(e.Request, e.customer.Wishes.Locale, e.shop.Locales...)
	return err
}

// noReason says why a link explains nothing.
func (s *Site) noReason(w http.ResponseWriter, v visit, err error) error {
	key := ""
	switch profile.KindOf(err) {
	case profile.Unauthorized:
		key = "nowhy.forged"
	case profile.NotFound, profile.Gone:
		key = "nowhy.gone"
	}
	if key == "" || !ui.ForPeople(v.Request) {
		return err
	}
	page := ui.ErrorPage{Page: s.page(v, key+".title", "")}
	page.Nav = nil
	page.Heading, page.Advice = page.Title, page.T(key+".advice", "shop", v.shop.Name)
	page.Request = ui.RequestID(v.Context())
	page.Links = []ui.Link{{Text: page.T("nav.home"), URL: "/" + v.shop.Slug + "/me"}}
	return s.pages.Render(w, ui.Status(profile.KindOf(err)), "error", page)
}

func (s *Site) why(w http.ResponseWriter, e explained) error {
	page := whyPage{
		Page: s.page(e.visit, "why.title", ""), Root: "/" + e.shop.Slug + "/me", Shop: e.shop.Name, Token: e.FormValue("t"),
		Message: s.title(e.visit, e.message.Template), At: e.message.At, AlwaysPlain: e.customer.Wishes.Plain,
	}
	page.Nav = nil
	page.Tone = s.tone(page.Page, e.message.Tone)
	for _, reason := range e.message.Reasons {
		page.Reasons = append(page.Reasons, reason.In(e.lang))
	}
	for _, x := range e.message.Basis.Sources {
		page.Sources = append(page.Sources, source{Network: s.network(e.visit, page.Page, x.Connector), Readings: x.Readings, From: x.From, To: x.To})
	}
	for _, x := range e.message.Basis.Consents {
		last := e.customer.Consent(x.Purpose, x.Provider)
		page.Consents = append(page.Consents, agreed{
			Purpose: page.T("purpose." + string(x.Purpose)), Network: s.provider(e.visit, x.Provider), At: x.At, Version: x.Version,
			Standing: last != nil && last.Decision == profile.Granted,
		})
	}
	for _, x := range e.message.Basis.Others {
		o := other{Tone: s.tone(page.Page, x.Tone), Because: page.T("why.unfit")}
		switch {
		case x.Fits:
			o.Because = page.T("why.fits")
		case x.Against != nil:
			o.Because = x.Against.In(e.lang)
		}
		page.Others = append(page.Others, o)
	}
	return s.pages.Render(w, http.StatusOK, "why", page)
}

// plainFromWhy is the one click: plain from now on, or that taken back. What
// was wished before stays: only who has just clicked holds the proof to undo.
func (s *Site) plainFromWhy(w http.ResponseWriter, e explained) error {
	page := plainPage{Page: s.page(e.visit, "plain.title", ""), Root: "/" + e.shop.Slug + "/me", Shop: e.shop.Name, Token: e.FormValue("t")}
	page.Nav = nil
	if proof := e.FormValue("undo"); proof != "" {
		undo, err := s.Links.ReadUndo(e.shop.Slug, proof)
		if err == nil && undo != e.link {
			err = profile.Errorf(profile.Unauthorized, "this belongs to another message")
		}
		if err != nil {
			return s.noReason(w, e.visit, err)
		}
		page.Undone, page.Title = true, page.T("plain.undone")
		if err := s.Gate.SetWishes(e.Context(), e.key, func(w *profile.Wishes) { w.Plain = false }); err != nil {
			return err
		}
		return s.pages.Render(w, http.StatusOK, "plain", page)
	}
	was := false
	err := s.Gate.SetWishes(e.Context(), e.key, func(w *profile.Wishes) { was, w.Plain = w.Plain, true })
	if err != nil {
		return err
	}
	if !was {
		if page.Undo, err = s.Links.Undo(e.link); err != nil {
			return err
		}
	}
	return s.pages.Render(w, http.StatusOK, "plain", page)
}
