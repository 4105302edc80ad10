package connectors

import (
	"context"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"tonfall/profile"
)

// reddit signs people in with Reddit and reads their posts and comments.
// Facts, from its documentation:
//
//	Basic authentication, duration=permanent for a refresh token, revocation
//	    https://github.com/reddit-archive/reddit/wiki/OAuth2
//	a User-Agent that names the app, on every call; 100 calls a minute for a
//	client; X-Ratelimit-Reset counts seconds
//	    https://support.reddithelp.com/hc/en-us/articles/16160319875092-Reddit-Data-API-Wiki
//	listings, fullnames, raw_json, overview, info
//	    https://www.reddit.com/dev/api/
//	1,000 items of a listing at most
//	    https://www.reddit.com/r/redditdev/wiki/api/faq
//	approval before any access; commercial use needs an agreement
//	    https://support.reddithelp.com/hc/articles/42728983564564
//
// Pages go by "after" alone: "before" finds nothing any more once the post that
// it names has been deleted.
type reddit struct {
	Code
	base string // of the API
	name string // User-Agent
}

var (
	_ PostReader = (*reddit)(nil)
	_ PostLister = (*reddit)(nil)
	_ Refresher  = (*reddit)(nil)
	_ Revoker    = (*reddit)(nil)
)

const (
	redditPage   = 100 // things in one answer or lookup, the most there are
	redditPolicy = "https://support.reddithelp.com/hc/articles/42728983564564"
)

func newReddit(o Options) (Connector, error) {
	r := &reddit{base: host(o, "oauth.reddit.com")}
	// platform:app id:version (contact), as Reddit's API rules ask for.
	r.name = "web:" + o.ClientID + ":tonfall-1"
	if o.Website != "" {
		r.name += " (" + o.Website + ")"
	}
	signIn := host(o, "www.reddit.com") + "/api/v1"
	r.Code = Code{
		About: Info{
			Name: o.Name, Title: titled(o, "Reddit"), Posts: true,
			Powers:       []string{"posts", "lookup", "refresh", "revoke"},
			Scopes:       map[profile.Purpose][]string{"": {"identity"}, profile.Posts: {"history", "read"}},
			Registration: "Reddit's written approval, a commercial agreement, and a web app with the callback URL of each shop (Reddit takes one for each app)",
			Rules: conditional(o, "Reddit",
				"no access before Reddit has approved it, commercial use by agreement, and what is deleted there goes here too (Responsible Builder Policy)",
				"only the uses that Reddit has approved, and nothing that identifies or surveils its users (Responsible Builder Policy, Public Content Policy)", redditPolicy),
		},
		ID: o.ClientID, Secret: o.ClientSecret, Extra: o.Scopes, Now: o.Now,
		HTTP:     &http.Client{Transport: named{r.name, o.HTTP.Transport}, CheckRedirect: o.HTTP.CheckRedirect},
		Endpoint: oauth2.Endpoint{AuthURL: signIn + "/authorize", TokenURL: signIn + "/access_token", AuthStyle: oauth2.AuthStyleInHeader},
		Revoking: signIn + "/revoke_token",
		NoPKCE:   true, // its documentation knows none
		Special:  r.problem,
		Account:  r.me,
	}
	return r, nil
}

// named sends the User-Agent that Reddit wants; others it blocks.
type named struct {
	agent string
	base  http.RoundTripper
}

func (n named) RoundTrip(r *http.Request) (*http.Response, error) {
	signed := r.Clone(r.Context())
	signed.Header.Set("User-Agent", n.agent)
	return n.base.RoundTrip(signed)
}

// Begin asks for a refresh token only where posts are to be read later.
func (r *reddit) Begin(ctx context.Context, s Start) (Step, error) {
	k := r.Code
	k.Params = map[string]string{"duration": "temporary"}
	if slices.Contains(s.Purposes, profile.Posts) {
		k.Params["duration"] = "permanent"
	}
	return k.Begin(ctx, s)
}

// Client signs calls and names us.
func (r *reddit) Client(g Grant, base http.RoundTripper) *http.Client {
	if base != nil {
		base = named{r.name, base}
	}
	return r.Code.Client(g, base)
}

// problem tells a dead refresh token, to which Reddit answers a bare 400
// (https://github.com/praw-dev/praw/issues/677).
func (r *reddit) problem(call string, status int, _ http.Header, body []byte) error {
	var said struct{ Error int }
	if call != "refresh" || status != http.StatusBadRequest || !reads(body, &said) || said.Error != status {
		return nil
	}
	return profile.Wrap(profile.Unauthorized, &answerError{Status: status}, r.About.Title+" no longer accepts this permission ("+call+")")
}

func (r *reddit) me(ctx context.Context, c *http.Client, _ *oauth2.Token, _ Callback) (profile.Account, error) {
	var who struct {
		ID, Name string
		Picture  string `json:"icon_img"`
	}
	if _, err := r.api().get(ctx, c, "account", r.base+"/api/v1/me?raw_json=1", &who); err != nil {
		return profile.Account{}, err
	}
	return profile.Account{Provider: "reddit", Subject: who.ID, Handle: who.Name, Name: who.Name, Picture: who.Picture, URL: "https://www.reddit.com/user/" + url.PathEscape(who.Name)}, nil
}

// listing is an answer with posts (t3) and comments (t1).
type listing struct {
	Kind string
	Data struct {
		After    string
		Children []struct {
			Kind string
			Data thing
		}
	}
}

type thing struct {
	Name      string  // "t3_abc": what Reddit calls a fullname
	Author    string  `json:"author_fullname"` // missing where the account is deleted
	Title     string  // of posts
	SelfText  string  `json:"selftext"`
	Body      string  // of comments
	Crosspost string  `json:"crosspost_parent"`
	Created   float64 `json:"created_utc"` // epoch seconds
	Link      string  `json:"permalink"`
}

// Posts answers a page of posts and comments together, newest first. The
// cursor is the fullname of the last one.
func (r *reddit) Posts(ctx context.Context, c *http.Client, a profile.Account, cursor string) ([]profile.Post, string, error) {
	query := url.Values{"limit": {strconv.Itoa(redditPage)}, "sort": {"new"}, "raw_json": {"1"}}
	if cursor != "" {
		query.Set("after", cursor)
	}
	page, err := r.listing(ctx, c, "posts", "/user/"+url.PathEscape(a.Handle)+"/overview?"+query.Encode())
	if err != nil {
		return nil, "", err
	}
	return r.posts(a, page), page.Data.After, nil
}

// Lookup asks for all ids in one call. What was deleted comes without author
// and words.
func (r *reddit) Lookup(ctx context.Context, c *http.Client, a profile.Account, ids []string) ([]profile.Post, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	query := url.Values{"id": {strings.Join(ids, ",")}, "raw_json": {"1"}}
	page, err := r.listing(ctx, c, "lookup", "/api/info?"+query.Encode())
	if err != nil {
		return nil, err
	}
	return r.posts(a, page), nil
}

func (r *reddit) listing(ctx context.Context, c *http.Client, call, path string) (listing, error) {
	var page listing
	if _, err := r.api().get(ctx, c, call, r.base+path, &page); err != nil {
		return listing{}, err
	}
	if page.Kind != "Listing" {
		return listing{}, profile.Wrap(profile.Upstream, &answerError{Code: "unreadable"}, r.About.Title+" sent an answer that cannot be read ("+call+"); please try again later")
	}
	return page, nil
}

func (r *reddit) posts(a profile.Account, page listing) []profile.Post {
	posts := make([]profile.Post, 0, len(page.Data.Children))
	for _, child := range page.Data.Children {
		x := child.Data
		if x.Author != "t2_"+a.Subject || taken(x.Body) || taken(x.SelfText) {
			continue
		}
		seconds, part := math.Modf(x.Created)
		p := profile.Post{
			Connector: a.Connector, Provider: a.Provider, Subject: a.Subject, ID: x.Name, Kind: profile.Original,
			At: time.Unix(int64(seconds), int64(part*1e9)).UTC(), Fetched: r.Now().UTC(), URL: "https://www.reddit.com" + x.Link,
		}
		switch {
		case x.Crosspost != "": // its title is the other post's until somebody changes it
			p.Kind = profile.Boost
		case child.Kind == "t1":
			p.Kind, p.Text = profile.Reply, profile.OwnWords(x.Body)
		default:
			p.Text = profile.OwnWords(strings.TrimSpace(x.Title + "\n" + x.SelfText))
		}
		posts = append(posts, p)
	}
	return posts
}

// taken reports whether a text stands where another was: deleted by its author,
// or removed by a moderator.
func taken(text string) bool { return text == "[deleted]" || text == "[removed]" }
