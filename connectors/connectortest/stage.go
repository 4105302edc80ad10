package connectortest

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"tonfall/connectors"
	"tonfall/internal/egress"
	"tonfall/profile"
)

// stage is one provider being served, and the connector in front of it.
type stage struct {
	Harness
	Provider
	Connector connectors.Connector
	base      string
	client    *http.Client

	lock     sync.Mutex
	path     string // faults hit this path only; empty: every path
	fault    http.HandlerFunc
	slow     bool // the fault never ends
	requests int
}

// way is the connector's way out, with the patience that the fault needs.
type way struct {
	*stage
	patient, hasty http.RoundTripper
}

func (w way) RoundTrip(r *http.Request) (*http.Response, error) {
	w.lock.Lock()
	slow := w.slow
	w.lock.Unlock()
	if slow {
		return w.hasty.RoundTrip(r)
	}
	return w.patient.RoundTrip(r)
}

// begin serves a fresh provider.
func begin(t *testing.T, h Harness) *stage {
	t.Helper()
	s := &stage{Harness: h}
	server := httptest.NewServer(s)
	t.Cleanup(func() { server.CloseClientConnections(); server.Close() })
	s.base = server.URL
	s.Provider = h.Provider(t, s.base)
	patient := egress.New(egress.Options{Timeout: Patient, MaxBody: MaxBody, AllowLoopback: true})
	hasty := egress.New(egress.Options{Timeout: Hasty, MaxBody: MaxBody, AllowLoopback: true})
	t.Cleanup(patient.CloseIdleConnections)
	t.Cleanup(hasty.CloseIdleConnections)
	s.client = &http.Client{Transport: way{s, patient.Transport, hasty.Transport}, CheckRedirect: patient.CheckRedirect}
	s.Connector = h.Connector(t, s.base, connectors.Options{HTTP: s.client, Now: Now, AllowLoopback: true})
	if s.Redirect == "" {
		s.Redirect = "https://tonfall.example/demo/callback/" + s.Connector.Info().Name
	}
	return s
}

// ServeHTTP puts the fault of the moment before the provider.
func (s *stage) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.lock.Lock()
	s.requests++
	fault := s.fault
	if s.path != "" && s.path != r.URL.Path {
		fault = nil
	}
	s.lock.Unlock()
	if fault != nil {
		// The server notices that a client left only once its body is read.
		_, _ = io.Copy(io.Discard, r.Body)
		fault(w, r)
		return
	}
	s.Handler.ServeHTTP(w, r)
}

// breaks makes a path (empty: every path) answer with a fault.
func (s *stage) breaks(path string, f fault) {
	s.lock.Lock()
	defer s.lock.Unlock()
	s.path, s.fault, s.slow = path, f.answer, f.slow
}

// mends ends the fault.
func (s *stage) mends() { s.breaks("", fault{}) }

func (s *stage) seen() int {
	s.lock.Lock()
	defer s.lock.Unlock()
	return s.requests
}

// visit is a sign-in between the provider's answer and Finish.
type visit struct {
	step connectors.Step
	back connectors.Callback
}

// arrive goes from Begin through the provider's pages to the callback.
func (s *stage) arrive(t *testing.T, state string) visit {
	t.Helper()
	start := connectors.Start{Redirect: s.Redirect, State: state, Nonce: "nonce-of-" + state, Purposes: []profile.Purpose{profile.Posts}, Locale: "de"}
	if s.Hint != nil {
		start.Hint = s.Hint(s.base)
	}
	step, err := s.Connector.Begin(t.Context(), start)
	if err != nil {
		t.Fatalf("Begin: %v", err)
	}
	browser := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	defer browser.CloseIdleConnections()
	going, err := http.NewRequestWithContext(t.Context(), http.MethodGet, step.URL, nil)
	if err != nil {
		t.Fatalf("Begin leads nowhere: %v", err)
	}
	answer, err := browser.Do(going)
	if err != nil {
		t.Fatalf("the browser at the provider: %v", err)
	}
	defer answer.Body.Close()
	to, params := Returned(t, answer)
	if !strings.HasPrefix(to, s.Redirect) {
		t.Fatalf("the provider answered %s and sent the browser to %q", answer.Status, to)
	}
	if got := params.Get("state"); got != state {
		t.Fatalf("the provider gave back state %q, want %q", got, state)
	}
	return visit{step, connectors.Callback{Params: params, Keep: step.Keep, Nonce: start.Nonce, Redirect: s.Redirect}}
}

// signIn is a whole sign-in.
func (s *stage) signIn(t *testing.T) (connectors.Grant, profile.Account) {
	t.Helper()
	v := s.arrive(t, "state-1")
	grant, account, err := s.Connector.Finish(t.Context(), v.back)
	if err != nil {
		t.Fatalf("Finish: %v", err)
	}
	return grant, account
}

// reader is a person whose posts are read.
type reader struct {
	*stage
	grant   connectors.Grant
	account profile.Account
	http    *http.Client
}

func (s *stage) reader(t *testing.T) *reader {
	t.Helper()
	grant, account := s.signIn(t)
	return &reader{s, grant, account, s.Connector.Client(grant, s.client.Transport)}
}

func (r *reader) page(ctx context.Context, cursor string) ([]profile.Post, string, error) {
	return r.Connector.(connectors.PostReader).Posts(ctx, r.http, r.account, cursor)
}

// all walks from the newest post to the end.
func (r *reader) all(t *testing.T) []profile.Post {
	t.Helper()
	var all []profile.Post
	cursor := ""
	for range 1000 {
		page, next, err := r.page(t.Context(), cursor)
		if err != nil {
			t.Fatalf("Posts: %v", err)
		}
		if all = append(all, page...); next == "" {
			return all
		}
		cursor = next
	}
	t.Fatal("the pages have no end")
	return nil
}

// wantKind checks an error's kind, and that it gives nothing away.
func wantKind(t *testing.T, err error, want profile.Kind, secrets ...string) {
	t.Helper()
	if !profile.Is(err, want) {
		t.Errorf("got %q (%v), want %q", profile.KindOf(err), err, want)
	}
	if err == nil {
		return
	}
	for _, secret := range secrets {
		if secret != "" && strings.Contains(err.Error(), secret) {
			t.Errorf("the error gives a secret away: %v", err)
		}
	}
}
