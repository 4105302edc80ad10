package connectors_test

import (
	"cmp"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"
	gocmp "github.com/google/go-cmp/cmp"

	"tonfall/connectors"
	"tonfall/connectors/connectortest"
	"tonfall/internal/egress"
	"tonfall/profile"
)

func blueskyHarness(change func(*bsky, *connectors.Options)) connectortest.Harness {
	var server *bsky
	return connectortest.Harness{
		Provider: func(t *testing.T, base string) connectortest.Provider {
			server = newBsky(t, base)
			s := server
			return connectortest.Provider{
				Handler: s,
				Deny:    func() { s.lock.Lock(); s.denied = true; s.lock.Unlock() },
				Publish: s.publish, Delete: s.delete,
				Expire: func() { s.each(func(x *bskySession) { x.expired = true }) },
				Kill:   func() { s.each(func(x *bskySession) { x.dead = true }) },
			}
		},
		Connector: func(t *testing.T, base string, o connectors.Options) connectors.Connector {
			o.BaseURL, o.DirectoryURL, o.ClientMetadataURL = base, base+"/plc", simDocument
			if change != nil {
				change(server, &o)
			}
			return must(connectors.New("bluesky", o))
		},
		Hint:  func(string) string { return "@anna.test" },
		Token: "/oauth/token",
	}
}

func TestBluesky(t *testing.T) { connectortest.Run(t, blueskyHarness(nil)) }

// A confidential client signs with a key that its public document names.
func TestBlueskyWithAKeyOfItsOwn(t *testing.T) {
	h := blueskyHarness(func(s *bsky, o *connectors.Options) {
		o.ClientSecret = simKey
		_, text, err := must(connectors.New("bluesky", *o)).(connectors.Documented).ClientDocument("https://tonfall.example/demo/callback/bluesky")
		if err != nil {
			t.Fatal(err)
		}
		var document struct{ JWKS jose.JSONWebKeySet }
		if err := json.Unmarshal(text, &document); err != nil || len(document.JWKS.Keys) != 1 || !document.JWKS.Keys[0].IsPublic() {
			t.Fatalf("the document names %d keys, or a private one: %v", len(document.JWKS.Keys), err)
		}
		s.clientKey = &document.JWKS.Keys[0]
	})
	connectortest.Run(t, h)
}

// simKey is a key for this test alone.
const simKey = `{"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM","d":"870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE"}`

func TestTheClientDocumentSaysWhatBlueskyServersAskFor(t *testing.T) {
	b := must(connectors.New("bluesky", connectors.Options{Website: "https://shop.example", ClientMetadataURL: simDocument})).(connectors.Documented)
	address, text, err := b.ClientDocument("https://tonfall.example/demo/callback/bluesky")
	if err != nil {
		t.Fatal(err)
	}
	if address != simDocument {
		t.Errorf("its address is %s, want %s", address, simDocument)
	}
	var got map[string]any
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"client_id": address, "client_name": "Tonfall", "application_type": "web",
		"redirect_uris": []any{"https://tonfall.example/demo/callback/bluesky"}, "response_types": []any{"code"},
		"grant_types": []any{"authorization_code", "refresh_token"}, "scope": "atproto",
		"dpop_bound_access_tokens": true, "token_endpoint_auth_method": "none",
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	for redirect, wantErr := range map[string]profile.Kind{
		"http://127.0.0.1:8080/demo/callback/bluesky": "", "http://[::1]:8080/cb": "",
		"http://localhost:8080/cb": profile.Invalid, "http://tonfall.example/cb": profile.Invalid, "/cb": profile.Invalid,
	} {
		if address, text, err := b.ClientDocument(redirect); profile.KindOf(err) != wantErr || address != "" || text != nil {
			t.Errorf("%s: got address %q, %v", redirect, address, err)
		}
	}
	homeless := must(connectors.New("bluesky", connectors.Options{})).(connectors.Documented)
	if _, _, err := homeless.ClientDocument("https://tonfall.example/cb"); !profile.Is(err, profile.Invalid) {
		t.Errorf("without an address of its own: got %v", err)
	}
	if _, err := connectors.New("bluesky", connectors.Options{ClientSecret: "hunter2"}); !profile.Is(err, profile.Invalid) || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("a secret that is no key: got %v", err)
	}
}

// Servers lie in every place where it could matter. What a person's server
// says about somebody else must never be believed.
func TestALyingBlueskyServerIsNotBelieved(t *testing.T) {
	for _, x := range []struct {
		name          string
		lie           func(*bsky) // before the sign-in begins
		later         func(*bsky) // while the person is at the server
		hint          string
		begin, finish profile.Kind
	}{
		{name: "nothing"},
		{name: "another issuer", lie: func(s *bsky) { s.server["issuer"] = "https://bsky.social" }, begin: profile.Upstream},
		{name: "a script as its page", lie: func(s *bsky) { s.server["authorization_endpoint"] = "javascript://x/%0aalert(1)" }, begin: profile.Upstream},
		{name: "no way to push requests", lie: func(s *bsky) { delete(s.server, "pushed_authorization_request_endpoint") }, begin: profile.Upstream},
		{name: "another resource", lie: func(s *bsky) { s.resource["resource"] = "https://bsky.social" }, begin: profile.Upstream},
		{name: "two sign-in servers", lie: func(s *bsky) { s.resource["authorization_servers"] = []string{s.base, s.base} }, begin: profile.Upstream},
		{name: "another person's document", lie: func(s *bsky) { s.document["id"] = otherDID }, begin: profile.Upstream},
		{name: "no server in the document", lie: func(s *bsky) { s.document["service"] = []any{} }, begin: profile.Upstream},
		{name: "a server that holds no records", lie: func(s *bsky) { s.resource = nil }, hint: "BASE"},
		{name: "somebody else's token", later: func(s *bsky) { s.sub = otherDID }, finish: profile.Forbidden},
		{name: "somebody of another server", hint: "BASE", later: func(s *bsky) {
			s.resource["authorization_servers"] = []string{"https://bsky.social"}
		}, finish: profile.Forbidden},
		{name: "rubbish as the person", hint: "BASE", later: func(s *bsky) { s.sub = "../../admin" }, finish: profile.Upstream},
		{name: "an unknown handle", hint: "nobody.test", begin: profile.Invalid},
		{name: "no handle", hint: "what is a handle?", begin: profile.Invalid},
		{name: "a server that is none", hint: "ftp://anna.test", begin: profile.Invalid},
		{name: "an unknown kind of account", hint: "did:key:z6Mk", begin: profile.Invalid},
	} {
		t.Run(x.name, func(t *testing.T) {
			s, b := serveBsky(t)
			if x.lie != nil {
				x.lie(s)
			}
			hint := strings.ReplaceAll(cmp.Or(x.hint, "anna.test"), "BASE", s.base)
			step, err := b.Begin(t.Context(), connectors.Start{Redirect: simRedirect, State: "s", Hint: hint})
			if profile.KindOf(err) != x.begin {
				t.Fatalf("Begin: got %q (%v), want %q", profile.KindOf(err), err, x.begin)
			}
			if err != nil {
				return
			}
			back := visit(t, step)
			if x.later != nil {
				x.later(s)
			}
			if s.resource == nil { // an entryway; the records lie elsewhere, which here is the same place
				s.resource = map[string]any{"resource": s.base, "authorization_servers": []string{s.base}}
			}
			_, account, err := b.Finish(t.Context(), back)
			if profile.KindOf(err) != x.finish {
				t.Fatalf("Finish: got %q (%v), want %q", profile.KindOf(err), err, x.finish)
			}
			if err == nil && (account.Subject != simDID || account.Handle != "anna.test") {
				t.Errorf("signed in as %+v", account)
			}
			if err != nil && account.Subject != "" {
				t.Errorf("an error with an account: %+v", account)
			}
		})
	}
}

const (
	otherDID    = "did:plc:zzzzbbbbccccddddeeeeffff"
	simDocument = "https://tonfall.example/demo/bluesky/client-metadata.json"
	simRedirect = "http://127.0.0.1:8080/demo/callback/bluesky"
)

// serveBsky serves a simulation and makes a connector for it.
func serveBsky(t *testing.T) (*bsky, connectors.Connector) {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	s := newBsky(t, "http://"+server.Listener.Addr().String())
	server.Config.Handler = s
	server.Start()
	t.Cleanup(server.Close)
	return s, must(connectors.New("bluesky", connectors.Options{BaseURL: s.base, DirectoryURL: s.base + "/plc", AllowLoopback: true, Now: connectortest.Now}))
}

// visit is the browser's way through the server's pages.
func visit(t *testing.T, step connectors.Step) connectors.Callback {
	t.Helper()
	browser := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := browser.Get(step.URL)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	to, err := answer.Location()
	if err != nil {
		t.Fatal(err)
	}
	return connectors.Callback{Params: to.Query(), Keep: step.Keep, Redirect: simRedirect}
}

// RFC 9207: with servers of everybody's own, a mix-up is the obvious attack.
func TestABlueskyCallbackWithoutItsIssuerIsRefused(t *testing.T) {
	_, b := serveBsky(t)
	step, err := b.Begin(t.Context(), connectors.Start{Redirect: simRedirect, State: "s", Hint: "anna.test"})
	if err != nil {
		t.Fatal(err)
	}
	for _, iss := range []string{"", "https://bsky.social"} {
		back := visit(t, step)
		back.Params.Set("iss", iss)
		if _, _, err := b.Finish(t.Context(), back); !profile.Is(err, profile.Invalid) {
			t.Errorf("iss %q: got %v", iss, err)
		}
	}
}

func TestAHandleThatDoesNotPointBackIsNotShown(t *testing.T) {
	for _, claimed := range []string{"at://president.test", "at://nobody.test", "at://not a handle", "https://anna.test"} {
		s, b := serveBsky(t)
		step, err := b.Begin(t.Context(), connectors.Start{Redirect: simRedirect, State: "s", Hint: simDID})
		if err != nil {
			t.Fatal(err)
		}
		s.document["alsoKnownAs"] = []string{claimed}
		_, account, err := b.Finish(t.Context(), visit(t, step))
		if err != nil || account.Handle != "" || account.Subject != simDID {
			t.Errorf("%s: got handle %q, subject %q, %v", claimed, account.Handle, account.Subject, err)
		}
	}
}

// A post counts as deleted only where the server says so, not where it fails.
func TestAFailingBlueskyServerDeletesNothing(t *testing.T) {
	s, b := serveBsky(t)
	step, err := b.Begin(t.Context(), connectors.Start{Redirect: simRedirect, State: "s", Hint: "anna.test"})
	if err != nil {
		t.Fatal(err)
	}
	grant, account, err := b.Finish(t.Context(), visit(t, step))
	if err != nil {
		t.Fatal(err)
	}
	gone, there := s.publish("one"), s.publish("two")
	s.delete(gone)
	for _, broken := range []bool{true, false} {
		s.broken = broken
		left, err := b.(connectors.PostLister).Lookup(t.Context(), b.Client(grant, nil), account, []string{gone, there})
		switch {
		case broken && (!profile.Is(err, profile.Upstream) || left != nil):
			t.Errorf("broken: got %d posts, %v", len(left), err)
		case !broken && (err != nil || len(left) != 1 || left[0].ID != there):
			t.Errorf("mended: got %d posts, %v", len(left), err)
		}
	}
}

// Whatever address a signed client is asked to call, the token reaches the
// grant's own server only.
func TestTheBlueskyTokenReachesItsOwnServerOnly(t *testing.T) {
	_, b := serveBsky(t)
	step, err := b.Begin(t.Context(), connectors.Start{Redirect: simRedirect, State: "s", Hint: "anna.test"})
	if err != nil {
		t.Fatal(err)
	}
	grant, _, err := b.Finish(t.Context(), visit(t, step))
	if err != nil {
		t.Fatal(err)
	}
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "" || r.Header.Get("DPoP") != "" {
			t.Error("token or proof left for another server")
		}
	}))
	defer elsewhere.Close()
	client := b.Client(grant, http.DefaultTransport)
	answer, err := client.Get(elsewhere.URL)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
}

// A handle, a document and a sign-in server are all addresses that a stranger
// chooses: none may lead into our own network.
func TestABlueskyAccountCannotLeadIntoOurNetwork(t *testing.T) {
	inside := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { t.Errorf("%s was reached", r.URL.Path) }))
	defer inside.Close()
	var s *bsky
	directory := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.ServeHTTP(w, r) }))
	defer directory.Close()
	s = newBsky(t, directory.URL)
	guarded := egress.New(egress.Options{AllowHosts: []string{directory.URL}}) // the operator named the directory, nothing else
	b := must(connectors.New("bluesky", connectors.Options{BaseURL: s.base, DirectoryURL: s.base + "/plc", HTTP: guarded, Now: connectortest.Now}))
	port := inside.URL[strings.LastIndex(inside.URL, ":"):]
	for _, address := range []string{inside.URL, "https://127.0.0.1" + port, "https://[::1]" + port, "https://2130706433" + port, "https://localhost" + port, "http://169.254.169.254"} {
		s.document["service"].([]any)[1].(map[string]any)["serviceEndpoint"] = address
		if _, err := b.Begin(t.Context(), connectors.Start{Redirect: simRedirect, State: "s", Hint: "anna.test"}); err == nil {
			t.Errorf("as the account's server, %s was taken", address)
		}
		if _, err := b.Begin(t.Context(), connectors.Start{Redirect: simRedirect, State: "s", Hint: address}); err == nil {
			t.Errorf("as a typed server, %s was taken", address)
		}
	}
	for _, did := range []string{"did:web:127.0.0.1%3A" + port[1:], "did:web:localhost%3A" + port[1:]} {
		if _, err := b.Begin(t.Context(), connectors.Start{Redirect: simRedirect, State: "s", Hint: did}); err == nil {
			t.Errorf("%s was taken", did)
		}
	}
}
