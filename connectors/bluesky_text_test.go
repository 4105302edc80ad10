package connectors

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
)

func TestAddressesAndNamesAreNoWordsOfTheAuthor(t *testing.T) {
	mark := func(start, end int, kind string) blueskyFacet {
		f := blueskyFacet{Features: []struct {
			Type string `json:"$type"`
		}{{Type: "app.bsky.richtext.facet#" + kind}}}
		f.Index.Start, f.Index.End = start, end
		return f
	}
	for _, x := range []struct {
		text   string
		facets []blueskyFacet
		want   string
	}{
		{"see example.com/abou… now", []blueskyFacet{mark(4, 23, "link")}, "see  now"},
		{"hi @anna.test!", []blueskyFacet{mark(3, 13, "mention")}, "hi !"},
		{"so #glücklich", []blueskyFacet{mark(3, 14, "tag")}, "so #glücklich"},
		{"read this please", []blueskyFacet{mark(5, 9, "link")}, "read this please"},
		{"a.b c.d", []blueskyFacet{mark(4, 7, "link"), mark(0, 3, "link")}, " "},
		{"a.b c.d", []blueskyFacet{mark(0, 5, "mention"), mark(3, 7, "mention")}, ".d"},
		{"ü.b", []blueskyFacet{mark(1, 4, "mention")}, "ü.b"},
		{"a.b", []blueskyFacet{mark(-1, 2, "mention"), mark(2, 1, "mention"), mark(0, 9, "mention")}, "a.b"},
		{"", []blueskyFacet{mark(0, 0, "mention")}, ""},
	} {
		if got := withoutLinks(x.text, x.facets); got != x.want {
			t.Errorf("%q: got %q, want %q", x.text, got, x.want)
		}
	}
}

func TestThePostsTimeIsTheAuthorsElseItsKeysElseNow(t *testing.T) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	for _, x := range []struct{ created, key, want string }{
		{"2026-11-01T10:00:00+02:00", "3jzfcijpj2z2a", "2026-11-01T08:00:00Z"},
		{"yesterday", "3jzfcijpj2z2a", "2023-06-30T15:03:01.887007Z"}, // a key from https://atproto.com/specs/tid
		{"", "self", "2026-11-22T12:00:00Z"},
		{"9999-01-01T00:00:00Z", "self", "2026-11-22T12:00:00Z"},
		{"", "zzzzzzzzzzzzz", "2026-11-22T12:00:00Z"},
	} {
		if got := written(x.created, x.key, now).Format(time.RFC3339Nano); got != x.want {
			t.Errorf("%q %q: got %s, want %s", x.created, x.key, got, x.want)
		}
	}
}

func TestAHandleIsTakenAsPeopleTypeIt(t *testing.T) {
	for typed, want := range map[string]string{
		"anna.bsky.social": "anna.bsky.social", " @Anna.BSKY.social\n": "anna.bsky.social",
		"\u202aanna.bsky.social\u202c": "anna.bsky.social", "at://anna.test": "anna.test", "": "",
	} {
		if got := cleanHandle(typed); got != want {
			t.Errorf("%q: got %q, want %q", typed, got, want)
		}
	}
	for _, bad := range []string{"anna", "anna.", ".anna.test", "an_na.test", "anna..test", "anna.123", "127.0.0.1", strings.Repeat("a", 64) + ".test", strings.Repeat("abc.", 64) + "test"} {
		if handleSyntax.MatchString(bad) && len(bad) <= 253 {
			t.Errorf("%q passes for a handle", bad)
		}
	}
}

func TestAHandleIsLookedUpInTheDNS(t *testing.T) {
	const did = "did:plc:aaaabbbbccccddddeeeeffff"
	for _, x := range []struct {
		name    string
		records []string
		err     error
		want    string
	}{
		{"one record", []string{"v=spf1 -all", "did=" + did}, nil, did},
		{"two that differ", []string{"did=" + did, "did=did:web:example.com"}, nil, ""},
		{"none", nil, errors.New("no such host"), ""},
	} {
		b := &bluesky{lookupTXT: func(_ context.Context, name string) ([]string, error) {
			if name != "_atproto.anna.test" {
				t.Errorf("asked for %s", name)
			}
			return x.records, x.err
		}}
		if got := b.didByDNS(t.Context(), "anna.test"); got != x.want {
			t.Errorf("%s: got %q, want %q", x.name, got, x.want)
		}
	}
}
