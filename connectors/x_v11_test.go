package connectors_test

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"tonfall/connectors"
	"tonfall/connectors/connectortest"
	"tonfall/profile"
)

func TestXv11(t *testing.T) {
	connectortest.Run(t, connectortest.Harness{
		Provider:  func(t *testing.T, _ string) connectortest.Provider { x := newOldX(t); return x.provider(x.publish) },
		Connector: xv11Connector,
		Token:     "/oauth/access_token",
		Account:   "/1.1/account/verify_credentials.json",
		Code:      "oauth_verifier",
		NoPKCE:    "OAuth 1.0a: the temporary credentials' secret does what PKCE does",
		Longest:   25_000,
	})
}

func xv11Connector(_ *testing.T, base string, o connectors.Options) connectors.Connector {
	o.BaseURL, o.ClientID, o.ClientSecret, o.API = base, "app-id", "app-secret", "v1.1"
	return must(connectors.New("x", o))
}

// oldX is X's API v1.1 with one person on it. Signatures are the library's
// affair; what is checked is that every call is signed for its token.
type oldX struct {
	*network
	verifiers map[string]string // by temporary token
}

var oauthParam = regexp.MustCompile(`(oauth_[a-z_]+)="([^"]*)"`)

func signedWith(r *http.Request) url.Values {
	signed := url.Values{}
	for _, m := range oauthParam.FindAllStringSubmatch(r.Header.Get("Authorization"), -1) {
		value, _ := url.QueryUnescape(m[2])
		signed.Set(m[1], value)
	}
	if signed.Get("oauth_consumer_key") != "app-id" || signed.Get("oauth_signature") == "" {
		return url.Values{}
	}
	return signed
}

func newOldX(t *testing.T) *oldX {
	x := &oldX{newNetwork(t, "x"), map[string]string{}}
	callbacks := map[string]string{}
	x.handle("POST /oauth/request_token", func(w http.ResponseWriter, r *http.Request) {
		token := rand.Text()
		callbacks[token] = signedWith(r).Get("oauth_callback")
		_, _ = fmt.Fprintf(w, "oauth_token=%s&oauth_token_secret=%s&oauth_callback_confirmed=true", token, rand.Text())
	})
	x.handle("GET /oauth/authorize", func(w http.ResponseWriter, r *http.Request) {
		token := r.URL.Query().Get("oauth_token")
		back, err := url.Parse(callbacks[token])
		if err != nil || callbacks[token] == "" {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		query := back.Query()
		if x.deny {
			query.Set("denied", token)
		} else {
			x.verifiers[token] = rand.Text()
			query.Set("oauth_token", token)
			query.Set("oauth_verifier", x.verifiers[token])
		}
		back.RawQuery = query.Encode()
		http.Redirect(w, r, back.String(), http.StatusFound)
	})
	x.handle("POST /oauth/access_token", func(w http.ResponseWriter, r *http.Request) {
		signed := signedWith(r)
		token, verifier := signed.Get("oauth_token"), signed.Get("oauth_verifier")
		if x.verifiers[token] == "" || x.verifiers[token] != verifier {
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = fmt.Fprint(w, "Request token missing")
			return
		}
		delete(x.verifiers, token)
		access := "2244994945-" + rand.Text()
		x.access[access] = true
		_, _ = fmt.Fprintf(w, "oauth_token=%s&oauth_token_secret=%s&user_id=2244994945&screen_name=XDevelopers", access, rand.Text())
	})
	signed := func(h http.HandlerFunc) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if !x.access[signedWith(r).Get("oauth_token")] {
				raw(w, 401, `{"errors":[{"code":89,"message":"Invalid or expired token."}]}`)
				return
			}
			h(w, r)
		}
	}
	x.handle("POST /1.1/oauth/invalidate_token", signed(func(w http.ResponseWriter, r *http.Request) {
		delete(x.access, signedWith(r).Get("oauth_token"))
		raw(w, 200, `{"access_token":""}`)
	}))
	x.handle("GET /1.1/account/verify_credentials.json", signed(func(w http.ResponseWriter, _ *http.Request) { answer(w, 200, x.shape("v11_user")) }))
	x.handle("GET /1.1/statuses/user_timeline.json", signed(x.timeline))
	x.handle("GET /1.1/statuses/lookup.json", signed(x.lookup))
	return x
}

func (x *oldX) publish(text string) string {
	if text = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(text); text == "" {
		text = "https://t.co/abcdefghij"
	}
	return x.tweet(map[string]any{"full_text": text})
}

func (x *oldX) tweet(changes map[string]any) string {
	return x.write("v11_tweet", func(p map[string]any, at time.Time) { p["created_at"] = at.Format(time.RubyDate) }, changes)
}

// sent is a post as v1.1 sends it: its id as a number and as text.
func sent(p map[string]any) map[string]any {
	p["id_str"] = p["id"]
	n, _ := strconv.ParseInt(p["id"].(string), 10, 64)
	copied := map[string]any{}
	for k, v := range p {
		copied[k] = v
	}
	copied["id"] = n
	return copied
}

func (x *oldX) timeline(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if q.Get("count") != "200" || q.Get("tweet_mode") != "extended" || q.Get("user_id") != "2244994945" {
		raw(w, 404, `{"errors":[{"code":34,"message":"Sorry, that page does not exist."}]}`)
		return
	}
	below := ""
	if id := q.Get("max_id"); id != "" { // inclusive
		n, _ := strconv.ParseInt(id, 10, 64)
		below = strconv.FormatInt(n+1, 10)
	}
	page, _ := x.before(below, 200)
	if q.Get("include_rts") == "false" { // left out after the page is cut
		page = slices.DeleteFunc(page, func(p map[string]any) bool { return p["retweeted_status"] != nil })
	}
	for i := range page {
		page[i] = sent(page[i])
	}
	answer(w, 200, page)
}

func (x *oldX) lookup(w http.ResponseWriter, r *http.Request) {
	found := []map[string]any{}
	for _, id := range strings.Split(r.URL.Query().Get("id"), ",") {
		if p := x.find(id); p != nil {
			found = append(found, sent(p))
		}
	}
	answer(w, 200, found)
}

func TestAKeyWithoutV11IsToldToUseV2(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		raw(w, 403, `{"errors":[{"message":"You currently have access to a subset of X API V2 endpoints and limited v1.1 endpoints (e.g. media post, oauth) only. If you need access to this endpoint, you may need a different access level. You can learn more here: https://developer.x.com/en/portal/product","code":453}]}`)
	}))
	defer server.Close()
	c := xv11Connector(t, server.URL, connectors.Options{AllowLoopback: true})
	_, _, err := c.(connectors.PostReader).Posts(t.Context(), c.Client(connectors.Grant{Access: "1-token"}, nil), profile.Account{Subject: "1"}, "")
	if !profile.Is(err, profile.Forbidden) || !strings.Contains(profile.Message(err), "this key has no v1.1 access at X: set api: v2") {
		t.Errorf("got %v", err)
	}
}

func TestXv11NamesACallbackThatXDoesNotKnow(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusForbidden)
		_, _ = fmt.Fprint(w, `<?xml version='1.0' encoding='UTF-8'?><errors><error code="415">Callback URL not approved for this client application. Approved callback URLs can be adjusted in your application settings</error></errors>`)
	}))
	defer server.Close()
	c := xv11Connector(t, server.URL, connectors.Options{AllowLoopback: true})
	_, err := c.Begin(t.Context(), connectors.Start{Redirect: "https://tonfall.example/demo/callback/x", State: "s"})
	if !profile.Is(err, profile.Upstream) || !strings.Contains(profile.Message(err), "callback address") {
		t.Errorf("got %v", err)
	}
}

func TestXv11KeepsRetweetsApart(t *testing.T) {
	x := newOldX(t)
	server := httptest.NewServer(x.mux)
	defer server.Close()
	c := xv11Connector(t, server.URL, connectors.Options{AllowLoopback: true})
	x.access["token"] = true
	x.tweet(map[string]any{"full_text": "@anna meins", "in_reply_to_status_id_str": "1"})
	x.tweet(map[string]any{"full_text": "darüber", "quoted_status_id_str": "1"})
	for range 200 { // a whole page of retweets is not the end
		x.tweet(map[string]any{"full_text": "RT @anna: not mine", "retweeted_status": map[string]any{"full_text": "not mine"}})
	}
	var got []string
	for cursor := ""; ; {
		page, next, err := c.(connectors.PostReader).Posts(t.Context(), c.Client(connectors.Grant{Access: "token"}, nil), profile.Account{Subject: "2244994945"}, cursor)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range page {
			if said := string(p.Kind) + " " + p.Text; p.Kind != profile.Boost || p.Text != "" {
				got = append(got, said)
			}
		}
		if cursor = next; next == "" {
			break
		}
	}
	if want := []string{"quote darüber", "reply meins"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
