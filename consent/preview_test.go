package consent_test

import (
	"testing"
	"time"

	"tonfall/consent"
	"tonfall/profile"
)

func TestLookingOnceIsNotedEachTimeAndHoldsForAWhileOnly(t *testing.T) {
	r := newRoom(t)
	key := r.arrive(t)
	once := consent.Choice{Purpose: profile.Preview, Provider: anna.Provider, Granted: true, Lang: "en"}
	may := func() error {
		t.Helper()
		c, err := r.Customer(t.Context(), key)
		if err != nil {
			t.Fatal(err)
		}
		return r.MayPreview(&c, anna.Connector, anna.Provider)
	}
	if !profile.Is(may(), profile.NoConsent) {
		t.Error("looking needs no yes")
	}
	for range 2 {
		if _, err := r.Decide(t.Context(), key, []consent.Choice{once}, profile.Proof{How: "page"}); err != nil {
			t.Fatal(err)
		}
	}
	if err := may(); err != nil {
		t.Error(err)
	}
	ledger, err := r.Ledger(t.Context(), key)
	if err != nil || len(ledger) != 2 || ledger[1].TextHash != r.Texts.Text(profile.Preview, "en").Hash() {
		t.Errorf("the ledger is %+v: %v", ledger, err)
	}
	c, err := r.Customer(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range profile.Purposes() {
		if r.Allowed(&c, p, anna.Connector, anna.Provider) == nil {
			t.Errorf("a yes to looking once allows %s", p)
		}
	}
	r.now = r.now.Add(21 * time.Minute)
	if !profile.Is(may(), profile.NoConsent) {
		t.Error("a yes to looking once lasts")
	}
	for name, bad := range map[string]consent.Choice{
		"a no":        {Purpose: profile.Preview, Provider: anna.Provider, Lang: "en"},
		"no provider": {Purpose: profile.Preview, Granted: true, Lang: "en"},
	} {
		if _, err := r.Decide(t.Context(), key, []consent.Choice{bad}, profile.Proof{How: "page"}); !profile.Is(err, profile.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestLookingOnceIsNotOfferedWhereItMakesNoSense(t *testing.T) {
	r := newRoom(t)
	r.Rules = func(_, connector string) []consent.Rule {
		return []consent.Rule{{Purpose: profile.MoodRead, Allowed: connector != "forbids", Text: "moods are not inferred"}}
	}
	c, err := r.Customer(t.Context(), r.arrive(t))
	if err != nil {
		t.Fatal(err)
	}
	if !r.Previews(&c, anna.Connector, anna.Provider) || r.Previews(&c, "forbids", anna.Provider) {
		t.Error("the platform's word is not heard")
	}
	if c, err = r.Customer(t.Context(), r.arrive(t, profile.Posts)); err != nil {
		t.Fatal(err)
	}
	if r.Previews(&c, anna.Connector, anna.Provider) {
		t.Error("who has agreed is offered to look first")
	}
}
