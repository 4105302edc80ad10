package connectortest

import (
	"errors"
	"testing"
	"time"

	"tonfall/connectors"
	"tonfall/profile"
)

// notBefore is when an error says that the call may be tried again.
func notBefore(err error) time.Time {
	var e *profile.Error
	if errors.As(err, &e) {
		return e.NotBefore
	}
	return time.Time{}
}

// reads checks what a grant is still good for. Providers without posts are not
// asked: there, the refresh alone tells.
func reads(t *testing.T, s *stage, g connectors.Grant, a profile.Account, want profile.Kind) {
	t.Helper()
	reader, ok := s.Connector.(connectors.PostReader)
	if !ok {
		return
	}
	_, _, err := reader.Posts(t.Context(), s.Connector.Client(g, s.client.Transport), a, "")
	if got := profile.KindOf(err); got != want {
		t.Errorf("reading posts answers %q (%v), want %q", got, err, want)
	}
}

// deadGrant is the vault's way: 401, refresh, on; 401, refresh refused, the
// person must come.
func deadGrant(t *testing.T, s *stage) {
	grant, account := s.signIn(t)
	reads(t, s, grant, account, "")
	refresher, ok := s.Connector.(connectors.Refresher)
	if ok && s.Expire != nil {
		s.Expire()
		reads(t, s, grant, account, profile.Unauthorized)
		fresh, err := refresher.Refresh(t.Context(), grant)
		if err != nil {
			t.Fatalf("Refresh: %v", err)
		}
		if fresh.Access == grant.Access || fresh.Refresh == "" || len(fresh.Scopes) == 0 {
			t.Error("the renewed grant has the old access token, no refresh token or no scopes")
		}
		reads(t, s, fresh, account, "")
		grant = fresh
	}
	if s.Kill != nil {
		s.Kill()
		reads(t, s, grant, account, profile.Unauthorized)
	}
	if ok {
		if s.Kill != nil {
			_, err := refresher.Refresh(t.Context(), grant)
			wantKind(t, err, profile.Reconnect, grant.Access, grant.Refresh)
		}
		grant.Refresh = ""
		_, err := refresher.Refresh(t.Context(), grant)
		wantKind(t, err, profile.Reconnect, grant.Access)
	}
}

func revokes(t *testing.T, s *stage) {
	revoker, ok := s.Connector.(connectors.Revoker)
	if !ok {
		return
	}
	grant, account := s.signIn(t)
	for _, when := range []string{"once", "twice"} {
		if err := revoker.Revoke(t.Context(), grant); err != nil {
			t.Errorf("Revoke %s: %v", when, err)
		}
	}
	if refresher, ok := s.Connector.(connectors.Refresher); ok && grant.Refresh != "" {
		_, err := refresher.Refresh(t.Context(), grant)
		wantKind(t, err, profile.Reconnect, grant.Access, grant.Refresh)
		return
	}
	reads(t, s, grant, account, profile.Unauthorized)
}
