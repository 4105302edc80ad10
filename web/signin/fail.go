package signin

import (
	"net/http"
	"net/url"

	"tonfall/enrich"
	"tonfall/profile"
	"tonfall/web/ui"
)

// failed says what went wrong at a provider, and offers to try again, to
// choose another, or to go back to the shop, which then hears access_denied.
func (s *Site) failed(w http.ResponseWriter, r *http.Request, f flow, ticket string, offer enrich.Offer, err error) error {
	shop := shopOf(r.Context())
	kind := profile.KindOf(err)
	key := "failed.other"
	switch kind {
	case profile.Forbidden, profile.Upstream, profile.TooMany, profile.Invalid:
		key = "failed." + string(kind)
	}
	page := ui.ErrorPage{Page: s.page(r, f.Lang, key+".title", "provider", offer.Title)}
	page.Heading, page.Advice = page.Title, page.T(key+".advice", "provider", offer.Title)
	page.Detail, page.Request = profile.Message(err), ui.RequestID(r.Context())
	at := func(name string, more url.Values) string {
		more.Set("t", ticket)
		return "/" + shop.Slug + "/" + name + "?" + more.Encode()
	}
	again := at("go", url.Values{"connector": {offer.Name}})
	if offer.Hint != "" {
		again = at("choose", url.Values{})
	}
	page.Links = append(page.Links, ui.Link{Text: page.T("failed.again"), URL: again})
	if len(s.Enrich.Offers(shop.Slug)) > 1 && offer.Hint == "" {
		page.Links = append(page.Links, ui.Link{Text: page.T("failed.another"), URL: at("choose", url.Values{})})
	}
	if f.Client != "" {
		page.Links = append(page.Links, ui.Link{Text: page.T("failed.shop", "shop", shop.Name), URL: at("cancel", url.Values{})})
	}
	attrs := []any{"request", page.Request, "shop", shop.Slug, "connector", offer.Name, "kind", string(kind)}
	if key == "failed.upstream" || key == "failed.other" { // the others may repeat what the person typed
		attrs = append(attrs, "error", err.Error())
	}
	s.Log.InfoContext(r.Context(), "a sign-in failed at the provider", attrs...)
	return s.pages.Render(w, ui.Status(kind), "error", page)
}

// lost says that a step cannot be continued: used, expired, begun in another
// browser, or never begun.
func (s *Site) lost(w http.ResponseWriter, r *http.Request, err error) error {
	kind := profile.KindOf(err)
	key := ""
	_, here := s.session(r)
	switch {
	case kind == profile.Conflict, kind == profile.Gone && here:
		key = "lost.done"
	case kind == profile.NotFound, kind == profile.Gone:
		key = "lost.gone"
	case kind == profile.Forbidden:
		key = "lost.forbidden"
	}
	if key == "" || !ui.ForPeople(r) {
		return err
	}
	shop := shopOf(r.Context())
	page := ui.ErrorPage{Page: s.page(r, s.lang(r), key+".title")}
	page.Heading, page.Advice = page.Title, page.T(key+".advice", "shop", shop.Name)
	page.Request = ui.RequestID(r.Context())
	if shop.Home != "" {
		page.Links = append(page.Links, ui.Link{Text: page.T("failed.shop", "shop", shop.Name), URL: shop.Home})
	}
	return s.pages.Render(w, ui.Status(kind), "error", page)
}

// cancel ends a sign-in at the customer's wish.
func (s *Site) cancel(w http.ResponseWriter, r *http.Request) error {
	ticket := r.FormValue("t")
	f, err := s.flow(r, ticket)
	if err == nil && f.Client == "" {
		err = profile.Errorf(profile.Gone, "there is nothing to cancel")
	}
	if err == nil {
		_, err = take[flow](r.Context(), s, shopOf(r.Context()).Slug, kindFlow, ticket)
	}
	if err != nil {
		return s.lost(w, r, err)
	}
	return s.answer(w, r, refuse(f, "access_denied", "the customer went back"))
}
