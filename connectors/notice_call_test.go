package connectors_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"tonfall/connectors"
	"tonfall/connectors/connectortest"
	"tonfall/profile"
)

// deauthorizer is a connector whose provider's keys lie at a gate, and the
// number of requests that the gate has seen.
func deauthorizer(t *testing.T, h connectortest.Harness, down bool) (connectors.Deauthorizer, *atomic.Int32) {
	t.Helper()
	var p connectortest.Provider
	seen := new(atomic.Int32)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if seen.Add(1); down {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		p.Handler.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	p = h.Provider(t, server.URL)
	c := h.Connector(t, server.URL, connectors.Options{AllowLoopback: true, Now: connectortest.Now})
	return c.(connectors.Deauthorizer), seen
}

func TestGoogleAndAppleSayWhoLeft(t *testing.T) {
	const purged = "https://schemas.openid.net/secevent/risc/event-type/account-purged"
	fromApple := func(change func(map[string]any)) string {
		text, err := json.Marshal(map[string]string{"payload": told(t, "apple/event.json", signingKey(), jose.RS256, change)})
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	email := set("events", `{"type":"email-disabled","sub":"001999.27f0a61ffb6c4fdd86e92b5fdc8cd9a5.0733"}`)
	g, seenByGoogle := deauthorizer(t, signInSuite("google", googleGate, nil), false)
	a, seenByApple := deauthorizer(t, appleSuite(t), false)
	for name, x := range map[string]struct {
		connector connectors.Deauthorizer
		body      string
		subject   string
		want      profile.Kind
	}{
		"Google, the account is gone":  {g, told(t, "google/event.json", signingKey(), jose.RS256, event(purged, nil)), "7375626A656374", ""},
		"Google, something else":       {g, told(t, "google/event.json", signingKey(), jose.RS256, unchanged), "", ""},
		"Google, for somebody else":    {g, told(t, "google/event.json", signingKey(), jose.RS256, set("aud", "other")), "", profile.Unauthorized},
		"Google, rubbish":              {g, "{}", "", profile.Unauthorized},
		"Apple, the consent is ended":  {a, fromApple(unchanged), "001999.27f0a61ffb6c4fdd86e92b5fdc8cd9a5.0733", ""},
		"Apple, something else":        {a, fromApple(email), "", ""},
		"Apple, for somebody else":     {a, fromApple(set("aud", "other")), "", profile.Unauthorized},
		"Apple, rubbish as a payload":  {a, `{"payload":"a.b.c"}`, "", profile.Unauthorized},
		"Apple, rubbish":               {a, "payload=x", "", profile.Invalid},
		"Apple, Google's own message ": {a, `{"payload":"` + told(t, "google/event.json", signingKey(), jose.RS256, unchanged) + `"}`, "", profile.Unauthorized},
	} {
		subject, err := x.connector.Deauthorized(http.Header{}, []byte(x.body))
		if profile.KindOf(err) != x.want || subject != x.subject {
			t.Errorf("%s: %q, %v", name, subject, err)
		}
		if err != nil && strings.Contains(err.Error(), "eyJ") {
			t.Errorf("%s: the error repeats the message", name)
		}
	}
	// Discovery and keys once each, however many calls come.
	if got := []int32{seenByGoogle.Load(), seenByApple.Load()}; got[0] != 2 || got[1] != 2 {
		t.Errorf("the providers saw %v requests, want 2 each", got)
	}
}

func TestACallIsNotCalledForgedWhereTheKeysCannotBeHad(t *testing.T) {
	g, _ := deauthorizer(t, signInSuite("google", googleGate, nil), true)
	if _, err := g.Deauthorized(nil, []byte(told(t, "google/event.json", signingKey(), jose.RS256, unchanged))); !profile.Is(err, profile.Upstream) {
		t.Errorf("got %v", err)
	}
}
