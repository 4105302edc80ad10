package connectors_test

import (
	"crypto/rand"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tonfall/connectors"
	"tonfall/connectors/connectortest"
	"tonfall/profile"
)

func TestX(t *testing.T) {
	connectortest.Run(t, connectortest.Harness{
		Provider:  func(t *testing.T, _ string) connectortest.Provider { x := newXNetwork(t); return x.provider(x.publish) },
		Connector: xConnector,
		Token:     "/2/oauth2/token",
		Account:   "/2/users/me",
		Longest:   25_000,
	})
}

func xConnector(_ *testing.T, base string, o connectors.Options) connectors.Connector {
	o.BaseURL, o.ClientID, o.ClientSecret = base, "app-id", "app-secret"
	return must(connectors.New("x", o))
}

// xNetwork is X with one person on it.
type xNetwork struct{ *network }

func newXNetwork(t *testing.T) *xNetwork {
	x := &xNetwork{newNetwork(t, "x")}
	x.handle("GET /i/oauth2/authorize", x.authorize("client_id", ""))
	x.handle("POST /2/oauth2/token", x.token)
	x.handle("POST /2/oauth2/revoke", x.revoke)
	refuse := func(w http.ResponseWriter) {
		raw(w, 401, `{"title":"Unauthorized","type":"about:blank","status":401,"detail":"Unauthorized"}`)
	}
	x.handle("GET /2/users/me", x.bearer(refuse, func(w http.ResponseWriter, _ *http.Request) { answer(w, 200, x.shape("me")) }))
	x.handle("GET /2/users/2244994945/tweets", x.bearer(refuse, x.timeline))
	x.handle("GET /2/tweets", x.bearer(refuse, x.lookup))
	return x
}

// publish escapes as X does; a post without words is a picture, and its text
// the picture's link.
func (x *xNetwork) publish(text string) string {
	text = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(text)
	if text == "" {
		text = "https://t.co/abcdefghij"
	}
	return x.tweet(map[string]any{"text": text})
}

func (x *xNetwork) tweet(changes map[string]any) string {
	return x.write("tweet", func(p map[string]any, at time.Time) { p["created_at"] = at.Format("2006-01-02T15:04:05.000Z") }, changes)
}

func (x *xNetwork) token(w http.ResponseWriter, r *http.Request) {
	if id, secret, _ := r.BasicAuth(); id != "app-id" || secret != "app-secret" {
		raw(w, 401, `{"error":"unauthorized_client","error_description":"Missing valid authorization header"}`)
		return
	}
	scope := "tweet.read users.read offline.access"
	if r.PostFormValue("grant_type") == "refresh_token" {
		if !x.rotate(r.PostFormValue("refresh_token")) {
			raw(w, 400, `{"error":"invalid_request","error_description":"Value passed for the token was invalid."}`)
			return
		}
	} else if asked := x.redeem(r.PostForm, true); asked == nil {
		raw(w, 400, `{"error":"invalid_request","error_description":"Value passed for the authorization code was invalid."}`)
		return
	} else {
		scope = asked.Get("scope")
	}
	token := x.shape("token")
	token["access_token"], token["refresh_token"], token["scope"] = rand.Text(), rand.Text(), scope
	x.access[token["access_token"].(string)], x.fresh[token["refresh_token"].(string)] = true, true
	answer(w, 200, token)
}

func (x *xNetwork) revoke(w http.ResponseWriter, r *http.Request) {
	delete(x.access, r.PostFormValue("token"))
	delete(x.fresh, r.PostFormValue("token"))
	raw(w, 200, `{"revoked":true}`)
}

func (x *xNetwork) timeline(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if q.Get("max_results") != "100" || q.Get("exclude") != "retweets" {
		raw(w, 400, `{"title":"Invalid Request","type":"https://api.twitter.com/2/problems/invalid-request"}`)
		return
	}
	page, more := x.before(strings.TrimPrefix(q.Get("pagination_token"), "7140dib"), 100)
	meta := map[string]any{"result_count": len(page)}
	if len(page) == 0 {
		answer(w, 200, map[string]any{"meta": meta}) // no "data" at all
		return
	}
	meta["newest_id"], meta["oldest_id"] = page[0]["id"], page[len(page)-1]["id"]
	if more {
		meta["next_token"] = "7140dib" + page[len(page)-1]["id"].(string)
	}
	answer(w, 200, map[string]any{"data": page, "meta": meta})
}

func (x *xNetwork) lookup(w http.ResponseWriter, r *http.Request) {
	said := map[string]any{}
	var data, missing []map[string]any
	for _, id := range strings.Split(r.URL.Query().Get("ids"), ",") {
		if p := x.find(id); p != nil {
			data = append(data, p)
			continue
		}
		missing = append(missing, map[string]any{"value": id, "detail": "Could not find tweet with ids: [" + id + "].", "title": "Not Found Error", "resource_type": "tweet", "parameter": "ids", "resource_id": id, "type": "https://api.twitter.com/2/problems/resource-not-found"})
	}
	if data != nil {
		said["data"] = data
	}
	if missing != nil {
		said["errors"] = missing
	}
	answer(w, 200, said)
}

// xReader is a person at a served X.
func xReader(t *testing.T, o connectors.Options) (*xNetwork, connectors.PostReader, *http.Client, profile.Account) {
	t.Helper()
	x := newXNetwork(t)
	server := httptest.NewServer(x.mux)
	t.Cleanup(server.Close)
	o.AllowLoopback, o.Now = true, connectortest.Now
	c := xConnector(t, server.URL, o)
	x.access["token"] = true
	return x, c.(connectors.PostReader), c.Client(connectors.Grant{Access: "token"}, nil), profile.Account{Connector: "x", Provider: "x", Subject: "2244994945"}
}

func TestXReadsOwnWordsOnly(t *testing.T) {
	x, c, client, account := xReader(t, connectors.Options{})
	long := strings.Repeat("sehr lang ", 60) + "Ende"
	for _, changes := range []map[string]any{
		{"text": "@anna danke &amp;copy; dir", "referenced_tweets": []any{map[string]any{"type": "replied_to", "id": "1"}}},
		{"text": "So wahr https://t.co/abcdefghij", "referenced_tweets": []any{map[string]any{"type": "replied_to", "id": "1"}, map[string]any{"type": "quoted", "id": "1"}}},
		{"text": "RT @anna: not mine", "referenced_tweets": []any{map[string]any{"type": "retweeted", "id": "1"}}},
		{"text": "sehr lang sehr…", "note_tweet": map[string]any{"text": long}, "lang": "de"},
		{"text": "😀", "lang": "qme"},
		{"text": nil, "lang": "und"},
		{"text": "somebody else's", "author_id": "1"},
	} {
		x.tweet(changes)
	}
	posts, next, err := c.Posts(t.Context(), client, account, "")
	if err != nil || next != "" {
		t.Fatalf("next %q, %v", next, err)
	}
	var got []string
	for _, p := range posts {
		got = append(got, string(p.Kind)+" "+p.Lang+" "+p.Text)
	}
	want := []string{"post  ", "post  😀", "post de " + long, "boost en ", "quote en So wahr", "reply en danke &copy; dir"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestAUsedUpPlanAtXIsNoRateLimit(t *testing.T) {
	for _, x := range []struct {
		name   string
		status int
		body   string
		want   time.Duration
	}{
		{"a rate limit", 429, `{"title":"Too Many Requests","detail":"Too Many Requests","type":"about:blank","status":429}`, 10 * time.Minute},
		{"spent credits", 402, `{"title":"Payment Required","detail":"credits depleted","type":"https://api.x.com/2/problems/credits-depleted"}`, 24 * time.Hour},
		{"a used-up plan", 429, `{"account_id":1,"product_name":"standard-basic","title":"UsageCapExceeded","period":"Monthly","scope":"Product","detail":"Usage cap exceeded: Monthly product cap","type":"https://api.twitter.com/2/problems/usage-capped"}`, 24 * time.Hour},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("x-rate-limit-reset", "1795349400") // in ten minutes
			raw(w, x.status, x.body)
		}))
		c := xConnector(t, server.URL, connectors.Options{AllowLoopback: true, Now: func() time.Time { return time.Unix(1795348800, 0) }})
		_, _, err := c.(connectors.PostReader).Posts(t.Context(), c.Client(connectors.Grant{Access: "token"}, nil), profile.Account{Subject: "1"}, "")
		var told *profile.Error
		if !errors.As(err, &told) || told.Kind != profile.TooMany || told.NotBefore.Sub(time.Unix(1795348800, 0)) != x.want {
			t.Errorf("%s: %v, not before %v", x.name, err, told)
		}
		server.Close()
	}
}

func TestXPostsAreGoneOnlyWhereXSaysSo(t *testing.T) {
	body := `{"data":[{"id":"1","text":"here"}],"errors":[{"resource_id":"2","value":"2","type":"https://api.twitter.com/2/problems/resource-not-found"},{"resource_id":"3","value":"3","type":"https://api.twitter.com/2/problems/not-authorized-for-resource"}]}`
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { raw(w, 200, body) }))
	defer server.Close()
	c := xConnector(t, server.URL, connectors.Options{AllowLoopback: true})
	client := c.Client(connectors.Grant{Access: "token"}, nil)
	posts, err := c.(connectors.PostLister).Lookup(t.Context(), client, profile.Account{}, []string{"1", "2", "3"})
	if err != nil || len(posts) != 1 || posts[0].ID != "1" {
		t.Errorf("of a post there, a deleted one and a protected one: %v, %v", posts, err)
	}
	if _, err := c.(connectors.PostLister).Lookup(t.Context(), client, profile.Account{}, []string{"1", "2", "3", "4"}); !profile.Is(err, profile.Upstream) {
		t.Errorf("a post that the answer does not mention: %v", err)
	}
	body = `{"errors":[{"title":"Authorization Error","type":"https://api.twitter.com/2/problems/not-authorized-for-resource"}]}`
	if _, _, err := c.(connectors.PostReader).Posts(t.Context(), client, profile.Account{Subject: "1"}, ""); !profile.Is(err, profile.Gone) {
		t.Errorf("the timeline of a suspended account: %v", err)
	}
}

func TestMoodFromXIsTheShopsToSwitchOn(t *testing.T) {
	for _, mood := range []bool{false, true} {
		for _, api := range []string{"", "v2", "v1.1"} {
			for _, r := range must(connectors.New("x", connectors.Options{Mood: mood, API: api})).Info().Rules {
				if want := mood || r.Purpose == profile.Posts; r.Allowed != want {
					t.Errorf("api %q, mood %v: %s is %v", api, mood, r.Purpose, r.Allowed)
				}
			}
		}
	}
	if _, err := connectors.New("x", connectors.Options{API: "v3"}); !profile.Is(err, profile.Invalid) {
		t.Errorf("an unknown version: %v", err)
	}
}
