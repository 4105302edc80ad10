package signin

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"tonfall/profile"
	"tonfall/web/ui"
)

// Logout is the page that asks before signing out, and says so after.
type Logout struct {
	ui.Page
	Shop   profile.Shop
	Ask    bool
	Client string // to go back to, with
	To     string // its registered URL
	State  string
	Back   ui.Link // after signing out
}

// farewell is where a customer goes after signing out: a registered URL of a
// client, or nowhere.
type farewell struct {
	client, to, state string
}

func (f farewell) url() string {
	if f.state == "" {
		return f.to
	}
	to, err := url.Parse(f.to)
	if err != nil { // registered URLs were parsed when they were registered
		return f.to
	}
	query := to.Query()
	query.Set("state", f.state)
	to.RawQuery = query.Encode()
	return to.String()
}

// logout is the shop's end_session_endpoint (OpenID Connect RP-Initiated Logout
// 1.0). With an ID token of the very session it signs out at once; else
// anybody could have sent the browser here, and the person is asked.
func (s *Site) logout(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return profile.Wrap(profile.Invalid, err, "the sign-out request cannot be read")
	}
	if r.Method == http.MethodPost {
		return asLink(w, r)
	}
	client := r.Form.Get("client_id")
	var hint hintClaims
	if token := r.Form.Get("id_token_hint"); token != "" {
		var err error
		if hint, err = s.readHint(r.Context(), token); err != nil {
			return err
		}
		if client != "" && client != hint.Audience {
			return profile.Errorf(profile.Invalid, "the sign-out link names another client than its id_token_hint; the shop has to mend it")
		}
		client = hint.Audience
	}
	to, err := s.farewell(r.Context(), client, r.Form.Get("post_logout_redirect_uri"), r.Form.Get("state"))
	if err != nil {
		return err
	}
	current, here := s.session(r)
	if hint.Session == "" || here && current.ID != hint.Session {
		if !here {
			return s.goodbye(w, r, to)
		}
		return s.askLogout(w, r, to)
	}
	ended, err := s.readSession(r.Context(), profile.Key{Shop: shopOf(r.Context()).Slug, ID: profile.CustomerID(hint.Subject)}, hint.Session)
	if err == nil {
		err = s.end(w, r, ended)
	}
	if err != nil && !profile.Is(err, profile.NotFound) && !profile.Is(err, profile.Gone) {
		return err
	}
	return s.goodbye(w, r, to)
}

// farewell checks where to go back to: letter by letter as registered.
func (s *Site) farewell(ctx context.Context, id, to, state string) (farewell, error) {
	if to == "" {
		return farewell{}, nil
	}
	client, err := s.Clients.Client(ctx, shopOf(ctx).Slug, id)
	if err != nil && !profile.Is(err, profile.NotFound) {
		return farewell{}, err
	}
	if err != nil || !slices.Contains(client.PostLogout, to) {
		return farewell{}, profile.Errorf(profile.Invalid, "the sign-out link leads to a post_logout_redirect_uri that is not registered for its client; the shop has to mend it")
	}
	return farewell{client: client.ID, to: to, state: state}, nil
}

func (s *Site) askLogout(w http.ResponseWriter, r *http.Request, to farewell) error {
	page := Logout{
		Page: s.page(r, s.lang(r), "logout.title"), Shop: shopOf(r.Context()), Ask: true,
		Client: to.client, To: to.to, State: to.state,
	}
	return s.pages.Render(w, http.StatusOK, "logout", page)
}

// signOut signs the browser out: from the page that asks, and from /me.
func (s *Site) signOut(w http.ResponseWriter, r *http.Request) error {
	to, err := s.farewell(r.Context(), r.PostFormValue("client_id"), r.PostFormValue("post_logout_redirect_uri"), r.PostFormValue("state"))
	if err != nil {
		return err
	}
	if current, here := s.session(r); here {
		if err := s.end(w, r, current); err != nil {
			return err
		}
	}
	if current, here := s.visit(r); here {
		if err := s.leaveVisit(w, r, current); err != nil {
			return err
		}
	}
	if to.to != "" {
		return s.going(w, r, s.lang(r), "going.shop", to.url())
	}
	return s.goodbye(w, r, to)
}

// end tells the clients that were signed in to, and ends the session on the
// server, its tokens with it. The session goes last, so that after a failure
// the person can sign out again.
func (s *Site) end(w http.ResponseWriter, r *http.Request, n session) error {
	if err := s.tell(r.Context(), n); err != nil {
		return err
	}
	if err := s.endSession(r.Context(), n.Key, n.ID); err != nil {
		return err
	}
	if err := s.Records.DeleteRecord(r.Context(), n.Key.Shop, n.Key.ID, KindSession, n.ID); err != nil {
		return err
	}
	s.cookies.Clear(w, sessionCookie(n.Key.Shop))
	return nil
}

// tell sends a logout token to every client of the session that wants one.
func (s *Site) tell(ctx context.Context, n session) error {
	if s.Notify == nil {
		return nil
	}
	for _, id := range n.Clients {
		client, err := s.Clients.Client(ctx, n.Key.Shop, id)
		if profile.Is(err, profile.NotFound) || err == nil && client.BackChannel == "" {
			continue
		}
		if err != nil {
			return err
		}
		token, err := s.logoutToken(client, n)
		if err != nil {
			return err
		}
		if err := s.Notify(ctx, Notice{Shop: n.Key.Shop, Client: client.ID, URL: client.BackChannel, Token: token}); err != nil {
			return err
		}
	}
	return nil
}

// goodbye goes back to the client, or says that it is done.
func (s *Site) goodbye(w http.ResponseWriter, r *http.Request, to farewell) error {
	if to.to != "" {
		http.Redirect(w, r, to.url(), http.StatusSeeOther)
		return nil
	}
	shop := shopOf(r.Context())
	page := Logout{Page: s.page(r, s.lang(r), "logout.done"), Shop: shop}
	if shop.Home != "" {
		page.Back = ui.Link{Text: page.T("failed.shop", "shop", shop.Name), URL: shop.Home}
	}
	return s.pages.Render(w, http.StatusOK, "logout", page)
}
