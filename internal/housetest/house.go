// Package housetest builds a small house of real parts for tests of the rooms
// of web: gate, pipeline and desk on a real bbolt file, two shops, a clock that
// stands still. Only tests import it.
package housetest

import (
	"context"
	"io/fs"
	"log/slog"
	"net/http"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"tonfall/connectors"
	"tonfall/consent"
	"tonfall/enrich"
	"tonfall/internal/keys"
	"tonfall/messages"
	"tonfall/profile"
	"tonfall/sentiment"
	"tonfall/store"
	"tonfall/web/links"
	"tonfall/web/ui"
	"tonfall/web/wording"
)

// The two shops of the house.
const (
	Demo  = "demo"
	Other = "other"
)

// Network is where the house's customers write.
const Network = "practice.example"

// Keys and engine take a while to make and keep no state: one of each serves
// all tests of a package.
var (
	ring   = sync.OnceValues(keys.Generate)
	native = sync.OnceValues(func() (sentiment.Scorer, error) { return sentiment.New("native") })
)

// House holds the parts. Clock may be moved between calls.
type House struct {
	Store  store.Store
	Gate   *consent.Gate
	Enrich *enrich.Service
	Desk   *wording.Desk
	Assets *ui.Assets
	Keys   *keys.Keyring
	Links  *links.Links
	Log    *slog.Logger
	Clock  time.Time

	t *testing.T
}

// New builds a house that closes with the test.
func New(t *testing.T) *House {
	t.Helper()
	h := &House{t: t, Clock: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC), Log: slog.New(slog.NewTextHandler(t.Output(), nil))}
	var err error
	h.Keys, err = ring()
	h.must(err)
	h.Store, err = store.OpenBolt(filepath.Join(t.TempDir(), "tonfall.db"), store.BoltOptions{Seal: h.Keys, Now: h.Now})
	h.must(err)
	t.Cleanup(func() { h.must(h.Store.Close()) })
	texts, err := consent.DefaultTexts()
	h.must(err)
	h.Gate = &consent.Gate{
		Store: h.Store, Texts: texts, Hash: h.Keys.Hash, Now: h.Now, NewID: func() uuid.UUID { return uuid.Must(uuid.NewV7()) }, Log: h.Log,
		Keeping: consent.Keeping{Posts: 30 * 24 * time.Hour, Readings: 365 * 24 * time.Hour, Exposed: 365 * 24 * time.Hour},
		Rules:   rules,
	}
	scorer, err := native()
	h.must(err)
	h.Enrich = &enrich.Service{
		Gate: h.Gate, Scorer: scorer, Transport: http.DefaultTransport, Now: h.Now, Log: h.Log,
		Connectors: func(string) []connectors.Connector { return nil },
	}
	catalog, problems := messages.Open(map[string]fs.FS{}, templates{h.Store})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	h.Links = &links.Links{Base: "https://id.example", Keys: h.Keys, Now: h.Now}
	h.Desk = &wording.Desk{
		Gate: h.Gate, Catalog: catalog, Shop: h.Shop, HoldoutKey: []byte("holdout key of 16 bytes or more"), Now: h.Now,
		Policy: policy, Links: h.Links,
	}
	h.Assets, err = ui.NewAssets()
	h.must(err)
	return h
}

func (h *House) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// Now is the house's clock.
func (h *House) Now() time.Time { return h.Clock }

// Shop finds the house's two shops.
func (h *House) Shop(slug string) (profile.Shop, bool) {
	switch slug {
	case Demo:
		return profile.Shop{Slug: Demo, Name: "Kaffee & Co", Home: "https://shop.example", Locales: []string{"de", "en"}, Address: profile.Du}, true
	case Other:
		return profile.Shop{Slug: Other, Name: "Other", Home: "https://other.example", Locales: []string{"en"}}, true
	}
	return profile.Shop{}, false
}

// Customer signs somebody in who has decided nothing.
func (h *House) Customer(shop, name string) profile.Customer {
	h.t.Helper()
	c, _, err := h.Gate.SignIn(context.Background(), shop, profile.Account{
		Connector: "practice", Provider: Network, Subject: "subject-" + name, Handle: name + "@" + Network, Name: name, Locale: "de",
	})
	h.must(err)
	return c
}

// Agreeing signs somebody in who has agreed to everything.
func (h *House) Agreeing(shop, name string) profile.Customer {
	h.t.Helper()
	c := h.Customer(shop, name)
	_, err := h.Gate.Decide(context.Background(), c.Key, []consent.Choice{
		{Purpose: profile.Posts, Provider: Network, Granted: true, Lang: "de"},
		{Purpose: profile.MoodRead, Granted: true, Lang: "de"},
		{Purpose: profile.Messages, Granted: true, Lang: "de"},
		{Purpose: profile.ShopTexts, Granted: true, Lang: "de"},
	}, profile.Proof{How: "page", Address: "192.0.2.1"})
	h.must(err)
	return h.Again(c)
}

// Feel gives the customer posts of one level on each of the last days, the
// newest an hour old: valence -1..1.
func (h *House) Feel(c profile.Customer, word profile.Word, valence float64, days int) profile.Customer {
	h.t.Helper()
	batch := consent.Batch{Connector: "practice", Provider: Network, Subject: c.Accounts[0].Subject}
	for i := range days {
		at := h.Clock.Add(-time.Hour).AddDate(0, 0, -i)
		post := profile.Post{
			Connector: "practice", Provider: Network, Subject: c.Accounts[0].Subject, ID: string(word) + strconv.Itoa(i),
			Kind: profile.Original, Text: "Beitrag " + strconv.Itoa(i) + " von " + c.Name(), At: at, Fetched: h.Clock,
		}
		batch.Posts = append(batch.Posts, post)
		batch.Evidence = append(batch.Evidence, profile.Evidence{
			Reading: reading(word, valence), Item: post.Item(), Connector: "practice", Provider: Network,
			Kind: profile.Original, At: at, Scored: h.Clock,
		})
	}
	_, err := h.Gate.Import(context.Background(), c.Key, batch)
	h.must(err)
	return h.Again(c)
}

// reading is a sure reading of one level.
func reading(word profile.Word, valence float64) profile.Reading {
	r := profile.Reading{Lang: "de", Valence: valence, Mood: word, Confidence: 0.9, Engine: "native", Version: "test", Sentiment: profile.Neutral}
	switch {
	case valence < 0:
		r.Sentiment, r.Probabilities = profile.Negative, profile.Probabilities{Negative: 0.9, Neutral: 0.1}
	case valence > 0:
		r.Sentiment, r.Probabilities = profile.Positive, profile.Probabilities{Positive: 0.9, Neutral: 0.1}
	}
	if word == profile.Irritated {
		r.Arousal, r.Emotions.Anger = 0.5, 0.8
	}
	return r
}

// Again reads the customer anew.
func (h *House) Again(c profile.Customer) profile.Customer {
	h.t.Helper()
	c, err := h.Gate.Customer(context.Background(), c.Key)
	h.must(err)
	return c
}

// Quiet silences sales messages to the customer until a time.
func (h *House) Quiet(c profile.Customer, until time.Time) {
	h.t.Helper()
	h.must(h.Store.UpdateCustomer(context.Background(), c.Key, func(ch *store.Change) error {
		ch.Customer.Quiet = until
		return nil
	}))
}

// rules: the connector "forbids" may not be read for the mood.
func rules(_, connector string) []consent.Rule {
	if connector != "forbids" {
		return nil
	}
	return []consent.Rule{{Purpose: profile.MoodRead, Text: "this network forbids inferring moods"}}
}

// policy is the default without a control group, so that every customer gets
// the tone that fits.
func policy(string) messages.Policy {
	p := messages.DefaultPolicy()
	p.Holdout = 0
	return p
}
