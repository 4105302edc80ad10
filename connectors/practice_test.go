package connectors_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"tonfall/connectors"
	"tonfall/connectors/connectortest"
	"tonfall/internal/practice"
)

// TestPractice runs the suite against the demo's network itself.
func TestPractice(t *testing.T) {
	connectortest.Run(t, connectortest.Harness{
		Provider: practiceProvider,
		Connector: func(t *testing.T, base string, o connectors.Options) connectors.Connector {
			o.BaseURL, o.ClientID, o.ClientSecret = base+"/practice", "tonfall", "practice-secret"
			return must(connectors.New("practice", o))
		},
		Token:   "/practice/oauth/token",
		Account: "/practice/api/me",
		Longest: practice.MaxPost,
	})
}

// practiceProvider is the network with one person, who has written nothing yet
// and agrees without being asked.
func practiceProvider(t *testing.T, base string) connectortest.Provider {
	now := connectortest.Now()
	network := practice.NewNetwork(practice.NetworkOptions{
		Base: base + "/practice", Customers: 1, Seed: 1, RateLimit: 100_000, Now: func() time.Time { return now },
		Clients: []practice.Client{{ID: "tonfall", Secret: "practice-secret", Redirects: []string{"https://tonfall.example/demo/callback/practice"}}},
	})
	handle := network.Accounts()[0].Handle
	for _, p := range network.Scripted(handle) {
		if err := network.Delete(handle, p.ID); err != nil {
			t.Fatal(err)
		}
	}
	denied := false
	return connectortest.Provider{
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/practice/oauth/authorize" {
				network.ServeHTTP(w, r)
				return
			}
			q := r.URL.Query()
			answer := url.Values{"state": {q.Get("state")}}
			code, err := network.Authorize(handle, q.Get("client_id"), q.Get("redirect_uri"), q.Get("scope"), q.Get("code_challenge"))
			switch {
			case denied:
				answer.Set("error", "access_denied")
			case err != nil:
				t.Errorf("the network refused the request: %v", err)
			default:
				answer.Set("code", code)
			}
			http.Redirect(w, r, q.Get("redirect_uri")+"?"+answer.Encode(), http.StatusSeeOther)
		}),
		Deny: func() { denied = true },
		Publish: func(text string) string {
			if text == "" {
				return ""
			}
			now = now.Add(time.Second)
			p, err := network.Post(handle, text, now)
			if err != nil {
				t.Fatal(err)
			}
			return p.ID
		},
		Delete: func(id string) {
			if err := network.Delete(handle, id); err != nil {
				t.Fatal(err)
			}
		},
		Expire: func() { network.ExpireTokens(handle) },
		Kill:   func() { network.RevokeGrants(handle) },
	}
}

func must(c connectors.Connector, err error) connectors.Connector {
	if err != nil {
		panic(err)
	}
	return c
}
