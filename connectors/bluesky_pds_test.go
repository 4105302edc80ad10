//go:build e2e

package connectors

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"tonfall/profile"
)

// TestARealBlueskyServer runs the connector against @atproto/pds.
func TestARealBlueskyServer(t *testing.T) {
	open, sealed := Options{ClientMetadataURL: publicClient, Website: "https://shop.example.com"}, Options{ClientMetadataURL: keyedClient, ClientSecret: newClientKey(t)}
	server := startPDS(t, "--document", documentOf(t, open), "--document", documentOf(t, sealed))
	t.Run("knows us by our public document", func(t *testing.T) { realClient(t, server, "olga.test", open) })
	t.Run("knows us by our key", func(t *testing.T) { realClient(t, server, "karl.test", sealed) })
	t.Run("signs somebody in", func(t *testing.T) { realSignIn(t, server) })
	t.Run("is told no", func(t *testing.T) { realRefusals(t, server) })
	t.Run("has its posts read", func(t *testing.T) { realPosts(t, server) })
	t.Run("rotates, sees a replay, and revokes", func(t *testing.T) { realGrant(t, server) })
}

func realSignIn(t *testing.T, server pds) {
	anna := server.newPerson(t, "anna.test")
	ctx := context.Background()

	for _, hint := range []string{"anna.test", "@Anna.test ", anna.did, server.URL, ""} {
		b := server.connector(t)
		grant, _ := anna.connect(b, hint, here)
		if grant.Type != "DPoP" || grant.Refresh == "" || len(grant.Scopes) != 1 || grant.Scopes[0] != "atproto" {
			t.Errorf("hint %q: got a grant of type %q with scopes %v", hint, grant.Type, grant.Scopes)
		}
		if left := time.Until(grant.Expires); left < 50*time.Minute || left > 61*time.Minute {
			t.Errorf("hint %q: the grant ends in %v, not in an hour", hint, left)
		}
	}

	b := server.connector(t, func(o *Options) { o.Scopes = []string{"transition:email"} })
	step, err := b.Begin(ctx, Start{Redirect: "http://127.0.0.1:1/cb", State: "s", Hint: "anna.test"})
	if err != nil {
		t.Fatal(err)
	}
	_, account, err := b.Finish(ctx, Callback{Params: anna.consent(step.URL, true), Keep: step.Keep, Redirect: "http://127.0.0.1:1/cb"})
	if err != nil || account.Email != "anna@example.test" || account.EmailVerified {
		t.Errorf("with the e-mail scope: got %q, verified %v, %v", account.Email, account.EmailVerified, err)
	}
}

func realRefusals(t *testing.T, server pds) {
	nora, berta := server.newPerson(t, "nora.test"), server.newPerson(t, "berta.test")
	b := server.connector(t)
	ctx := context.Background()
	begin := func(hint string) Step {
		t.Helper()
		step, err := b.Begin(ctx, Start{Redirect: "http://127.0.0.1:1/cb", State: "s", Hint: hint})
		if err != nil {
			t.Fatal(err)
		}
		return step
	}

	step := begin("nora.test")
	_, _, err := b.Finish(ctx, Callback{Params: nora.consent(step.URL, false), Keep: step.Keep, Redirect: "http://127.0.0.1:1/cb"})
	if !profile.Is(err, profile.Forbidden) {
		t.Errorf("a person who says no: got %v", err)
	}

	if _, err := b.Begin(ctx, Start{Redirect: "http://127.0.0.1:1/cb", State: "s", Hint: "nobody.test"}); !profile.Is(err, profile.Invalid) {
		t.Errorf("a handle that nobody has: got %v", err)
	}

	_, back := nora.connect(b, "nora.test", here)
	if _, _, err := b.Finish(ctx, back); !profile.Is(err, profile.Invalid) {
		t.Errorf("a code used twice: got %v", err)
	}

	// Begun for Nora, ended by Berta: Berta's answer, Nora's memory.
	hers, mine := begin(""), begin("nora.test")
	mixed := Callback{Params: berta.consent(hers.URL, true), Keep: mine.Keep, Redirect: "http://127.0.0.1:1/cb"}
	if _, _, err := b.Finish(ctx, mixed); !profile.Is(err, profile.Invalid) {
		t.Errorf("somebody else's code: got %v", err)
	}
}

func realPosts(t *testing.T, server pds) {
	paula := server.newPerson(t, "paula.test")
	b := server.connector(t)
	ctx := context.Background()
	at := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	write := func(text string, more map[string]any) string {
		record := map[string]any{"text": text, "createdAt": at.Format(time.RFC3339)}
		for name, value := range more {
			record[name] = value
		}
		return paula.post(record)
	}
	plain := write("Guten Morgen! ☀️", map[string]any{"langs": []string{"de"}})
	ref := map[string]any{"uri": "at://" + paula.did + "/" + postsAt + "/" + plain, "cid": "bafyreidfayvfuwqa7qlnopdjiqrxzs6blmoeu4rujcjtnci5beludirz2a"}
	reply := write("indeed", map[string]any{"reply": map[string]any{"root": ref, "parent": ref}, "langs": []string{"en", "de"}})
	quote := write("so true", map[string]any{"embed": map[string]any{"$type": "app.bsky.embed.record", "record": ref}})
	const text, shown, name = "ü read example.com/abou… please @berta.test", "example.com/abou…", "@berta.test"
	link := write(text, map[string]any{"facets": []any{
		facet(text, shown, map[string]any{"$type": "app.bsky.richtext.facet#link", "uri": "https://example.com/about"}),
		facet(text, name, map[string]any{"$type": "app.bsky.richtext.facet#mention", "did": paula.did}),
	}})

	grant, _ := paula.connect(b, "paula.test", here)
	client := b.Client(grant, nil)
	account := profile.Account{Connector: "bluesky", Provider: "bluesky", Subject: paula.did}
	reader := b.(PostReader)
	posts, next, err := reader.Posts(ctx, client, account, "")
	if err != nil {
		t.Fatal(err)
	}
	want := []profile.Post{
		{ID: link, Kind: profile.Original, Text: "ü read please"},
		{ID: quote, Kind: profile.Quote, Text: "so true"},
		{ID: reply, Kind: profile.Reply, Text: "indeed"},
		{ID: plain, Kind: profile.Original, Text: "Guten Morgen! ☀️", Lang: "de"},
	}
	for i := range want {
		want[i].Connector, want[i].Provider, want[i].Subject, want[i].At = "bluesky", "bluesky", paula.did, at
		want[i].URL = "https://bsky.app/profile/" + paula.did + "/post/" + want[i].ID
	}
	if diff := cmp.Diff(want, posts, cmpopts.IgnoreFields(profile.Post{}, "Fetched")); diff != "" {
		t.Errorf("posts (-want +got):\n%s", diff)
	}
	if rest, end, err := reader.Posts(ctx, client, account, next); err != nil || len(rest) != 0 || end != "" {
		t.Errorf("after the last post: got %d posts, cursor %q, %v", len(rest), end, err)
	}

	// Two more pages, then a deletion upstream.
	for range 120 {
		write("one of many", nil)
	}
	var all []profile.Post
	for cursor := ""; ; {
		page, next, err := reader.Posts(ctx, client, account, cursor)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, page...)
		if cursor = next; cursor == "" {
			break
		}
	}
	if len(all) != 124 || all[123].ID != plain {
		t.Errorf("walked over %d posts, not 124", len(all))
	}
	paula.delete(reply)
	left, err := b.(PostLister).Lookup(ctx, client, account, []string{plain, reply, quote, "3l2aaaaaaaaaa", all[0].ID})
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]bool{}
	for _, p := range left {
		ids[p.ID] = true
	}
	if diff := cmp.Diff(map[string]bool{plain: true, quote: true, all[0].ID: true}, ids); diff != "" {
		t.Errorf("left after a deletion (-want +got):\n%s", diff)
	}
}

func facet(text, words string, feature map[string]any) map[string]any {
	start := strings.Index(text, words)
	return map[string]any{"index": map[string]any{"byteStart": start, "byteEnd": start + len(words)}, "features": []any{feature}}
}

func realGrant(t *testing.T, server pds) {
	greta := server.newPerson(t, "greta.test")
	b := server.connector(t)
	ctx := context.Background()
	account := profile.Account{Connector: "bluesky", Provider: "bluesky", Subject: greta.did}
	alive := func(g Grant) error {
		_, _, err := b.(PostReader).Posts(ctx, b.Client(g, nil), account, "")
		return err
	}
	refresher, revoker := b.(Refresher), b.(Revoker)

	first, _ := greta.connect(b, "greta.test", here)
	second, err := refresher.Refresh(ctx, first)
	if err != nil {
		t.Fatal("refresh:", err)
	}
	if second.Refresh == first.Refresh || second.Access == first.Access {
		t.Error("a refresh rotates neither token")
	}
	if err := alive(second); err != nil {
		t.Error("after a refresh:", err)
	}
	if _, err := refresher.Refresh(ctx, first); !profile.Is(err, profile.Reconnect) {
		t.Errorf("a refresh token used twice: got %v", err)
	}
	if err := alive(second); !profile.Is(err, profile.Unauthorized) {
		t.Errorf("after the replay the session is dead: got %v", err)
	}
	if _, err := refresher.Refresh(ctx, second); !profile.Is(err, profile.Reconnect) {
		t.Errorf("refreshing what the replay killed: got %v", err)
	}

	third, _ := greta.connect(b, "greta.test", here)
	if err := alive(third); err != nil {
		t.Fatal(err)
	}
	for range 2 { // ending what has ended is no error
		if err := revoker.Revoke(ctx, third); err != nil {
			t.Error("revoke:", err)
		}
	}
	if err := alive(third); !profile.Is(err, profile.Unauthorized) {
		t.Errorf("after revoking: got %v", err)
	}
	if _, err := refresher.Refresh(ctx, third); !profile.Is(err, profile.Reconnect) {
		t.Errorf("refreshing what was revoked: got %v", err)
	} else if strings.Contains(err.Error(), third.Refresh) || strings.Contains(err.Error(), third.Access) {
		t.Error("the error holds a token")
	}
}

// Addresses of client documents: in a domain that the server does not refuse
// outright, and that nobody can own.
const (
	publicClient = "https://tonfall.internal/demo/bluesky/client-metadata.json"
	keyedClient  = "https://tonfall.internal/tea/bluesky/client-metadata.json"
	afar         = "https://tonfall.internal/demo/callback/bluesky"
)

func newClientKey(t *testing.T) string {
	t.Helper()
	key, err := newProofKey()
	if err != nil {
		t.Fatal(err)
	}
	text, err := sealable(key)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// documentOf writes the client's document and answers ADDRESS=FILE.
func documentOf(t *testing.T, o Options) string {
	t.Helper()
	b, err := New("bluesky", o)
	if err != nil {
		t.Fatal(err)
	}
	address, text, err := b.(Documented).ClientDocument(afar)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "client.json")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return address + "=" + file
}

// realClient goes the whole way as a client that is known by a document.
func realClient(t *testing.T, server pds, handle string, o Options) {
	who := server.newPerson(t, handle)
	b := server.connector(t, func(to *Options) {
		to.ClientMetadataURL, to.ClientSecret = o.ClientMetadataURL, o.ClientSecret
	})
	grant, _ := who.connect(b, handle, afar)
	if grant.Extra["client"] != o.ClientMetadataURL {
		t.Errorf("signed in as the client %s", grant.Extra["client"])
	}
	fresh, err := b.(Refresher).Refresh(t.Context(), grant)
	if err != nil {
		t.Fatal("refresh:", err)
	}
	account := profile.Account{Connector: "bluesky", Provider: "bluesky", Subject: who.did}
	if _, _, err := b.(PostReader).Posts(t.Context(), b.Client(fresh, nil), account, ""); err != nil {
		t.Error("posts:", err)
	}
	if err := b.(Revoker).Revoke(t.Context(), fresh); err != nil {
		t.Error("revoke:", err)
	}
	if _, err := b.(Refresher).Refresh(t.Context(), fresh); !profile.Is(err, profile.Reconnect) {
		t.Errorf("refreshing what was revoked: got %v", err)
	}
}
