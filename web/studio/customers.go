package studio

import (
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"time"

	"tonfall/profile"
	"tonfall/web/chart"
	"tonfall/web/ui"
)

// person is a customer in a list: who, never how they feel.
type person struct {
	ID, Name, Handle, Reference string
}

func personOf(c profile.Customer) person {
	p := person{ID: string(c.ID), Name: c.Name(), Reference: c.Reference}
	if len(c.Accounts) > 0 {
		p.Handle = c.Accounts[0].Handle
	}
	return p
}

// customersPage lists customers.
type customersPage struct {
	ui.Page
	Q     string
	Items []customerRow
	Next  string // URL of the next page
}

type customerRow struct {
	person
	Agreed   []string // to which purposes
	Synced   time.Time
	Stale    bool // older than two days
	Problem  bool // an account has to be connected again
	SignedIn time.Time
}

const pageOf = 50

func (s *Site) customers(w http.ResponseWriter, v visit) error {
	q := v.URL.Query()
	found, next, err := s.Gate.Customers(v.Context(), v.shop.Slug, q.Get("cursor"), pageOf, q.Get("q"))
	if err != nil {
		return err
	}
	page := customersPage{Page: s.page(v, "customers.title", "customers"), Q: q.Get("q")}
	for _, c := range found {
		page.Items = append(page.Items, s.row(page.Page, c))
	}
	if next != "" {
		page.Next = "/studio/customers?" + url.Values{"q": {page.Q}, "cursor": {next}}.Encode()
	}
	return s.pages.Render(w, http.StatusOK, "customers", page)
}

func (s *Site) row(p ui.Page, c profile.Customer) customerRow {
	row := customerRow{person: personOf(c), SignedIn: c.SignedIn}
	for _, purpose := range profile.Purposes() {
		for _, x := range c.Consents {
			if x.Purpose == purpose && x.Decision == profile.Granted {
				row.Agreed = append(row.Agreed, p.T("purpose."+string(purpose)))
				break
			}
		}
	}
	for _, a := range c.Accounts {
		if a.Synced.After(row.Synced) {
			row.Synced = a.Synced
		}
		row.Problem = row.Problem || a.Problem != ""
	}
	row.Stale = !row.Synced.IsZero() && s.Now().Sub(row.Synced) > 48*time.Hour
	return row
}

// customerPage shows one customer.
type customerPage struct {
	ui.Page
	person
	Accounts  []profile.Account
	Consents  []consentRow
	Wishes    []string
	NotUsed   []string
	Tone      string
	Reasons   []string
	Abstained bool
	Chart     template.HTML // empty where there is nothing to draw or it may not be
	Days      []chart.Row
	Previews  []ui.Link
}

type consentRow struct {
	Purpose, Provider, Decision string
	Good                        bool
	At                          time.Time
	How                         string
}

func (s *Site) customer(w http.ResponseWriter, v visit) error {
	key, err := s.Gate.Resolve(v.Context(), v.shop.Slug, v.PathValue("id"))
	if err != nil {
		return err
	}
	c, err := s.Gate.Customer(v.Context(), key)
	if err != nil {
		return err
	}
	page := customerPage{Page: s.page(v, "customer.title", "customers"), person: personOf(c), Accounts: c.Accounts}
	if page.Name != "" {
		page.Title = page.Name
	}
	for _, x := range c.Consents {
		page.Consents = append(page.Consents, consentRow{
			Purpose: page.T("purpose." + string(x.Purpose)), Provider: x.Provider, Decision: page.T("decision." + string(x.Decision)),
			Good: x.Decision == profile.Granted, At: x.At, How: how(page.Page, x.Evidence.How),
		})
	}
	page.Wishes = wishes(page.Page, c.Wishes)
	for _, unused := range s.Gate.NotUsed(c) {
		page.NotUsed = append(page.NotUsed, page.T("notused", "connector", unused.Connector, "reason", unused.Reason))
	}
	if err := s.feel(v, c, &page); err != nil {
		return err
	}
	return s.pages.Render(w, http.StatusOK, "customer", page)
}

// feel adds the tone now, and the course of the mood where it may be read.
func (s *Site) feel(v visit, c profile.Customer, page *customerPage) error {
	fits, abstained, err := s.Desk.Tones(v.Context(), c)
	if err != nil {
		return err
	}
	page.Abstained = abstained
	if len(fits) > 0 {
		page.Tone = s.tone(page.Page, fits[0].Tone)
		for _, reason := range fits[0].Reasons {
			page.Reasons = append(page.Reasons, reason.In(v.lang))
		}
	}
	templates, err := s.Desk.Catalog.Templates(v.Context(), v.shop.Slug)
	if err != nil {
		return err
	}
	for _, t := range templates {
		page.Previews = append(page.Previews, ui.Link{
			Text: title(t, v.lang), URL: "/studio/templates/" + url.PathEscape(t.Name) + "?" + url.Values{"customer": {string(c.ID)}}.Encode(),
		})
	}
	if s.Gate.Allowed(&c, profile.MoodRead, "", "") != nil {
		return nil //nolint:nilerr // where no mood may be read, the page has no chart
	}
	course, err := chart.Read(v.Context(), s.Gate, c.Key)
	if err != nil {
		return err
	}
	page.Chart, page.Days = course.SVG(course.Labels(page.Page)), course.Rows(page.Page)
	return nil
}

func wishes(p ui.Page, w profile.Wishes) []string {
	var out []string
	if w.Plain {
		out = append(out, p.T("wish.plain"))
	}
	if w.NoMarketing {
		out = append(out, p.T("wish.nomarketing"))
	}
	if w.Address != "" {
		out = append(out, p.T("wish.address", "address", w.Address))
	}
	return out
}

// how says where a decision was made; a way of the operator's own by its name.
func how(p ui.Page, way string) string {
	if slices.Contains([]string{"page", "me", "api", "operator", "platform"}, way) {
		return p.T("how." + way)
	}
	return way
}
