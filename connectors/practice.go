package connectors

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"tonfall/profile"
)

// practice is the demo's own small network (internal/practice). It is also
// the simplest example of a connector that reads posts: copy it.
type practice struct {
	Code
	base string
}

var (
	_ PostReader = (*practice)(nil)
	_ PostLister = (*practice)(nil)
	_ Refresher  = (*practice)(nil)
	_ Revoker    = (*practice)(nil)
)

const practicePage = 40 // posts in one answer

func newPractice(o Options) (Connector, error) {
	if u, err := url.Parse(o.BaseURL); err != nil || u.Host == "" {
		return nil, profile.Errorf(profile.Invalid, "connector %s needs base_url, the address of the practice network", o.Name)
	}
	p := &practice{base: strings.TrimSuffix(o.BaseURL, "/")}
	p.Code = Code{
		About: Info{
			Name: o.Name, Title: titled(o, "Practice network"), Posts: true,
			Powers:       []string{"posts", "lookup", "refresh", "revoke"},
			Scopes:       map[profile.Purpose][]string{"": {"profile"}, profile.Posts: {"posts:read"}},
			Registration: "none: the demo registers itself",
			Rules:        allowed("an invented network with invented people", "internal/practice"),
		},
		ID: o.ClientID, Secret: o.ClientSecret, Extra: o.Scopes, HTTP: o.HTTP, Now: o.Now,
		Endpoint: oauth2.Endpoint{AuthURL: p.base + "/oauth/authorize", TokenURL: p.base + "/oauth/token", AuthStyle: oauth2.AuthStyleInHeader},
		Revoking: p.base + "/oauth/revoke",
		Account:  p.me,
	}
	return p, nil
}

// titled is the configured title or the kind's own.
func titled(o Options, title string) string {
	if o.Title != "" {
		return o.Title
	}
	return title
}

// allowed are the rules of a platform that forbids none of the purposes.
func allowed(text, source string) []Rule {
	var rules []Rule
	for _, p := range []profile.Purpose{profile.Posts, profile.MoodRead, profile.Messages} {
		rules = append(rules, Rule{Purpose: p, Allowed: true, Text: text, Source: source})
	}
	return rules
}

func (p *practice) me(ctx context.Context, c *http.Client, _ *oauth2.Token, _ Callback) (profile.Account, error) {
	var me struct {
		ID, Handle, Name, Email, Picture, Locale, URL string
		Verified                                      bool `json:"email_verified"`
	}
	if _, err := p.api().get(ctx, c, "account", p.base+"/api/me", &me); err != nil {
		return profile.Account{}, err
	}
	return profile.Account{
		Provider: "practice", Subject: me.ID, Handle: me.Handle, Name: me.Name, Email: me.Email,
		EmailVerified: me.Verified, Picture: me.Picture, URL: me.URL, Locale: me.Locale,
	}, nil
}

// practicePosts is an answer with posts.
type practicePosts struct {
	Posts []struct {
		ID, Text, Lang, URL string
		Kind                profile.PostKind
		At                  time.Time `json:"created_at"`
	}
	Next string
}

// Posts answers a page; the network's cursor is passed on as it is.
func (p *practice) Posts(ctx context.Context, c *http.Client, a profile.Account, cursor string) ([]profile.Post, string, error) {
	query := url.Values{"limit": {strconv.Itoa(practicePage)}}
	if cursor != "" {
		query.Set("before", cursor)
	}
	var page practicePosts
	if _, err := p.api().get(ctx, c, "posts", p.base+"/api/posts?"+query.Encode(), &page); err != nil {
		return nil, "", err
	}
	return p.posts(a, page), page.Next, nil
}

// Lookup asks for all ids in one call.
func (p *practice) Lookup(ctx context.Context, c *http.Client, a profile.Account, ids []string) ([]profile.Post, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var page practicePosts
	target := p.base + "/api/posts/lookup?" + url.Values{"ids": {strings.Join(ids, ",")}}.Encode()
	if _, err := p.api().get(ctx, c, "lookup", target, &page); err != nil {
		return nil, err
	}
	return p.posts(a, page), nil
}

func (p *practice) posts(a profile.Account, page practicePosts) []profile.Post {
	posts := make([]profile.Post, 0, len(page.Posts))
	for _, x := range page.Posts {
		posts = append(posts, profile.Post{
			Connector: a.Connector, Provider: a.Provider, Subject: a.Subject, ID: x.ID, Kind: x.Kind,
			Text: profile.OwnWords(x.Text), Lang: x.Lang, At: x.At.UTC(), Fetched: p.Now().UTC(), URL: x.URL,
		})
	}
	return posts
}
