package signin

import (
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"tonfall/consent"
	"tonfall/profile"
	"tonfall/web/ui"
)

// Consent is the page that asks. Every box is unticked.
type Consent struct {
	ui.Page
	Shop    profile.Shop
	Ticket  string
	Name    string // of the person; may be empty
	Boxes   []Box
	Before  string // an example message without, and with, the consents
	After   string
	Again   bool         // a text has changed since the person decided
	OwnPage string       // URL of the customer's own page
	Try     consent.Text // looking once before deciding; without a title it is not offered
}

// Box is one choice.
type Box struct {
	Value string
	Text  consent.Text
	Mood  bool // whose box also says "I am 16 or older"
}

// questions are what a sign-in through the account asks now.
func (s *Site) questions(c profile.Customer, a profile.Account, posts bool) []question {
	var out []question
	for _, q := range s.Gate.Questions(c, a, posts) {
		last := c.Consent(q.Purpose, q.Provider)
		out = append(out, question{Purpose: q.Purpose, Provider: q.Provider, Given: last != nil && last.Decision == profile.Granted})
	}
	return out
}

// ask shows the consent page; reloading it changes nothing.
func (s *Site) ask(w http.ResponseWriter, r *http.Request) error {
	shop := shopOf(r.Context())
	ticket := r.FormValue("t")
	open, err := look[asking](r.Context(), s, shop.Slug, kindConsent, ticket)
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
	offer, _ := s.offer(shop.Slug, open.Arrival.Connector)
	page := Consent{
		Page: s.page(r, f.Lang, "consent.title"), Shop: shop, Ticket: ticket,
		Name: open.Arrival.Account.Name, OwnPage: "/" + shop.Slug + "/me",
	}
	for i, q := range open.Asked {
		text := s.Gate.Texts.Text(q.Purpose, f.Lang).With(shop.Name, offer.Title)
		page.Boxes = append(page.Boxes, Box{Value: strconv.Itoa(i), Text: text, Mood: q.Purpose == profile.MoodRead})
		page.Again = page.Again || q.Given
		if text.Before != "" && text.After != "" {
			page.Before, page.After = text.Before, text.After
		}
		if q.Purpose == profile.Posts && s.Gate.Previews(&profile.Customer{Key: open.Arrival.Key}, open.Arrival.Connector, q.Provider) {
			page.Try = s.Gate.Texts.Text(profile.Preview, f.Lang).With(shop.Name, offer.Title)
		}
	}
	return s.pages.Render(w, http.StatusOK, "consent", page)
}

// decide takes the person's decision. Sent twice, the second waits for what
// the first comes to: nothing is decided, settled or signed in twice.
func (s *Site) decide(w http.ResponseWriter, r *http.Request) error {
	shop := shopOf(r.Context()).Slug
	ticket := r.PostFormValue("t")
	open, err := look[asking](r.Context(), s, shop, kindConsent, ticket)
	if err == nil {
		if err := s.sameBrowser(r, open.Browser); err != nil {
			return s.lost(w, r, err)
		}
	}
	kept, err := s.Tickets.TakeTicket(r.Context(), shop, kindConsent, ticket, s.Now())
	if profile.Is(err, profile.Gone) && len(kept.Trace) > 0 {
		return s.wait(w, r, string(kept.Trace), 1)
	}
	if err != nil {
		return s.lost(w, r, err)
	}
	f, err := s.flow(r, open.Flow)
	if err != nil {
		return s.lost(w, r, err)
	}
	if err := s.note(r, f, open); err != nil {
		offer, _ := s.offer(shop, open.Arrival.Connector)
		return s.failed(w, r, f, open.Flow, offer, err)
	}
	a, err := s.next(w, r, f, open.Flow, open.Hint, open.Arrival)
	if err != nil {
		return s.lost(w, r, err)
	}
	a.Browser, a.Lang = open.Browser, f.Lang
	if len(a.Params) > 0 {
		a.Params["iss"] = s.issuer(shop)
	}
	if _, err := s.put(r.Context(), Ticket{Shop: shop, Kind: kindDone, Secret: open.Done, Owner: open.Arrival.Key.ID}, doneLife, a); err != nil {
		return err
	}
	to := a.url()
	if a.Posts {
		to = "/" + shop + "/continue?" + url.Values{"t": {open.Done}}.Encode()
	}
	return s.going(w, r, f.Lang, "going.shop", to)
}

// note writes the decision into the ledger. An untouched box changes nothing
// that was given earlier.
func (s *Site) note(r *http.Request, f flow, open asking) error {
	ticked := r.PostForm["yes"]
	if r.PostForm.Has("without") {
		ticked = nil
	}
	var choices []consent.Choice
	adult := false
	for i, q := range open.Asked {
		yes := slices.Contains(ticked, strconv.Itoa(i))
		if !yes && q.Given {
			continue
		}
		adult = adult || yes && q.Purpose == profile.MoodRead
		choices = append(choices, consent.Choice{Purpose: q.Purpose, Provider: q.Provider, Granted: yes, Lang: f.Lang})
	}
	if adult { // the box for mood says so
		if err := s.Gate.SetAdult(r.Context(), open.Arrival.Key, true); err != nil {
			return err
		}
	}
	if len(choices) == 0 {
		return nil
	}
	_, err := s.Gate.Decide(r.Context(), open.Arrival.Key, choices, profile.Proof{How: "page", Address: address(r), Agent: agent(r)})
	return err
}

// address is the browser's address without its port.
func address(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return ""
	}
	return host
}

// agent is the browser's name for itself, as long as it keeps to a sentence.
func agent(r *http.Request) string {
	name := r.UserAgent()
	return name[:min(len(name), 300)]
}

// goOn gives the answer of a consent page to a browser that sent it twice.
func (s *Site) goOn(w http.ResponseWriter, r *http.Request) error {
	tries, err := strconv.Atoi(r.FormValue("n"))
	if err != nil {
		tries = 0
	}
	return s.wait(w, r, r.FormValue("t"), tries)
}

// waits is how often, a second apart, a browser asks for an answer that is
// still being worked on.
const waits = 20

func (s *Site) wait(w http.ResponseWriter, r *http.Request, done string, tries int) error {
	shop := shopOf(r.Context()).Slug
	a, err := look[answer](r.Context(), s, shop, kindDone, done)
	switch {
	case profile.Is(err, profile.NotFound) && 0 < tries && tries < waits:
		to := fmt.Sprintf("/%s/continue?%s", shop, url.Values{"t": {done}, "n": {strconv.Itoa(tries + 1)}}.Encode())
		page := ui.GoingPage{Page: s.page(r, s.lang(r), "going.wait")}
		page.Heading, page.Refresh, page.Wait = page.Title, to, 1
		page.To = ui.Link{Text: page.T("going.on"), URL: to}
		return s.pages.Render(w, http.StatusOK, "going", page)
	case err != nil:
		return s.lost(w, r, err)
	}
	if err := s.sameBrowser(r, a.Browser); err != nil {
		return s.lost(w, r, err)
	}
	if r.Method == http.MethodPost && !a.Posts {
		return s.going(w, r, a.Lang, "going.shop", a.url())
	}
	return s.answer(w, r, a)
}
