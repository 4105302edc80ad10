package hooks

import (
	"net/http"

	"tonfall/profile"
	"tonfall/web/ui"
)

// statusPage tells a person what came of asking.
type statusPage struct {
	ui.Page
	Ending  Ending
	Shop    string
	Code    string
	Counts  []count // what has gone; empty: there was nothing
	OwnPage string
}

type count struct {
	N    int
	What string
}

// status shows what was deleted, and when, to whoever has the code.
func (s *Site) status(w http.ResponseWriter, r *http.Request) error {
	shop, ok := s.Shop(r.PathValue("shop"))
	if !ok {
		return profile.Errorf(profile.NotFound, "there is no such shop here")
	}
	code := r.PathValue("code")
	e, err := s.Endings.Ending(r.Context(), shop.Slug, code)
	if profile.Is(err, profile.NotFound) {
		return profile.Errorf(profile.NotFound, "there is no request with this code, or it is more than 90 days old; look whether the address is whole")
	}
	if err != nil {
		return err
	}
	p := statusPage{
		Page:   s.pages.Page(ui.Lang(r, "", shop.Locales...), "status.title", "network", e.Title),
		Ending: e, Shop: shop.Name, Code: code, OwnPage: "/" + shop.Slug + "/me",
	}
	p.Brand, p.Home = shop.Name, shop.Home
	for _, kind := range []string{"posts", "readings", "grants", "details"} {
		if n := e.Removed[kind]; n > 0 {
			p.Counts = append(p.Counts, count{n, p.T("status." + kind)})
		}
	}
	if shop.Privacy != "" {
		p.Foot = append(p.Foot, ui.Link{Text: p.T("status.privacy"), URL: shop.Privacy})
	}
	return s.pages.Render(w, http.StatusOK, "status", p)
}
