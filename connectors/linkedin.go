package connectors

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"golang.org/x/oauth2"

	"tonfall/profile"
)

// Facts about LinkedIn, from its documentation:
//
//	endpoints; client_id and client_secret in the form
//	    https://learn.microsoft.com/en-us/linkedin/shared/authentication/authorization-code-flow
//	scopes, userinfo, no promise about who the person really is
//	    https://learn.microsoft.com/en-us/linkedin/consumer/integrations/self-serve/sign-in-with-linkedin-v2
//	PKCE is for native clients that were admitted to it; a code_verifier beside
//	a client secret is refused as invalid_client
//	    https://learn.microsoft.com/en-us/linkedin/shared/authentication/authorization-code-flow-native
//	    https://github.com/nextauthjs/next-auth/issues/8831
//	ID tokens carry no nonce
//	    https://github.com/linkedin-developers/linkedin-api-js-client/issues/34
//	refresh tokens go to approved partners only, and live a year
//	    https://learn.microsoft.com/en-us/linkedin/shared/authentication/programmatic-refresh-tokens
//
// An ID token without a nonce proves nothing that the answer of the token
// endpoint, fetched over TLS, does not prove already: userinfo tells who came.
const (
	linkedinWeb    = "https://www.linkedin.com"
	linkedinAPI    = "https://api.linkedin.com"
	linkedinSource = "https://learn.microsoft.com/en-us/linkedin/consumer/integrations/self-serve/sign-in-with-linkedin-v2"
)

// newLinkedIn makes the sign-in with LinkedIn. BaseURL replaces both of its
// hosts, for tests.
func newLinkedIn(o Options) (Connector, error) {
	web, rest := cmp.Or(o.BaseURL, linkedinWeb), cmp.Or(o.BaseURL, linkedinAPI)
	k, err := plainCode(o)
	if err != nil {
		return nil, err
	}
	k.About = Info{
		Name: o.Name, Title: titled(o, "LinkedIn"),
		Powers:       []string{"refresh"},
		Scopes:       openIDScopes(),
		Registration: "an app of a company page with the product Sign In with LinkedIn using OpenID Connect, and the callback URL of each shop",
		Rules:        signInRules("LinkedIn", linkedinSource),
	}
	k.NoPKCE = true
	k.Endpoint = oauth2.Endpoint{AuthURL: web + "/oauth/v2/authorization", TokenURL: web + "/oauth/v2/accessToken", AuthStyle: oauth2.AuthStyleInParams}
	k.Account = func(ctx context.Context, c *http.Client, _ *oauth2.Token, _ Callback) (profile.Account, error) {
		var me struct {
			Subject  string          `json:"sub"`
			Name     string          `json:"name"`
			Picture  string          `json:"picture"`
			Locale   json.RawMessage `json:"locale"`
			Email    string          `json:"email"`
			Verified bool            `json:"email_verified"`
		}
		if _, err := k.api().get(ctx, c, "userinfo", rest+"/v2/userinfo", &me); err != nil {
			return profile.Account{}, err
		}
		return profile.Account{
			Provider: web, Subject: me.Subject, Handle: cmp.Or(me.Email, me.Name), Name: me.Name, Email: me.Email,
			EmailVerified: me.Verified && me.Email != "", Picture: me.Picture, Locale: linkedinLocale(me.Locale),
		}, nil
	}
	return renewing{k, k}, nil
}

// linkedinLocale reads "en-US", "en_US" and {"country":"US","language":"en"}:
// documentation and practice differ.
func linkedinLocale(said json.RawMessage) string {
	var text string
	if json.Unmarshal(said, &text) == nil {
		return strings.ReplaceAll(text, "_", "-")
	}
	var parts struct{ Language, Country string }
	if json.Unmarshal(said, &parts) != nil || parts.Language == "" {
		return ""
	}
	return strings.TrimSuffix(parts.Language+"-"+parts.Country, "-")
}
