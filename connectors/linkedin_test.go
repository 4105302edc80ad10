package connectors_test

import (
	"net/url"
	"testing"

	"tonfall/connectors/connectortest"
)

func linkedinGate(t *testing.T, base string) *gate {
	return &gate{
		t: t, base: base, folder: "linkedin",
		authorize: "/oauth/v2/authorization", token: "/oauth/v2/accessToken", account: "/v2/userinfo",
		authenticates: inForm, noPKCE: true, denial: "user_cancelled_login",
		offline: func(url.Values) bool { return false },
	}
}

func TestLinkedIn(t *testing.T) { connectortest.Run(t, signInSuite("linkedin", linkedinGate, nil)) }

func TestLinkedInsLocaleComesInEveryForm(t *testing.T) {
	for _, x := range []struct {
		said any
		want string
	}{
		{"en-US", "en-US"}, {"de_DE", "de-DE"}, {map[string]string{"country": "US", "language": "en"}, "en-US"},
		{map[string]string{"language": "de"}, "de"}, {nil, ""}, {17, ""}, {map[string]string{"country": "US"}, ""},
	} {
		_, account, err := signInOnce(t, signInSuite("linkedin", linkedinGate, nil), func(g *gate) { g.person = set("locale", x.said) }, nil)
		if err != nil || account.Locale != x.want {
			t.Errorf("%v: %q, %v", x.said, account.Locale, err)
		}
		if account.Subject != "782bbtaQ" || account.Email != "doe@email.com" || !account.EmailVerified {
			t.Errorf("%v: %+v", x.said, account)
		}
	}
}
