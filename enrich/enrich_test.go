package enrich_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"tonfall/connectors"
	"tonfall/consent"
	"tonfall/enrich"
	"tonfall/internal/jobs"
	"tonfall/internal/keys"
	"tonfall/internal/practice"
	"tonfall/profile"
	"tonfall/sentiment"
	"tonfall/store"
	"tonfall/store/storetest"
)

const redirect = "http://127.0.0.1:1/tea/callback/practice"

// world is the pipeline with a real store, engine and network, and one clock
// for all of them.
type world struct {
	*enrich.Service
	gate    *consent.Gate
	network *practice.Network
	runner  *jobs.Runner
	now     time.Time
	handle  string
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{now: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)}
	clock := func() time.Time { return w.now }
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	base := server.URL + "/practice"
	w.network = practice.NewNetwork(practice.NetworkOptions{
		Base: base, Customers: 8, Seed: 1, Now: clock,
		Clients: []practice.Client{{ID: "tonfall", Secret: "secret", Redirects: []string{redirect}}},
	})
	mux.Handle("/practice/", w.network)
	connector, err := connectors.New("practice", connectors.Options{
		ClientID: "tonfall", ClientSecret: "secret", BaseURL: base, AllowLoopback: true, Now: clock,
	})
	if err != nil {
		t.Fatal(err)
	}
	ring, err := keys.Generate()
	if err != nil {
		t.Fatal(err)
	}
	db, _ := storetest.OpenBolt(t, ring, clock)
	texts, err := consent.DefaultTexts()
	if err != nil {
		t.Fatal(err)
	}
	scorer, err := sentiment.New("native")
	if err != nil {
		t.Fatal(err)
	}
	quiet := slog.New(slog.DiscardHandler)
	w.gate = &consent.Gate{
		Store: db, Texts: texts, Hash: ring.Hash, Now: clock, Log: quiet,
		NewID:   func() uuid.UUID { return uuid.Must(uuid.NewV7()) },
		Keeping: consent.Keeping{Posts: 30 * 24 * time.Hour},
	}
	w.Service = &enrich.Service{
		Gate: w.gate, Scorer: scorer, Now: clock, Log: quiet,
		Limits:     enrich.Limits{Inline: time.Minute}, // of real time: a slow machine is no failure
		Connectors: func(string) []connectors.Connector { return []connectors.Connector{connector} },
	}
	w.runner = &jobs.Runner{Store: db, Now: clock, Log: quiet, Work: map[string]jobs.Worker{
		enrich.JobSync: func(ctx context.Context, j store.Job) (time.Time, error) {
			_, next, err := w.DoSync(ctx, profile.Key{Shop: j.Shop, ID: j.Owner}, j.Key)
			return next, err
		},
		consent.JobRevoke: func(ctx context.Context, j store.Job) (time.Time, error) {
			again, _, err := w.DoRevoke(ctx, j.Shop, j.Value, j.Created, j.Tries)
			return again, err
		},
	}}
	w.handle = w.network.Accounts()[0].Handle
	return w
}

// pass signs the person in at the network, as pressing "Allow" there would.
func (w *world) pass(t testing.TB, wider ...profile.Purpose) enrich.Arrival {
	t.Helper()
	to, keep, err := w.Begin(t.Context(), "tea", "practice", enrich.Begin{Redirect: redirect, State: "state", Wider: wider})
	if err != nil {
		t.Fatal(err)
	}
	asked, err := url.Parse(to)
	if err != nil {
		t.Fatal(err)
	}
	q := asked.Query()
	code, err := w.network.Authorize(w.handle, q.Get("client_id"), q.Get("redirect_uri"), q.Get("scope"), q.Get("code_challenge"))
	if err != nil {
		t.Fatal(err)
	}
	a, err := w.Arrive(t.Context(), "tea", "practice", enrich.Callback{
		Params: url.Values{"code": {code}, "state": {"state"}}, Keep: keep, Redirect: redirect,
	})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func (w *world) decide(t testing.TB, key profile.Key, granted bool, purposes ...profile.Purpose) consent.Receipt {
	t.Helper()
	var choices []consent.Choice
	for _, p := range purposes {
		c := consent.Choice{Purpose: p, Granted: granted, Lang: "de"}
		if p == profile.Posts {
			c.Provider = "practice"
		}
		choices = append(choices, c)
	}
	receipt, err := w.gate.Decide(t.Context(), key, choices, profile.Proof{How: "page"})
	if err != nil {
		t.Fatal(err)
	}
	return receipt
}

// connect is the whole sign-in of a person who agrees to everything.
func (w *world) connect(t testing.TB) profile.Key {
	t.Helper()
	a := w.pass(t)
	w.decide(t, a.Key, true, profile.Posts, profile.MoodRead, profile.Messages)
	settled, err := w.Settle(t.Context(), a)
	if err != nil || len(settled.Wider) != 1 {
		t.Fatalf("settling asks for %v (%v), want the posts' scopes", settled.Wider, err)
	}
	wide := w.pass(t, settled.Wider...)
	if settled, err = w.Settle(t.Context(), wide); err != nil || len(settled.Wider) != 0 {
		t.Fatalf("settling the wider grant asks for %v (%v)", settled.Wider, err)
	}
	return a.Key
}

// work lets the clock pass and does what is due.
func (w *world) work(t testing.TB, kind string, pass time.Duration) {
	t.Helper()
	w.now = w.now.Add(pass)
	if _, err := w.runner.Drain(t.Context(), kind, 0); err != nil {
		t.Fatal(err)
	}
}

func (w *world) evidence(t testing.TB, key profile.Key) map[string]profile.Evidence {
	t.Helper()
	list, _, err := w.gate.Evidence(t.Context(), key, "", 5000)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]profile.Evidence{}
	for _, e := range list {
		out[e.Item] = e
	}
	return out
}

func (w *world) account(t testing.TB, key profile.Key) profile.Account {
	t.Helper()
	c, err := w.gate.Customer(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	return c.Accounts[0]
}

func TestASignInImportsWhatWasAgreedTo(t *testing.T) {
	w := newWorld(t)
	key := w.connect(t)
	evidence := w.evidence(t, key)
	own := 0
	for _, p := range w.network.Scripted(w.handle) {
		if p.Kind != "boost" {
			own++
		}
	}
	if len(evidence) != own || own == 0 {
		t.Errorf("there are %d readings of %d own posts", len(evidence), own)
	}
	for _, e := range evidence {
		if len(e.Consents) != 2 {
			t.Fatalf("a reading names the consents %v, want that of the posts and that of the mood", e.Consents)
		}
	}
	if a := w.account(t, key); a.Synced.IsZero() || a.Backfill != "" {
		t.Errorf("after the import the account is %+v", a)
	}
}

func TestDecliningEverythingSignsInAndKeepsNothing(t *testing.T) {
	w := newWorld(t)
	a := w.pass(t)
	w.decide(t, a.Key, false, profile.Posts, profile.MoodRead, profile.Messages)
	settled, err := w.Settle(t.Context(), a)
	if err != nil || len(settled.Wider) != 0 {
		t.Fatalf("settling asks for %v (%v)", settled.Wider, err)
	}
	if n := len(w.evidence(t, a.Key)); n != 0 {
		t.Errorf("there are %d readings", n)
	}
	w.work(t, consent.JobRevoke, 0)
	if scopes := w.network.Granted(w.handle, "tonfall"); len(scopes) != 0 {
		t.Errorf("the network still grants %v", scopes)
	}
}

func TestAReturningCustomerIsAskedNothingAndLosesNothing(t *testing.T) {
	w := newWorld(t)
	key := w.connect(t)
	before := len(w.evidence(t, key))
	a := w.pass(t) // identity scopes only: narrower than what is kept
	if a.New || a.Key != key {
		t.Fatalf("coming back gives %v, new %v", a.Key, a.New)
	}
	if q := w.gate.Questions(a.Customer, a.Account, a.Posts); len(q) != 0 {
		t.Errorf("coming back asks %v", q)
	}
	settled, err := w.Settle(t.Context(), a)
	if err != nil || len(settled.Wider) != 0 {
		t.Fatalf("coming back asks for %v (%v): the narrower grant has replaced the wider one", settled.Wider, err)
	}
	if _, err := w.network.Post(w.handle, "Heute ist ein wirklich schöner Tag, ich freue mich sehr.", w.now); err != nil {
		t.Fatal(err)
	}
	w.work(t, enrich.JobSync, 7*time.Hour)
	if after := len(w.evidence(t, key)); after != before+1 {
		t.Errorf("there are %d readings, want %d", after, before+1)
	}
}

func TestASyncFollowsWhatIsNewEditedAndGone(t *testing.T) {
	w := newWorld(t)
	key := w.connect(t)
	before := w.evidence(t, key)
	var victim string
	for _, p := range w.network.Scripted(w.handle) {
		if p.Kind == "post" {
			victim = p.ID
			break
		}
	}
	if err := w.network.Delete(w.handle, victim); err != nil {
		t.Fatal(err)
	}
	fresh, err := w.network.Post(w.handle, "Was für ein furchtbarer Tag, alles geht schief.", w.now)
	if err != nil {
		t.Fatal(err)
	}
	w.work(t, enrich.JobSync, 7*time.Hour)
	after := w.evidence(t, key)
	item := func(id string) string {
		return profile.Post{Provider: "practice", Subject: w.account(t, key).Subject, ID: id}.Item()
	}
	if _, ok := after[item(victim)]; ok {
		t.Error("what was deleted upstream is still read")
	}
	if _, ok := after[item(fresh.ID)]; !ok {
		t.Error("what is new upstream was not read")
	}
	if len(after) != len(before) {
		t.Errorf("there are %d readings, want %d", len(after), len(before))
	}
}

func TestAnExpiredTokenIsRefreshedOnceAndADeadGrantAsksToReconnect(t *testing.T) {
	w := newWorld(t)
	key := w.connect(t)
	w.network.ExpireTokens(w.handle)
	w.work(t, enrich.JobSync, 7*time.Hour)
	if a := w.account(t, key); a.Problem != "" || !a.Synced.Equal(w.now) {
		t.Fatalf("after the refresh the account is %+v", a)
	}
	w.network.RevokeGrants(w.handle)
	w.work(t, enrich.JobSync, 7*time.Hour)
	if a := w.account(t, key); a.Problem != profile.Reconnect || !a.NextSync.IsZero() {
		t.Fatalf("after the grant has died the account is %+v", a)
	}
	if n := len(w.evidence(t, key)); n == 0 {
		t.Error("a dead grant has lost what was read")
	}
	a := w.pass(t)
	settled, err := w.Settle(t.Context(), a)
	if err != nil || len(settled.Wider) != 1 {
		t.Fatalf("signing in again asks for %v (%v), want a new grant", settled.Wider, err)
	}
	if _, err := w.Settle(t.Context(), w.pass(t, settled.Wider...)); err != nil {
		t.Fatal(err)
	}
	if a := w.account(t, key); a.Problem != "" {
		t.Errorf("after connecting again the account is %+v", a)
	}
}

func TestARateLimitIsWaitedForAndLosesNothing(t *testing.T) {
	w := newWorld(t)
	key := w.connect(t)
	before := len(w.evidence(t, key))
	w.network.LimitNext(1, 90*time.Minute)
	w.work(t, enrich.JobSync, 7*time.Hour)
	a := w.account(t, key)
	if a.Problem != profile.TooMany || a.NextSync.Sub(w.now).Round(time.Minute) != 90*time.Minute {
		t.Fatalf("the next import is in %s, problem %q", a.NextSync.Sub(w.now), a.Problem)
	}
	if n := len(w.evidence(t, key)); n != before {
		t.Errorf("there are %d readings, want %d", n, before)
	}
	w.work(t, enrich.JobSync, 91*time.Minute)
	if a := w.account(t, key); a.Problem != "" || a.Failures != 0 {
		t.Errorf("after the wait the account is %+v", a)
	}
}

func TestWithdrawingRevokesAtTheNetworkAndEndsTheSync(t *testing.T) {
	w := newWorld(t)
	key := w.connect(t)
	receipt := w.decide(t, key, false, profile.Posts)
	if len(receipt.Revoking) != 1 || receipt.Removed["readings"] == 0 {
		t.Errorf("the receipt is %+v", receipt)
	}
	w.work(t, consent.JobRevoke, 0)
	if scopes := w.network.Granted(w.handle, "tonfall"); len(scopes) != 0 {
		t.Errorf("the network still grants %v", scopes)
	}
	w.work(t, enrich.JobSync, 7*time.Hour)
	if n := len(w.evidence(t, key)); n != 0 {
		t.Errorf("after the withdrawal a sync has read %d texts", n)
	}
}

func TestConsentToTheMoodAfterTheImportReadsWhatIsKept(t *testing.T) {
	w := newWorld(t)
	a := w.pass(t)
	w.decide(t, a.Key, true, profile.Posts)
	settled, err := w.Settle(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Settle(t.Context(), w.pass(t, settled.Wider...)); err != nil {
		t.Fatal(err)
	}
	if n := len(w.evidence(t, a.Key)); n != 0 {
		t.Fatalf("without consent to the mood there are %d readings", n)
	}
	w.decide(t, a.Key, true, profile.MoodRead)
	w.work(t, enrich.JobSync, 7*time.Hour)
	if n := len(w.evidence(t, a.Key)); n == 0 {
		t.Error("after consent to the mood there are no readings")
	}
}

func TestWhatPeopleReallyWriteIsNoFailure(t *testing.T) {
	w := newWorld(t)
	key := w.connect(t)
	texts := map[string]string{
		"huge": strings.Repeat("lang ", 200_000), "emoji": "😀🎉❤️", "right to left": "يوم جميل جدا",
		"zero width": "a\u200b\u200d\u200bb", "nul": "a\x00b", "broken": "\xff\xfe\xfd", "empty": "", "mentions": "@a @b @c",
	}
	var posts []profile.Post
	for id, text := range texts {
		posts = append(posts, profile.Post{ID: id, Kind: profile.Email, Text: text, At: w.now})
	}
	posts = append(posts, profile.Post{ID: "future", Kind: profile.Chat, Text: "bis morgen", At: w.now.Add(48 * time.Hour)})
	w.decide(t, key, true, profile.ShopTexts)
	n, err := w.AddTexts(t.Context(), key, posts)
	if err != nil || n != len(posts) {
		t.Fatalf("%d of %d texts were taken (%v)", n, len(posts), err)
	}
	for item, e := range w.evidence(t, key) {
		if e.At.After(w.now) {
			t.Errorf("%s was written in the future", item)
		}
	}
}

func TestTheShopsTextsNeedTheirOwnConsent(t *testing.T) {
	w := newWorld(t)
	key := w.connect(t)
	_, err := w.AddTexts(t.Context(), key, []profile.Post{{ID: "1", Kind: profile.Email, Text: "Wo bleibt mein Paket?", At: w.now}})
	if !profile.Is(err, profile.NoConsent) {
		t.Errorf("without consent the texts are answered with %v", err)
	}
}

func TestASyncStoppedInTheMiddleGoesOnWhereItStood(t *testing.T) {
	w := newWorld(t)
	for i := range 120 {
		if _, err := w.network.Post(w.handle, fmt.Sprintf("Beitrag Nummer %d, heute war ein guter Tag.", i), w.now.Add(-time.Duration(i)*time.Minute)); err != nil {
			t.Fatal(err)
		}
	}
	a := w.pass(t)
	w.decide(t, a.Key, true, profile.Posts, profile.MoodRead)
	settled, err := w.Settle(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	wide := w.pass(t, settled.Wider...)
	w.Scorer = failing{w.Scorer, new(int)} // the second page cannot be read
	if _, err := w.Settle(t.Context(), wide); err != nil {
		t.Fatalf("a failing import fails the sign-in: %v", err)
	}
	if n := len(w.evidence(t, a.Key)); n == 0 || n > 40 {
		t.Fatalf("after the first page there are %d readings", n)
	}
	if w.account(t, a.Key).Backfill == "" {
		t.Fatal("where to go on was not noted")
	}
	w.Scorer = w.Scorer.(failing).Scorer
	w.work(t, enrich.JobSync, 7*time.Hour)
	own := 0
	for _, p := range w.network.Scripted(w.handle) {
		if p.Kind != "boost" {
			own++
		}
	}
	if n := len(w.evidence(t, a.Key)); n < 120 || n != own {
		t.Errorf("after going on there are %d readings of %d own posts", n, own)
	}
}

// failing is a scorer that breaks from the second call on.
type failing struct {
	sentiment.Scorer
	calls *int
}

func (f failing) Score(ctx context.Context, texts []profile.Text) ([]profile.Reading, error) {
	if *f.calls++; *f.calls > 1 {
		return nil, profile.Errorf(profile.Internal, "broken on purpose")
	}
	return f.Scorer.Score(ctx, texts)
}
