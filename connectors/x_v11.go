package connectors

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/dghubble/go-twitter/twitter"
	"github.com/dghubble/oauth1"

	"tonfall/profile"
)

// xV11 reads X by its API v1.1, for keys that still have it, through
// dghubble's go-twitter and oauth1. OAuth 1.0a knows no scopes, no expiry and
// no refresh; the app's own setting says what may be read. Facts:
//
//	the three steps of the sign-in, and the secret that a token comes with
//	    https://docs.x.com/fundamentals/authentication/oauth-1-0a/obtaining-user-access-tokens
//	statuses/user_timeline: 200 a page, max_id, 3,200 back, tweet_mode=extended
//	    https://developer.x.com/en/docs/x-api/v1/tweets/timelines/api-reference/get-statuses-user_timeline
//	error codes; 453 came with the plans of 2023
//	    https://developer.x.com/en/support/x-api/error-troubleshooting
//
// OAuth 1.0a carries no state: it travels in the query of the callback address,
// which X registers, and compares, without one
// (https://github.com/WWBN/AVideo/issues/1493).
type xV11 struct {
	Code // its Info, and how it tells errors of the token endpoint
	base *url.URL
}

var (
	_ PostReader = (*xV11)(nil)
	_ PostLister = (*xV11)(nil)
	_ Revoker    = (*xV11)(nil)
)

const (
	xV11Page    = 200
	extraOAuth1 = "token_secret" // key of Grant.Extra
)

func newXv11(o Options) (Connector, error) {
	base, err := url.Parse(host(o, "api.x.com"))
	if err != nil || base.Host == "" {
		return nil, profile.Errorf(profile.Invalid, "base_url of connector %s is not an address", o.Name)
	}
	c := &xV11{base: base}
	about := xInfo(o)
	about.Powers = []string{"posts", "lookup", "revoke"}
	about.Scopes = map[profile.Purpose][]string{"": {"read"}, profile.Posts: {}}
	about.Registration = "an app in X's developer console with OAuth 1.0a switched on and a plan that still includes the API v1.1, with the callback URL of each shop"
	c.Code = Code{About: about, ID: o.ClientID, Secret: o.ClientSecret, Extra: o.Scopes, HTTP: o.HTTP, Now: o.Now, Special: c.problem}
	return signedOnce{c, c, c, c}, nil
}

// signedOnce shows of xV11 what it can do: a grant lasts until it is revoked.
type signedOnce struct {
	Connector
	PostReader
	PostLister
	Revoker
}

// unsigned is what a sign-in remembers: the temporary credentials.
type unsigned struct {
	Token string `json:"token"`
	Key   string `json:"key"` // the token's secret
}

func (c *xV11) oauth1(ctx context.Context, call, callback string) *oauth1.Config {
	at := c.base.String()
	return &oauth1.Config{
		ConsumerKey: c.ID, ConsumerSecret: c.Secret, CallbackURL: callback,
		Endpoint:   oauth1.Endpoint{RequestTokenURL: at + "/oauth/request_token", AuthorizeURL: at + "/oauth/authorize", AccessTokenURL: at + "/oauth/access_token"},
		HTTPClient: &http.Client{Transport: v11Way{ctx: ctx, call: call, x: c, base: c.HTTP.Transport, judge: c.tokenAnswer}},
	}
}

// Begin asks for temporary credentials (RFC 5849 section 2.1).
func (c *xV11) Begin(ctx context.Context, s Start) (Step, error) {
	callback, err := url.Parse(s.Redirect)
	if err != nil {
		return Step{}, profile.Errorf(profile.Invalid, "the callback address of connector %s cannot be read", c.About.Name)
	}
	query := callback.Query()
	query.Set("state", s.State)
	callback.RawQuery = query.Encode()
	config := c.oauth1(ctx, "sign-in", callback.String())
	token, secret, err := config.RequestToken()
	if err != nil {
		return Step{}, c.failed(ctx, "sign-in", err)
	}
	to, err := config.AuthorizationURL(token)
	if err != nil {
		return Step{}, profile.Wrap(profile.Internal, err, "the sign-in could not be prepared")
	}
	keep, err := json.Marshal(unsigned{token, secret})
	return Step{URL: to.String(), Keep: keep}, profile.Wrap(profile.Internal, err, "the sign-in could not be prepared")
}

// Finish exchanges the verifier for a token (RFC 5849 section 2.3).
func (c *xV11) Finish(ctx context.Context, back Callback) (Grant, profile.Account, error) {
	var keep unsigned
	if err := json.Unmarshal(back.Keep, &keep); err != nil || keep.Key == "" {
		return Grant{}, profile.Account{}, profile.Errorf(profile.Invalid, "this sign-in was not begun here; please start again")
	}
	if back.Params.Has("denied") {
		return Grant{}, profile.Account{}, profile.Errorf(profile.Forbidden, "%s was not allowed to tell who you are; nothing was read", c.About.Title)
	}
	verifier := back.Params.Get("oauth_verifier")
	if verifier == "" || subtle.ConstantTimeCompare([]byte(back.Params.Get("oauth_token")), []byte(keep.Token)) != 1 {
		return Grant{}, profile.Account{}, profile.Errorf(profile.Invalid, "the answer of %s does not belong to this sign-in; please start again", c.About.Title)
	}
	access, secret, err := c.oauth1(ctx, "sign-in", "").AccessToken(keep.Token, keep.Key, verifier)
	if err != nil {
		return Grant{}, profile.Account{}, c.failed(ctx, "sign-in", err)
	}
	grant := Grant{Access: access, Type: "OAuth1", Scopes: c.About.Scopes[""], Extra: map[string]string{extraOAuth1: secret}}
	who, _, err := c.twitter(ctx, "account", c.Client(grant, nil)).Accounts.VerifyCredentials(&twitter.AccountVerifyParams{
		SkipStatus: twitter.Bool(true), IncludeEntities: twitter.Bool(false), IncludeEmail: twitter.Bool(slices.Contains(c.Extra, "users.email")),
	})
	if err != nil {
		return Grant{}, profile.Account{}, c.failed(ctx, "account", err)
	}
	if who.IDStr == "" {
		return Grant{}, profile.Account{}, profile.Errorf(profile.Upstream, "%s did not say who signed in; please try again later", c.About.Title)
	}
	return grant, profile.Account{
		Connector: c.About.Name, Provider: xProvider, Subject: who.IDStr, Handle: who.ScreenName, Name: who.Name, Picture: who.ProfileImageURLHttps,
		Email: who.Email, EmailVerified: who.Email != "", URL: "https://x.com/" + url.PathEscape(who.ScreenName),
		Scopes: grant.Scopes, Connected: c.Now().UTC(),
	}, nil
}

// Client signs calls with the token and its secret.
func (c *xV11) Client(g Grant, base http.RoundTripper) *http.Client {
	if base == nil {
		base = c.HTTP.Transport
	}
	ctx := context.WithValue(context.Background(), oauth1.HTTPClient, &http.Client{Transport: base})
	signed := oauth1.NewConfig(c.ID, c.Secret).Client(ctx, oauth1.NewToken(g.Access, g.Extra[extraOAuth1]))
	signed.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return signed
}

// Revoke ends a grant
// (https://docs.x.com/fundamentals/authentication/api-reference).
func (c *xV11) Revoke(ctx context.Context, g Grant) error {
	_, err := c.api().postForm(ctx, c.Client(g, nil), "revoke", c.base.String()+"/1.1/oauth/invalidate_token", url.Values{}, nil)
	if profile.Is(err, profile.Unauthorized) {
		return nil // dead already
	}
	return err
}

// Posts answers a page. The cursor is a max_id.
func (c *xV11) Posts(ctx context.Context, h *http.Client, a profile.Account, cursor string) ([]profile.Post, string, error) {
	user, err := strconv.ParseInt(a.Subject, 10, 64)
	if err != nil {
		return nil, "", profile.Errorf(profile.Invalid, "the account has no usable id at %s", c.About.Title)
	}
	// With retweets: the page is cut before they would be left out, and an
	// empty one must mean the end.
	query := twitter.UserTimelineParams{UserID: user, Count: xV11Page, IncludeRetweets: twitter.Bool(true), TrimUser: twitter.Bool(true), TweetMode: "extended"}
	if cursor != "" {
		if query.MaxID, err = strconv.ParseInt(cursor, 10, 64); err != nil {
			return nil, "", profile.Errorf(profile.Invalid, "this is not a place in the timeline of %s", c.About.Title)
		}
	}
	page, _, err := c.twitter(ctx, "posts", h).Timelines.UserTimeline(&query)
	if err != nil {
		return nil, "", c.failed(ctx, "posts", err)
	}
	posts, err := c.posts(a, page)
	if err != nil || len(page) == 0 {
		return nil, "", err
	}
	oldest := page[0].ID
	for _, t := range page {
		oldest = min(oldest, t.ID)
	}
	return posts, strconv.FormatInt(oldest-1, 10), nil
}

// Lookup asks for up to 100 posts in one call; those that no longer exist are
// missing in the answer.
func (c *xV11) Lookup(ctx context.Context, h *http.Client, a profile.Account, ids []string) ([]profile.Post, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	numbers := make([]int64, len(ids))
	for i, id := range ids {
		n, err := strconv.ParseInt(id, 10, 64)
		if err != nil {
			return nil, profile.Errorf(profile.Invalid, "this is not the id of a post at %s", c.About.Title)
		}
		numbers[i] = n
	}
	page, _, err := c.twitter(ctx, "lookup", h).Statuses.Lookup(numbers, &twitter.StatusLookupParams{TrimUser: twitter.Bool(true), TweetMode: "extended"})
	if err != nil {
		return nil, c.failed(ctx, "lookup", err)
	}
	return c.posts(a, page)
}

func (c *xV11) posts(a profile.Account, page []twitter.Tweet) ([]profile.Post, error) {
	posts := make([]profile.Post, 0, len(page))
	for _, t := range page {
		at, err := t.CreatedAtTime()
		if err != nil {
			return nil, profile.Wrap(profile.Upstream, &answerError{Code: "unreadable"}, c.About.Title+" sent a post without a time; please try again later")
		}
		var refers []string
		if t.RetweetedStatus != nil {
			refers = append(refers, "retweeted")
		}
		if t.QuotedStatusIDStr != "" {
			refers = append(refers, "quoted")
		}
		if t.InReplyToStatusIDStr != "" {
			refers = append(refers, "replied_to")
		}
		posts = append(posts, xPost(a, t.IDStr, xKind(refers), t.FullText, t.Lang, at, c.Now()))
	}
	return posts, nil
}
