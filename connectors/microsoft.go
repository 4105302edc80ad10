package connectors

import (
	"cmp"
	"regexp"
	"strings"

	"tonfall/profile"
)

// Facts about Microsoft, from its documentation:
//
//	authorities and discovery: common, organizations, consumers, a tenant
//	    https://learn.microsoft.com/en-us/entra/identity-platform/v2-protocols-oidc
//	iss, tid, and why e-mail addresses and user names prove nothing
//	    https://learn.microsoft.com/en-us/entra/identity-platform/id-token-claims-reference
//	    https://learn.microsoft.com/en-us/entra/identity-platform/claims-validation
//	xms_edov, whether the tenant owns the domain of the e-mail address
//	    https://learn.microsoft.com/en-us/entra/identity-platform/optional-claims-reference
const (
	microsoftAuthority = "https://login.microsoftonline.com/common/v2.0"
	microsoftPersonal  = "9188040d-6c67-4c5b-b112-36a304b66dad" // the tenant of all personal accounts
	microsoftSource    = "https://learn.microsoft.com/en-us/entra/identity-platform/id-token-claims-reference"
)

// newMicrosoft makes the sign-in with Microsoft. BaseURL is the authority, with
// or without /v2.0 at its end; its last part says who may come: common,
// organizations, consumers, or one tenant's id or domain. Microsoft has no
// endpoint that ends a grant.
func newMicrosoft(o Options) (Connector, error) {
	o.BaseURL = strings.TrimSuffix(cmp.Or(o.BaseURL, microsoftAuthority), "/")
	if !strings.HasSuffix(o.BaseURL, tenantSuffix) {
		o.BaseURL += tenantSuffix
	}
	p, err := discovered(o, manner{tenants: newTenants(o.BaseURL), person: func(said claims, _ Callback, a *profile.Account) {
		a.Provider = said.Issuer
		a.Picture = "" // it can be fetched with the person's token only
		edov := strings.Trim(string(said.Owned), `"`)
		a.EmailVerified = edov == "true" || edov == "1"
	}})
	if err != nil {
		return nil, err
	}
	p.about = Info{
		Name: o.Name, Title: titled(o, "Microsoft"),
		Powers:       []string{"refresh"},
		Scopes:       openIDScopes(),
		Registration: "an app registration in Microsoft Entra for the web platform, with the callback URL of each shop; base_url chooses who may come",
		Rules:        signInRules("Microsoft", microsoftSource),
	}
	return renewing{p, p}, nil
}

// tenantSuffix ends each authority and issuer of the protocol's second version.
const tenantSuffix = "/v2.0"

// tenants checks issuers that name the tenant a person belongs to:
// https://login.microsoftonline.com/TENANT/v2.0.
type tenants struct {
	prefix string // up to the tenant
	chosen string // the authority's tenant, lower case
}

func newTenants(authority string) *tenants {
	rest := strings.TrimSuffix(authority, tenantSuffix)
	cut := strings.LastIndex(rest, "/") + 1
	return &tenants{prefix: rest[:cut], chosen: strings.ToLower(rest[cut:])}
}

var tenantID = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

// anyTenant stands in the issuer of authorities that many tenants share.
const anyTenant = "{tenantid}"

// document reports whether a discovery document of the chosen authority may
// call itself by the issuer.
func (t *tenants) document(issuer string) bool {
	rest, begins := strings.CutPrefix(issuer, t.prefix)
	inner, ends := strings.CutSuffix(rest, tenantSuffix)
	switch {
	case !begins, !ends:
		return false
	case t.chosen == "common", t.chosen == "organizations":
		return inner == anyTenant
	case t.chosen == "consumers":
		return inner == microsoftPersonal
	case tenantID.MatchString(t.chosen):
		return inner == t.chosen
	}
	return tenantID.MatchString(inner) // a domain: the document says whose
}

// token reports whether an ID token comes from a tenant that may come: its
// issuer must be the document's, with the token's own tenant filled in.
func (t *tenants) token(issuer string, said claims) bool {
	if !tenantID.MatchString(said.Tenant) || t.chosen == "organizations" && said.Tenant == microsoftPersonal {
		return false
	}
	return said.Issuer == strings.Replace(issuer, anyTenant, said.Tenant, 1)
}
