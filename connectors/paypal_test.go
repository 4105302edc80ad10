package connectors_test

import (
	"strings"
	"testing"

	"tonfall/connectors"
	"tonfall/connectors/connectortest"
)

func paypalGate(t *testing.T, base string) *gate {
	return &gate{
		t: t, base: base, folder: "paypal",
		authorize: "/signin/authorize", token: "/v1/oauth2/token", account: "/v1/identity/openidconnect/userinfo", authenticates: inHeader,
	}
}

func TestPayPal(t *testing.T) { connectortest.Run(t, signInSuite("paypal", paypalGate, nil)) }

func TestPayPalIsKnownByItsOwnID(t *testing.T) {
	for _, without := range []string{"sub", "user_id"} {
		_, account, err := signInOnce(t, signInSuite("paypal", paypalGate, nil), func(g *gate) { g.person = set(without, nil) }, nil)
		if err != nil || !strings.HasSuffix(account.Subject, "/mWq6_1sU85v5EG9yHdPxJRrhGHrnMJ-1PQKtX6pcsmA") {
			t.Errorf("without %s: %+v, %v", without, account, err)
		}
		if account.Email != "user1@example.com" || !account.EmailVerified || account.Locale != "en-US" {
			t.Errorf("got %+v", account)
		}
	}
}

func TestPayPalsSandboxHasItsOwnPages(t *testing.T) {
	c := must(connectors.New("paypal", connectors.Options{ClientID: "x", ClientSecret: "y", BaseURL: "https://api-m.sandbox.paypal.com/"}))
	step, err := c.Begin(t.Context(), connectors.Start{Redirect: "https://tonfall.example/cb", State: "s", Nonce: "n"})
	if err != nil || !strings.HasPrefix(step.URL, "https://www.sandbox.paypal.com/signin/authorize?") || !strings.Contains(step.URL, "flowEntry=static") {
		t.Errorf("the sandbox begins at %s, %v", step.URL, err)
	}
}
