package consent_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tonfall/consent"
	"tonfall/profile"
	"tonfall/store"
)

func TestAProvidersWordEndsWhatCameFromThereAndNothingElse(t *testing.T) {
	ctx := context.Background()
	r := newRoom(t)
	key := r.arrive(t, profile.Posts, profile.MoodRead, profile.ShopTexts)
	other := profile.Account{Connector: "birdsong", Provider: "birdsong", Subject: "b_1", Name: "Anna"}
	err := r.Store.UpdateCustomer(ctx, key, func(ch *store.Change) error {
		ch.Customer.Accounts = append(ch.Customer.Accounts, other)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	yesThere := consent.Choice{Purpose: profile.Posts, Provider: other.Provider, Granted: true, Lang: "de"}
	if _, err := r.Decide(ctx, key, []consent.Choice{yesThere}, profile.Proof{How: "page"}); err != nil {
		t.Fatal(err)
	}
	there := r.wrote(2)
	there.Connector, there.Provider, there.Subject = other.Connector, other.Provider, other.Subject
	for i := range there.Posts {
		there.Posts[i].Connector, there.Posts[i].Provider, there.Posts[i].Subject = other.Connector, other.Provider, other.Subject
		there.Evidence[i].Item, there.Evidence[i].Connector, there.Evidence[i].Provider = there.Posts[i].Item(), other.Connector, other.Provider
	}
	for _, batch := range []consent.Batch{r.wrote(3), there} {
		if _, err := r.Import(ctx, key, batch); err != nil {
			t.Fatal(err)
		}
	}
	for _, a := range []profile.Account{anna, other} {
		if err := r.SaveGrant(ctx, key, a, json.RawMessage(`{"access":"x"}`), nil); err != nil {
			t.Fatal(err)
		}
	}

	removed, err := r.Told(ctx, anna.Identity("tea"), true)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]int{"posts": 3, "readings": 3, "grants": 1, "details": 2}, removed); diff != "" {
		t.Error(diff)
	}
	if posts, readings := r.count(t, key); posts != 2 || readings != 2 {
		t.Errorf("of the other network %d posts and %d readings are left, want 2 each", posts, readings)
	}
	if _, err := r.Grant(ctx, key, other); err != nil {
		t.Errorf("the other network's grant: %v", err)
	}
	c, err := r.Customer(ctx, key)
	if err != nil {
		t.Fatal(err)
	}
	if c.Account(anna.Provider, anna.Subject).Name != "" || c.Account(other.Provider, other.Subject).Name != "Anna" {
		t.Errorf("the accounts are %+v", c.Accounts)
	}
	if !c.Allows(profile.Posts, other.Provider) || !c.Allows(profile.ShopTexts, "") || c.Allows(profile.Posts, anna.Provider) {
		t.Errorf("the decisions are %+v", c.Consents)
	}
}

func TestAProvidersWordIsNotedOnceAndOnlyWhereSomethingWasGiven(t *testing.T) {
	ctx := context.Background()
	for name, x := range map[string]struct {
		purposes []profile.Purpose
		entries  int // of the ledger afterwards
	}{
		"given":       {[]profile.Purpose{profile.Posts}, 2},
		"never asked": {nil, 0},
	} {
		r := newRoom(t)
		key := r.arrive(t, x.purposes...)
		for range 2 {
			if _, err := r.Told(ctx, anna.Identity("tea"), false); err != nil {
				t.Fatal(err)
			}
		}
		ledger, err := r.Ledger(ctx, key)
		if err != nil {
			t.Fatal(err)
		}
		if len(ledger) != x.entries {
			t.Errorf("%s: the ledger has %d entries, want %d", name, len(ledger), x.entries)
		}
	}
}

func TestAProvidersWordAboutNobodyIsNoError(t *testing.T) {
	ctx := context.Background()
	r := newRoom(t)
	key := r.arrive(t, profile.Posts)
	stranger := profile.Identity{Shop: "tea", Provider: "practice", Subject: "p_2"}
	elsewhere := profile.Identity{Shop: "coffee", Provider: "practice", Subject: "p_1"}
	if _, err := r.Erase(ctx, r.arrive(t), profile.Proof{}); err != nil {
		t.Fatal(err)
	}
	for _, who := range []profile.Identity{stranger, elsewhere, anna.Identity("tea")} {
		removed, err := r.Told(ctx, who, true)
		if err != nil || len(removed) > 0 {
			t.Errorf("%v of somebody unknown, %v", removed, err)
		}
	}
	if _, err := r.Customer(ctx, key); !profile.Is(err, profile.Gone) {
		t.Errorf("an erased customer came back: %v", err)
	}
}
