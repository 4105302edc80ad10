package connectors

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"tonfall/profile"
)

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
