package api_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"tonfall/internal/housetest"
	"tonfall/internal/kept"
	"tonfall/profile"
	"tonfall/web/api"
)

// bearer believes "Bearer SHOP SCOPE SCOPE…" and "Bearer person ID".
type bearer struct{}

func (bearer) Authenticate(r *http.Request) (api.Principal, error) {
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		return api.Principal{}, profile.Errorf(profile.Unauthorized, "this call needs a token")
	}
	fields := strings.Fields(token)
	if fields[0] == "person" {
		return api.Principal{Shop: housetest.Demo, Client: "web", Subject: profile.CustomerID(fields[1]), Scopes: api.Scopes()}, nil
	}
	return api.Principal{Shop: fields[0], Client: fields[0] + "-backend", Scopes: fields[1:]}, nil
}

// door is the API of a house, as a caller sees it.
type door struct {
	*housetest.House
	t       *testing.T
	handler http.Handler
	auth    string
	key     string // Idempotency-Key of the next calls
}

func open(t *testing.T) *door {
	t.Helper()
	h := housetest.New(t)
	a := &api.API{
		Gate: h.Gate, Enrich: h.Enrich, Desk: h.Desk, Auth: bearer{}, Replays: kept.Replays{Store: h.Store}, Links: h.Links,
		Version: "test", Now: h.Now, Log: h.Log,
	}
	handler, err := a.Handler(h.Assets)
	if err != nil {
		t.Fatal(err)
	}
	return &door{House: h, t: t, handler: handler, auth: "Bearer demo " + strings.Join(api.Scopes(), " ")}
}

// call sends a request and decodes the JSON answer.
func (d *door) call(method, path, body string) (int, map[string]any) {
	d.t.Helper()
	w := d.raw(method, path, body)
	var out map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil {
		d.t.Fatalf("%s %s answered %d and no JSON object: %.300s", method, path, w.Code, w.Body)
	}
	return w.Code, out
}

func (d *door) raw(method, path, body string) *httptest.ResponseRecorder {
	d.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if d.auth != "" {
		r.Header.Set("Authorization", d.auth)
	}
	if d.key != "" {
		r.Header.Set("Idempotency-Key", d.key)
	}
	w := httptest.NewRecorder()
	d.handler.ServeHTTP(w, r)
	return w
}

// want calls and fails where the status is another one.
func (d *door) want(status int, method, path, body string) map[string]any {
	d.t.Helper()
	got, out := d.call(method, path, body)
	if got != status {
		d.t.Fatalf("%s %s answered %d, want %d: %v", method, path, got, status, out)
	}
	return out
}

// at walks into decoded JSON: names and, for lists, numbers.
func at(v any, path ...any) any {
	for _, step := range path {
		switch step := step.(type) {
		case string:
			m, _ := v.(map[string]any)
			v = m[step]
		case int:
			l, _ := v.([]any)
			if step >= len(l) {
				return nil
			}
			v = l[step]
		}
	}
	return v
}

func TestEveryCallInTheTableIsDescribedAndAnswers(t *testing.T) {
	d := open(t)
	w := d.raw("GET", "/openapi.json", "")
	var doc struct {
		OpenAPI string
		Paths   map[string]map[string]struct{ OperationID, Description string }
	}
	if err := json.Unmarshal(w.Body.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(doc.OpenAPI, "3.1") {
		t.Errorf("openapi is %q, want 3.1", doc.OpenAPI)
	}
	d.auth = ""
	calls := 0
	for path, methods := range doc.Paths {
		for method, op := range methods {
			calls++
			if op.Description == "" {
				t.Errorf("%s %s has no description", method, path)
			}
			concrete := strings.NewReplacer("{id}", "ref:1", "{name}", "welcome").Replace(path)
			if status, _ := d.call(strings.ToUpper(method), concrete, ""); status != http.StatusUnauthorized {
				t.Errorf("%s %s without a token answered %d, want 401", method, path, status)
			}
		}
	}
	if calls < 19 {
		t.Errorf("the document describes %d calls, want at least 19", calls)
	}
}

func TestTheDocsPageShowsEveryCallWithoutAScript(t *testing.T) {
	d := open(t)
	w := d.raw("GET", "/docs", "")
	page := w.Body.String()
	if w.Code != http.StatusOK || !strings.Contains(page, "/v1/messages/render") || !strings.Contains(page, "customers:read") {
		t.Fatalf("the page answered %d and lacks calls", w.Code)
	}
	for _, forbidden := range []string{"<script", "<style", " style=", " onclick", "[docs."} {
		if strings.Contains(page, forbidden) {
			t.Errorf("the page has %q", forbidden)
		}
	}
}

func TestHealthNeedsNoToken(t *testing.T) {
	d := open(t)
	d.auth = ""
	for _, path := range []string{"/healthz", "/readyz"} {
		if w := d.raw("GET", path, ""); w.Code != http.StatusOK {
			t.Errorf("%s answered %d", path, w.Code)
		}
	}
}

// pretty shows an answer in a failure.
func pretty(v any) string {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetIndent("", " ")
	_ = enc.Encode(v)
	return out.String()
}
