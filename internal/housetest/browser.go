package housetest

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// Browser asks a room for pages as a person would.
type Browser struct {
	T       *testing.T
	Handler http.Handler
	Lang    string // Accept-Language
	Cookie  string // Cookie header; may be empty
}

// Send sends a form, or none for nil.
func (b *Browser) Send(method, path string, form url.Values) *httptest.ResponseRecorder {
	b.T.Helper()
	r := httptest.NewRequestWithContext(b.T.Context(), method, path, strings.NewReader(form.Encode()))
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	r.Header.Set("Accept", "text/html")
	r.Header.Set("Accept-Language", b.Lang)
	if b.Cookie != "" {
		r.Header.Set("Cookie", b.Cookie)
	}
	w := httptest.NewRecorder()
	b.Handler.ServeHTTP(w, r)
	return w
}

// Page gets a page and looks at it.
func (b *Browser) Page(status int, path string) string {
	b.T.Helper()
	return b.Look(status, path, b.Send("GET", path, nil))
}

// Look wants a status, and that the page has nothing that no page may have:
// script, inline style, words that are missing.
func (b *Browser) Look(status int, path string, w *httptest.ResponseRecorder) string {
	b.T.Helper()
	body := w.Body.String()
	if w.Code != status {
		b.T.Fatalf("%s answered %d, want %d: %.600s", path, w.Code, status, body)
	}
	for _, bad := range []string{"<script", "<style", " style=", " onclick", " onload", "javascript:", "<no value>", "%!"} {
		if strings.Contains(body, bad) {
			b.T.Errorf("%s has %q", path, bad)
		}
	}
	for _, part := range strings.Split(body, "[")[1:] {
		if key, _, closed := strings.Cut(part, "]"); closed && strings.Contains(key, ".") && !strings.ContainsAny(key, " \n") {
			b.T.Errorf("%s lacks the words %q", path, key)
		}
	}
	return body
}
