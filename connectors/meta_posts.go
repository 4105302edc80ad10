package connectors

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"tonfall/profile"
)

const (
	metaPage        = 100 // posts in one answer, the most there are
	metaLookupPages = 3   // pages searched for known posts before they are asked for one by one
)

// graphPost is a post of any of the three networks, each of which has its own
// names for the same things.
type graphPost struct {
	ID        string    `json:"id"`
	Text      string    `json:"text"`    // Threads
	Message   string    `json:"message"` // Facebook
	Caption   string    `json:"caption"` // Instagram
	Link      string    `json:"permalink"`
	LinkURL   string    `json:"permalink_url"` // Facebook
	Timestamp graphTime `json:"timestamp"`
	Created   graphTime `json:"created_time"` // Facebook
	Media     string    `json:"media_type"`
	Quote     bool      `json:"is_quote_post"` // Threads
}

// graphTime is a time in the Graph API: ISO 8601 without a colon in the zone.
type graphTime struct{ time.Time }

// UnmarshalJSON reads both ways in which the zone is written.
func (t *graphTime) UnmarshalJSON(text []byte) error {
	var said string
	if err := json.Unmarshal(text, &said); err != nil || said == "" {
		return err
	}
	at, err := time.Parse("2006-01-02T15:04:05-0700", said)
	if err != nil {
		at, err = time.Parse(time.RFC3339, said)
	}
	t.Time = at
	return err
}

// graphPage is an answer with posts.
type graphPage struct {
	Data   []graphPost `json:"data"`
	Paging struct {
		Next string `json:"next"`
	} `json:"paging"`
}

// Posts answers a page. The cursor is what the link to the next page adds to
// ours; where a page lies is never taken from an answer, and the link's token
// is left behind.
func (m *meta) Posts(ctx context.Context, c *http.Client, a profile.Account, cursor string) ([]profile.Post, string, error) {
	query, err := url.ParseQuery(cursor)
	if err != nil {
		return nil, "", profile.Errorf(profile.Invalid, "this is not a place in the posts of %s", m.code.About.Title)
	}
	query.Set("fields", m.fields)
	query.Set("limit", strconv.Itoa(metaPage))
	var page graphPage
	if _, err := m.code.api().get(ctx, c, "posts", m.graph+m.list+"?"+query.Encode(), &page); err != nil {
		return nil, "", err
	}
	next := url.Values{}
	if to, err := url.Parse(page.Paging.Next); err == nil {
		for _, name := range []string{"after", "until", "__paging_token"} {
			if value := to.Query().Get(name); value != "" {
				next.Set(name, value)
			}
		}
	}
	return m.posts(a, page.Data), next.Encode(), nil
}

// Lookup searches the newest pages, since one call brings a hundred posts, and
// asks for what was not there one by one: the Graph API's lookup of many ids
// fails as a whole where one of them is gone.
func (m *meta) Lookup(ctx context.Context, c *http.Client, a profile.Account, ids []string) ([]profile.Post, error) {
	rest := slices.Clone(ids)
	var found []profile.Post
	cursor := ""
	for range metaLookupPages {
		if len(rest) == 0 {
			return found, nil
		}
		page, next, err := m.Posts(ctx, c, a, cursor)
		if err != nil {
			return nil, err
		}
		for _, p := range page {
			if i := slices.Index(rest, p.ID); i >= 0 {
				found, rest = append(found, p), slices.Delete(rest, i, i+1)
			}
		}
		if cursor = next; next == "" {
			break
		}
	}
	for _, id := range rest {
		var one graphPost
		_, err := m.code.api().get(ctx, c, "lookup", m.graph+"/"+url.PathEscape(id)+"?"+url.Values{"fields": {m.fields}}.Encode(), &one)
		if profile.Is(err, profile.Gone) {
			continue
		}
		if err != nil {
			return nil, err
		}
		found = append(found, m.posts(a, []graphPost{one})...)
	}
	return found, nil
}

func (m *meta) posts(a profile.Account, page []graphPost) []profile.Post {
	posts := make([]profile.Post, 0, len(page))
	for _, x := range page {
		at := x.Timestamp.Time
		if at.IsZero() {
			at = x.Created.Time
		}
		p := profile.Post{
			Connector: a.Connector, Provider: a.Provider, Subject: a.Subject, ID: x.ID, Kind: x.kind(),
			At: at.UTC(), Fetched: m.code.Now().UTC(), URL: cmp.Or(x.Link, x.LinkURL),
		}
		if p.Kind != profile.Boost {
			p.Text = profile.OwnWords(cmp.Or(x.Text, x.Message, x.Caption))
		}
		posts = append(posts, p)
	}
	return posts
}

func (x graphPost) kind() profile.PostKind {
	switch {
	case x.Media == "REPOST_FACADE":
		return profile.Boost
	case x.Quote:
		return profile.Quote
	}
	return profile.Original
}
