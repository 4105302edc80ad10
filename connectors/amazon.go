package connectors

import (
	"cmp"
	"context"
	"net/http"

	"golang.org/x/oauth2"

	"tonfall/profile"
)

// Facts about Login with Amazon, from its documentation:
//
//	endpoints, PKCE with S256, client in header or form, refresh
//	    https://developer.amazon.com/docs/login-with-amazon/authorization-code-grant.html
//	the profile and its scopes
//	    https://developer.amazon.com/docs/login-with-amazon/obtain-customer-profile.html
//	    https://developer.amazon.com/docs/login-with-amazon/customer-profile.html
//
// Nothing there says that e-mail addresses are verified, and nothing ends a
// grant but the customer's own page at Amazon.
const (
	amazonWeb    = "https://www.amazon.com"
	amazonAPI    = "https://api.amazon.com"
	amazonSource = "https://developer.amazon.com/docs/login-with-amazon/customer-profile.html"
)

// newAmazon makes the sign-in with Amazon. BaseURL replaces both of its hosts,
// for tests.
func newAmazon(o Options) (Connector, error) {
	web, rest := cmp.Or(o.BaseURL, amazonWeb), cmp.Or(o.BaseURL, amazonAPI)
	k, err := plainCode(o)
	if err != nil {
		return nil, err
	}
	k.About = Info{
		Name: o.Name, Title: titled(o, "Amazon"),
		Powers:       []string{"refresh"},
		Scopes:       map[profile.Purpose][]string{"": {"profile"}},
		Registration: "a security profile for Login with Amazon, with the callback URL of each shop as an allowed return URL",
		Rules:        signInRules("Amazon", amazonSource),
	}
	k.Endpoint = oauth2.Endpoint{AuthURL: web + "/ap/oa", TokenURL: rest + "/auth/o2/token", AuthStyle: oauth2.AuthStyleInParams}
	k.Account = func(ctx context.Context, c *http.Client, _ *oauth2.Token, _ Callback) (profile.Account, error) {
		var me struct {
			ID    string `json:"user_id"`
			Name  string `json:"name"`
			Email string `json:"email"`
		}
		if _, err := k.api().get(ctx, c, "profile", rest+"/user/profile", &me); err != nil {
			return profile.Account{}, err
		}
		return profile.Account{Provider: web, Subject: me.ID, Handle: cmp.Or(me.Email, me.Name), Name: me.Name, Email: me.Email}, nil
	}
	return renewing{k, k}, nil
}
