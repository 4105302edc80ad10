package connectors_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"tonfall/connectors"
	"tonfall/connectors/connectortest"
	"tonfall/profile"
)

func googleGate(t *testing.T, base string) *gate {
	return &gate{
		t: t, base: base, folder: "google",
		authorize: "/o/oauth2/v2/auth", token: "/token", account: "/v1/userinfo", revoke: "/revoke",
		documents:     map[string]string{"/.well-known/openid-configuration": "discovery.json", "/oauth2/v3/certs": "keys"},
		authenticates: inForm,
		offline:       func(asked url.Values) bool { return asked.Get("access_type") == "offline" },
		complete:      func(map[string]any) {},
		dead:          func(w http.ResponseWriter) { answer(w, 400, map[string]string{"error": "invalid_token"}) },
	}
}

// googleSuite signs in with a scope beside identity, as where an import uses it.
func googleSuite() connectortest.Harness {
	return signInSuite("google", googleGate, func(o *connectors.Options) {
		o.Scopes = []string{"https://www.googleapis.com/auth/youtube.readonly"}
	})
}

func TestGoogle(t *testing.T) { connectortest.Run(t, googleSuite()) }

func TestGoogleIsAskedForNoMoreThanIsNeeded(t *testing.T) {
	plain := signInSuite("google", googleGate, nil)
	step, account, err := signInOnce(t, plain, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := scopesOf(t, step); !slices.Equal(got, []string{"email", "openid", "profile"}) || strings.Contains(step.URL, "access_type") {
		t.Errorf("a mere sign-in asks for %v at %s", got, step.URL)
	}
	want := profile.Account{Subject: "110169484474386276334", Name: "John Smith", Email: "jsmith@example.com", EmailVerified: true, Locale: "en"}
	if account.Subject != want.Subject || account.Name != want.Name || account.Email != want.Email || !account.EmailVerified || account.Locale != want.Locale {
		t.Errorf("got %+v", account)
	}
	if step, _, _ = signInOnce(t, googleSuite(), nil, nil); !strings.Contains(step.URL, "access_type=offline") || !strings.Contains(step.URL, "prompt=consent") {
		t.Errorf("with more to read no refresh token is asked for: %s", step.URL)
	}
}

func TestGooglesAddressIsVerifiedOnlyWhereGoogleSaysSo(t *testing.T) {
	for _, said := range []any{false, "false", nil, "yes", 1} {
		_, account, err := signInOnce(t, googleSuite(), func(g *gate) { g.complete = set("email_verified", said) }, nil)
		if err != nil || account.EmailVerified {
			t.Errorf("email_verified %v: %+v, %v", said, account, err)
		}
	}
}
