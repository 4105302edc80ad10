package signin

import (
	"net/http"
	"net/url"
	"slices"

	"tonfall/enrich"
	"tonfall/profile"
	"tonfall/web/ui"
)

// Chooser is the page on which a customer chooses what to sign in with.
type Chooser struct {
	ui.Page
	Shop    profile.Shop
	Ticket  string
	Offers  []Choice
	Cancel  string // URL; empty: there is no shop to go back to
	Problem string // what was wrong with what the person typed; may be empty
}

// Choice is one way to sign in.
type Choice struct {
	enrich.Offer
	Mark  string // the title's first letter
	URL   string // where the button leads, for those that ask for nothing
	Label string // of the field, for those that ask for a handle or an instance
	Help  string
	Value string // typed before, or hinted by the shop
	Open  bool
}

// offer finds one of the shop's connectors.
func (s *Site) offer(shop, name string) (enrich.Offer, bool) {
	offers := s.Enrich.Offers(shop)
	i := slices.IndexFunc(offers, func(o enrich.Offer) bool { return o.Name == name })
	if i < 0 {
		return enrich.Offer{}, false
	}
	return offers[i], true
}

// enter is our own door to pages of ours: /{shop}/signin?return_to=/{shop}/me.
func (s *Site) enter(w http.ResponseWriter, r *http.Request) error {
	shop := shopOf(r.Context())
	to := r.FormValue("return_to")
	if to == "" {
		to = "/" + shop.Slug + "/me"
	}
	if !local(to, shop.Slug) {
		return profile.Errorf(profile.Invalid, "this link leads somewhere else after signing in; go back to the shop and start from there")
	}
	// again=1 goes to the network also where somebody is signed in: a connection
	// that has ended, or was never made, is made there.
	if _, there := s.session(r); there && r.FormValue("again") != "1" {
		http.Redirect(w, r, to, http.StatusSeeOther)
		return nil
	}
	return s.start(w, r, flow{ReturnTo: to, Connector: r.FormValue("connector"), Lang: s.lang(r)})
}

// start keeps the flow and leads to the chooser, or past it where there is
// nothing to choose.
func (s *Site) start(w http.ResponseWriter, r *http.Request, f flow) error {
	shop := shopOf(r.Context()).Slug
	offers := s.Enrich.Offers(shop)
	if len(offers) == 0 {
		return profile.Errorf(profile.Unavailable, "this shop has no way to sign in yet; it has to choose one first")
	}
	f.Browser = s.browser(w, r)
	ticket, err := s.put(r.Context(), Ticket{Shop: shop, Kind: kindFlow}, flowLife, f)
	if err != nil {
		return err
	}
	chosen, there := s.offer(shop, f.Connector)
	if !there && len(offers) == 1 {
		chosen, there = offers[0], true
	}
	if there && (chosen.Hint == "" || f.Hint != "") {
		return s.begin(w, r, f, ticket, chosen, f.Hint, nil)
	}
	to := "/" + shop + "/choose?" + url.Values{"t": {ticket}}.Encode()
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// choose shows the chooser.
func (s *Site) choose(w http.ResponseWriter, r *http.Request) error {
	ticket := r.FormValue("t")
	f, err := s.flow(r, ticket)
	if err != nil {
		return s.lost(w, r, err)
	}
	return s.chooser(w, r, f, ticket, http.StatusOK, "", "", "")
}

// flow reads a flow and checks that it is this browser's.
func (s *Site) flow(r *http.Request, ticket string) (flow, error) {
	f, err := look[flow](r.Context(), s, shopOf(r.Context()).Slug, kindFlow, ticket)
	if err != nil {
		return f, err
	}
	return f, s.sameBrowser(r, f.Browser)
}

func (s *Site) chooser(w http.ResponseWriter, r *http.Request, f flow, ticket string, status int, open, typed, problem string) error {
	shop := shopOf(r.Context())
	page := Chooser{Page: s.page(r, f.Lang, "choose.title"), Shop: shop, Ticket: ticket, Problem: problem}
	if f.Client != "" {
		page.Cancel = "/" + shop.Slug + "/cancel?" + url.Values{"t": {ticket}}.Encode()
	}
	if open == "" {
		open = f.Connector
	}
	for _, o := range s.Enrich.Offers(shop.Slug) {
		c := Choice{Offer: o, Mark: firstLetter(o.Title), Open: o.Name == open, Value: f.Hint}
		if o.Hint == "" {
			c.URL = "/" + shop.Slug + "/go?" + url.Values{"t": {ticket}, "connector": {o.Name}}.Encode()
		} else {
			c.Label, c.Help = page.T("hint."+o.Hint+".label"), page.T("hint."+o.Hint+".help")
		}
		if c.Open && typed != "" {
			c.Value = typed
		}
		page.Offers = append(page.Offers, c)
	}
	return s.pages.Render(w, status, "choose", page)
}

func firstLetter(title string) string {
	for _, r := range title {
		return string(r)
	}
	return ""
}

// longestHint is the longest handle or host name (RFC 1035 2.3.4), and some room.
const longestHint = 300

// leave goes to the provider that the person chose.
func (s *Site) leave(w http.ResponseWriter, r *http.Request) error {
	ticket := r.FormValue("t")
	f, err := s.flow(r, ticket)
	if err != nil {
		return s.lost(w, r, err)
	}
	offer, there := s.offer(shopOf(r.Context()).Slug, r.FormValue("connector"))
	if !there {
		return profile.Errorf(profile.NotFound, "this shop has no such way to sign in; go back and choose another")
	}
	hint := r.FormValue("hint")
	if len(hint) > longestHint {
		return profile.Errorf(profile.Invalid, "that is longer than any handle or server name; go back and check it")
	}
	return s.begin(w, r, f, ticket, offer, hint, nil)
}

// begin starts at the provider: for signing in, or, where known is set, once
// more for wider permissions.
func (s *Site) begin(w http.ResponseWriter, r *http.Request, f flow, ticket string, offer enrich.Offer, hint string, known *arrived) error {
	to, err := s.state(r, f, ticket, offer, hint, known)
	switch {
	case profile.Is(err, profile.Invalid) && offer.Hint != "":
		return s.chooser(w, r, f, ticket, http.StatusBadRequest, offer.Name, hint, profile.Message(err))
	case err != nil:
		return s.failed(w, r, f, ticket, offer, err)
	}
	if r.Method == http.MethodPost {
		return s.going(w, r, f.Lang, "going.provider", to, "provider", offer.Title)
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// state keeps what the callback will need, and answers where the browser goes.
func (s *Site) state(r *http.Request, f flow, ticket string, offer enrich.Offer, hint string, known *arrived) (to string, err error) {
	return s.stateOf(r, offer, away{Browser: f.Browser, Flow: ticket, Connector: offer.Name, Hint: hint, Known: known}, f.Lang)
}

// stateOf begins at the provider and keeps a, with what only now is known.
func (s *Site) stateOf(r *http.Request, offer enrich.Offer, a away, lang string) (to string, err error) {
	shop := shopOf(r.Context()).Slug
	state := secret()
	a.Nonce = secret()
	b := enrich.Begin{Redirect: s.callbackURL(shop, offer.Name), State: state, Nonce: a.Nonce, Hint: a.Hint, Locale: lang}
	if a.Known != nil {
		b.Wider = []profile.Purpose{profile.Posts}
	}
	if to, a.Keep, err = s.Enrich.Begin(r.Context(), shop, offer.Name, b); err != nil {
		return "", err
	}
	_, err = s.put(r.Context(), Ticket{Shop: shop, Kind: kindState, Secret: state}, stateLife, a)
	return to, err
}

// callbackURL is distinct for each shop and connector (RFC 9700 4.4.2.2).
func (s *Site) callbackURL(shop, connector string) string {
	return s.issuer(shop) + "/callback/" + connector
}

// going answers a form with a page that goes on by itself.
func (s *Site) going(w http.ResponseWriter, r *http.Request, lang, heading, to string, pairs ...any) error {
	page := ui.GoingPage{Page: s.page(r, lang, heading, pairs...)}
	page.Heading, page.Refresh = page.Title, to
	page.To = ui.Link{Text: page.T("going.on"), URL: to}
	return s.pages.Render(w, http.StatusOK, "going", page)
}
