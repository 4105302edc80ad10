package connectors_test

import (
	"net/url"
	"strings"
	"testing"

	"tonfall/connectors"
	"tonfall/connectors/connectortest"
	"tonfall/profile"
)

const (
	lincolnTenant  = "9122040d-6c67-4c5b-b112-36a304b66dad"
	personalTenant = "9188040d-6c67-4c5b-b112-36a304b66dad"
)

// microsoftGate serves the authority of one tenant, or of many.
func microsoftGate(tenant string) func(t *testing.T, base string) *gate {
	return func(t *testing.T, base string) *gate {
		return &gate{
			t: t, base: base, folder: "microsoft",
			authorize: "/common/oauth2/v2.0/authorize", token: "/common/oauth2/v2.0/token", account: "/oidc/userinfo",
			documents: map[string]string{
				"/" + tenant + "/v2.0/.well-known/openid-configuration": "discovery.json",
				"/common/discovery/v2.0/keys":                           "keys",
			},
			authenticates: inHeader,
			offline:       func(asked url.Values) bool { return strings.Contains(asked.Get("scope"), "offline_access") },
			complete:      func(map[string]any) {},
		}
	}
}

func microsoftSuite(tenant string) connectortest.Harness {
	return signInSuite("microsoft", microsoftGate(tenant), func(o *connectors.Options) { o.BaseURL += "/" + tenant })
}

func TestMicrosoft(t *testing.T) {
	// The offline_access that an operator adds for an import of his own.
	h := signInSuite("microsoft", func(t *testing.T, base string) *gate {
		g := microsoftGate("common")(t, base)
		g.offline = nil
		return g
	}, func(o *connectors.Options) {
		o.BaseURL, o.Scopes = o.BaseURL+"/common/v2.0/", []string{"offline_access"}
	})
	h.Account = "/oidc/userinfo" // the ID token of a work account often holds no address
	connectortest.Run(t, h)
}

func TestMicrosoftsIssuerMustBeThatOfTheTokensTenant(t *testing.T) {
	none := func(map[string]any) {}
	from := func(tenant, tid any) func(map[string]any) {
		return func(c map[string]any) {
			c["iss"] = strings.Replace(c["iss"].(string), lincolnTenant, tenant.(string), 1)
			c["tid"] = tid
		}
	}
	for name, x := range map[string]struct {
		authority, document string // document: tenant in the discovery document's issuer
		token               func(map[string]any)
		come                bool
	}{
		"anybody":                           {"common", "{tenantid}", none, true},
		"a personal account":                {"common", "{tenantid}", from(personalTenant, personalTenant), true},
		"work only":                         {"organizations", "{tenantid}", none, true},
		"work only, personal account":       {"organizations", "{tenantid}", from(personalTenant, personalTenant), false},
		"personal only":                     {"consumers", personalTenant, from(personalTenant, personalTenant), true},
		"personal only, work account":       {"consumers", personalTenant, none, false},
		"personal only, open document":      {"consumers", "{tenantid}", from(personalTenant, personalTenant), false},
		"one tenant":                        {lincolnTenant, lincolnTenant, none, true},
		"one tenant, another's account":     {lincolnTenant, lincolnTenant, from(personalTenant, personalTenant), false},
		"one tenant, another's document":    {lincolnTenant, personalTenant, from(personalTenant, personalTenant), false},
		"one tenant, open document":         {lincolnTenant, "{tenantid}", none, false},
		"a domain":                          {"contoso.example", lincolnTenant, none, true},
		"a domain, open document":           {"contoso.example", "{tenantid}", none, false},
		"issuer and tid differ":             {"common", "{tenantid}", set("tid", personalTenant), false},
		"no tid":                            {"common", "{tenantid}", set("tid", nil), false},
		"tid is no id":                      {"common", "{tenantid}", from("evil", "evil"), false},
		"tid leads elsewhere":               {"common", "{tenantid}", from("x/"+lincolnTenant, "x/"+lincolnTenant), false},
		"the issuer of the document itself": {"common", "{tenantid}", from("{tenantid}", lincolnTenant), false},
		"another host":                      {"common", "{tenantid}", set("iss", "https://evil.example/"+lincolnTenant+"/v2.0"), false},
		"a document that names a tenant":    {"common", lincolnTenant, none, false},
	} {
		t.Run(name, func(t *testing.T) {
			_, account, err := signInOnce(t, microsoftSuite(x.authority), func(g *gate) {
				g.complete = x.token
				g.change = func(document string) string { return strings.ReplaceAll(document, "{tenantid}", x.document) }
			}, nil)
			if came := err == nil; came != x.come {
				t.Fatalf("got %+v, %v", account, err)
			}
			if err != nil && !profile.Is(err, profile.Upstream) {
				t.Errorf("got %v", err)
			}
			if err == nil && (!strings.HasSuffix(account.Provider, "/v2.0") || strings.Contains(account.Provider, "{")) {
				t.Errorf("the account belongs to %s", account.Provider)
			}
		})
	}
}

func TestMicrosoftsAddressIsVerifiedOnlyWhereTheTenantOwnsItsDomain(t *testing.T) {
	for said, want := range map[string]bool{"": false, "email_verified": false, "xms_edov": true} {
		_, account, err := signInOnce(t, microsoftSuite("common"), func(g *gate) {
			g.complete = set(said, true)
		}, nil)
		if err != nil || account.EmailVerified != want {
			t.Errorf("%q: %+v, %v", said, account, err)
		}
		if account.Email != "abeli@example.com" || account.Handle != "abeli@example.com" || account.Picture != "" {
			t.Errorf("got %+v", account)
		}
	}
}
