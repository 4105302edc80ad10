package connectors_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"tonfall/connectors"
	"tonfall/connectors/connectortest"
	"tonfall/internal/egress"
	"tonfall/profile"
)

// inForm is client authentication in the form.
func inForm(r *http.Request) bool {
	return r.PostFormValue("client_id") == "tonfall" && r.PostFormValue("client_secret") == "secret"
}

// inHeader is client authentication in the header.
func inHeader(r *http.Request) bool {
	id, secret, _ := r.BasicAuth()
	return id == "tonfall" && secret == "secret"
}

// signInSuite is the harness of a gate.
func signInSuite(kind string, build func(t *testing.T, base string) *gate, change func(o *connectors.Options)) connectortest.Harness {
	plan := build(nil, "")
	h := connectortest.Harness{
		Provider: func(t *testing.T, base string) connectortest.Provider { return build(t, base).provider() },
		Connector: func(_ *testing.T, base string, o connectors.Options) connectors.Connector {
			o.BaseURL, o.ClientID, o.ClientSecret = base, "tonfall", "secret"
			if change != nil {
				change(&o)
			}
			return must(connectors.New(kind, o))
		},
		Token: plan.token,
	}
	if plan.complete == nil {
		h.Account = plan.account
	}
	if plan.noPKCE {
		h.NoPKCE = kind + " refuses it"
	}
	return h
}

// signInOnce serves a gate and signs its person in. Between the provider and
// Finish, change may alter the callback.
func signInOnce(t *testing.T, h connectortest.Harness, arrange func(g *gate), change func(*connectors.Callback)) (connectors.Step, profile.Account, error) {
	t.Helper()
	var p connectortest.Provider
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { p.Handler.ServeHTTP(w, r) }))
	t.Cleanup(server.Close)
	p = h.Provider(t, server.URL)
	if arrange != nil {
		arrange(p.Handler.(*gate))
	}
	c := h.Connector(t, server.URL, connectors.Options{
		AllowLoopback: true, Now: connectortest.Now, HTTP: egress.New(egress.Options{AllowLoopback: true, Timeout: connectortest.Patient}),
	})
	const redirect = "https://tonfall.example/demo/callback/it"
	step, err := c.Begin(t.Context(), connectors.Start{Redirect: redirect, State: "s", Nonce: "n-1", Locale: "de"})
	if err != nil {
		return step, profile.Account{}, err
	}
	w := httptest.NewRecorder()
	p.Handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, step.URL, nil))
	back := connectors.Callback{Keep: step.Keep, Nonce: "n-1", Redirect: redirect}
	_, back.Params = connectortest.Returned(t, w.Result())
	if change != nil {
		change(&back)
	}
	_, account, err := c.Finish(t.Context(), back)
	return step, account, err
}

// scopesOf are the scopes that a sign-in asks for.
func scopesOf(t *testing.T, step connectors.Step) []string {
	t.Helper()
	u, err := url.Parse(step.URL)
	if err != nil {
		t.Fatal(err)
	}
	scopes := strings.Fields(u.Query().Get("scope"))
	slices.Sort(scopes)
	return scopes
}
