package messages

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tonfall/profile"
)

func TestTheDefaultPolicyKnowsEveryMood(t *testing.T) {
	p := DefaultPolicy()
	for _, w := range profile.Words() {
		if _, ok := p.Moods[w]; ok == (w == profile.Unknown) {
			t.Errorf("%s: %v", w, p.Moods[w])
		}
	}
	for _, tone := range DefaultTones() {
		if tone != Plain && p.Near[tone] == "" {
			t.Errorf("nothing stands in for %s", tone)
		}
	}
	if p.SalesMost == 0 || p.SalesDays != 7 || p.Clear == 0 || p.Holdout == 0 {
		t.Errorf("%+v", p)
	}
}

func TestAPolicyChangesOnlyWhatItNames(t *testing.T) {
	got, err := ParsePolicy("policy.yaml", []byte("moods:\n  content: [{tone: jaunty, confidence: 0.8}, plain]\nsales: {most: 1}\nholdout: 0\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := DefaultPolicy()
	want.Moods[profile.Content] = []Step{{Tone: "jaunty", Confidence: 0.8}, {Tone: Plain}}
	want.SalesMost, want.Holdout = 1, 0
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAPolicyThatCannotBeMeantIsRefused(t *testing.T) {
	for source, want := range map[string]string{
		"mood: {}":                              "policy.yaml:1:1: unknown key mood in the policy; did you mean moods?",
		"moods: {contend: [warm]}":              "did you mean content?",
		"moods: {irritated: [enthusiastic]}":    "irritated lists enthusiastic, which never forbids there",
		"moods: {content: warm}":                "tones must be a list",
		"moods: {content: [{tone: Very Loud}]}": "no proper name",
		"clear: 2":                              "clear must be a number from 0 to 1",
		"clear: .nan":                           "clear must be a number from 0 to 1",
		"holdout: lots":                         "holdout must be a number from 0 to 1",
		"sales: {most: -1}":                     "most must be a number from 0 to 100",
		"near: {warm: calm, calm: warm}":        "round in a circle",
		"never: {irritated: [plain]}":           "plain is always allowed",
		"never: {any: [warm]}":                  "unknown mood \"any\"",
	} {
		got, err := ParsePolicy("policy.yaml", []byte(source))
		if !profile.Is(err, profile.Invalid) || !strings.Contains(profile.Message(err), want) {
			t.Errorf("%q: got %v, want %s", source, err, want)
		}
		if diff := cmp.Diff(DefaultPolicy(), got); diff != "" {
			t.Errorf("%q left a half policy: %s", source, diff)
		}
	}
}

func TestTheControlGroupIsTheSameForEverAndOfItsSize(t *testing.T) {
	key, other := []byte("0123456789abcdef"), []byte("fedcba9876543210")
	held, both, elsewhere := 0, 0, 0
	for i := range 10_000 {
		c := profile.Key{Shop: "demo", ID: profile.CustomerID(fmt.Sprintf("c%035x", i))}
		in := HeldOut(key, c, 0.1)
		if in != HeldOut(key, c, 0.1) || in && !HeldOut(key, c, 0.2) {
			t.Fatal("the group changes")
		}
		if HeldOut(key, c, 0) || !HeldOut(key, c, 1) {
			t.Fatal("nobody and everybody are not kept")
		}
		if in {
			held++
			if HeldOut(key, profile.Key{Shop: "other", ID: c.ID}, 0.1) {
				elsewhere++
			}
			if HeldOut(other, c, 0.1) {
				both++
			}
		}
	}
	if math.Abs(float64(held)-1000) > 100 || math.Abs(float64(both)-100) > 40 || math.Abs(float64(elsewhere)-100) > 40 {
		t.Errorf("%d of 10,000 held out, %d under another key too, %d in another shop", held, both, elsewhere)
	}
}
