package me

import (
	"maps"
	"net/http"
	"slices"

	"tonfall/consent"
	"tonfall/profile"
	"tonfall/web/ui"
)

// receiptPage says what a withdrawal or an erasure did.
type receiptPage struct {
	ui.Page
	Root, Shop string
	Erased     bool
	Heading    string
	Receipt    consent.Receipt
	Counts     []count
	Revoking   []string // networks
}

type count struct {
	What string
	N    int
}

// decide gives or withdraws one purpose.
func (s *Site) decide(w http.ResponseWriter, v visit) error {
	purpose, granted := profile.Purpose(v.FormValue("purpose")), v.FormValue("decision") == "yes"
	if !granted && v.FormValue("decision") != "no" {
		return profile.Errorf(profile.Invalid, "say yes or no")
	}
	if granted && v.limited {
		return v.signIn(w, "/"+v.shop.Slug+"/me")
	}
	if granted && purpose == profile.MoodRead {
		if err := s.Gate.SetAdult(v.Context(), v.key, true); err != nil {
			return err
		}
	}
	if !slices.Contains(profile.Purposes(), purpose) {
		return profile.Errorf(profile.Invalid, "there is no such choice on this page")
	}
	choice := consent.Choice{Purpose: purpose, Provider: v.FormValue("provider"), Granted: granted, Lang: v.lang}
	if choice.Provider != "" && !slices.ContainsFunc(v.customer.Accounts, func(a profile.Account) bool { return a.Provider == choice.Provider }) {
		return profile.Errorf(profile.NotFound, "there is no such account here")
	}
	receipt, err := s.Gate.Decide(v.Context(), v.key, []consent.Choice{choice}, v.proof())
	if err != nil {
		return err
	}
	if !granted {
		return s.receipt(w, v, receipt, false)
	}
	if err := s.Enrich.Resync(v.Context(), v.key); err != nil {
		return err
	}
	if purpose == profile.Posts {
		return v.back(w, "?done=granted-posts")
	}
	return v.back(w, "?done=granted")
}

func (s *Site) receipt(w http.ResponseWriter, v visit, r consent.Receipt, erased bool) error {
	title := "receipt.title"
	if erased {
		title = "receipt.erased"
	}
	page := receiptPage{Page: s.page(v, title, ""), Root: "/" + v.shop.Slug + "/me", Shop: v.shop.Name, Erased: erased, Receipt: r}
	page.Heading = page.Title
	for _, kind := range slices.Sorted(maps.Keys(r.Removed)) {
		if n := r.Removed[kind]; n > 0 {
			page.Counts = append(page.Counts, count{What: s.counted(page.Page, kind), N: n})
		}
	}
	for _, provider := range r.Revoking {
		for _, a := range v.customer.Accounts {
			if a.Provider == provider {
				page.Revoking = append(page.Revoking, s.connector(v.shop.Slug, a.Connector))
			}
		}
	}
	if erased {
		page.Nav = nil
	}
	return s.pages.Render(w, http.StatusOK, "receipt", page)
}

// counted is what people call a kind of data; one without a name of its own
// counts as "other".
func (s *Site) counted(p ui.Page, kind string) string {
	switch kind {
	case "posts", "readings", "exposures", "grants", "identities", "consents", "sessions", "tokens", "visits":
		return p.T("count." + kind)
	}
	return p.T("count.other", "kind", kind)
}

// wish notes what the customer wants of messages.
func (s *Site) wish(w http.ResponseWriter, v visit) error {
	address, locale := profile.Address(v.FormValue("address")), v.FormValue("locale")
	if !slices.Contains([]profile.Address{profile.AddressNone, profile.Du, profile.Sie}, address) {
		return profile.Errorf(profile.Invalid, "the form of address is du or Sie")
	}
	if locale != "" && !slices.Contains(v.shop.Locales, locale) {
		return profile.Errorf(profile.Invalid, "the shop does not write in that language")
	}
	err := s.Gate.SetWishes(v.Context(), v.key, func(w *profile.Wishes) {
		w.Plain, w.NoMarketing = v.FormValue("plain") != "", v.FormValue("nomarketing") != ""
		w.Address, w.Locale = address, locale
	})
	if err != nil {
		return err
	}
	return v.back(w, "?done=wishes")
}

func (s *Site) liftQuiet(w http.ResponseWriter, v visit) error {
	if err := s.Gate.LiftQuiet(v.Context(), v.key); err != nil {
		return err
	}
	return v.back(w, "?done=quiet")
}

// erasePage asks once.
type erasePage struct {
	ui.Page
	Root, Shop string
}

func (s *Site) askErase(w http.ResponseWriter, v visit) error {
	page := erasePage{Page: s.page(v, "erase.title", ""), Root: "/" + v.shop.Slug + "/me", Shop: v.shop.Name}
	return s.pages.Render(w, http.StatusOK, "erase", page)
}

func (s *Site) erase(w http.ResponseWriter, v visit) error {
	if v.FormValue("sure") != "yes" {
		return v.back(w, "/erase")
	}
	receipt, err := s.Gate.Erase(v.Context(), v.key, v.proof())
	if err != nil {
		return err
	}
	return s.receipt(w, v, receipt, true)
}
