package me

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"

	"tonfall/messages"
	"tonfall/profile"
	"tonfall/web/ui"
)

// historyPage shows every decision and every message.
type historyPage struct {
	ui.Page
	Root, Shop string
	Decisions  []decisionRow
	Messages   []messageRow
}

type decisionRow struct {
	At                               time.Time
	Purpose, Provider, Decision, How string
	Version                          string
}

type messageRow struct {
	At       time.Time
	Template string
	Tone     string
	Reasons  []string
}

func (s *Site) history(w http.ResponseWriter, v visit) error {
	page := historyPage{Page: s.page(v, "history.title", "history"), Root: "/" + v.shop.Slug + "/me", Shop: v.shop.Name}
	var err error
	if page.Decisions, err = s.decisions(v, page.Page); err != nil {
		return err
	}
	if page.Messages, err = s.sent(v, page.Page); err != nil {
		return err
	}
	return s.pages.Render(w, http.StatusOK, "history", page)
}

// decisions is the whole ledger, newest first.
func (s *Site) decisions(v visit, p ui.Page) ([]decisionRow, error) {
	ledger, err := s.Gate.Ledger(v.Context(), v.key)
	if err != nil {
		return nil, err
	}
	rows := make([]decisionRow, len(ledger))
	for i, x := range ledger {
		rows[len(ledger)-1-i] = decisionRow{
			At: x.At, Purpose: p.T("purpose." + string(x.Purpose)), Provider: s.provider(v, x.Provider),
			Decision: p.T("decision." + string(x.Decision)), How: how(p, x.Evidence.How), Version: x.TextVersion,
		}
	}
	return rows, nil
}

// sent is every message with the reason for its tone, newest first.
func (s *Site) sent(v visit, p ui.Page) ([]messageRow, error) {
	raw, err := pages(func(cursor string) ([]json.RawMessage, string, error) {
		return s.Gate.Exposures(v.Context(), v.key, cursor, 500)
	})
	if err != nil {
		return nil, err
	}
	rows := make([]messageRow, len(raw))
	for i, value := range raw {
		var e messages.Exposure
		if err := json.Unmarshal(value, &e); err != nil {
			return nil, profile.Wrap(profile.Internal, err, "a message cannot be read")
		}
		rows[i] = messageRow{At: e.At, Template: s.title(v, e.Template), Tone: s.tone(p, e.Tone)}
		for _, reason := range e.Reasons {
			rows[i].Reasons = append(rows[i].Reasons, reason.In(v.lang))
		}
	}
	return rows, nil
}

// title is what people call a template; its name where it is gone.
func (s *Site) title(v visit, name string) string {
	t, err := s.Desk.Catalog.Template(v.Context(), v.shop.Slug, name)
	if err != nil || t.Title[v.lang] == "" {
		return name
	}
	return t.Title[v.lang]
}

// dataPage shows everything that is held, to read and to print.
type dataPage struct {
	ui.Page
	Root, Shop string
	Customer   profile.Customer
	Items      []item
	Decisions  []decisionRow
	Messages   []messageRow
	At         time.Time
}

func (s *Site) data(w http.ResponseWriter, v visit) error {
	page := dataPage{Page: s.page(v, "data.title", ""), Root: "/" + v.shop.Slug + "/me", Shop: v.shop.Name, Customer: v.customer, At: s.Now()}
	var err error
	if page.Items, err = s.items(v, page.Page); err != nil {
		return err
	}
	if page.Decisions, err = s.decisions(v, page.Page); err != nil {
		return err
	}
	if page.Messages, err = s.sent(v, page.Page); err != nil {
		return err
	}
	return s.pages.Render(w, http.StatusOK, "data", page)
}

// export streams the same for machines. An error after the first byte cuts the
// answer off, which leaves JSON that no reader takes for whole.
func (s *Site) export(w http.ResponseWriter, v visit) error {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", v.shop.Slug+"-"+s.Now().UTC().Format("2006-01-02")+".json"))
	if err := s.Gate.Export(v.Context(), v.key, w); err != nil {
		s.Log.ErrorContext(v.Context(), "export broken off", "request", ui.RequestID(v.Context()), "error", err)
		panic(http.ErrAbortHandler)
	}
	return nil
}

// how says where a decision was made; a way of the operator's own by its name.
func how(p ui.Page, way string) string {
	if slices.Contains([]string{"page", "me", "api", "operator", "platform"}, way) {
		return p.T("how." + way)
	}
	return way
}
