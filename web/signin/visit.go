package signin

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"tonfall/profile"
	"tonfall/web/links"
	"tonfall/web/ui"
)

// visit is a browser in which a link from a mail has opened the customer's own
// page. It is no session: no client is signed in to by it. It lies under the
// link's id and stays when it has ended, so that no other browser takes it up.
type visit struct {
	links.Me
	Secret string `json:"secret"` // digest of what the cookie holds; empty: ended

	version int64
}

// visitCookie holds customer, link and secret.
func visitCookie(shop string) string { return "tonfall-visit-" + shop }

// Visit is the page before: mail programs fetch links to look at them, so only
// the button uses one up.
type Visit struct {
	ui.Page
	Shop  profile.Shop
	Token string
}

// offerVisit shows what a link leads to, and uses nothing up.
func (s *Site) offerVisit(w http.ResponseWriter, r *http.Request) error {
	shop, token := shopOf(r.Context()), r.FormValue("t")
	link, err := s.Links.ReadMe(shop.Slug, token)
	if err != nil {
		return s.badLink(w, r, err)
	}
	if open, err := s.opened(r, link); err != nil || open {
		return s.toOwnPage(w, r, err)
	}
	page := Visit{Page: s.page(r, s.lang(r), "visit.title"), Shop: shop, Token: token}
	return s.pages.Render(w, http.StatusOK, "visit", page)
}

// openVisit binds the link to this browser.
func (s *Site) openVisit(w http.ResponseWriter, r *http.Request) error {
	link, err := s.Links.ReadMe(shopOf(r.Context()).Slug, r.PostFormValue("t"))
	if err != nil {
		return s.badLink(w, r, err)
	}
	if open, err := s.opened(r, link); err != nil || open {
		return s.toOwnPage(w, r, err)
	}
	proof := secret()
	err = s.saveVisit(r.Context(), visit{Me: link, Secret: digest(proof)})
	if profile.Is(err, profile.Conflict) {
		err = profile.Errorf(profile.Forbidden, "this link was opened in another browser")
	}
	if err == nil {
		s.cookies.Set(w, visitCookie(link.Key.Shop), string(link.Key.ID)+"."+link.ID+"."+proof, link.Until.Sub(s.Now()))
	}
	return s.toOwnPage(w, r, err)
}

// opened reports whether the browser sees that customer's page already, signed
// in or by this link. Conflict where somebody else is signed in, Forbidden
// where the link belongs to another browser, Gone where the customer was erased.
func (s *Site) opened(r *http.Request, link links.Me) (bool, error) {
	if n, there := s.session(r); there {
		if n.Key != link.Key {
			return false, profile.Errorf(profile.Conflict, "somebody else is signed in here")
		}
		return true, nil
	}
	if v, there := s.visit(r); there && v.Me.ID == link.ID {
		return true, nil
	}
	if _, err := s.Gate.Customer(r.Context(), link.Key); err != nil {
		return false, err
	}
	_, err := s.readVisit(r.Context(), link.Key, link.ID)
	switch {
	case profile.Is(err, profile.NotFound):
		return false, nil
	case err != nil:
		return false, err
	}
	return false, profile.Errorf(profile.Forbidden, "this link was opened in another browser")
}

func (s *Site) toOwnPage(w http.ResponseWriter, r *http.Request, err error) error {
	if err != nil {
		return s.badLink(w, r, err)
	}
	http.Redirect(w, r, "/"+shopOf(r.Context()).Slug+"/me", http.StatusSeeOther)
	return nil
}

// visit is who opened a link in this browser, at the shop whose door this is.
func (s *Site) visit(r *http.Request) (visit, bool) {
	slug, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	parts := strings.Split(s.cookies.Get(r, visitCookie(slug)), ".")
	if len(parts) != 3 || !profile.CustomerID(parts[0]).Valid() {
		return visit{}, false
	}
	v, err := s.readVisit(r.Context(), profile.Key{Shop: slug, ID: profile.CustomerID(parts[0])}, parts[1])
	if err != nil || !s.Now().Before(v.Until) || !same(v.Secret, digest(parts[2])) {
		return visit{}, false
	}
	return v, true
}

func (s *Site) readVisit(ctx context.Context, key profile.Key, id string) (v visit, err error) {
	record, err := s.Records.Record(ctx, key.Shop, key.ID, KindVisit, id)
	if err != nil {
		return v, err
	}
	v.version = record.Version
	return v, profile.Wrap(profile.Internal, json.Unmarshal(record.Value, &v), "the visit cannot be read; ask the shop for a new link")
}

func (s *Site) saveVisit(ctx context.Context, v visit) error {
	return s.save(ctx, Record{
		Shop: v.Key.Shop, Owner: v.Key.ID, Kind: KindVisit, Key: v.Me.ID,
		Time: s.Now().UTC().Truncate(time.Microsecond), Expires: v.Until, Version: v.version,
	}, v)
}

// leaveVisit ends a visit; its link opens nothing any more.
func (s *Site) leaveVisit(w http.ResponseWriter, r *http.Request, v visit) error {
	s.cookies.Clear(w, visitCookie(v.Key.Shop))
	v.Secret = ""
	err := s.saveVisit(r.Context(), v)
	if profile.Is(err, profile.Conflict) { // another tab has ended it
		return nil
	}
	return err
}

// badLink says why a link opens nothing, and offers to sign in instead.
func (s *Site) badLink(w http.ResponseWriter, r *http.Request, err error) error {
	shop, key := shopOf(r.Context()), ""
	switch profile.KindOf(err) {
	case profile.Unauthorized:
		key = "badlink.forged"
	case profile.Forbidden:
		key = "badlink.elsewhere"
	case profile.Conflict:
		key = "badlink.other"
	case profile.Gone, profile.NotFound:
		key = "badlink.gone"
	}
	if key == "" || !ui.ForPeople(r) {
		return err
	}
	page := ui.ErrorPage{Page: s.page(r, s.lang(r), key+".title")}
	page.Heading, page.Advice = page.Title, page.T(key+".advice", "shop", shop.Name)
	page.Request = ui.RequestID(r.Context())
	page.Links = []ui.Link{{Text: page.T("badlink.signin"), URL: "/" + shop.Slug + "/me"}}
	if shop.Home != "" {
		page.Links = append(page.Links, ui.Link{Text: page.T("failed.shop", "shop", shop.Name), URL: shop.Home})
	}
	return s.pages.Render(w, ui.Status(profile.KindOf(err)), "error", page)
}
