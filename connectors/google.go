package connectors

import (
	"cmp"

	"tonfall/profile"
)

// Facts about Google, from its documentation:
//
//	issuer, discovery, sub as the only stable key
//	    https://developers.google.com/identity/openid-connect/openid-connect
//	access_type, prompt, revocation, what ends a refresh token
//	    https://developers.google.com/identity/protocols/oauth2/web-server
//	Limited Use
//	    https://developers.google.com/terms/api-services-user-data-policy
const (
	googleIssuer = "https://accounts.google.com"
	googlePolicy = "https://developers.google.com/terms/api-services-user-data-policy"
)

// newGoogle makes the sign-in with Google. A refresh token is asked for only
// where the operator's own scopes show that something needs it: then with
// prompt=consent, since Google hands it out at the consent alone.
func newGoogle(o Options) (Connector, error) {
	o.BaseURL = cmp.Or(o.BaseURL, googleIssuer)
	m := manner{inForm: true} // as all of Google's examples do
	if len(o.Scopes) > 0 {
		m.params = map[string]string{"access_type": "offline", "prompt": "consent"}
	}
	p, err := discovered(o, m)
	if err != nil {
		return nil, err
	}
	p.about = Info{
		Name: o.Name, Title: titled(o, "Google"), Provider: o.BaseURL,
		Powers:       []string{"refresh", "revoke", "deauthorize"},
		Scopes:       openIDScopes(),
		RevokesAll:   true, // one token stands for the whole of a combined authorization
		Registration: "an OAuth client of the type web application in Google Cloud, with the callback URL of each shop, a branded consent screen, and our address for Cross-Account Protection (/hooks/SHOP/" + o.Name + "/risc)",
		Rules: []Rule{
			{Purpose: profile.Posts, Text: "a sign-in with Google tells who came and brings no posts", Source: googlePolicy},
			{Purpose: profile.MoodRead, Text: "Google's Limited Use: its data serves features that the person sees and asked for, not profiling", Source: googlePolicy},
			{Purpose: profile.Messages, Allowed: true, Text: "Google's Limited Use: name and address may stand in messages that the customer agreed to; not in advertising, and not passed on", Source: googlePolicy},
		},
	}
	return google{p}, nil
}
