//go:build e2e

package connectors_test

import (
	"bytes"
	"crypto/elliptic"
	"encoding/json"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os/exec"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"tonfall/connectors"
	"tonfall/profile"
)

const issuersCallback = "https://tonfall.example/demo/callback/it"

// TestRealOpenIDProviders signs in at providers that others wrote, started by
// e2e/issuers.mjs on loopback and stopped with the test.
func TestRealOpenIDProviders(t *testing.T) {
	at := startIssuers(t)
	_, key := p8(t, elliptic.P256())
	for _, x := range []struct {
		name, kind string
		options    connectors.Options
		want       profile.Account
		refreshes  bool // the provider hands out a refresh token
		ends       bool // and ends a grant
	}{
		{"certified", "oidc", connectors.Options{BaseURL: at["certified"]}, profile.Account{
			Provider: at["certified"], Subject: "anna", Handle: "anna", Name: "Anna Beispiel", Email: "anna@example.org", EmailVerified: true, Locale: "de",
		}, true, true},
		{"mock", "oidc", connectors.Options{BaseURL: at["mock"]}, profile.Account{Provider: at["mock"], Subject: "johndoe"}, true, false},
		{"google", "google", connectors.Options{BaseURL: at["google"], Scopes: []string{"https://www.googleapis.com/auth/youtube.readonly"}}, profile.Account{
			Provider: at["google"], Handle: "anna@example.org", Name: "Anna Beispiel", Email: "anna@example.org", EmailVerified: true,
		}, true, true},
		{"microsoft", "microsoft", connectors.Options{BaseURL: at["microsoft"] + "/consumers"}, profile.Account{
			Provider: at["microsoft"] + "/" + personalTenant + "/v2.0", Handle: "anna@example.org", Name: "Anna Beispiel", Email: "anna@example.org",
		}, true, false},
		{"microsoft, one tenant", "microsoft", connectors.Options{BaseURL: at["microsoft"] + "/" + personalTenant + "/v2.0"}, profile.Account{
			Provider: at["microsoft"] + "/" + personalTenant + "/v2.0", Handle: "anna@example.org", Name: "Anna Beispiel", Email: "anna@example.org",
		}, true, false},
		{"apple", "apple", connectors.Options{BaseURL: at["apple"], ClientSecret: key, Team: "DEF123GHIJ", KeyID: "ABC123DEFG"}, profile.Account{
			Provider: at["apple"], Name: "Anna Beispiel", EmailVerified: true,
		}, true, true},
	} {
		t.Run(x.name, func(t *testing.T) {
			o := x.options
			o.Name, o.ClientID, o.AllowLoopback = "it", "tonfall", true
			if o.ClientSecret == "" {
				o.ClientSecret = "secret"
			}
			c := must(connectors.New(x.kind, o))
			grant, account := signInReally(t, c)
			got := profile.Account{
				Provider: account.Provider, Subject: account.Subject, Handle: account.Handle, Name: account.Name,
				Email: account.Email, EmailVerified: account.EmailVerified, Locale: account.Locale,
			}
			for _, f := range []struct{ name, got, want string }{
				{"provider", got.Provider, x.want.Provider}, {"subject", got.Subject, x.want.Subject}, {"handle", got.Handle, x.want.Handle},
				{"name", got.Name, x.want.Name}, {"e-mail", got.Email, x.want.Email}, {"locale", got.Locale, x.want.Locale},
			} {
				if f.want != "" && f.got != f.want {
					t.Errorf("%s is %q, want %q", f.name, f.got, f.want)
				}
			}
			if got.Subject == "" || got.EmailVerified != x.want.EmailVerified {
				t.Errorf("got %+v", got)
			}
			if _, again := signInReally(t, c); again.Ref() != account.Ref() {
				t.Errorf("the same person came as %s and as %s", account.Ref(), again.Ref())
			}
			renewAndEnd(t, c, grant, x.refreshes, x.ends)
		})
	}
	t.Run("Microsoft's shared authority must not name one tenant", func(t *testing.T) {
		c := must(connectors.New("microsoft", connectors.Options{BaseURL: at["microsoft"] + "/common", ClientID: "tonfall", ClientSecret: "secret", AllowLoopback: true}))
		if _, err := c.Begin(t.Context(), connectors.Start{Redirect: issuersCallback, State: "s", Nonce: "n"}); !profile.Is(err, profile.Upstream) {
			t.Errorf("got %v", err)
		}
	})
}

// renewAndEnd refreshes a grant and ends it.
func renewAndEnd(t *testing.T, c connectors.Connector, grant connectors.Grant, refreshes, ends bool) {
	t.Helper()
	if got := grant.Refresh != ""; got != refreshes {
		t.Fatalf("a refresh token came: %v, want %v", got, refreshes)
	}
	if !refreshes {
		return
	}
	fresh, err := c.(connectors.Refresher).Refresh(t.Context(), grant)
	if err != nil || fresh.Access == "" || fresh.Refresh == "" {
		t.Fatalf("the grant was not renewed: %v", err)
	}
	if !ends {
		return
	}
	if err := c.(connectors.Revoker).Revoke(t.Context(), fresh); err != nil {
		t.Fatalf("Revoke: %v", err)
	}
	if _, err := c.(connectors.Refresher).Refresh(t.Context(), fresh); !profile.Is(err, profile.Reconnect) {
		t.Errorf("a grant that was ended answers %v", err)
	}
}

// startIssuers answers the providers' addresses by name.
func startIssuers(t *testing.T) map[string]string {
	t.Helper()
	command := exec.Command("node", "../e2e/issuers.mjs", "--client", "tonfall", "--secret", "secret", "--redirect", issuersCallback)
	in, err := command.StdinPipe() // they end when this closes, also where the test dies
	if err != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer
	command.Stderr = &said
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatalf("%v: e2e/setup.sh installs what this test needs", err)
	}
	t.Cleanup(func() {
		in.Close()
		_ = command.Wait()
	})
	var at map[string]string
	if err := json.NewDecoder(out).Decode(&at); err != nil {
		t.Fatalf("the providers did not start: %v\n%s", err, said.String())
	}
	return at
}

// signInReally walks through the provider's own pages.
func signInReally(t *testing.T, c connectors.Connector) (connectors.Grant, profile.Account) {
	t.Helper()
	step, err := c.Begin(t.Context(), connectors.Start{Redirect: issuersCallback, State: "state-1", Nonce: "nonce-1"})
	if err != nil {
		t.Fatalf("Begin: %v", err)
	}
	back := walk(t, step.URL)
	if back.Get("state") != "state-1" {
		t.Fatalf("the provider came back with %v", back)
	}
	grant, account, err := c.Finish(t.Context(), connectors.Callback{Params: back, Keep: step.Keep, Nonce: "nonce-1", Redirect: issuersCallback})
	if err != nil {
		t.Fatalf("Finish: %v", err)
	}
	return grant, account
}

// walk goes from page to page as Anna until one leads to the callback, and
// answers what it brings there.
func walk(t *testing.T, address string) url.Values {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	browser := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	defer browser.CloseIdleConnections()
	page, err := browser.Get(address)
	for range 12 {
		if err != nil {
			t.Fatalf("the browser: %v", err)
		}
		next, method, fields := onward(page)
		page.Body.Close()
		switch {
		case next == nil:
			t.Fatalf("%s at %s leads nowhere", page.Status, page.Request.URL.Path)
		case strings.HasPrefix(next.String(), issuersCallback) && method == http.MethodPost:
			return fields
		case strings.HasPrefix(next.String(), issuersCallback):
			return next.Query()
		case method == http.MethodPost:
			page, err = browser.PostForm(next.String(), fields)
		default:
			page, err = browser.Get(next.String())
		}
	}
	t.Fatal("the pages have no end")
	return nil
}

// onward is where a page leads: by its redirect, or by the form that is
// Anna's (the last one, where none bears her name), filled in.
func onward(page *http.Response) (to *url.URL, method string, fields url.Values) {
	if page.Header.Get("Location") != "" {
		to, _ = page.Location()
		return to, http.MethodGet, nil
	}
	hers := false
	for z := html.NewTokenizer(page.Body); z.Next() != html.ErrorToken; {
		token := z.Token()
		of := map[string]string{}
		for _, a := range token.Attr {
			of[a.Key] = a.Val
		}
		switch {
		case token.Data == "form" && of["action"] != "" && !hers:
			to, _ = page.Request.URL.Parse(of["action"])
			method, fields = strings.ToUpper(of["method"]), url.Values{}
		case token.Data == "form" && of["action"] != "":
			return to, method, fields
		case token.Data == "input" && of["name"] != "" && fields != nil:
			value := of["value"]
			if of["name"] == "login" || of["name"] == "password" {
				value = "anna"
			}
			hers = hers || value == "anna@example.org" || of["name"] == "login"
			fields.Set(of["name"], value)
		}
	}
	return to, method, fields
}
