package practice

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

type postsPage struct {
	Posts []Post
	Next  *string
}

func (tn *town) page(access, path string) postsPage {
	tn.t.Helper()
	status, _, body := tn.call(access, path)
	var p postsPage
	if err := json.Unmarshal([]byte(body), &p); err != nil || status != 200 {
		tn.t.Fatalf("%s: %d %s", path, status, body)
	}
	return p
}

func TestPagesReachEveryPostNewestFirstEvenWhileSomeVanish(t *testing.T) {
	tn := newTown(t, nil)
	tok := tn.token("mila", "posts:read")
	want := tn.Scripted("mila")
	var got []Post
	cursor := ""
	for {
		p := tn.page(tok.AccessToken, "/api/posts?limit=7&before="+cursor)
		got = append(got, p.Posts...)
		if p.Next == nil {
			break
		}
		if cursor = *p.Next; len(got)%2 == 0 {
			continue
		}
		if err := tn.Delete("mila", cursor); err != nil {
			t.Fatal(err)
		}
	}
	if len(got) != len(want) {
		t.Fatalf("%d posts read, %d written", len(got), len(want))
	}
	for i := range got {
		if got[i].ID != want[i].ID {
			t.Fatalf("post %d is %s, not %s", i, got[i].ID, want[i].ID)
		}
		if i > 0 && got[i].CreatedAt.After(got[i-1].CreatedAt) {
			t.Fatalf("post %d is newer than the one before", i)
		}
	}
	for _, bad := range []string{"?limit=0", "?limit=x", "?before=../x"} {
		if status, _, body := tn.call(tok.AccessToken, "/api/posts"+bad); status != 400 || !strings.Contains(body, "invalid_request") {
			t.Errorf("%s: %d %s", bad, status, body)
		}
	}
}

func TestLookupAnswersOnlyOwnPostsThatStillExist(t *testing.T) {
	tn := newTown(t, nil)
	tok := tn.token("mila", "posts:read")
	mine, theirs := tn.Scripted("mila"), tn.Scripted("jonas")
	if err := tn.Delete("mila", mine[1].ID); err != nil {
		t.Fatal(err)
	}
	fresh, err := tn.Post("mila", "Neu!", tn.opts.Now())
	if err != nil {
		t.Fatal(err)
	}
	p := tn.page(tok.AccessToken, fmt.Sprintf("/api/posts/lookup?ids=%s,%s,%s,%s,nope", mine[0].ID, mine[1].ID, theirs[0].ID, fresh.ID))
	if len(p.Posts) != 2 || p.Posts[0].ID != fresh.ID || p.Posts[1].ID != mine[0].ID {
		t.Errorf("found %v", p.Posts)
	}
}

func TestAScopeOpensOnlyItsOwnCalls(t *testing.T) {
	tn := newTown(t, nil)
	tok := tn.token("mila", "profile")
	if status, _, body := tn.call(tok.AccessToken, "/api/posts"); status != 403 || !strings.Contains(body, "insufficient_scope") {
		t.Errorf("posts with profile alone: %d %s", status, body)
	}
	if status, _, _ := tn.call(tok.RefreshToken, "/api/me"); status != 401 {
		t.Errorf("a refresh token as a bearer token: %d", status)
	}
}

func TestTooManyCallsAreToldWhenToComeBack(t *testing.T) {
	tn := newTown(t, func(o *NetworkOptions) { o.RateLimit = 3 })
	tok := tn.token("mila", "profile")
	for range 3 {
		if status, _, _ := tn.call(tok.AccessToken, "/api/me"); status != 200 {
			t.Fatalf("within the limit: %d", status)
		}
	}
	tn.pass(20 * time.Second)
	status, head, body := tn.call(tok.AccessToken, "/api/me")
	if status != 429 || head.Get("Retry-After") != "40" || !strings.Contains(body, `"error":"rate_limited"`) {
		t.Errorf("above the limit: %d %q %s", status, head.Get("Retry-After"), body)
	}
	tn.pass(40 * time.Second)
	if status, _, _ := tn.call(tok.AccessToken, "/api/me"); status != 200 {
		t.Errorf("a minute later: %d", status)
	}
	tn.LimitNext(1, 7*time.Second)
	if status, head, _ := tn.call(tok.AccessToken, "/api/me"); status != 429 || head.Get("Retry-After") != "7" {
		t.Errorf("by order: %d %q", status, head.Get("Retry-After"))
	}
	tn.DropNext(1)
	req, _ := http.NewRequest("POST", tn.url+"/oauth/token", nil)
	if res, err := http.DefaultClient.Do(req); err == nil {
		t.Errorf("a dropped connection answered %d", res.StatusCode)
	}
}
