package store_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tonfall/profile"
	"tonfall/store"
)

func chain(consents ...profile.Consent) []profile.Consent {
	var prev profile.Consent
	var ledger []profile.Consent
	for _, c := range consents {
		prev = store.Chain(prev, c)
		ledger = append(ledger, prev)
	}
	return ledger
}

func TestAnyAlterationOfALedgerIsSeen(t *testing.T) {
	entry := profile.Consent{Purpose: profile.Posts, Provider: "p", Decision: profile.Granted, TextVersion: "v", TextHash: "h", Lang: "de", At: noon,
		Evidence: profile.Proof{How: "page", Reference: "r", Address: "a", Agent: "g"}}
	whole := chain(entry, entry, entry)
	if err := store.VerifyLedger(whole); err != nil {
		t.Fatal(err)
	}
	if err := store.VerifyLedger(nil); err != nil {
		t.Fatal(err)
	}
	for name, alter := range map[string]func([]profile.Consent) []profile.Consent{
		"the first is cut off": func(l []profile.Consent) []profile.Consent { return l[1:] },
		"one is cut out":       func(l []profile.Consent) []profile.Consent { return slices.Delete(l, 1, 2) },
		"two are swapped":      func(l []profile.Consent) []profile.Consent { l[0], l[1] = l[1], l[0]; return l },
		"one is doubled":       func(l []profile.Consent) []profile.Consent { return append(l, l[2]) },
		"seq":                  func(l []profile.Consent) []profile.Consent { l[1].Seq = 5; return l },
		"purpose":              func(l []profile.Consent) []profile.Consent { l[1].Purpose = profile.MoodRead; return l },
		"provider":             func(l []profile.Consent) []profile.Consent { l[1].Provider = "q"; return l },
		"decision":             func(l []profile.Consent) []profile.Consent { l[1].Decision = profile.Withdrawn; return l },
		"text version":         func(l []profile.Consent) []profile.Consent { l[1].TextVersion = "w"; return l },
		"text hash":            func(l []profile.Consent) []profile.Consent { l[1].TextHash = "i"; return l },
		"language":             func(l []profile.Consent) []profile.Consent { l[1].Lang = "en"; return l },
		"time":                 func(l []profile.Consent) []profile.Consent { l[1].At = noon.Add(1); return l },
		"how":                  func(l []profile.Consent) []profile.Consent { l[1].Evidence.How = "api"; return l },
		"reference":            func(l []profile.Consent) []profile.Consent { l[1].Evidence.Reference = ""; return l },
		"address":              func(l []profile.Consent) []profile.Consent { l[1].Evidence.Address = "b"; return l },
		"agent":                func(l []profile.Consent) []profile.Consent { l[1].Evidence.Agent = "h"; return l },
		"hash":                 func(l []profile.Consent) []profile.Consent { l[2].Hash = strings.Repeat("0", 64); return l },
		"no hash":              func(l []profile.Consent) []profile.Consent { l[2].Hash = ""; return l },
		"prev":                 func(l []profile.Consent) []profile.Consent { l[1].Prev = ""; return l },
		"one hashed anew": func(l []profile.Consent) []profile.Consent {
			l[1].Decision = profile.Withdrawn
			l[1] = store.Chain(l[0], l[1])
			return l
		},
	} {
		if store.VerifyLedger(alter(slices.Clone(whole))) == nil {
			t.Errorf("%s: not seen", name)
		}
	}
}

func TestALedgerStandsWhenItHasBeenWrittenAndReadAgain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.SampledFrom([]rune{'a', 'ü', '<', '&', '\u2028', '\x00', '"', '\ufffd', '\U0001F600'}))
		raw := rapid.Custom(func(t *rapid.T) string {
			return text.Draw(t, "text") + string(rapid.SliceOfN(rapid.Byte(), 0, 4).Draw(t, "bytes"))
		})
		entry := rapid.Custom(func(t *rapid.T) profile.Consent {
			zone := time.FixedZone("z", rapid.IntRange(-12*3600, 14*3600).Draw(t, "zone"))
			return profile.Consent{
				Purpose: profile.Purpose(raw.Draw(t, "purpose")), Provider: raw.Draw(t, "provider"), Lang: raw.Draw(t, "lang"),
				At:       time.Unix(rapid.Int64Range(-1e9, 1e11).Draw(t, "at"), rapid.Int64Range(0, 999999999).Draw(t, "ns")).In(zone),
				Evidence: profile.Proof{How: raw.Draw(t, "how"), Agent: raw.Draw(t, "agent")},
			}
		})
		ledger := chain(rapid.SliceOfN(entry, 1, 5).Draw(t, "entries")...)
		text2, err := json.Marshal(ledger)
		if err != nil {
			t.Fatal(err)
		}
		var again []profile.Consent
		if err := json.Unmarshal(text2, &again); err != nil {
			t.Fatal(err)
		}
		if err := store.VerifyLedger(again); err != nil {
			t.Fatalf("%v\n%s", err, text2)
		}
		if diff := cmp.Diff(ledger, again); diff != "" {
			t.Fatal(diff)
		}
	})
}
