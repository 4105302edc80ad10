package connectors_test

import (
	"crypto/rand"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tonfall/connectors"
	"tonfall/connectors/connectortest"
	"tonfall/profile"
)

func TestReddit(t *testing.T) {
	connectortest.Run(t, connectortest.Harness{
		Provider: func(t *testing.T, _ string) connectortest.Provider {
			n := newRedditNetwork(t)
			return n.provider(n.publish)
		},
		Connector: redditConnector,
		NoPKCE:    "Reddit's documentation knows none",
		Token:     "/api/v1/access_token",
		Account:   "/api/v1/me",
		Longest:   40_000,
	})
}

func redditConnector(_ *testing.T, base string, o connectors.Options) connectors.Connector {
	o.BaseURL, o.ClientID, o.ClientSecret, o.Website = base, "app-id", "app-secret", "https://shop.example"
	return must(connectors.New("reddit", o))
}

// redditNetwork is Reddit with one person on it.
type redditNetwork struct{ *network }

func newRedditNetwork(t *testing.T) *redditNetwork {
	n := &redditNetwork{newNetwork(t, "reddit")}
	named := func(h http.HandlerFunc) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if r.UserAgent() != "web:app-id:tonfall-1 (https://shop.example)" {
				raw(w, 403, `{"message":"Forbidden","error":403}`)
				return
			}
			h(w, r)
		}
	}
	n.handle("GET /api/v1/authorize", n.authorize("client_id", ""))
	n.handle("POST /api/v1/access_token", named(n.token))
	n.handle("POST /api/v1/revoke_token", named(func(w http.ResponseWriter, r *http.Request) {
		delete(n.access, r.PostFormValue("token"))
		delete(n.fresh, r.PostFormValue("token"))
		w.WriteHeader(http.StatusNoContent)
	}))
	refuse := func(w http.ResponseWriter) { raw(w, 401, `{"message": "Unauthorized", "error": 401}`) }
	n.handle("GET /api/v1/me", named(n.bearer(refuse, func(w http.ResponseWriter, _ *http.Request) { answer(w, 200, n.shape("me")) })))
	n.handle("GET /user/spez/overview", named(n.bearer(refuse, n.overview)))
	n.handle("GET /api/info", named(n.bearer(refuse, n.info)))
	return n
}

// publish writes a post: its first line is the title. One without a title
// cannot be.
func (n *redditNetwork) publish(text string) string {
	if text == "" {
		return ""
	}
	title, rest, _ := strings.Cut(text, "\n")
	return n.thing("post", map[string]any{"title": title, "selftext": rest})
}

// thing publishes a post or comment, its data changed as said.
func (n *redditNetwork) thing(name string, changes map[string]any) string {
	var full string
	n.write(name, func(p map[string]any, at time.Time) {
		data := p["data"].(map[string]any)
		full = p["kind"].(string) + "_" + p["id"].(string)
		p["id"], data["name"], data["created_utc"] = full, full, float64(at.Unix())
		for k, v := range changes {
			data[k] = v
		}
	}, nil)
	return full
}

func (n *redditNetwork) token(w http.ResponseWriter, r *http.Request) {
	if id, secret, _ := r.BasicAuth(); id != "app-id" || secret != "app-secret" {
		raw(w, 401, `{"message": "Unauthorized", "error": 401}`)
		return
	}
	token := n.shape("token")
	if r.PostFormValue("grant_type") == "refresh_token" { // it stays the same
		if !n.fresh[r.PostFormValue("refresh_token")] {
			raw(w, 400, `{"message": "Bad Request", "error": 400}`)
			return
		}
		delete(token, "refresh_token")
	} else {
		asked := n.redeem(r.PostForm, false)
		if asked == nil {
			raw(w, 200, `{"error": "invalid_grant"}`)
			return
		}
		token["scope"] = asked.Get("scope")
		if delete(token, "refresh_token"); asked.Get("duration") == "permanent" {
			refresh := rand.Text()
			token["refresh_token"], n.fresh[refresh] = refresh, true
		}
	}
	token["access_token"] = rand.Text()
	n.access[token["access_token"].(string)] = true
	answer(w, 200, token)
}

// children are things as a listing holds them.
func children(page []map[string]any) []map[string]any {
	list := []map[string]any{}
	for _, p := range page {
		list = append(list, map[string]any{"kind": p["kind"], "data": p["data"]})
	}
	return list
}

func (n *redditNetwork) overview(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if q.Get("limit") != "100" || q.Get("raw_json") != "1" || q.Get("sort") != "new" || q.Has("before") {
		n.t.Errorf("asked %v", q)
	}
	page, more := n.before(q.Get("after"), 100)
	var after any
	if more {
		after = page[len(page)-1]["id"]
	}
	answer(w, 200, map[string]any{"kind": "Listing", "data": map[string]any{"after": after, "before": nil, "dist": len(page), "children": children(page)}})
}

// info tells of a deleted post that it was there.
func (n *redditNetwork) info(w http.ResponseWriter, r *http.Request) {
	var page []map[string]any
	for _, id := range strings.Split(r.URL.Query().Get("id"), ",") {
		p := n.find(id)
		if p == nil {
			p = n.shape("deleted")
			p["data"].(map[string]any)["name"] = id
		}
		page = append(page, p)
	}
	answer(w, 200, map[string]any{"kind": "Listing", "data": map[string]any{"after": nil, "children": children(page)}})
}

func TestRedditReadsPostsAndCommentsOfTheirAuthor(t *testing.T) {
	n := newRedditNetwork(t)
	server := httptest.NewServer(n.mux)
	defer server.Close()
	c := redditConnector(t, server.URL, connectors.Options{AllowLoopback: true, Now: connectortest.Now})
	n.access["token"] = true
	n.thing("comment", map[string]any{"body": "> seine Worte\n\nmeine & deine"})
	n.first -= 1 << 40 // t1 before t3 in the simulation's order of ids
	n.thing("comment", map[string]any{"body": "[removed]"})
	n.thing("comment", map[string]any{"body": "somebody else's", "author_fullname": "t2_other"})
	account := profile.Account{Connector: "reddit", Provider: "reddit", Subject: "1w72", Handle: "spez"}
	n.thing("post", map[string]any{"title": "Von drüben", "selftext": "", "crosspost_parent": "t3_1"})
	n.thing("post", map[string]any{"title": "Titel", "selftext": "Text"})
	posts, next, err := c.(connectors.PostReader).Posts(t.Context(), c.Client(connectors.Grant{Access: "token"}, nil), account, "")
	if err != nil || next != "" {
		t.Fatalf("next %q, %v", next, err)
	}
	var got []string
	for _, p := range posts {
		got = append(got, string(p.Kind)+" "+p.Text)
	}
	if diff := cmp.Diff([]string{"post Titel\nText", "boost ", "reply meine & deine"}, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestRedditIsAskedForAsLittleAsNeeded(t *testing.T) {
	c := redditConnector(t, "", connectors.Options{})
	for _, x := range []struct {
		purposes        []profile.Purpose
		scope, duration string
	}{
		{nil, "identity", "temporary"},
		{[]profile.Purpose{profile.Posts}, "history identity read", "permanent"},
	} {
		step, err := c.Begin(t.Context(), connectors.Start{Redirect: "https://tonfall.example/x", State: "s", Purposes: x.purposes})
		if err != nil {
			t.Fatal(err)
		}
		to, err := url.Parse(step.URL)
		if err != nil {
			t.Fatal(err)
		}
		if q := to.Query(); q.Get("scope") != x.scope || q.Get("duration") != x.duration {
			t.Errorf("for %v asked %q, %q", x.purposes, q.Get("scope"), q.Get("duration"))
		}
	}
}
