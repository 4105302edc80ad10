package connectors

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/oauth2"

	"tonfall/profile"
)

// Facts about X, from its documentation:
//
//	endpoints, PKCE, Basic for confidential clients, tokens of two hours,
//	refresh tokens with offline.access
//	    https://docs.x.com/fundamentals/authentication/oauth-2-0/user-access-token
//	timeline of a user: 3,200 posts back, 100 a page, tweet.fields
//	    https://docs.x.com/x-api/posts/timelines/integrate
//	lookup of 100 posts; what is missing comes as a partial error beside data
//	    https://docs.x.com/x-api/posts/lookup/integrate
//	problems by type (usage-capped, resource-not-found, not-authorized-for-resource)
//	    https://developer.x.com/en/support/x-api/error-troubleshooting
//	what may not be derived, and matching a handle with a customer
//	    https://developer.x.com/en/developer-terms/more-on-restricted-use-cases
const (
	xPage     = 100 // posts in one answer, the most there are
	xFields   = "created_at,lang,referenced_tweets,note_tweet,author_id"
	xPolicy   = "https://developer.x.com/en/developer-terms/more-on-restricted-use-cases"
	xProvider = "x"
)

// x signs people in with X and reads their posts by its API v2. The older
// v1.1 is in x_v11.go.
type x struct {
	Code
	base string // of the API
}

var (
	_ PostReader = (*x)(nil)
	_ PostLister = (*x)(nil)
	_ Refresher  = (*x)(nil)
	_ Revoker    = (*x)(nil)
)

func newX(o Options) (Connector, error) {
	switch o.API {
	case "", "v2":
	case "v1.1":
		return newXv11(o)
	default:
		return nil, profile.Errorf(profile.Invalid, "api of connector %s must be v2 or v1.1", o.Name)
	}
	c := &x{base: host(o, "api.x.com")}
	style := oauth2.AuthStyleInHeader
	if o.ClientSecret == "" { // a public client
		style = oauth2.AuthStyleInParams
	}
	c.Code = Code{
		About: xInfo(o),
		ID:    o.ClientID, Secret: o.ClientSecret, Extra: o.Scopes, HTTP: o.HTTP, Now: o.Now,
		Endpoint: oauth2.Endpoint{AuthURL: host(o, "x.com") + "/i/oauth2/authorize", TokenURL: c.base + "/2/oauth2/token", AuthStyle: style},
		Revoking: c.base + "/2/oauth2/revoke",
		Account:  c.me,
		Special:  c.problem,
	}
	return c, nil
}

func xInfo(o Options) Info {
	return Info{
		Name: o.Name, Title: titled(o, "X"), Posts: true,
		Powers: []string{"posts", "lookup", "refresh", "revoke"},
		// users/me asks for tweet.read as well as for users.read.
		Scopes:       map[profile.Purpose][]string{"": {"tweet.read", "users.read"}, profile.Posts: {"offline.access"}},
		Registration: "an app in X's developer console with OAuth 2.0 switched on, the callback URL of each shop, and a paid plan or credits: each post read costs money",
		Rules: conditional(o, "X",
			"posts deleted or protected at X go here too, and joining a handle with a customer needs a yes of its own, which the sign-in asks for",
			"never derive health, negative financial status, political or religious affiliation, ethnic origin, sex life or orientation, union membership, or crimes", xPolicy),
	}
}

// problem tells X's errors (RFC 7807 problems) that the status does not tell.
func (c *x) problem(call string, status int, _ http.Header, body []byte) error {
	var said struct {
		Type  string `json:"type"`
		Error any    `json:"error"`
		Text  string `json:"error_description"`
	}
	if !reads(body, &said) {
		return nil
	}
	// The token endpoint says no invalid_grant: a used code and a dead refresh
	// token are told by this sentence alone
	// (https://github.com/plhery/node-twitter-api-v2/issues/496).
	if said.Error == "invalid_request" && strings.HasPrefix(said.Text, "Value passed for the ") {
		return profile.Wrap(profile.Unauthorized, &answerError{Status: status, Code: "invalid_request"}, c.About.Title+" no longer accepts this permission ("+call+")")
	}
	kind := said.Type[strings.LastIndex(said.Type, "/")+1:]
	switch {
	case kind == "usage-capped", status == http.StatusPaymentRequired:
		// A plan that is used up (429), or credits that are spent (402,
		// https://github.com/koala73/worldmonitor/pull/7156), do not come back in
		// a quarter of an hour, whatever the rate limit's headers say.
		return &profile.Error{Kind: profile.TooMany, NotBefore: c.Now().Add(longestWait), Err: &answerError{Status: status, Code: "plan_used_up"},
			Msg: c.About.Title + " has no more calls left in the plan of this shop (" + call + "); it goes on when the plan is renewed or extended"}
	case kind == "client-forbidden":
		return profile.Wrap(profile.Forbidden, &answerError{Status: status, Code: kind},
			c.About.Title+" does not let this shop's app make this call ("+call+"); the app needs a project and a plan that includes it")
	}
	return nil
}

func (c *x) me(ctx context.Context, h *http.Client, _ *oauth2.Token, _ Callback) (profile.Account, error) {
	var who struct {
		Data struct {
			ID, Name, Username string
			Picture            string `json:"profile_image_url"`
			Email              string `json:"confirmed_email"`
		}
	}
	fields := "profile_image_url"
	if slices.Contains(c.Extra, "users.email") { // the field is refused without the scope
		fields += ",confirmed_email"
	}
	if _, err := c.api().get(ctx, h, "account", c.base+"/2/users/me?user.fields="+url.QueryEscape(fields), &who); err != nil {
		return profile.Account{}, err
	}
	u := who.Data
	return profile.Account{
		Provider: xProvider, Subject: u.ID, Handle: u.Username, Name: u.Name, Picture: u.Picture,
		Email: u.Email, EmailVerified: u.Email != "", URL: "https://x.com/" + url.PathEscape(u.Username),
	}, nil
}
