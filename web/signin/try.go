package signin

import (
	"net/http"
	"net/url"

	"tonfall/consent"
	"tonfall/enrich"
	"tonfall/profile"
	"tonfall/web/ui"
)

// try is "show me first": a yes to looking once, from the consent page (t, its
// ticket) or from the own page (connector). Where the grant just obtained does
// not reach, the network is asked first.
func (s *Site) try(w http.ResponseWriter, r *http.Request) error {
	if ticket := r.PostFormValue("t"); ticket != "" {
		return s.tryAsked(w, r, ticket)
	}
	shop := shopOf(r.Context()).Slug
	n, there := s.session(r)
	if !there {
		http.Redirect(w, r, "/"+shop+"/signin?"+url.Values{"return_to": {"/" + shop + "/me"}}.Encode(), http.StatusSeeOther)
		return nil
	}
	c, err := s.Gate.Customer(r.Context(), n.Key)
	if err != nil {
		return err
	}
	account := c.Account(r.PostFormValue("provider"), r.PostFormValue("subject"))
	if account == nil {
		return profile.Errorf(profile.NotFound, "there is no such account here")
	}
	f := flow{Browser: s.browser(w, r), Lang: s.lang(r), ReturnTo: "/" + shop + "/me"}
	if err := s.agreeOnce(r, f, c, *account); err != nil {
		return err
	}
	ticket, err := s.put(r.Context(), Ticket{Shop: shop, Kind: kindFlow}, flowLife, f)
	if err != nil {
		return err
	}
	who := arrived{Key: n.Key, Connector: account.Connector, Provider: account.Provider, Subject: account.Subject}
	return s.tryWider(w, r, f, ticket, account.Handle, who, "/"+shop+"/me")
}

// tryAsked looks once while the consent page is open, and leads back to it.
func (s *Site) tryAsked(w http.ResponseWriter, r *http.Request, ticket string) error {
	shop := shopOf(r.Context()).Slug
	open, err := look[asking](r.Context(), s, shop, kindConsent, ticket)
	if err == nil {
		err = s.sameBrowser(r, open.Browser)
	}
	if err != nil {
		return s.lost(w, r, err)
	}
	f, err := s.flow(r, open.Flow)
	if err != nil {
		return s.lost(w, r, err)
	}
	c, err := s.Gate.Customer(r.Context(), open.Arrival.Key)
	if err != nil {
		return err
	}
	if err := s.agreeOnce(r, f, c, open.Arrival.Account); err != nil {
		return err
	}
	back := "/" + shop + "/consent?" + url.Values{"t": {ticket}}.Encode()
	reads, err := s.Enrich.Reads(open.Arrival)
	if err != nil {
		return err
	}
	if reads {
		return s.showTrial(w, r, f, open.Arrival, back)
	}
	a := open.Arrival
	return s.tryWider(w, r, f, open.Flow, open.Hint, arrived{Key: a.Key, Connector: a.Connector, Provider: a.Account.Provider, Subject: a.Account.Subject}, back)
}

// agreeOnce notes the yes in the ledger.
func (s *Site) agreeOnce(r *http.Request, f flow, c profile.Customer, a profile.Account) error {
	if !s.Gate.Previews(&c, a.Connector, a.Provider) {
		return profile.Errorf(profile.Invalid, "there is nothing to look at first: the posts are read already, or the network forbids it")
	}
	choice := consent.Choice{Purpose: profile.Preview, Provider: a.Provider, Granted: true, Lang: f.Lang}
	_, err := s.Gate.Decide(r.Context(), c.Key, []consent.Choice{choice}, profile.Proof{How: "page", Address: address(r), Agent: agent(r)})
	return err
}

// tryWider asks the network whether posts may be read.
func (s *Site) tryWider(w http.ResponseWriter, r *http.Request, f flow, ticket, hint string, who arrived, back string) error {
	offer, _ := s.offer(who.Key.Shop, who.Connector)
	to, err := s.stateOf(r, offer, away{Browser: f.Browser, Flow: ticket, Connector: offer.Name, Hint: hint, Known: &who, Try: back}, f.Lang)
	if err != nil {
		return s.noTrial(w, r, f, offer, back, err)
	}
	return s.going(w, r, f.Lang, "going.provider", to, "provider", offer.Title)
}

// tried is the return from the network: it shows what there is to show and
// lets the grant go.
func (s *Site) tried(w http.ResponseWriter, r *http.Request, f flow, away away, arrival enrich.Arrival, err error) error {
	if err == nil {
		defer func() {
			if err := s.Enrich.LetGo(r.Context(), arrival); err != nil {
				s.Log.WarnContext(r.Context(), "a grant for looking once could not be let go of", "request", ui.RequestID(r.Context()), "error", err)
			}
		}()
		if arrival.Key != away.Known.Key {
			err = profile.Errorf(profile.Forbidden, "somebody else signed in there")
		}
	}
	if err != nil {
		offer, _ := s.offer(shopOf(r.Context()).Slug, away.Connector)
		return s.noTrial(w, r, f, offer, away.Try, err)
	}
	return s.showTrial(w, r, f, arrival, away.Try)
}

func (s *Site) showTrial(w http.ResponseWriter, r *http.Request, f flow, a enrich.Arrival, back string) error {
	offer, _ := s.offer(a.Key.Shop, a.Connector)
	trial, err := s.Enrich.Try(r.Context(), a)
	if err != nil {
		return s.noTrial(w, r, f, offer, back, err)
	}
	return s.Tried(w, r, Tried{Customer: a.Key, Lang: f.Lang, Network: offer.Title, Trial: trial, Back: back})
}

// noTrial says that nothing can be shown, and leads back.
func (s *Site) noTrial(w http.ResponseWriter, r *http.Request, f flow, offer enrich.Offer, back string, err error) error {
	page := ui.ErrorPage{Page: s.page(r, f.Lang, "notrial.title", "provider", offer.Title)}
	page.Heading, page.Advice = page.Title, page.T("notrial.advice", "provider", offer.Title)
	page.Detail, page.Request = profile.Message(err), ui.RequestID(r.Context())
	page.Links = []ui.Link{{Text: page.T("notrial.back"), URL: back}}
	return s.pages.Render(w, ui.Status(profile.KindOf(err)), "error", page)
}
