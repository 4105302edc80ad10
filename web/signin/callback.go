package signin

import (
	"net/http"
	"net/url"

	"tonfall/enrich"
	"tonfall/profile"
	"tonfall/web/ui"
)

// largestPosted is more than any provider posts: anybody may post here.
const largestPosted = 32 << 10

// posted takes a provider's form_post. It comes from another site, without our
// cookies: the parameters are kept, and the browser is sent on to fetch the
// same callback from our own site.
func (s *Site) posted(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, largestPosted)
	if err := r.ParseForm(); err != nil {
		return profile.Wrap(profile.Invalid, err, "the provider's answer cannot be read; start the sign-in again")
	}
	ticket, err := s.put(r.Context(), Ticket{Shop: shopOf(r.Context()).Slug, Kind: kindPosted}, postedLife, r.PostForm)
	if err != nil {
		return err
	}
	http.Redirect(w, r, r.URL.Path+"?"+url.Values{"posted": {ticket}}.Encode(), http.StatusSeeOther)
	return nil
}

// callback takes the browser back from the provider. The state is taken
// whatever else is wrong, so that nothing can be tried twice.
func (s *Site) callback(w http.ResponseWriter, r *http.Request) error {
	shop, connector := shopOf(r.Context()).Slug, r.PathValue("connector")
	params := r.URL.Query()
	if ticket := params.Get("posted"); ticket != "" {
		kept, err := take[url.Values](r.Context(), s, shop, kindPosted, ticket)
		if err != nil {
			return s.lost(w, r, err)
		}
		params = kept
	}
	away, err := take[away](r.Context(), s, shop, kindState, params.Get("state"))
	if err == nil && away.Connector != connector {
		err = profile.Errorf(profile.Forbidden, "this answer belongs to another provider; start the sign-in again")
	}
	if err == nil {
		err = s.sameBrowser(r, away.Browser)
	}
	if err != nil {
		return s.lost(w, r, err)
	}
	f, err := s.flow(r, away.Flow)
	if err != nil {
		return s.lost(w, r, err)
	}
	arrival, err := s.Enrich.Arrive(r.Context(), shop, connector, enrich.Callback{
		Params: params, Keep: away.Keep, Nonce: away.Nonce, Redirect: s.callbackURL(shop, connector),
	})
	switch offer, _ := s.offer(shop, connector); {
	case away.Try != "":
		return s.tried(w, r, f, away, arrival, err)
	case away.Known != nil:
		return s.widened(w, r, f, away, arrival, err)
	case err != nil:
		return s.failed(w, r, f, away.Flow, offer, err)
	}
	return s.welcome(w, r, f, away, arrival)
}

// welcome asks what is to be asked, or goes straight on.
func (s *Site) welcome(w http.ResponseWriter, r *http.Request, f flow, away away, arrival enrich.Arrival) error {
	ask := s.questions(arrival.Customer, arrival.Account, arrival.Posts)
	if len(ask) == 0 && !f.Review {
		a, err := s.next(w, r, f, away.Flow, away.Hint, arrival)
		if err != nil {
			return s.lost(w, r, err)
		}
		return s.answer(w, r, a)
	}
	shop := shopOf(r.Context()).Slug
	done := secret()
	consent, err := s.put(r.Context(), Ticket{Shop: shop, Kind: kindConsent, Owner: arrival.Key.ID, Trace: []byte(done)}, consentLife, asking{
		Browser: f.Browser, Flow: away.Flow, Arrival: arrival, Hint: away.Hint, Asked: ask, Done: done,
	})
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/"+shop+"/consent?"+url.Values{"t": {consent}}.Encode(), http.StatusSeeOther)
	return nil
}

// settle lets the pipeline act on the consents. What fails there is tried
// again by jobs; it never fails the sign-in.
func (s *Site) settle(r *http.Request, arrival enrich.Arrival) enrich.Settled {
	settled, err := s.Enrich.Settle(r.Context(), arrival)
	if err != nil {
		s.Log.WarnContext(r.Context(), "the import after a sign-in could not begin",
			"request", ui.RequestID(r.Context()), "customer", arrival.Key.String(), "connector", arrival.Connector, "kind", string(profile.KindOf(err)), "error", err.Error())
		return enrich.Settled{}
	}
	return settled
}

// next settles what was decided and answers where the browser goes: out of
// here, or to the provider once more where a consent needs wider permissions.
func (s *Site) next(w http.ResponseWriter, r *http.Request, f flow, ticket, hint string, arrival enrich.Arrival) (answer, error) {
	settled := s.settle(r, arrival)
	who := arrived{Key: arrival.Key, Connector: arrival.Connector, Provider: arrival.Account.Provider, Subject: arrival.Account.Subject}
	if len(settled.Wider) > 0 {
		offer, _ := s.offer(arrival.Key.Shop, arrival.Connector)
		if to, err := s.state(r, f, ticket, offer, hint, &who); err == nil {
			return answer{Redirect: to}, nil
		}
		// without the wider permission the customer still signs in
	}
	return s.finish(w, r, f, ticket, who)
}

// widened ends a second authorisation. Whoever said no there, or came back as
// somebody else, still signs in as the one who arrived first.
func (s *Site) widened(w http.ResponseWriter, r *http.Request, f flow, away away, arrival enrich.Arrival, err error) error {
	if err == nil {
		s.settle(r, arrival)
	}
	a, err := s.finish(w, r, f, away.Flow, *away.Known)
	if err != nil {
		return s.lost(w, r, err)
	}
	return s.answer(w, r, a)
}
