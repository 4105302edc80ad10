package connectors

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

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
func (c *x) problem(call string, status int, h http.Header, body []byte) error {
	var said struct {
		Type  string `json:"type"`
		Error any    `json:"error"`
		Text  string `json:"error_description"`
	}
	if json.Unmarshal(body, &said) != nil {
		return nil
	}
	// The token endpoint says no invalid_grant: a used code and a dead refresh
	// token are told by this sentence alone
	// (https://github.com/plhery/node-twitter-api-v2/issues/496).
	if said.Error == "invalid_request" && strings.HasPrefix(said.Text, "Value passed for the ") {
		return profile.Wrap(profile.Unauthorized, &answerError{Status: status, Code: "invalid_request"}, c.About.Title+" no longer accepts this permission ("+call+")")
	}
	switch kind := said.Type[strings.LastIndex(said.Type, "/")+1:]; kind {
	case "usage-capped", "credits-depleted":
		// A plan that is used up does not come back in a quarter of an hour,
		// whatever the rate limit's headers say.
		return &profile.Error{Kind: profile.TooMany, NotBefore: c.Now().Add(longestWait), Err: &answerError{Status: status, Code: kind},
			Msg: c.About.Title + " has no more calls left in the plan of this shop (" + call + "); it goes on when the plan is renewed or extended"}
	case "client-forbidden":
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

// tweets is an answer with posts. What X could not give stands in Errors.
type tweets struct {
	Data []struct {
		ID      string
		Text    string
		Author  string    `json:"author_id"`
		Created time.Time `json:"created_at"`
		Lang    string
		Note    struct{ Text string }   `json:"note_tweet"` // the whole of a long post
		Refers  []struct{ Type string } `json:"referenced_tweets"`
	}
	Errors []struct {
		Type, Value string
		ID          string `json:"resource_id"`
	}
	Meta *struct {
		Next  string `json:"next_token"`
		Count int    `json:"result_count"`
	}
}

// Posts answers a page. The cursor is X's pagination token.
func (c *x) Posts(ctx context.Context, h *http.Client, a profile.Account, cursor string) ([]profile.Post, string, error) {
	query := url.Values{"max_results": {strconv.Itoa(xPage)}, "tweet.fields": {xFields}, "exclude": {"retweets"}}
	if cursor != "" {
		query.Set("pagination_token", cursor)
	}
	var page tweets
	if _, err := c.api().get(ctx, h, "posts", c.base+"/2/users/"+url.PathEscape(a.Subject)+"/tweets?"+query.Encode(), &page); err != nil {
		return nil, "", err
	}
	if page.Meta == nil { // 200 with nothing but errors: the account is suspended or gone
		if len(page.Errors) > 0 {
			return nil, "", profile.Wrap(profile.Gone, &answerError{Status: http.StatusOK, Code: "partial"}, c.About.Title+" no longer shows this account (posts)")
		}
		return nil, "", c.incomplete("posts")
	}
	return c.posts(a, page), page.Meta.Next, nil
}

// Lookup asks for all ids in one call. A post counts as gone only where X says
// so: one that an answer merely lacks would be deleted here for nothing.
func (c *x) Lookup(ctx context.Context, h *http.Client, a profile.Account, ids []string) ([]profile.Post, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	query := url.Values{"ids": {strings.Join(ids, ",")}, "tweet.fields": {xFields}}
	var page tweets
	if _, err := c.api().get(ctx, h, "lookup", c.base+"/2/tweets?"+query.Encode(), &page); err != nil {
		return nil, err
	}
	told := map[string]bool{}
	for _, e := range page.Errors {
		if strings.HasSuffix(e.Type, "/resource-not-found") || strings.HasSuffix(e.Type, "/not-authorized-for-resource") {
			told[e.Value], told[e.ID] = true, true
		}
	}
	for _, t := range page.Data {
		told[t.ID] = true
	}
	for _, id := range ids {
		if !told[id] {
			return nil, c.incomplete("lookup")
		}
	}
	return c.posts(a, page), nil
}

func (c *x) incomplete(call string) error {
	return profile.Wrap(profile.Upstream, &answerError{Status: http.StatusOK, Code: "incomplete"}, c.About.Title+" answered incompletely ("+call+"); please try again later")
}

func (c *x) posts(a profile.Account, page tweets) []profile.Post {
	posts := make([]profile.Post, 0, len(page.Data))
	for _, t := range page.Data {
		if t.Author != "" && t.Author != a.Subject {
			continue
		}
		kinds := make([]string, len(t.Refers))
		for i, r := range t.Refers {
			kinds[i] = r.Type
		}
		text := t.Text
		if t.Note.Text != "" {
			text = t.Note.Text
		}
		posts = append(posts, xPost(a, t.ID, xKind(kinds), text, t.Lang, t.Created, c.Now()))
	}
	return posts
}

// xKind reads referenced_tweets.type.
func xKind(refers []string) profile.PostKind {
	kind := profile.Original
	for _, r := range refers {
		switch r {
		case "retweeted":
			return profile.Boost
		case "quoted": // also where it is a reply: the quoted words are not in the text
			kind = profile.Quote
		case "replied_to":
			if kind == profile.Original {
				kind = profile.Reply
			}
		}
	}
	return kind
}

// xPost is a post of either API.
func xPost(a profile.Account, id string, kind profile.PostKind, text, lang string, at, now time.Time) profile.Post {
	p := profile.Post{
		Connector: a.Connector, Provider: a.Provider, Subject: a.Subject, ID: id, Kind: kind, Lang: lang,
		At: at.UTC(), Fetched: now.UTC(), URL: "https://x.com/i/web/status/" + id,
	}
	if lang == "und" || strings.HasPrefix(lang, "q") || lang == "zxx" { // X's codes for "no language"
		p.Lang = ""
	}
	if kind != profile.Boost {
		p.Text = profile.OwnWords(unescaped(text))
	}
	return p
}

// unescaped undoes the three entities that X (and Reddit without raw_json)
// writes into texts. Others stand there because somebody typed them.
func unescaped(text string) string {
	return strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(text)
}
