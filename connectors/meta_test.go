package connectors_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tonfall/connectors"
	"tonfall/connectors/connectortest"
	"tonfall/profile"
)

const noPKCE = "Meta documents PKCE for Facebook only"

func TestThreads(t *testing.T) {
	connectortest.Run(t, metaSuite("threads", newThreadsNetwork, "text", "timestamp", connectortest.Harness{
		NoPKCE: noPKCE, Token: "/oauth/access_token", Renew: "/refresh_access_token", Account: "/v1.0/me", Longest: 500,
	}))
}

func TestInstagram(t *testing.T) {
	connectortest.Run(t, metaSuite("instagram", newInstagramNetwork, "caption", "timestamp", connectortest.Harness{
		NoPKCE: noPKCE, Token: "/oauth/access_token", Renew: "/refresh_access_token", Account: "/v26.0/me", Longest: 2200,
	}))
}

func TestFacebook(t *testing.T) {
	connectortest.Run(t, metaSuite("facebook", newFacebookNetwork, "message", "created_time", connectortest.Harness{
		Token: "/v26.0/oauth/access_token", Account: "/v26.0/me", Longest: 63_206,
	}))
}

// metaSignIn signs in at a served network.
func metaSignIn(t *testing.T, kind string, build func(*testing.T, string) *graph) (*graph, connectors.Connector, connectors.Grant, profile.Account) {
	t.Helper()
	var g *graph
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { g.mux.ServeHTTP(w, r) }))
	t.Cleanup(server.Close)
	g = build(t, server.URL)
	if kind == "facebook" {
		g.declined["user_posts"] = true
	}
	c := metaConnector(kind)(t, server.URL, connectors.Options{AllowLoopback: true, Now: connectortest.Now})
	redirect := "https://tonfall.example/demo/callback/" + kind
	step, err := c.Begin(t.Context(), connectors.Start{Redirect: redirect, State: "s", Purposes: []profile.Purpose{profile.Posts}})
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	g.mux.ServeHTTP(w, httptest.NewRequest(http.MethodGet, step.URL, nil))
	to, err := url.Parse(w.Header().Get("Location"))
	if err != nil {
		t.Fatal(err)
	}
	params := to.Query()
	params.Set("code", params.Get("code")+"#_") // as a client that does not cut the fragment off brings it
	grant, account, err := c.Finish(t.Context(), connectors.Callback{Params: params, Keep: step.Keep, Redirect: redirect})
	if err != nil {
		t.Fatal(err)
	}
	return g, c, grant, account
}

func TestMetasTokensAreRenewedAtHalfTheirLife(t *testing.T) {
	for kind, build := range map[string]func(*testing.T, string) *graph{"threads": newThreadsNetwork, "instagram": newInstagramNetwork, "facebook": newFacebookNetwork} {
		_, c, grant, _ := metaSignIn(t, kind, build)
		const half = 5183944 / 2 * time.Second
		if left := grant.Expires.Sub(connectortest.Now()); left != half {
			t.Errorf("%s: renewed after %v, want %v", kind, left, half)
		}
		fresh, err := c.(connectors.Refresher).Refresh(t.Context(), grant)
		if err != nil || fresh.Access == grant.Access || fresh.Refresh != fresh.Access || !slices.Equal(fresh.Scopes, grant.Scopes) {
			t.Errorf("%s: renewed to %d scopes, %v", kind, len(fresh.Scopes), err)
		}
	}
}

func TestWhatWasDeclinedAtMetaIsNotGranted(t *testing.T) {
	_, _, grant, account := metaSignIn(t, "facebook", newFacebookNetwork)
	if want := []string{"email", "public_profile"}; !slices.Equal(grant.Scopes, want) || !slices.Equal(account.Scopes, want) {
		t.Errorf("granted %v, account %v, want %v", grant.Scopes, account.Scopes, want)
	}
	_, _, grant, _ = metaSignIn(t, "instagram", newInstagramNetwork)
	if want := []string{"instagram_business_basic"}; !slices.Equal(grant.Scopes, want) {
		t.Errorf("granted %v, want %v", grant.Scopes, want)
	}
}

func TestThreadsTellsRepostsAndQuotes(t *testing.T) {
	g, c, grant, account := metaSignIn(t, "threads", newThreadsNetwork)
	g.post("text", "timestamp", map[string]any{"text": "not mine", "media_type": "REPOST_FACADE"})
	g.post("text", "timestamp", map[string]any{"text": "So wahr", "is_quote_post": true})
	g.post("text", "timestamp", map[string]any{"text": nil, "media_type": "IMAGE"})
	posts, _, err := c.(connectors.PostReader).Posts(t.Context(), c.Client(grant, nil), account, "")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range posts {
		got = append(got, string(p.Kind)+" "+p.Text)
	}
	if diff := cmp.Diff([]string{"post ", "quote So wahr", "boost "}, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestMetasCursorsHoldNoToken(t *testing.T) {
	g, c, grant, account := metaSignIn(t, "facebook", newFacebookNetwork)
	for range 120 {
		g.post("message", "created_time", map[string]any{"message": "a post"})
	}
	_, next, err := c.(connectors.PostReader).Posts(t.Context(), c.Client(grant, nil), account, "")
	if err != nil || next == "" || strings.Contains(next, grant.Access) || strings.Contains(next, "token") {
		t.Errorf("next %q, %v", next, err)
	}
}

func TestMetasNumberedErrors(t *testing.T) {
	now := connectortest.Now()
	for _, x := range []struct {
		name, body, usage string
		want              profile.Kind
		wait              time.Duration
	}{
		{name: "a dead token", body: `{"error":{"type":"OAuthException","code":190,"error_subcode":463}}`, want: profile.Unauthorized},
		{name: "an app limit", body: `{"error":{"type":"OAuthException","code":4}}`, want: profile.TooMany, wait: time.Hour},
		{name: "a person's limit", body: `{"error":{"type":"OAuthException","code":17}}`, want: profile.TooMany, wait: time.Hour},
		{name: "a page's limit", body: `{"error":{"type":"OAuthException","code":32}}`, want: profile.TooMany, wait: time.Hour},
		{name: "a limit of its own", body: `{"error":{"type":"OAuthException","code":613}}`, want: profile.TooMany, wait: time.Hour},
		{name: "a business limit", body: `{"error":{"type":"OAuthException","code":80002}}`, want: profile.TooMany, wait: 19 * time.Minute,
			usage: `{"17841405793187218":[{"type":"instagram","call_count":100,"total_cputime":25,"total_time":25,"estimated_time_to_regain_access":19}]}`},
		{name: "a permission missing", body: `{"error":{"type":"OAuthException","code":10}}`, want: profile.Forbidden},
		{name: "a permission missing, 200s", body: `{"error":{"type":"OAuthException","code":210}}`, want: profile.Forbidden},
		{name: "gone", body: graphGone, want: profile.Gone},
		{name: "a fault of theirs", body: `{"error":{"type":"OAuthException","code":2,"is_transient":true}}`, want: profile.Upstream},
		{name: "an unknown number", body: `{"error":{"type":"OAuthException","code":9999}}`, want: profile.Upstream},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Business-Use-Case-Usage", x.usage)
			raw(w, 400, x.body)
		}))
		c := metaConnector("instagram")(t, server.URL, connectors.Options{AllowLoopback: true, Now: connectortest.Now})
		_, _, err := c.(connectors.PostReader).Posts(t.Context(), c.Client(connectors.Grant{Access: "token"}, nil), profile.Account{}, "")
		var told *profile.Error
		if !errors.As(err, &told) || told.Kind != x.want || (x.wait > 0 && !told.NotBefore.Equal(now.Add(x.wait))) {
			t.Errorf("%s: got %v", x.name, err)
		}
		server.Close()
	}
}

// signedRequest signs as Meta does.
func signedRequest(secret, payload string) string {
	text := base64.RawURLEncoding.EncodeToString([]byte(payload))
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(text))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)) + "." + text
}

func TestASignedRequestOfMetaIsVerified(t *testing.T) {
	const payload = `{"user_id":"218471","algorithm":"HMAC-SHA256","issued_at":1291836800}`
	good := signedRequest("app-secret", payload)
	signature, text, _ := strings.Cut(good, ".")
	for _, x := range []struct {
		name, secret, value string
		want                profile.Kind
		user                string
	}{
		{"a genuine one", "app-secret", good, "", "218471"},
		{"with padding", "app-secret", signature + "=." + text, "", "218471"},
		{"a number for an id", "app-secret", signedRequest("app-secret", `{"user_id":17841405793187218,"algorithm":"HMAC-SHA256"}`), "", "17841405793187218"},
		{"signed with another secret", "app-secret", signedRequest("other", payload), profile.Unauthorized, ""},
		{"signed with no secret", "", signedRequest("", payload), profile.Unauthorized, ""},
		{"another person put in", "app-secret", signature + "." + base64.RawURLEncoding.EncodeToString([]byte(strings.Replace(payload, "218471", "218472", 1))), profile.Unauthorized, ""},
		{"without a signature", "app-secret", "." + text, profile.Unauthorized, ""},
		{"a shortened signature", "app-secret", signature[:20] + "." + text, profile.Unauthorized, ""},
		{"another algorithm", "app-secret", signedRequest("app-secret", `{"user_id":"218471","algorithm":"none"}`), profile.Unauthorized, ""},
		{"no algorithm", "app-secret", signedRequest("app-secret", `{"user_id":"218471"}`), profile.Unauthorized, ""},
		{"nobody", "app-secret", signedRequest("app-secret", `{"algorithm":"HMAC-SHA256"}`), profile.Invalid, ""},
		{"an object for an id", "app-secret", signedRequest("app-secret", `{"algorithm":"HMAC-SHA256","user_id":{"a":1}}`), profile.Invalid, ""},
		{"not JSON", "app-secret", signedRequest("app-secret", `user_id=1`), profile.Invalid, ""},
		{"no dot", "app-secret", text, profile.Invalid, ""},
		{"nothing", "app-secret", "", profile.Invalid, ""},
		{"rubbish", "app-secret", "%%%.%%%", profile.Invalid, ""},
		{"a megabyte", "app-secret", signedRequest("app-secret", `{"user_id":"`+strings.Repeat("1", 1<<20)+`","algorithm":"HMAC-SHA256"}`), profile.Invalid, ""},
	} {
		signed, err := connectors.SignedRequest(x.secret, x.value)
		if profile.KindOf(err) != x.want || signed.User != x.user {
			t.Errorf("%s: got %q, %v", x.name, signed.User, err)
		}
	}
	if signed, _ := connectors.SignedRequest("app-secret", good); !signed.Issued.Equal(time.Unix(1291836800, 0)) {
		t.Errorf("issued %v", signed.Issued)
	}
}

func TestMetasCallbackTellsWhoLeft(t *testing.T) {
	for _, kind := range []string{"threads", "instagram", "facebook"} {
		c := metaConnector(kind)(t, "", connectors.Options{}).(connectors.Deauthorizer)
		body := form("signed_request", signedRequest("app-secret", `{"user_id":"1","algorithm":"HMAC-SHA256","issued_at":1291836800}`))
		if subject, err := c.Deauthorized(http.Header{}, body); err != nil || subject != "1" {
			t.Errorf("%s: %q, %v", kind, subject, err)
		}
		if subject, err := c.Deauthorized(http.Header{}, form("signed_request", signedRequest("guess", `{"user_id":"1","algorithm":"HMAC-SHA256"}`))); !profile.Is(err, profile.Unauthorized) || subject != "" {
			t.Errorf("%s, forged: %q, %v", kind, subject, err)
		}
		if _, err := c.Deauthorized(http.Header{}, []byte("%")); !profile.Is(err, profile.Invalid) {
			t.Errorf("%s, rubbish: %v", kind, err)
		}
	}
}
