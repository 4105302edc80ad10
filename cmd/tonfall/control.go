package main

import (
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"tonfall/profile"
	"tonfall/web/ui"
)

// control is the operator's door: HTTP over a socket that only the operator's
// account can open. Every command that touches the store speaks to it, whether
// a server holds the database or the command has opened it itself.
func (h *house) control() http.Handler {
	mux := http.NewServeMux()
	routes := map[string]func(http.ResponseWriter, *http.Request) error{
		"GET /customers":             h.listCustomers,
		"GET /customers/{id}":        h.showCustomer,
		"GET /customers/{id}/export": h.exportCustomer,
		"DELETE /customers/{id}":     h.eraseCustomer,
		"POST /resync":               h.resync,
		"POST /studio-link":          h.studioLink,
		"POST /store/backup":         h.backup,
		"POST /store/compact":        h.compact,
		"POST /keys/rotate":          h.rotateKeys,
		"GET /templates":             h.listTemplates,
		"PUT /templates/{name}":      h.saveTemplate,
		"GET /problems":              h.problems,
	}
	for pattern, handle := range routes {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			if err := handle(w, r); err != nil {
				ui.WriteProblem(w, r, err)
			}
		})
	}
	return mux
}

func answer(w http.ResponseWriter, v any) error {
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(v)
}

// named finds the customer in the path, in the shop that the query names or in
// the only one there is.
func (h *house) named(r *http.Request) (profile.Key, error) {
	slug, err := h.shopOf(r)
	if err != nil {
		return profile.Key{}, err
	}
	return h.gate.Resolve(r.Context(), slug, r.PathValue("id"))
}

func (h *house) shopOf(r *http.Request) (string, error) {
	slug := r.URL.Query().Get("shop")
	if slug == "" && len(h.shops.order) == 1 {
		slug = h.shops.order[0]
	}
	if slug == "" {
		return "", profile.Errorf(profile.Invalid, "there are several shops: name one with --shop (%v)", h.shops.order)
	}
	if _, ok := h.shops.shop(slug); !ok {
		return "", profile.Errorf(profile.NotFound, "there is no shop %q; there are %v", slug, h.shops.order)
	}
	return slug, nil
}

// customerRow is a customer as a list shows it: no mood, nothing written.
type customerRow struct {
	Shop      string    `json:"shop"`
	ID        string    `json:"id"`
	Reference string    `json:"reference,omitempty"`
	Name      string    `json:"name,omitempty"`
	Accounts  []string  `json:"accounts"`
	Consents  []string  `json:"consents"`
	Synced    time.Time `json:"synced,omitzero"`
	Problems  []string  `json:"problems,omitempty"`
	Created   time.Time `json:"created"`
}

func rowOf(c profile.Customer) customerRow {
	row := customerRow{Shop: c.Shop, ID: string(c.ID), Reference: c.Reference, Name: c.Name(), Created: c.Created, Accounts: []string{}, Consents: []string{}}
	for _, a := range c.Accounts {
		row.Accounts = append(row.Accounts, a.Connector)
		if a.Synced.After(row.Synced) {
			row.Synced = a.Synced
		}
		if a.Problem != "" {
			row.Problems = append(row.Problems, a.Connector+": "+string(a.Problem))
		}
	}
	for _, x := range c.Consents {
		if x.Decision == profile.Granted {
			row.Consents = append(row.Consents, string(x.Purpose))
		}
	}
	return row
}

func (h *house) listCustomers(w http.ResponseWriter, r *http.Request) error {
	slug, err := h.shopOf(r)
	if err != nil {
		return err
	}
	limit, err := strconv.Atoi(r.URL.Query().Get("limit"))
	if err != nil || limit < 1 || limit > 1000 {
		limit = 100
	}
	page, next, err := h.gate.Customers(r.Context(), slug, r.URL.Query().Get("cursor"), limit, r.URL.Query().Get("q"))
	if err != nil {
		return err
	}
	rows := make([]customerRow, len(page))
	for i, c := range page {
		rows[i] = rowOf(c)
	}
	return answer(w, map[string]any{"items": rows, "next": next})
}

func (h *house) showCustomer(w http.ResponseWriter, r *http.Request) error {
	key, err := h.named(r)
	if err != nil {
		return err
	}
	c, err := h.gate.Customer(r.Context(), key)
	if err != nil {
		return err
	}
	return answer(w, c)
}

func (h *house) exportCustomer(w http.ResponseWriter, r *http.Request) error {
	key, err := h.named(r)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	return h.gate.Export(r.Context(), key, w)
}

func (h *house) eraseCustomer(w http.ResponseWriter, r *http.Request) error {
	key, err := h.named(r)
	if err != nil {
		return err
	}
	receipt, err := h.gate.Erase(r.Context(), key, profile.Proof{How: "operator"})
	if err != nil {
		return err
	}
	return answer(w, receipt)
}
