package connectors_test

import (
	"testing"

	"tonfall/connectors/connectortest"
)

func amazonGate(t *testing.T, base string) *gate {
	return &gate{
		t: t, base: base, folder: "amazon",
		authorize: "/ap/oa", token: "/auth/o2/token", account: "/user/profile", authenticates: inForm,
	}
}

func TestAmazon(t *testing.T) { connectortest.Run(t, signInSuite("amazon", amazonGate, nil)) }

func TestAmazonTellsNoPostcodeAndVerifiesNoAddress(t *testing.T) {
	step, account, err := signInOnce(t, signInSuite("amazon", amazonGate, nil), nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := scopesOf(t, step); len(got) != 1 || got[0] != "profile" {
		t.Errorf("asks for %v", got)
	}
	if account.Subject != "amzn1.account.K2LI23KL2LK2" || account.Email != "mhashimoto-04@plaxo.com" || account.EmailVerified {
		t.Errorf("got %+v", account)
	}
}
