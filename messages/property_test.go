package messages

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tonfall/profile"
)

// situations draws any situation at all, sensible or not.
func situations(t *rapid.T) Situation {
	tone := rapid.SampledFrom(append(DefaultTones(), "", "jaunty"))
	address := rapid.SampledFrom([]profile.Address{"", profile.Du, profile.Sie})
	in := Situation{
		Mood: profile.Mood{
			Word:       rapid.SampledFrom(append(profile.Words(), "", "dreamy")).Draw(t, "word"),
			Confidence: rapid.Float64Range(0, 1).Draw(t, "confidence"),
			Deviation:  profile.Deviation{Self: rapid.Float64Range(-5, 5).Draw(t, "deviation")},
			Abstained:  rapid.IntRange(0, 4).Draw(t, "abstained") == 0,
		},
		Consent: rapid.IntRange(0, 4).Draw(t, "consent") > 0, Permission: rapid.Bool().Draw(t, "permission"),
		Holdout: rapid.IntRange(0, 4).Draw(t, "holdout") == 0, LastTone: tone.Draw(t, "last"),
		Locale: rapid.SampledFrom([]string{"", "de", "de-AT", "en_GB", "fr", "xx-!"}).Draw(t, "locale"), Address: address.Draw(t, "address"),
		Channel: rapid.SampledFrom(append(Channels(), "")).Draw(t, "channel"), Now: sunday,
	}
	in.Wishes = profile.Wishes{Plain: rapid.IntRange(0, 4).Draw(t, "plain") == 0, NoMarketing: rapid.Bool().Draw(t, "objection"), Address: address.Draw(t, "wish")}
	if rapid.Bool().Draw(t, "quiet") {
		in.Quiet = sunday.Add(time.Duration(rapid.IntRange(-48, 48).Draw(t, "hours")) * time.Hour)
	}
	for range rapid.IntRange(0, 4).Draw(t, "sales") {
		in.Sales = append(in.Sales, sunday.AddDate(0, 0, -rapid.IntRange(0, 20).Draw(t, "ago")))
	}
	for range rapid.IntRange(0, 5).Draw(t, "texts") {
		e := wrote(rapid.IntRange(-1, 20).Draw(t, "days"), rapid.SampledFrom(profile.Words()).Draw(t, "of"))
		e.Tone.Formality = rapid.Float64Range(-1, 1).Draw(t, "formality")
		in.Evidence = append(in.Evidence, e)
	}
	return in
}

func TestNoSituationBreaksARule(t *testing.T) {
	p, all := DefaultPolicy(), defaults(t)
	names := []string{"welcome", "order-shipped", "delay-apology", "back-in-stock", "birthday", "win-back"}
	rapid.Check(t, func(t *rapid.T) {
		in := situations(t)
		tpl := all[rapid.SampledFrom(names).Draw(t, "template")]
		c := Choose(p, tpl, in)
		word := in.Mood.Word

		if c.Tone != Plain {
			switch {
			case in.Wishes.Plain, !in.Consent, in.Holdout, in.Mood.Abstained, !slices.Contains(profile.Words(), word), word == profile.Unknown:
				t.Fatalf("%s against a guard", c.Tone)
			case slices.Contains(p.Never[word], c.Tone), slices.Contains(tpl.Never[word], c.Tone):
				t.Fatalf("%s for somebody %s", c.Tone, word)
			}
		}
		fits, _ := Tones(p, in)
		for _, f := range fits {
			if slices.Contains(p.Never[word], f.Tone) && !in.Wishes.Plain {
				t.Fatalf("%s fits somebody %s", f.Tone, word)
			}
		}
		if len(c.Reasons) == 0 || c.Abstained && c.Tone != Plain {
			t.Fatalf("no reason, or a tone without knowledge: %+v", c)
		}
		lately := 0
		for _, at := range in.Sales {
			if at.After(in.Now.AddDate(0, 0, -7)) {
				lately++
			}
		}
		want := ""
		switch {
		case tpl.Purpose == Service:
		case in.Quiet.After(in.Now), lately >= 2:
			want = SuppressedQuiet
		case in.Wishes.NoMarketing:
			want = SuppressedObjection
		case !in.Permission:
			want = SuppressedPermission
		}
		if c.Suppressed != want {
			t.Fatalf("suppressed %q, want %q", c.Suppressed, want)
		}
		if w, ok := tpl.wordings[c.Variant]; !ok || w.subject == nil {
			t.Fatalf("%q does not exist", c.Variant)
		}
		address := profile.Address("")
		if c.Locale == "de" {
			address = profile.Du
			if in.Wishes.Address == profile.Sie || in.Wishes.Address == "" && in.Address == profile.Sie {
				address = profile.Sie
			}
		}
		if c.Address != address {
			t.Fatalf("addressed as %q, want %q", c.Address, address)
		}
		if diff := cmp.Diff(c, Choose(p, tpl, in)); diff != "" {
			t.Fatal("not a function of its input: ", diff)
		}
	})
}

func TestTheMoodNeverTouchesWhetherLanguageOrAddress(t *testing.T) {
	p, all := DefaultPolicy(), defaults(t)
	rapid.Check(t, func(t *rapid.T) {
		in, other := situations(t), situations(t)
		tpl := all[rapid.SampledFrom([]string{"welcome", "birthday"}).Draw(t, "template")]
		before := Choose(p, tpl, in)
		in.Mood, in.Evidence, in.LastTone = other.Mood, other.Evidence, other.LastTone
		after := Choose(p, tpl, in)
		if before.Suppressed != after.Suppressed || before.Locale != after.Locale || before.Address != after.Address || before.Channel != after.Channel {
			t.Fatalf("mood changed more than wording: %+v %+v", before, after)
		}
	})
}

func TestAChosenToneIsChosenAgain(t *testing.T) {
	p, all := DefaultPolicy(), defaults(t)
	rapid.Check(t, func(t *rapid.T) {
		in := situations(t)
		tpl := all[rapid.SampledFrom([]string{"welcome", "delay-apology"}).Draw(t, "template")]
		first := Choose(p, tpl, in).Tone
		in.LastTone = first
		if second := Choose(p, tpl, in).Tone; second != first {
			t.Fatalf("%s became %s although nothing happened", first, second)
		}
	})
}

func TestAVoiceDoesNotFlicker(t *testing.T) {
	p, tpl := DefaultPolicy(), defaults(t)["welcome"]
	rapid.Check(t, func(t *rapid.T) {
		in := ready(mood(profile.Content, 0.6, 0))
		in.LastTone = rapid.SampledFrom([]Tone{Plain, Calm, Formal}).Draw(t, "last")
		start := in.LastTone
		for range 10 {
			in.Mood.Word = rapid.SampledFrom([]profile.Word{profile.Elated, profile.Content, profile.Even, profile.Downcast, profile.Irritated}).Draw(t, "word")
			in.Mood.Confidence = rapid.Float64Range(0.5, p.Clear-0.001).Draw(t, "confidence")
			in.LastTone = Choose(p, tpl, in).Tone
			if in.LastTone != start {
				t.Fatalf("%s became %s on thin evidence", start, in.LastTone)
			}
		}
	})
}
