package connectors

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"tonfall/profile"
)

const (
	blueskyPage  = 100 // records in one answer, the protocol's most
	blueskyWalk  = 5   // pages that Lookup reads before it asks one by one
	postsAt      = "app.bsky.feed.post"
	sortableTID  = "234567abcdefghijklmnopqrstuvwxyz"
	tidLength    = 13
	tidClockBits = 10
)

// xrpc is the address of a method at the grant's own server.
func xrpc(method string, query url.Values) string {
	return "https://" + personalServer + "/xrpc/" + method + "?" + query.Encode()
}

// blueskySession is what the person's server says about our grant.
type blueskySession struct {
	DID       string `json:"did"`
	Email     string `json:"email"`
	Confirmed bool   `json:"emailConfirmed"`
}

// session asks whether the grant still stands, and whose it is.
func (b *bluesky) session(ctx context.Context, c *http.Client) (s blueskySession, err error) {
	_, err = b.api.get(ctx, c, "session", xrpc("com.atproto.server.getSession", nil), &s)
	return s, err
}

// blueskyRecord is a post as it lies in its author's repository
// (lexicon app.bsky.feed.post).
type blueskyRecord struct {
	URI   string `json:"uri"`
	Value struct {
		Text    string         `json:"text"`
		Langs   []string       `json:"langs"`
		Created string         `json:"createdAt"`
		Facets  []blueskyFacet `json:"facets"`
		Reply   *struct{}      `json:"reply"`
		Embed   struct {
			Type string `json:"$type"`
		} `json:"embed"`
	} `json:"value"`
}

// Posts reads the person's own posts, replies and quotes. Reposts lie in
// another collection and hold no word of the person: they are not read at all.
// Although anybody may read posts, the first page asks first whether the grant
// still stands, so that disconnecting Tonfall at Bluesky ends the reading.
func (b *bluesky) Posts(ctx context.Context, c *http.Client, a profile.Account, cursor string) ([]profile.Post, string, error) {
	if cursor == "" {
		if err := b.stands(ctx, c, a); err != nil {
			return nil, "", err
		}
	}
	records, next, err := b.list(ctx, c, a, cursor)
	if err != nil {
		return nil, "", err
	}
	posts := make([]profile.Post, 0, len(records))
	for _, r := range records {
		posts = append(posts, b.post(a, r))
	}
	return posts, next, nil
}

// stands makes sure that the grant is alive and of this account.
func (b *bluesky) stands(ctx context.Context, c *http.Client, a profile.Account) error {
	s, err := b.session(ctx, c)
	if err == nil && s.DID != a.Subject {
		return profile.Errorf(profile.Upstream, "the Bluesky server answered for another account; nothing was read")
	}
	return err
}

// list reads a page of records.
func (b *bluesky) list(ctx context.Context, c *http.Client, a profile.Account, cursor string) ([]blueskyRecord, string, error) {
	query := url.Values{"repo": {a.Subject}, "collection": {postsAt}, "limit": {strconv.Itoa(blueskyPage)}}
	if cursor != "" {
		query.Set("cursor", cursor)
	}
	var page struct {
		Records []blueskyRecord `json:"records"`
		Cursor  string          `json:"cursor"`
	}
	if _, err := b.api.get(ctx, c, "posts", xrpc("com.atproto.repo.listRecords", query), &page); err != nil {
		return nil, "", err
	}
	page.Records = slices.DeleteFunc(page.Records, func(r blueskyRecord) bool { return rkey(a, r) == "" })
	if len(page.Records) == 0 || page.Cursor == cursor {
		page.Cursor = "" // servers name a cursor on their last page too
	}
	return page.Records, page.Cursor, nil
}

// Lookup finds which posts still exist. It walks the newest pages first, and
// asks one by one for what it did not meet there: a post counts as deleted
// only where its own address says so.
func (b *bluesky) Lookup(ctx context.Context, c *http.Client, a profile.Account, ids []string) ([]profile.Post, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	if err := b.stands(ctx, c, a); err != nil {
		return nil, err
	}
	missing := map[string]bool{}
	for _, id := range ids {
		missing[id] = true
	}
	oldest := slices.Min(ids) // record keys of posts sort by time
	var found []profile.Post
	cursor := ""
	for range blueskyWalk {
		records, next, err := b.list(ctx, c, a, cursor)
		if err != nil {
			return nil, err
		}
		for _, r := range records {
			if missing[rkey(a, r)] {
				delete(missing, rkey(a, r))
				found = append(found, b.post(a, r))
			}
		}
		if next == "" || len(missing) == 0 || rkey(a, records[len(records)-1]) < oldest {
			break
		}
		cursor = next
	}
	for _, id := range ids {
		if !missing[id] {
			continue
		}
		delete(missing, id) // an id given twice is asked for once
		var r blueskyRecord
		query := url.Values{"repo": {a.Subject}, "collection": {postsAt}, "rkey": {id}}
		_, err := b.api.get(ctx, c, "post", xrpc("com.atproto.repo.getRecord", query), &r)
		switch {
		case profile.Is(err, profile.Gone), codeOf(err) == "RecordNotFound":
			continue
		case err != nil:
			return nil, err
		}
		if rkey(a, r) == id {
			found = append(found, b.post(a, r))
		}
	}
	return found, nil
}

// rkey is a record's own key; empty for what is not a post of the account.
func rkey(a profile.Account, r blueskyRecord) string {
	key, ok := strings.CutPrefix(r.URI, "at://"+a.Subject+"/"+postsAt+"/")
	if !ok || strings.Contains(key, "/") {
		return ""
	}
	return key
}

// post reads a record.
func (b *bluesky) post(a profile.Account, r blueskyRecord) profile.Post {
	now, id := b.now().UTC(), rkey(a, r)
	p := profile.Post{
		Connector: a.Connector, Provider: a.Provider, Subject: a.Subject, ID: id,
		Kind: profile.Original, Text: profile.OwnWords(withoutLinks(r.Value.Text, r.Value.Facets)),
		At: written(r.Value.Created, id, now), Fetched: now,
		URL: "https://bsky.app/profile/" + a.Subject + "/post/" + id,
	}
	if len(r.Value.Langs) == 1 { // several say nothing about this text
		p.Lang = r.Value.Langs[0]
	}
	switch {
	case r.Value.Reply != nil:
		p.Kind = profile.Reply
	case strings.HasPrefix(r.Value.Embed.Type, "app.bsky.embed.record"): // and recordWithMedia
		p.Kind = profile.Quote
	}
	return p
}

// written is the time that the author's app put into the post; where it is
// unreadable, that in its key; never later than now, since clocks err.
func written(created, key string, now time.Time) time.Time {
	at, err := time.Parse(time.RFC3339Nano, created)
	if err != nil {
		at = tidTime(key)
	}
	if at.IsZero() || at.After(now) {
		return now
	}
	return at.UTC()
}

// tidTime is the time in a record key (https://atproto.com/specs/tid): 53 bits
// of microseconds above the clock's number, in base 32. Zero for other keys.
func tidTime(key string) time.Time {
	if len(key) != tidLength {
		return time.Time{}
	}
	var n uint64
	for _, r := range key {
		digit := strings.IndexRune(sortableTID, r)
		if digit < 0 {
			return time.Time{}
		}
		n = n<<5 | uint64(digit)
	}
	return time.UnixMicro(int64(n &^ (1 << 63) >> tidClockBits))
}

// blueskyFacet marks a range of a text, in bytes of UTF-8, as a link, a
// mention or a tag (lexicon app.bsky.richtext.facet).
type blueskyFacet struct {
	Index struct {
		Start int `json:"byteStart"`
		End   int `json:"byteEnd"`
	} `json:"index"`
	Features []struct {
		Type string `json:"$type"`
	} `json:"features"`
}

// withoutLinks takes out addresses, which apps shorten into half words
// ("example.com/abou…"), and mentions: other people's names. A link behind the
// author's own words stays.
func withoutLinks(text string, facets []blueskyFacet) string {
	slices.SortStableFunc(facets, func(x, y blueskyFacet) int { return x.Index.Start - y.Index.Start })
	var own strings.Builder
	done := 0
	for _, f := range facets {
		start, end := f.Index.Start, f.Index.End
		if start < done || end <= start || end > len(text) || !between(text, start) || !between(text, end) {
			continue // out of range, overlapping, inside a character: apps err
		}
		words := text[start:end]
		for _, feature := range f.Features {
			mention := feature.Type == "app.bsky.richtext.facet#mention"
			address := feature.Type == "app.bsky.richtext.facet#link" && strings.Contains(words, ".") && !strings.ContainsAny(words, " \n\t")
			if mention || address {
				own.WriteString(text[done:start])
				done = end
				break
			}
		}
	}
	own.WriteString(text[done:])
	return own.String()
}

// between reports whether no character of the text spans the byte offset.
func between(text string, at int) bool { return at == len(text) || utf8.RuneStart(text[at]) }
