package connectortest

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"tonfall/connectors"
	"tonfall/profile"
)

// publish writes so many posts and answers their ids, newest first.
func publish(s *stage, n int, what string) []string {
	ids := make([]string, n)
	for i := range n {
		ids[n-1-i] = s.Publish(fmt.Sprintf("%s number %d", what, i))
	}
	return ids
}

func idsOf(posts []profile.Post) []string {
	ids := make([]string, len(posts))
	for i, p := range posts {
		ids[i] = p.ID
	}
	return ids
}

func pages(t *testing.T, s *stage) {
	r := s.reader(t)
	if got := r.all(t); len(got) != 0 {
		t.Fatalf("a person without posts has %d", len(got))
	}
	want := publish(s, 230, "a post")
	posts := r.all(t)
	if got := idsOf(posts); !slices.Equal(got, want) {
		t.Fatalf("got %d posts, want %d, newest first, each once, ids unchanged:\n%v\n%v", len(got), len(want), got, want)
	}
	for i, p := range posts {
		if p.Connector != r.account.Connector || p.Provider != r.account.Provider || p.Subject != r.account.Subject ||
			p.Kind != profile.Original || p.At.IsZero() || p.At.Location() != time.UTC || !p.Fetched.Equal(Now()) {
			t.Fatalf("post %d lacks something: %+v", i, p)
		}
		if i > 0 && p.At.After(posts[i-1].At) {
			t.Fatalf("post %d is newer than the one before", i)
		}
	}
	if want := "a post number 229"; posts[0].Text != want {
		t.Errorf("the newest text is %q, want %q", posts[0].Text, want)
	}
}

func writesMeanwhile(t *testing.T, s *stage) {
	want := publish(s, 150, "a post")
	r := s.reader(t)
	seen := map[string]int{}
	cursor := ""
	for range 100 {
		page, next, err := r.page(t.Context(), cursor)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range page {
			seen[p.ID]++
		}
		s.Publish("written meanwhile")
		if cursor = next; next == "" {
			break
		}
	}
	for _, id := range want {
		if seen[id] != 1 {
			t.Errorf("post %s came %d times", id, seen[id])
		}
	}
}

func increments(t *testing.T, s *stage) {
	known := publish(s, 20, "an old post")
	r := s.reader(t)
	if got := idsOf(r.all(t)); !slices.Equal(got, known) {
		t.Fatalf("got %v, want %v", got, known)
	}
	fresh := publish(s, 3, "a new post")
	page, _, err := r.page(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	if got := idsOf(page); len(got) < 4 || !slices.Equal(got[:4], append(fresh, known[0])) {
		t.Errorf("the first page begins with %v, want the new %v and then %s", got[:min(4, len(got))], fresh, known[0])
	}
}

// anyText are texts that people write; markup-like ones must stay text.
func anyText(t *testing.T, s *stage) {
	texts := []string{
		"5 < 6 & 7 > 6, so <b>bold</b>", "😀👨‍👩‍👧🏳️‍🌈", "שלום עולם", "zero\u200bwidth", "erste Zeile\nzweite Zeile",
		`quotes " ' and \ backslash`, "Zürich – naïve façade", strings.Repeat("lang ", cmp.Or(s.Longest, 200_000)/5-1) + "Ende",
	}
	for _, text := range texts {
		s.Publish(text)
	}
	posts := s.reader(t).all(t)
	slices.Reverse(posts)
	for i, text := range texts {
		if i >= len(posts) || posts[i].Text != text {
			t.Errorf("text %d arrived changed: got %.80q, want %.80q", i, posts[min(i, len(posts)-1)].Text, text)
		}
	}
	if s.Publish("") == "" {
		return
	}
	if got := s.reader(t).all(t); len(got) != len(texts)+1 || got[0].Text != "" {
		t.Error("a post without words must arrive without words")
	}
}

func misses(t *testing.T, s *stage) {
	ids := publish(s, 60, "a post")
	r := s.reader(t)
	lookup := func(ids []string) []string {
		posts, err := r.Connector.(connectors.PostLister).Lookup(t.Context(), r.http, r.account, ids)
		if err != nil {
			t.Fatalf("Lookup: %v", err)
		}
		for _, p := range posts {
			if p.Connector == "" || p.Provider == "" || p.Subject == "" || !strings.HasPrefix(p.Text, "a post number ") {
				t.Fatalf("a post looked up lacks something: %+v", p)
			}
		}
		got := idsOf(posts)
		slices.SortFunc(got, func(a, b string) int { return slices.Index(ids, a) - slices.Index(ids, b) })
		return got
	}
	if got := lookup(ids); !slices.Equal(got, ids) {
		t.Fatalf("of %d posts %d are found: %v", len(ids), len(got), got)
	}
	for _, i := range []int{59, 30, 0} {
		s.Delete(ids[i])
	}
	if got, want := lookup(ids), append(slices.Clone(ids[1:30]), ids[31:59]...); !slices.Equal(got, want) {
		t.Errorf("after deleting three, found\n%v, want\n%v", got, want)
	}
	if got := lookup([]string{ids[30]}); len(got) != 0 {
		t.Errorf("a deleted post alone is found: %v", got)
	}
	if got := lookup([]string{ids[40], ids[10]}); len(got) != 2 {
		t.Errorf("of two posts apart %v are found", got)
	}
	before := s.seen()
	if got := lookup(nil); len(got) != 0 || s.seen() != before {
		t.Error("looking nothing up asks the provider")
	}
}

func givesUp(t *testing.T, s *stage) {
	r := s.reader(t)
	ctx, cancel := context.WithCancel(t.Context())
	arrived := make(chan struct{}, 16)
	s.breaks("", fault{answer: func(_ http.ResponseWriter, q *http.Request) {
		arrived <- struct{}{}
		<-q.Context().Done()
	}})
	go func() { <-arrived; cancel() }()
	began := time.Now()
	_, _, err := r.page(ctx, "")
	wantKind(t, err, profile.Unavailable, r.grant.Access)
	if took := time.Since(began); took > Patient/2 {
		t.Errorf("it ended after %v only", took)
	}
}
