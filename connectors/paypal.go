package connectors

import (
	"cmp"
	"context"
	"net/http"
	"strings"

	"golang.org/x/oauth2"

	"tonfall/profile"
)

// Facts about Log in with PayPal, from its documentation:
//
//	authorization with flowEntry=static; scopes
//	    https://developer.paypal.com/docs/log-in-with-paypal/integrate/
//	    https://developer.paypal.com/docs/log-in-with-paypal/integrate/reference/
//	token endpoint, client in the header
//	    https://developer.paypal.com/api/rest/authentication/
//	userinfo, whose only schema is openid
//	    https://developer.paypal.com/docs/api/identity/
//	PKCE with S256, as its discovery document says
//	    https://www.paypalobjects.com/.well-known/openid-configuration
//	an e-mail address from the sign-in is no permission to write to it
//	    https://developer.paypal.com/docs/connect-with-paypal/integrate
//	the sandbox: www.sandbox.paypal.com and api-m.sandbox.paypal.com
//	    https://developer.paypal.com/api/rest/
const (
	paypalAPI     = "https://api-m.paypal.com"
	paypalSource  = "https://developer.paypal.com/docs/log-in-with-paypal/integrate/reference/"
	paypalConsent = "https://developer.paypal.com/docs/connect-with-paypal/integrate"
)

// newPayPal makes the sign-in with PayPal. BaseURL is the address of its API:
// https://api-m.sandbox.paypal.com for its sandbox.
func newPayPal(o Options) (Connector, error) {
	rest := strings.TrimSuffix(cmp.Or(o.BaseURL, paypalAPI), "/")
	web := strings.Replace(rest, "://api-m.", "://www.", 1)
	k, err := plainCode(o)
	if err != nil {
		return nil, err
	}
	k.About = Info{
		Name: o.Name, Title: titled(o, "PayPal"),
		Powers:       []string{"refresh"},
		Scopes:       openIDScopes(),
		Registration: "a REST app with Log in with PayPal, the callback URL of each shop as its return URL, and the attributes name and e-mail address switched on",
		Rules:        append(signInRules("PayPal", paypalSource)[:2], Rule{profile.Messages, true, "PayPal's address is no permission to write: messages go only to customers who agreed to them", paypalConsent}),
	}
	k.Params = map[string]string{"flowEntry": "static"}
	k.Endpoint = oauth2.Endpoint{AuthURL: web + "/signin/authorize", TokenURL: rest + "/v1/oauth2/token", AuthStyle: oauth2.AuthStyleInHeader}
	k.Account = func(ctx context.Context, c *http.Client, _ *oauth2.Token, _ Callback) (profile.Account, error) {
		var me struct {
			Subject  string `json:"sub"`
			User     string `json:"user_id"`
			Name     string `json:"name"`
			Email    string `json:"email"`
			Verified any    `json:"email_verified"` // documented as a boolean, seen as a string
			Locale   string `json:"locale"`
		}
		if _, err := k.api().get(ctx, c, "userinfo", rest+"/v1/identity/openidconnect/userinfo?schema=openid", &me); err != nil {
			return profile.Account{}, err
		}
		return profile.Account{
			Provider: web, Subject: cmp.Or(me.Subject, me.User), Handle: cmp.Or(me.Email, me.Name), Name: me.Name, Email: me.Email,
			EmailVerified: me.Email != "" && (me.Verified == true || me.Verified == "true"), Locale: strings.ReplaceAll(me.Locale, "_", "-"),
		}, nil
	}
	return renewing{k, k}, nil
}
