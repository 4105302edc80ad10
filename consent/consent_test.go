package consent_test

import (
	"context"
	"encoding/base64"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"tonfall/consent"
	"tonfall/internal/keys"
	"tonfall/profile"
	"tonfall/store"
	"tonfall/store/storetest"
)

var start = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// room is a gate over a real store with a clock that the test turns.
type room struct {
	*consent.Gate
	now time.Time
}

func newRoom(t testing.TB) *room {
	t.Helper()
	ring, err := keys.Generate()
	if err != nil {
		t.Fatal(err)
	}
	r := &room{now: start}
	clock := func() time.Time { return r.now }
	db, _ := storetest.OpenBolt(t, ring, clock)
	texts, err := consent.DefaultTexts()
	if err != nil {
		t.Fatal(err)
	}
	r.Gate = &consent.Gate{
		Store: db, Texts: texts, Hash: ring.Hash, Now: clock, Log: slog.New(slog.DiscardHandler),
		NewID:   func() uuid.UUID { return uuid.Must(uuid.NewV7()) },
		Keeping: consent.Keeping{Posts: 30 * 24 * time.Hour},
	}
	return r
}

var anna = profile.Account{Connector: "practice", Provider: "practice", Subject: "p_1", Handle: "anna", Name: "Anna"}

// arrive signs Anna in and gives the consents named.
func (r *room) arrive(t testing.TB, purposes ...profile.Purpose) profile.Key {
	t.Helper()
	c, _, err := r.SignIn(context.Background(), "tea", anna)
	if err != nil {
		t.Fatal(err)
	}
	var choices []consent.Choice
	for _, p := range purposes {
		choices = append(choices, yes(p, true))
	}
	if _, err := r.Decide(context.Background(), c.Key, choices, profile.Proof{How: "page"}); err != nil {
		t.Fatal(err)
	}
	return c.Key
}

func yes(p profile.Purpose, granted bool) consent.Choice {
	c := consent.Choice{Purpose: p, Granted: granted, Lang: "de"}
	if p == profile.Posts {
		c.Provider = "practice"
	}
	return c
}

// wrote is a batch of so many dark posts of Anna's, newest now.
func (r *room) wrote(n int) consent.Batch {
	b := consent.Batch{Connector: "practice", Provider: "practice", Subject: "p_1"}
	for i := range n {
		p := profile.Post{
			Connector: "practice", Provider: "practice", Subject: "p_1", ID: uuid.NewString(),
			Text: "text", At: r.now.Add(-time.Duration(i) * time.Minute), Fetched: r.now,
		}
		b.Posts = append(b.Posts, p)
		b.Evidence = append(b.Evidence, profile.Evidence{
			Item: p.Item(), Connector: p.Connector, Provider: p.Provider, At: p.At, Scored: r.now,
			Reading: profile.Reading{Valence: -0.8, Confidence: 0.9, Probabilities: profile.Probabilities{Negative: 1}},
		})
	}
	return b
}

func (r *room) count(t testing.TB, key profile.Key) (posts, readings int) {
	t.Helper()
	p, _, err := r.Posts(context.Background(), key, "", 1000)
	if err != nil {
		t.Fatal(err)
	}
	e, _, err := r.Evidence(context.Background(), key, "", 1000)
	if err != nil {
		t.Fatal(err)
	}
	return len(p), len(e)
}

func TestSigningInTwiceIsOneCustomer(t *testing.T) {
	r := newRoom(t)
	first, isNew, err := r.SignIn(t.Context(), "tea", anna)
	if err != nil || !isNew {
		t.Fatalf("new %v, %v", isNew, err)
	}
	again := anna
	again.Name = "Anna B."
	second, isNew, err := r.SignIn(t.Context(), "tea", again)
	if err != nil || isNew || second.ID != first.ID || second.Name() != "Anna B." {
		t.Errorf("the second sign-in gives %s (new %v, %v), want %s with the new name", second.ID, isNew, err, first.ID)
	}
	other, isNew, err := r.SignIn(t.Context(), "paper", anna)
	if err != nil || !isNew || other.ID == first.ID {
		t.Errorf("another shop knows Anna as %s (new %v, %v)", other.ID, isNew, err)
	}
}

func TestNothingIsImportedWithoutConsent(t *testing.T) {
	for name, tc := range map[string]struct {
		given           []profile.Purpose
		refused         bool
		posts, readings int
	}{
		"nothing given":          {nil, true, 0, 0},
		"mood alone":             {[]profile.Purpose{profile.MoodRead}, true, 0, 0},
		"posts without the mood": {[]profile.Purpose{profile.Posts}, false, 3, 0},
		"both":                   {[]profile.Purpose{profile.Posts, profile.MoodRead}, false, 3, 3},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRoom(t)
			key := r.arrive(t, tc.given...)
			_, err := r.Import(t.Context(), key, r.wrote(3))
			if profile.Is(err, profile.NoConsent) != tc.refused {
				t.Fatalf("the import answers %v", err)
			}
			if posts, readings := r.count(t, key); posts != tc.posts || readings != tc.readings {
				t.Errorf("there are %d posts and %d readings, want %d and %d", posts, readings, tc.posts, tc.readings)
			}
		})
	}
}

func TestAPlatformsRuleOutranksAYes(t *testing.T) {
	r := newRoom(t)
	r.Rules = func(shop, connector string) []consent.Rule {
		return []consent.Rule{{Purpose: profile.MoodRead, Allowed: false, Text: "practice policy"}}
	}
	key := r.arrive(t, profile.Posts, profile.MoodRead)
	if _, err := r.Import(t.Context(), key, r.wrote(2)); err != nil {
		t.Fatal(err)
	}
	if posts, readings := r.count(t, key); posts != 2 || readings != 0 {
		t.Errorf("there are %d posts and %d readings, want 2 and 0", posts, readings)
	}
	c, err := r.Customer(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	if unused := r.NotUsed(c); len(unused) != 1 || unused[0].Reason != "practice policy" {
		t.Errorf("what is not used is told as %+v", unused)
	}
}

func TestWithdrawingRemovesWhatNothingElseCovers(t *testing.T) {
	for name, tc := range map[string]struct {
		withdrawn       profile.Purpose
		posts, readings int
		grant           bool
	}{
		"posts":    {profile.Posts, 0, 0, false},
		"mood":     {profile.MoodRead, 4, 0, true},
		"messages": {profile.Messages, 4, 4, true},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRoom(t)
			key := r.arrive(t, profile.Posts, profile.MoodRead, profile.Messages)
			if err := r.SaveGrant(t.Context(), key, anna, []byte(`{"access":"secret"}`), nil); err != nil {
				t.Fatal(err)
			}
			if _, err := r.Import(t.Context(), key, r.wrote(4)); err != nil {
				t.Fatal(err)
			}
			receipt, err := r.Decide(t.Context(), key, []consent.Choice{yes(tc.withdrawn, false)}, profile.Proof{How: "me"})
			if err != nil {
				t.Fatal(err)
			}
			if !r.Genuine(receipt) || len(receipt.Withdrawn) != 1 {
				t.Errorf("the receipt is %+v", receipt)
			}
			if posts, readings := r.count(t, key); posts != tc.posts || readings != tc.readings {
				t.Errorf("there are %d posts and %d readings, want %d and %d", posts, readings, tc.posts, tc.readings)
			}
			if receipt.Removed["posts"] != 4-tc.posts || receipt.Removed["readings"] != 4-tc.readings {
				t.Errorf("the receipt counts %v", receipt.Removed)
			}
			_, err = r.Grant(t.Context(), key, anna)
			if (err == nil) != tc.grant {
				t.Errorf("the grant is there: %v, want %v", err == nil, tc.grant)
			}
			jobs, err := r.Store.Lease(t.Context(), consent.JobRevoke, r.now, r.now.Add(time.Minute), 5)
			if err != nil || (len(jobs) == 1) == tc.grant {
				t.Errorf("%d revocations are queued (%v)", len(jobs), err)
			}
			if tc.readings == 0 {
				c, err := r.Customer(t.Context(), key)
				if err != nil || c.Mood.Word != profile.Unknown || len(c.Mood.Evidence) != 0 {
					t.Errorf("the mood is still %+v (%v)", c.Mood, err)
				}
			}
		})
	}
}

func TestAWithdrawalStopsTheNextWrite(t *testing.T) {
	r := newRoom(t)
	key := r.arrive(t, profile.Posts, profile.MoodRead)
	if _, err := r.Import(t.Context(), key, r.wrote(2)); err != nil {
		t.Fatal(err)
	}
	fetched := r.wrote(2) // a page that was on its way when the person withdrew
	if _, err := r.Decide(t.Context(), key, []consent.Choice{yes(profile.Posts, false)}, profile.Proof{}); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Import(t.Context(), key, fetched); !profile.Is(err, profile.NoConsent) {
		t.Errorf("the write after the withdrawal answers %v", err)
	}
	if posts, readings := r.count(t, key); posts+readings != 0 {
		t.Errorf("there are %d posts and %d readings", posts, readings)
	}
}

func TestSendingTheConsentPageTwiceIsNotedOnce(t *testing.T) {
	r := newRoom(t)
	key := r.arrive(t, profile.Posts, profile.MoodRead)
	receipt, err := r.Decide(t.Context(), key, []consent.Choice{yes(profile.Posts, true), yes(profile.MoodRead, true)}, profile.Proof{How: "page"})
	if err != nil || len(receipt.Granted) != 0 {
		t.Errorf("sent again it grants %v (%v)", receipt.Granted, err)
	}
	ledger, err := r.Ledger(t.Context(), key)
	if err != nil || len(ledger) != 2 {
		t.Fatalf("the ledger has %d entries (%v), want 2", len(ledger), err)
	}
	if err := store.VerifyLedger(ledger); err != nil {
		t.Error(err)
	}
}

func TestAMateriallyChangedTextPausesAndAsksAgain(t *testing.T) {
	r := newRoom(t)
	key := r.arrive(t, profile.Posts, profile.MoodRead)
	if _, err := r.Import(t.Context(), key, r.wrote(2)); err != nil {
		t.Fatal(err)
	}
	for lang, texts := range r.Texts {
		newer := texts[profile.MoodRead][0]
		newer.Version, newer.Material = "2027-01", true
		r.Texts[lang][profile.MoodRead] = append([]consent.Text{newer}, texts[profile.MoodRead]...)
	}
	if _, err := r.Import(t.Context(), key, r.wrote(2)); err != nil {
		t.Fatal(err)
	}
	if posts, readings := r.count(t, key); posts != 4 || readings != 2 {
		t.Errorf("there are %d posts and %d readings, want 4 and 2: paused, and nothing deleted", posts, readings)
	}
	c, err := r.Customer(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	var asked []profile.Purpose
	for _, q := range r.Questions(c, anna, true) {
		asked = append(asked, q.Purpose)
	}
	if len(asked) != 2 || asked[0] != profile.MoodRead || asked[1] != profile.Messages {
		t.Errorf("asked is %v, want the mood again and messages for the first time", asked)
	}
}

func TestACorrectionHoldsAtOnceAndOutlivesANewReading(t *testing.T) {
	r := newRoom(t)
	key := r.arrive(t, profile.Posts, profile.MoodRead)
	batch := r.wrote(3)
	done, err := r.Import(t.Context(), key, batch)
	if err != nil || done.Mood.Word != profile.Downcast {
		t.Fatalf("the mood is %s (%v)", done.Mood.Word, err)
	}
	var mood profile.Mood
	for _, e := range batch.Evidence {
		if mood, err = r.Correct(t.Context(), key, e.Item, profile.WasIrony); err != nil {
			t.Fatal(err)
		}
	}
	if mood.Word != profile.Content {
		t.Errorf("after the corrections the mood is %s", mood.Word)
	}
	if done, err = r.Import(t.Context(), key, batch); err != nil || done.Mood.Word != profile.Content {
		t.Errorf("after another import of the same texts the mood is %s (%v)", done.Mood.Word, err)
	}
	if _, err := r.Correct(t.Context(), key, batch.Evidence[0].Item, "nonsense"); !profile.Is(err, profile.Invalid) {
		t.Errorf("a correction that does not exist answers %v", err)
	}
}

func TestErasingLeavesNothingAndALateImportBringsNobodyBack(t *testing.T) {
	r := newRoom(t)
	key := r.arrive(t, profile.Posts, profile.MoodRead, profile.Messages)
	if err := r.SaveGrant(t.Context(), key, anna, []byte(`{}`), nil); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Import(t.Context(), key, r.wrote(3)); err != nil {
		t.Fatal(err)
	}
	id := r.NewExposureID(key)
	if err := r.Expose(t.Context(), key, id, map[string]string{"tone": "warm"}, true, "warm"); err != nil {
		t.Fatal(err)
	}
	receipt, err := r.Erase(t.Context(), key, profile.Proof{How: "me"})
	if err != nil {
		t.Fatal(err)
	}
	if receipt.Removed["posts"] != 3 || receipt.Removed["readings"] != 3 || receipt.Removed["exposures"] != 1 ||
		receipt.Removed["consents"] != 3 || receipt.Removed["identities"] != 1 || len(receipt.Revoking) != 1 {
		t.Errorf("the receipt is %+v", receipt)
	}
	left, err := r.Store.Record(t.Context(), store.At{Shop: "tea", Kind: store.KindProof, Key: base64.RawURLEncoding.EncodeToString(r.Hash("proof", "tea", string(key.ID)))})
	if err != nil || !strings.Contains(string(left.Value), `"erased":"me"`) || strings.Count(string(left.Value), `"purpose"`) != 3 {
		t.Errorf("of the ledger is left %s (%v)", left.Value, err)
	}
	again, err := r.Erase(t.Context(), key, profile.Proof{How: "me"})
	if err != nil || again.Removed["posts"] != 3 {
		t.Errorf("erasing twice answers %+v (%v)", again, err)
	}
	if _, err := r.Import(t.Context(), key, r.wrote(1)); !profile.Is(err, profile.Gone) {
		t.Errorf("a late import answers %v", err)
	}
	if _, _, err := r.Exposure(t.Context(), "tea", id); err == nil {
		t.Error("the exposure is still there")
	}
	c, isNew, err := r.SignIn(t.Context(), "tea", anna)
	if err != nil || !isNew || c.ID == key.ID || len(c.Consents) != 0 {
		t.Errorf("signing in afterwards gives %s, new %v, consents %v (%v)", c.ID, isNew, c.Consents, err)
	}
}

func TestEveryLanguageHasEveryText(t *testing.T) {
	texts, err := consent.DefaultTexts()
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range []string{"de", "en"} {
		for _, p := range profile.Purposes() {
			x := texts.Text(p, lang).With("Laden", "Netz")
			if x.Title == "" || x.Body == "" || x.Version == "" || x.Lang != lang {
				t.Errorf("%s lacks the text for %s: %+v", lang, p, x)
			}
		}
	}
}

func TestAHardMomentSilencesSalesAndLeavesNoReason(t *testing.T) {
	r := newRoom(t)
	r.Keeping.Quiet = 30 * 24 * time.Hour
	key := r.arrive(t, profile.Posts, profile.MoodRead)
	sad := r.wrote(2)
	sad.Moments = []time.Time{sad.Posts[0].At}
	if _, err := r.Import(t.Context(), key, sad); err != nil {
		t.Fatal(err)
	}
	quiet := func() time.Time {
		c, err := r.Customer(t.Context(), key)
		if err != nil {
			t.Fatal(err)
		}
		return c.Quiet
	}
	if got, want := quiet(), start.Add(30*24*time.Hour); !got.Equal(want) {
		t.Fatalf("quiet until %s, want %s", got, want)
	}
	r.now = r.now.Add(time.Hour)
	if err := r.LiftQuiet(t.Context(), key); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Import(t.Context(), key, sad); err != nil || !quiet().IsZero() {
		t.Errorf("what was written before the customer lifted the silence brings it back until %s (%v)", quiet(), err)
	}
	r.now = r.now.Add(time.Hour)
	again := r.wrote(1)
	again.Moments = []time.Time{r.now}
	if _, err := r.Import(t.Context(), key, again); err != nil || quiet().IsZero() {
		t.Errorf("a new hard moment brings no silence (%v)", err)
	}
	if _, err := r.Decide(t.Context(), key, []consent.Choice{yes(profile.MoodRead, false)}, profile.Proof{}); err != nil || !quiet().IsZero() {
		t.Errorf("after the mood was withdrawn it is quiet until %s (%v)", quiet(), err)
	}
}
