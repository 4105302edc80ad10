package ui

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"tonfall/profile"
)

func testDoor(t *testing.T, https bool) (*Door, *bytes.Buffer) {
	t.Helper()
	_, _, pages := room(t)
	log := &bytes.Buffer{}
	return &Door{Pages: pages, Log: slog.New(slog.NewTextHandler(log, nil)), HTTPS: https, Now: time.Now}, log
}

func ask(h http.Handler, method, target string, header map[string]string, body io.Reader) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, body)
	for k, v := range header {
		r.Header.Set(k, v)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestEveryKindOfErrorHasAStatusAndAPageInEveryLanguage(t *testing.T) {
	door, _ := testDoor(t, false)
	kinds := map[profile.Kind]int{
		profile.Internal: 500, profile.Invalid: 400, profile.Unauthorized: 401, profile.Forbidden: 403,
		profile.NoConsent: 403, profile.NotFound: 404, profile.Conflict: 409, profile.Gone: 410,
		profile.TooMany: 429, profile.Reconnect: 409, profile.Upstream: 502, profile.Unavailable: 503,
	}
	for kind, status := range kinds {
		h := door.Handle(func(http.ResponseWriter, *http.Request) error {
			return profile.Wrap(kind, errors.New("secret cause"), "a sentence for people")
		})
		for _, lang := range Languages() {
			w := ask(h, "GET", "/x", map[string]string{"Accept": "text/html,*/*", "Accept-Language": lang}, nil)
			body := w.Body.String()
			if w.Code != status || strings.Contains(body, "[") || strings.Contains(body, "secret cause") || !strings.Contains(body, "<h1>") {
				t.Errorf("%s in %s: %d %s", kind, lang, w.Code, body)
			}
		}
		w := ask(h, "GET", "/x", nil, nil)
		var p Problem
		if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
			t.Fatal(err)
		}
		if w.Code != status || w.Header().Get("Content-Type") != "application/problem+json" || p.Status != status ||
			p.Type != "urn:tonfall:error:"+string(kind) || p.Detail != "a sentence for people" {
			t.Errorf("%s: %d %+v", kind, w.Code, p)
		}
	}
}

func TestAnErrorSaysWhenToTryAgain(t *testing.T) {
	door, _ := testDoor(t, false)
	at := time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)
	h := door.Handle(func(http.ResponseWriter, *http.Request) error {
		return &profile.Error{Kind: profile.TooMany, Msg: "slow down", NotBefore: at}
	})
	if got := ask(h, "GET", "/", nil, nil).Header().Get("Retry-After"); got != "Sun, 22 Nov 2026 08:00:00 GMT" {
		t.Errorf("Retry-After %q", got)
	}
}

func TestAnswersCarryTheSecurityHeaders(t *testing.T) {
	for _, https := range []bool{false, true} {
		door, _ := testDoor(t, https)
		w := ask(door.Guard(http.NotFoundHandler(), nil), "GET", "/", nil, nil)
		csp := w.Header().Get("Content-Security-Policy")
		for _, want := range []string{"frame-ancestors 'none'", "default-src 'none'", "form-action 'self'", "base-uri 'none'"} {
			if !strings.Contains(csp, want) {
				t.Errorf("policy lacks %s", want)
			}
		}
		if strings.Contains(csp, "unsafe") || w.Header().Get("X-Content-Type-Options") != "nosniff" || w.Header().Get("Referrer-Policy") != "same-origin" {
			t.Errorf("headers: %v", w.Header())
		}
		if got := w.Header().Get("Strict-Transport-Security") != ""; got != https {
			t.Errorf("https %v: HSTS %v", https, got)
		}
	}
}

func TestFormsFromOtherSitesAreRefused(t *testing.T) {
	door, _ := testDoor(t, false)
	reached := 0
	h := door.Guard(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached++ }), ForPrograms)
	for _, c := range []struct {
		method, path, site, origin string
		want                       int
	}{
		{"POST", "/demo/consent", "cross-site", "https://evil.example", 403},
		{"POST", "/demo/consent", "same-site", "", 403},
		{"POST", "/demo/consent", "", "null", 403},
		{"POST", "/demo/consent", "same-origin", "", 200},
		{"POST", "/demo/consent", "", "http://example.com", 200},
		{"GET", "/demo/consent", "cross-site", "", 200},
		{"POST", "/demo/token", "cross-site", "https://spa.example", 200},
		{"POST", "/demo/callback/apple", "cross-site", "null", 200},
		{"POST", "/hooks/demo/apple", "cross-site", "", 200},
		{"POST", "/demo/me/erase", "cross-site", "", 403},
		{"POST", "/studio/token", "cross-site", "", 200},
		{"POST", "/demo/callback", "cross-site", "", 403},
	} {
		header := map[string]string{}
		if c.site != "" {
			header["Sec-Fetch-Site"] = c.site
		}
		if c.origin != "" {
			header["Origin"] = c.origin
		}
		if w := ask(h, c.method, c.path, header, nil); w.Code != c.want {
			t.Errorf("%+v: %d", c, w.Code)
		}
	}
	if reached != 7 {
		t.Errorf("%d requests reached the handler", reached)
	}
}

func TestTheLogHoldsNoQueryAndEveryRequestOneLine(t *testing.T) {
	door, log := testDoor(t, false)
	h := door.Guard(door.Handle(func(w http.ResponseWriter, r *http.Request) error {
		if r.URL.Path == "/panic" {
			panic("canary-panic")
		}
		return profile.Wrap(profile.Upstream, errors.New("status 500"), "the provider failed")
	}), nil)
	w := ask(h, "GET", "/x?code=canary-code", map[string]string{"Authorization": "Bearer canary-token", "Cookie": "a=canary-cookie"}, nil)
	if got := log.String(); strings.Contains(got, "canary") || strings.Count(got, "\n") != 1 ||
		!strings.Contains(got, "kind=upstream") || !strings.Contains(got, "status=502") || !strings.Contains(got, w.Header().Get("X-Request-Id")) {
		t.Errorf("log: %s", got)
	}
	log.Reset()
	if w := ask(h, "GET", "/panic", nil, nil); w.Code != 500 || strings.Contains(log.String(), "canary") {
		t.Errorf("panic: %d %s", w.Code, log)
	}
}

func TestBodiesAreCapped(t *testing.T) {
	door, _ := testDoor(t, false)
	h := Limit(10, door.Handle(func(_ http.ResponseWriter, r *http.Request) error { return r.ParseForm() }))
	form := map[string]string{"Content-Type": "application/x-www-form-urlencoded"}
	if w := ask(h, "POST", "/", form, strings.NewReader("a=12345678")); w.Code != 200 {
		t.Errorf("ten bytes answered %d", w.Code)
	}
	if w := ask(h, "POST", "/", form, strings.NewReader("a=123456789")); w.Code != 400 {
		t.Errorf("eleven bytes answered %d", w.Code)
	}
}

func TestCookiesAreBoundToTheHostOnHTTPS(t *testing.T) {
	for https, name := range map[bool]string{true: "__Host-s", false: "s"} {
		c := Cookies{HTTPS: https}
		w := httptest.NewRecorder()
		c.Set(w, "s", "v", time.Minute)
		got := w.Result().Cookies()[0]
		if got.Name != name || got.Secure != https || !got.HttpOnly || got.Path != "/" || got.Domain != "" || got.SameSite != http.SameSiteLaxMode || got.MaxAge != 60 {
			t.Errorf("cookie %+v", got)
		}
		r := httptest.NewRequest("GET", "/", nil)
		r.AddCookie(&http.Cookie{Name: name, Value: "v"})
		if c.Get(r, "s") != "v" {
			t.Error("the cookie is not read back")
		}
		r.AddCookie(&http.Cookie{Name: name, Value: "planted"})
		if c.Get(r, "s") != "" {
			t.Error("of two cookies one was believed")
		}
		w = httptest.NewRecorder()
		c.Clear(w, "s")
		if got := w.Result().Cookies()[0]; got.MaxAge >= 0 || got.Name != name {
			t.Errorf("clearing sent %+v", got)
		}
	}
}
