package connectors_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tonfall/connectors"
	"tonfall/connectors/connectortest"
	"tonfall/internal/egress"
	"tonfall/profile"
)

func mastodonHarness(gts bool) connectortest.Harness {
	return connectortest.Harness{
		Provider: func(t *testing.T, base string) connectortest.Provider { return newFediverse(t, base, gts).provider() },
		Connector: func(_ *testing.T, _ string, o connectors.Options) connectors.Connector {
			return must(connectors.New("mastodon", o))
		},
		Hint:    func(base string) string { return "@anna@" + strings.TrimPrefix(base, "http://") },
		Token:   "/oauth/token",
		Account: "/api/v1/accounts/verify_credentials",
	}
}

func TestMastodon(t *testing.T) { connectortest.Run(t, mastodonHarness(false)) }

func TestGoToSocial(t *testing.T) { connectortest.Run(t, mastodonHarness(true)) }

// instance is a served fediverse server and a connector whose clock a test moves.
type instance struct {
	*fediverse
	connectors.Connector
	host string
	now  time.Time
}

func newInstance(t *testing.T) *instance {
	t.Helper()
	i := &instance{now: connectortest.Now()}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { i.mux.ServeHTTP(w, r) }))
	t.Cleanup(server.Close)
	i.fediverse, i.host = newFediverse(t, server.URL, false), strings.TrimPrefix(server.URL, "http://")
	i.Connector = must(connectors.New("mastodon", connectors.Options{AllowLoopback: true, Now: func() time.Time { return i.now },
		HTTP: egress.New(egress.Options{AllowLoopback: true, Timeout: 2 * time.Second})}))
	return i
}

func (i *instance) begin(t *testing.T, shop string) (connectors.Step, connectors.Callback) {
	t.Helper()
	start := connectors.Start{Redirect: "https://tonfall.example/" + shop + "/callback/mastodon", State: "s", Hint: i.host, Purposes: []profile.Purpose{profile.Posts}}
	step, err := i.Begin(t.Context(), start)
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	i.mux.ServeHTTP(w, httptest.NewRequest(http.MethodGet, step.URL, nil))
	to, err := url.Parse(w.Header().Get("Location"))
	if err != nil {
		t.Fatal(err)
	}
	return step, connectors.Callback{Params: to.Query(), Keep: step.Keep, Redirect: start.Redirect}
}

func (i *instance) signIn(t *testing.T) (*http.Client, profile.Account) {
	t.Helper()
	_, back := i.begin(t, "demo")
	grant, account, err := i.Finish(t.Context(), back)
	if err != nil {
		t.Fatal(err)
	}
	return i.Client(grant, nil), account
}

func TestMastodonRegistersOnceForEachServerAndCallback(t *testing.T) {
	i := newInstance(t)
	for range 3 {
		i.begin(t, "demo")
	}
	if n := i.calls["POST /api/v1/apps"]; n != 1 {
		t.Errorf("registered %d times", n)
	}
	i.begin(t, "other")
	if n := i.calls["POST /api/v1/apps"]; n != 2 {
		t.Errorf("for a second callback registered %d times", n)
	}
}

func TestMastodonRegistersAnewWhereTheServerForgotIt(t *testing.T) {
	i := newInstance(t)
	_, back := i.begin(t, "demo")
	clear(i.apps)
	if _, _, err := i.Finish(t.Context(), back); !profile.Is(err, profile.Upstream) {
		t.Fatalf("a forgotten client signed in: %v", err)
	}
	i.signIn(t) // at once
	clear(i.apps)
	i.now = i.now.Add(13 * time.Hour)
	i.signIn(t) // before the person would see the server's error page
	if n := i.calls["POST /api/v1/apps"]; n != 3 {
		t.Errorf("registered %d times, want 3", n)
	}
	i.now = i.now.Add(13 * time.Hour)
	i.signIn(t)
	if n := i.calls["POST /api/v1/apps"]; n != 3 {
		t.Errorf("registered %d times although it was known", n)
	}
}

func TestMastodonReadsOwnWordsOnly(t *testing.T) {
	i := newInstance(t)
	other := map[string]any{"id": "1", "content": "<p>not mine</p>"}
	for _, changes := range []map[string]any{
		{"content": `<p><span class="h-card"><a href="https://m.example/@bob" class="u-url mention">@<span>bob</span></a></span> danke dir!</p>`, "in_reply_to_id": "115"},
		{"content": `<p class="quote-inline">RE: <a href="https://m.example/1">https://m.example/1</a></p><p>So wahr</p>`, "quote": map[string]any{"state": "accepted", "quoted_status": other}},
		{"content": `<blockquote><p>Worte</p><blockquote>von</blockquote> anderen</blockquote><p>meine <a href="https://a.example"><span class="invisible">https://</span><span class="ellipsis">a.example</span></a> &amp; deine #Worte</p>`},
		{"content": "<p>not mine</p>", "reblog": other},
		{"content": nil, "language": nil, "url": nil},
		{"content": "<p>ein Brief</p>", "visibility": "direct"},
		{"content": "<ul><li>eins</li><li>zwei</li></ul><script>alert(1)</script>" + strings.Repeat("<div>", 100_000)},
	} {
		i.publish("", changes)
	}
	client, account := i.signIn(t)
	posts, next, err := i.Connector.(connectors.PostReader).Posts(t.Context(), client, account, "")
	if err != nil || next != "" {
		t.Fatalf("next %q, %v", next, err)
	}
	type read struct {
		Kind       profile.PostKind
		Text, Lang string
	}
	var got []read
	for _, p := range posts {
		got = append(got, read{p.Kind, p.Text, p.Lang})
	}
	want := []read{
		{profile.Original, "eins\nzwei", "en"}, {profile.Original, "", ""}, {profile.Boost, "", "en"},
		{profile.Original, "meine & deine #Worte", "en"}, {profile.Quote, "So wahr", "en"}, {profile.Reply, "danke dir!", "en"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestMastodonLooksManyUpInFewCalls(t *testing.T) {
	i := newInstance(t)
	var ids []string
	for range 100 {
		ids = append(ids, i.publish("a post", nil))
	}
	client, account := i.signIn(t)
	posts, err := i.Connector.(connectors.PostLister).Lookup(t.Context(), client, account, ids)
	if err != nil || len(posts) != 100 {
		t.Fatalf("found %d, %v", len(posts), err)
	}
	if n := i.calls["GET /api/v1/statuses/{id}"] + i.calls["GET /api/v1/accounts/{id}/statuses"]; n > 6 {
		t.Errorf("it took %d calls", n)
	}
}

func TestMastodonNeedsAServerThatPeopleCanHave(t *testing.T) {
	open := must(connectors.New("mastodon", connectors.Options{}))
	for _, typed := range []string{
		"", "  ", "anna", "@anna", "@anna@", "localhost", "127.0.0.1", "[::1]", "::1", "2130706433", "0x7f.1", "127.1", "10.0.0.1", "https://10.0.0.1/@anna",
		"https://user:pass@mastodon.example", "mastodon.example:8080", "a..b", "exa mple", "-.example", "http://", "app.localhost", "x.0x7f", strings.Repeat("a", 70) + ".example",
		"mastodon.example?x", "mastodon.example#x", "mast\\odon.example", "1.2.3.4.5",
	} {
		// "exa mple" becomes one word without a dot; the rest cannot be a name.
		if _, err := open.Begin(t.Context(), connectors.Start{Hint: typed}); !profile.Is(err, profile.Invalid) {
			t.Errorf("%q: %v", typed, err)
		}
	}
}

func TestMastodonTellsAServerOfAnotherKind(t *testing.T) {
	for name, h := range map[string]http.Handler{
		"nothing there":  http.NotFoundHandler(),
		"only pages":     http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>Welcome</html>")) }),
		"a redirect":     http.RedirectHandler("https://www.example.org/", http.StatusMovedPermanently),
		"no such method": http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusMethodNotAllowed) }),
	} {
		server := httptest.NewServer(h)
		c := must(connectors.New("mastodon", connectors.Options{AllowLoopback: true}))
		_, err := c.Begin(t.Context(), connectors.Start{Redirect: "https://tonfall.example/x", State: "s", Hint: strings.TrimPrefix(server.URL, "http://")})
		if !profile.Is(err, profile.Invalid) || !strings.Contains(profile.Message(err), "does not look like a Mastodon server") {
			t.Errorf("%s: %v", name, err)
		}
		server.Close()
	}
}
