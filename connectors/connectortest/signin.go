package connectortest

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"testing"

	"tonfall/connectors"
	"tonfall/profile"
)

func describes(t *testing.T, s *stage) {
	info := s.Connector.Info()
	_, posts := s.Connector.(connectors.PostReader)
	if info.Name == "" || info.Title == "" || info.Registration == "" || info.Posts != posts {
		t.Errorf("Info lacks something: %+v", info)
	}
	if want := connectors.Powers(s.Connector); !slices.Equal(info.Powers, want) {
		t.Errorf("Info.Powers is %v, the interfaces say %v", info.Powers, want)
	}
	if len(info.Scopes[""]) == 0 || posts != (info.Scopes[profile.Posts] != nil) {
		t.Errorf("Info.Scopes is %v", info.Scopes)
	}
	if (info.Hint != "") != (s.Hint != nil) {
		t.Errorf("Info.Hint is %q", info.Hint)
	}
	for _, r := range info.Rules {
		if r.Purpose == "" || r.Text == "" || r.Source == "" {
			t.Errorf("a rule lacks something: %+v", r)
		}
	}
	if posts && len(info.Rules) == 0 {
		t.Error("Info.Rules is empty; what does the platform allow?")
	}
}

func signsIn(t *testing.T, s *stage) {
	v := s.arrive(t, "state-1")
	at, err := url.Parse(v.step.URL)
	if err != nil {
		t.Fatal(err)
	}
	switch q := at.Query(); {
	case q.Has("request_uri"):
	case s.NoPKCE != "" && q.Has("code_challenge"):
		t.Errorf("the sign-in sends PKCE, although %s", s.NoPKCE)
	case s.NoPKCE == "" && (q.Get("code_challenge_method") != "S256" || len(q.Get("code_challenge")) != 43):
		t.Error("the sign-in goes without PKCE S256")
	}
	grant, account, err := s.Connector.Finish(t.Context(), v.back)
	if err != nil {
		t.Fatalf("Finish: %v", err)
	}
	if grant.Access == "" || grant.Type == "" || len(grant.Scopes) == 0 {
		t.Error("the grant lacks access, type or scopes")
	}
	if !grant.Expires.IsZero() && !grant.Expires.After(Now()) {
		t.Errorf("the fresh grant expired at %v", grant.Expires)
	}
	if account.Connector != s.Connector.Info().Name || account.Provider == "" || account.Subject == "" || account.Handle == "" {
		t.Errorf("the account lacks something: %+v", account)
	}
	if !account.Connected.Equal(Now()) || !slices.Equal(account.Scopes, grant.Scopes) {
		t.Errorf("connected %v with %v, want %v with %v", account.Connected, account.Scopes, Now(), grant.Scopes)
	}
	_, again := s.signIn(t)
	if again.Provider != account.Provider || again.Subject != account.Subject {
		t.Errorf("the same person came as %s and as %s", account.Ref(), again.Ref())
	}
	// A grant is stored as JSON: it must work after that.
	stored, err := json.Marshal(grant)
	if err != nil {
		t.Fatal(err)
	}
	var loaded connectors.Grant
	if err := json.Unmarshal(stored, &loaded); err != nil {
		t.Fatal(err)
	}
	if reader, ok := s.Connector.(connectors.PostReader); ok {
		if _, _, err := reader.Posts(t.Context(), s.Connector.Client(loaded, s.client.Transport), account, ""); err != nil {
			t.Errorf("a stored grant: %v", err)
		}
	}
}

func saysNo(t *testing.T, s *stage) {
	s.Deny()
	_, _, err := s.Connector.Finish(t.Context(), s.arrive(t, "state-1").back)
	wantKind(t, err, profile.Forbidden)
}

func refusesCallbacks(t *testing.T, s *stage) {
	mine, other := s.arrive(t, "state-1"), s.arrive(t, "state-2")
	name := cmp.Or(s.Code, "code")
	code := mine.back.Params.Get(name)
	changed := func(change func(*connectors.Callback)) connectors.Callback {
		b := mine.back
		b.Params = url.Values{}
		for k, v := range mine.back.Params {
			b.Params[k] = slices.Clone(v)
		}
		change(&b)
		return b
	}
	for name, back := range map[string]connectors.Callback{
		"no parameters":      changed(func(b *connectors.Callback) { b.Params = url.Values{} }),
		"no memory":          changed(func(b *connectors.Callback) { b.Keep = nil }),
		"memory of rubbish":  changed(func(b *connectors.Callback) { b.Keep = []byte("{]") }),
		"an unknown code":    changed(func(b *connectors.Callback) { b.Params.Set(name, "code-that-nobody-gave") }),
		"an unknown problem": changed(func(b *connectors.Callback) { b.Params.Del(name); b.Params.Set("error", "<b>what & why</b>") }),
	} {
		grant, account, err := s.Connector.Finish(t.Context(), back)
		if err == nil || grant.Access != "" || account.Subject != "" {
			t.Errorf("%s: answered %v", name, err)
		}
		wantKind(t, err, profile.KindOf(err), code, "code-that-nobody-gave", "<b>")
	}
	// Another browser's code: PKCE must refuse it.
	stolen := changed(func(b *connectors.Callback) { b.Keep = other.step.Keep })
	if s.NoPKCE == "" {
		if _, _, err := s.Connector.Finish(t.Context(), stolen); err == nil {
			t.Error("a stolen code was accepted")
		}
	}
	if _, _, err := s.Connector.Finish(t.Context(), other.back); err != nil {
		t.Fatalf("the other sign-in failed: %v", err)
	}
	_, _, err := s.Connector.Finish(t.Context(), other.back)
	if err == nil {
		t.Error("a code was accepted twice")
	}
	wantKind(t, err, profile.Invalid, other.back.Params.Get(name))
}

func manySignIn(t *testing.T, s *stage) {
	var all sync.WaitGroup
	for i := range 8 {
		v := s.arrive(t, fmt.Sprintf("state-%d", i))
		all.Go(func() {
			if _, _, err := s.Connector.Finish(t.Context(), v.back); err != nil {
				t.Errorf("Finish: %v", err)
			}
		})
	}
	all.Wait()
}

func rubbishAtSignIn(t *testing.T, s *stage) {
	for _, path := range []string{s.Token, s.Account} {
		if path == "" {
			continue
		}
		for _, r := range rubbish() {
			t.Run(path+" "+r.name, func(t *testing.T) {
				v := s.arrive(t, "state-1")
				s.breaks(path, r)
				defer s.mends()
				_, _, err := s.Connector.Finish(t.Context(), v.back)
				wantKind(t, err, profile.Upstream, v.back.Params.Get("code"))
			})
		}
	}
	if _, account := s.signIn(t); account.Subject == "" {
		t.Error("the sign-in after the faults failed")
	}
}

func tokenErrors(t *testing.T, s *stage) {
	grant, _ := s.signIn(t)
	refresher, _ := s.Connector.(connectors.Refresher)
	for _, x := range []struct {
		name            string
		answer          http.HandlerFunc
		finish, refresh profile.Kind
	}{
		{"invalid_grant", says(400, `{"error":"invalid_grant","error_description":"expired"}`), profile.Invalid, profile.Reconnect},
		{"invalid_grant as 200", says(200, `{"error":"invalid_grant"}`), profile.Invalid, profile.Reconnect},
		{"a sentence of its own", says(400, `{"error":"sql: no rows in result set"}`), profile.Invalid, profile.Reconnect},
		{"server_error", says(500, `{"error":"server_error"}`), profile.Upstream, profile.Upstream},
		{"temporarily_unavailable", says(400, `{"error":"temporarily_unavailable"}`), profile.Upstream, profile.Upstream},
		{"invalid_client", says(401, `{"error":"invalid_client"}`), profile.Upstream, profile.Upstream},
		{"a page of a proxy", says(400, `<html>Bad request</html>`), profile.Upstream, profile.Upstream},
		{"too many", says(429, `{"error":"slow_down"}`, "Retry-After", "7"), profile.TooMany, profile.TooMany},
	} {
		t.Run(x.name, func(t *testing.T) {
			v := s.arrive(t, "state-1")
			s.breaks(s.Token, fault{answer: x.answer})
			defer s.mends()
			_, _, err := s.Connector.Finish(t.Context(), v.back)
			wantKind(t, err, x.finish, v.back.Params.Get("code"))
			if refresher != nil && grant.Refresh != "" {
				s.breaks(cmp.Or(s.Renew, s.Token), fault{answer: x.answer})
				_, err = refresher.Refresh(context.Background(), grant)
				wantKind(t, err, x.refresh, grant.Access, grant.Refresh)
			}
		})
	}
}
