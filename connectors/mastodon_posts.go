package connectors

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"time"

	"tonfall/profile"
)

const mastodonPage = 40 // statuses in one answer, the most a server gives

// status is a post (https://docs.joinmastodon.org/entities/Status/), as far as
// it is read. What may be null is a pointer or raw.
type status struct {
	ID         string          `json:"id"`
	Created    time.Time       `json:"created_at"`
	Content    string          `json:"content"`
	Language   string          `json:"language"`
	Visibility string          `json:"visibility"`
	URL        string          `json:"url"`
	ReplyTo    *string         `json:"in_reply_to_id"`
	Reblog     json.RawMessage `json:"reblog"`
	Quote      json.RawMessage `json:"quote"`
	Account    struct {
		ID string `json:"id"`
	} `json:"account"`
}

// Posts reads the person's statuses. The cursor is a max_id. Boosts are not
// asked for. Direct messages are letters to somebody and never read, although
// the scope would allow it. A content warning is a label and not read either.
func (m *mastodon) Posts(ctx context.Context, c *http.Client, a profile.Account, cursor string) ([]profile.Post, string, error) {
	query := url.Values{}
	if cursor != "" {
		query.Set("max_id", cursor)
	}
	page, h, err := m.statuses(ctx, c, "posts", a, query)
	if err != nil || len(page) == 0 {
		return nil, "", err
	}
	next := pageLink(h, "next").Get("max_id")
	if h.Get("Link") == "" && len(page) >= mastodonPage { // a server without links
		next = page[len(page)-1].ID
	}
	return m.posts(a, page), next, nil
}

// Lookup finds out which statuses still exist. It walks upward from the oldest
// by min_id, 40 at a time, since a server gives 300 answers in five minutes:
// one call for each would use them up.
func (m *mastodon) Lookup(ctx context.Context, c *http.Client, a profile.Account, ids []string) ([]profile.Post, error) {
	rest := slices.SortedFunc(slices.Values(ids), compareIDs)
	var found []status
	for len(rest) > 0 {
		oldest := rest[0]
		one, err := m.status(ctx, c, a, oldest)
		if err != nil {
			return nil, err
		}
		found, rest = append(found, one...), rest[1:]
		if len(rest) == 0 {
			break
		}
		page, _, err := m.statuses(ctx, c, "lookup", a, url.Values{"min_id": {oldest}})
		if err != nil {
			return nil, err
		}
		if len(page) == 0 {
			break // nothing newer exists
		}
		newest := slices.MaxFunc(page, func(x, y status) int { return compareIDs(x.ID, y.ID) }).ID
		for len(rest) > 0 && compareIDs(rest[0], newest) <= 0 {
			if i := slices.IndexFunc(page, func(s status) bool { return s.ID == rest[0] }); i >= 0 {
				found = append(found, page[i])
			}
			rest = rest[1:]
		}
	}
	return m.posts(a, found), nil
}

// statuses asks for a page of the person's own.
func (m *mastodon) statuses(ctx context.Context, c *http.Client, call string, a profile.Account, query url.Values) ([]status, http.Header, error) {
	query.Set("limit", strconv.Itoa(mastodonPage))
	query.Set("exclude_reblogs", "true")
	var page []status
	target := m.base(a.Provider) + "/api/v1/accounts/" + url.PathEscape(a.Subject) + "/statuses?" + query.Encode()
	h, err := m.api(a.Provider).get(ctx, c, call, target, &page)
	return page, h, err
}

// status asks for one of the person's own: none where it is gone.
func (m *mastodon) status(ctx context.Context, c *http.Client, a profile.Account, id string) ([]status, error) {
	var one status
	_, err := m.api(a.Provider).get(ctx, c, "lookup", m.base(a.Provider)+"/api/v1/statuses/"+url.PathEscape(id), &one)
	if profile.Is(err, profile.Gone) {
		return nil, nil
	}
	if err != nil || one.Account.ID != a.Subject {
		return nil, err
	}
	return []status{one}, nil
}

func (m *mastodon) posts(a profile.Account, page []status) []profile.Post {
	posts := make([]profile.Post, 0, len(page))
	for _, s := range page {
		if s.Visibility == "direct" {
			continue
		}
		p := profile.Post{
			Connector: a.Connector, Provider: a.Provider, Subject: a.Subject, ID: s.ID, Kind: s.kind(),
			Lang: s.Language, At: s.Created.UTC(), Fetched: m.o.Now().UTC(), URL: s.URL,
		}
		if p.Kind != profile.Boost {
			p.Text = profile.OwnWords(plainText(s.Content))
		}
		posts = append(posts, p)
	}
	return posts
}

func (s status) kind() profile.PostKind {
	given := func(raw json.RawMessage) bool { return len(raw) > 0 && string(raw) != "null" }
	switch {
	case given(s.Reblog):
		return profile.Boost
	case given(s.Quote):
		return profile.Quote
	case s.ReplyTo != nil:
		return profile.Reply
	}
	return profile.Original
}

// compareIDs orders ids by age: numbers, ULIDs (GoToSocial) and flake ids
// (Pleroma) all grow, in length first.
func compareIDs(a, b string) int {
	return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
}

// linked is one target of a Link header (RFC 8288), with its relation.
var linked = regexp.MustCompile(`<([^<>]*)>\s*;\s*rel="?([a-z]+)"?`)

// pageLink is the query of the link with a relation. Only its parameters are
// used: where a page lies is ours to say.
func pageLink(h http.Header, rel string) url.Values {
	for _, header := range h.Values("Link") {
		for _, match := range linked.FindAllStringSubmatch(header, -1) {
			if u, err := url.Parse(match[1]); err == nil && match[2] == rel {
				return u.Query()
			}
		}
	}
	return nil
}
