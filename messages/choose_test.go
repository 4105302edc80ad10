package messages

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tonfall/profile"
)

// sunday is a Sunday noon; so Tuesday is five days before.
var sunday = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// mood is a fresh one.
func mood(w profile.Word, confidence, deviation float64) profile.Mood {
	return profile.Mood{Word: w, Confidence: confidence, Deviation: profile.Deviation{Self: deviation}, AsOf: sunday, Until: sunday.Add(48 * time.Hour)}
}

// wrote is a reading of a text written some days before sunday.
func wrote(days int, w profile.Word) profile.Evidence {
	r := profile.Reading{Confidence: 0.8}
	switch w {
	case profile.Irritated:
		r.Valence, r.Emotions.Anger = -0.6, 0.8
	case profile.Content:
		r.Valence = 0.6
	}
	return profile.Evidence{Reading: r, Connector: "mastodon", Kind: profile.Original, At: sunday.AddDate(0, 0, -days)}
}

// ready is a situation in which nothing stands against a tone.
func ready(m profile.Mood) Situation {
	return Situation{Mood: m, Consent: true, Permission: true, Locale: "de", Now: sunday}
}

func codes(reasons []Reason) []string {
	var list []string
	for _, r := range reasons {
		list = append(list, r.Code)
	}
	return list
}

func TestTheMoodLeadsToTheTone(t *testing.T) {
	tpl := defaults(t)["back-in-stock"]
	for _, c := range []struct {
		mood profile.Mood
		want Tone
	}{
		{mood(profile.Elated, 0.8, 1.2), Enthusiastic},
		{mood(profile.Elated, 0.6, 1.2), Warm},
		{mood(profile.Elated, 0.8, 0.1), Warm},
		{mood(profile.Content, 0.6, 0.4), Warm},
		{mood(profile.Even, 0.6, 0), Plain},
		{mood(profile.Mixed, 0.8, 0), Plain},
		{mood(profile.Downcast, 0.8, -1), Calm},
		{mood(profile.Anxious, 0.8, -1), Calm},
		{mood(profile.Irritated, 0.8, -1), Plain},
		{profile.Mood{Word: profile.Unknown, Abstained: true}, Plain},
	} {
		got := Choose(DefaultPolicy(), tpl, ready(c.mood))
		if got.Tone != c.want || got.Suppressed != "" {
			t.Errorf("%s at %.2f: %s, want %s (%v)", c.mood.Word, c.mood.Confidence, got.Tone, c.want, got.Reasons)
		}
		if len(got.Reasons) == 0 || got.Reasons[0].Text == "" || got.Reasons[0].German == "" {
			t.Errorf("%s: no reason", c.mood.Word)
		}
	}
}

func TestAReasonCountsTheEvidence(t *testing.T) {
	in := ready(mood(profile.Irritated, 0.71, -1.4))
	in.Evidence = []profile.Evidence{
		wrote(1, profile.Irritated), wrote(2, profile.Even), wrote(2, profile.Irritated), wrote(3, profile.Irritated),
		wrote(4, profile.Content), wrote(5, profile.Irritated), wrote(40, profile.Irritated),
	}
	got := Choose(DefaultPolicy(), defaults(t)["welcome"], in).Reasons[0]
	want := Reason{
		"mood", "plain: 4 of the last 6 posts since Tuesday sound tense, unusually so for this person; confidence 0.71",
		"sachlich: 4 der letzten 6 Beiträge seit Dienstag klingen angespannt, ungewöhnlich für diese Person; Sicherheit 0,71",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}

	in.Evidence = []profile.Evidence{wrote(9, profile.Irritated)}
	in.Evidence[0].Connector = "shop"
	got = Choose(DefaultPolicy(), defaults(t)["welcome"], in).Reasons[0]
	want = Reason{
		"mood", "plain: the last message to the shop, from 13 November, sounds tense, unusually so for this person; confidence 0.71",
		"sachlich: die letzte Nachricht an den Shop vom 13. November klingt angespannt, ungewöhnlich für diese Person; Sicherheit 0,71",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestACorrectedReadingCountsAsTheCustomerWants(t *testing.T) {
	in := ready(mood(profile.Content, 0.7, 0))
	in.Evidence = []profile.Evidence{wrote(1, profile.Irritated), wrote(1, profile.Irritated), wrote(1, profile.Irritated)}
	in.Evidence[0].Corrected, in.Evidence[1].Corrected = profile.WasIrony, profile.NotMe
	if got := Choose(DefaultPolicy(), defaults(t)["welcome"], in).Reasons[0].Text; !strings.Contains(got, "1 of the last 2 posts") {
		t.Error(got)
	}
}

func TestGuardsKeepTheToneWhereItIs(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Situation)
		code   string
	}{
		"wish":      {func(s *Situation) { s.Wishes.Plain, s.Consent, s.Holdout = true, false, true }, "wish"},
		"consent":   {func(s *Situation) { s.Consent, s.Holdout = false, true }, "consent"},
		"abstained": {func(s *Situation) { s.Mood.Abstained, s.Holdout = true, true }, "abstained"},
		"passed": {func(s *Situation) {
			s.Now = s.Mood.Until.Add(time.Minute)
			s.Evidence = []profile.Evidence{wrote(1, profile.Content)}
		}, "passed"},
		"unheard of": {func(s *Situation) { s.Mood.Word = "dreamy" }, "abstained"},
		"holdout":    {func(s *Situation) { s.Holdout = true }, "holdout"},
	} {
		in := ready(mood(profile.Elated, 0.9, 2))
		in.LastTone = Warm
		c.change(&in)
		got := Choose(DefaultPolicy(), defaults(t)["welcome"], in)
		if got.Tone != Plain || got.Reasons[0].Code != c.code || got.Holdout != (c.code == "holdout") {
			t.Errorf("%s: %s for %v", name, got.Tone, codes(got.Reasons))
		}
	}
}

func TestSalesAreHeldBackInAFixedOrder(t *testing.T) {
	p, all := DefaultPolicy(), defaults(t)
	in := ready(mood(profile.Content, 0.8, 0))
	in.Permission, in.Wishes.NoMarketing = false, true
	in.Quiet = in.Now.Add(time.Hour)
	in.Sales = []time.Time{in.Now.AddDate(0, 0, -1), in.Now.AddDate(0, 0, -6), in.Now.AddDate(0, 0, -20)}
	if got := Choose(p, all["birthday"], in); got.Suppressed != SuppressedQuiet {
		t.Errorf("quiet: %q", got.Suppressed)
	}
	silent := Choose(p, all["birthday"], in)
	in.Quiet = time.Time{}
	if diff := cmp.Diff(silent, Choose(p, all["birthday"], in)); diff != "" {
		t.Errorf("a sensitive moment can be told from the frequency cap: %s", diff)
	}
	in.Sales = in.Sales[1:]
	if got := Choose(p, all["birthday"], in); got.Suppressed != SuppressedObjection || got.Reasons[0].Code != SuppressedObjection {
		t.Errorf("objection: %q", got.Suppressed)
	}
	in.Wishes.NoMarketing = false
	got := Choose(p, all["birthday"], in)
	if got.Suppressed != SuppressedPermission {
		t.Errorf("permission: %q", got.Suppressed)
	}
	if _, err := all["birthday"].Render(got, Input{Data: all["birthday"].Example("de")}); !profile.Is(err, profile.Invalid) {
		t.Errorf("a suppressed message was rendered: %v", err)
	}
	in.Permission = true
	if got := Choose(p, all["birthday"], in); got.Suppressed != "" {
		t.Errorf("nothing is left to hold it back: %q", got.Suppressed)
	}
	in.Permission, in.Wishes.NoMarketing, in.Quiet = false, true, in.Now.Add(time.Hour)
	if got := Choose(p, all["delay-apology"], in); got.Suppressed != "" {
		t.Errorf("a service message was held back: %q", got.Suppressed)
	}
}

func TestTheLastToneStaysUntilTheEvidenceIsClear(t *testing.T) {
	p, tpl := DefaultPolicy(), defaults(t)["welcome"]
	in := ready(mood(profile.Downcast, 0.55, -1))
	in.LastTone = Warm
	got := Choose(p, tpl, in)
	if got.Tone != Warm || got.Reasons[0].Code != "kept" {
		t.Errorf("thin evidence changed the voice: %s %v", got.Tone, codes(got.Reasons))
	}
	in.Mood.Confidence = 0.7
	if got := Choose(p, tpl, in); got.Tone != Calm {
		t.Errorf("clear evidence did not: %s", got.Tone)
	}
	in.Mood.Word, in.Mood.Confidence = profile.Irritated, 0.55
	if got := Choose(p, tpl, in); got.Tone != Plain || slices.Contains(codes(got.Reasons), "kept") {
		t.Errorf("warm stays for somebody irritated: %s %v", got.Tone, codes(got.Reasons))
	}
}

func TestWhoWritesFormallyIsAddressedFormally(t *testing.T) {
	in := ready(mood(profile.Content, 0.8, 0))
	for range formalTexts {
		e := wrote(1, profile.Content)
		e.Tone.Address = profile.Sie
		in.Evidence = append(in.Evidence, e)
	}
	got := Choose(DefaultPolicy(), defaults(t)["welcome"], in)
	if got.Tone != Formal || !slices.Contains(codes(got.Reasons), "formal") {
		t.Errorf("got %s %v", got.Tone, codes(got.Reasons))
	}
	if got.Address != profile.Du {
		t.Errorf("the mood changed du to %s", got.Address)
	}
	in.Evidence = in.Evidence[1:]
	if got := Choose(DefaultPolicy(), defaults(t)["welcome"], in); got.Tone != Warm {
		t.Errorf("two texts are too few: %s", got.Tone)
	}
}

func TestTheFormOfAddressIsTheCustomersThenTheShops(t *testing.T) {
	tpl := defaults(t)["welcome"]
	in := ready(mood(profile.Content, 0.8, 0))
	for _, c := range []struct{ wish, shop, want profile.Address }{
		{"", "", profile.Du}, {"", profile.Sie, profile.Sie}, {profile.Du, profile.Sie, profile.Du}, {profile.Sie, profile.Du, profile.Sie},
	} {
		in.Wishes.Address, in.Address = c.wish, c.shop
		got := Choose(DefaultPolicy(), tpl, in)
		if got.Address != c.want || got.Variant != "de/warm/"+string(c.want) {
			t.Errorf("wish %q, shop %q: %s", c.wish, c.shop, got.Variant)
		}
	}
	in.Locale = "en-GB"
	if got := Choose(DefaultPolicy(), tpl, in); got.Variant != "en/warm" || got.Address != "" {
		t.Errorf("English knows no du: %s", got.Variant)
	}
}

func TestWhatATemplateLacksHasAStandIn(t *testing.T) {
	source := strings.ReplaceAll(string(sheet("Hello\n")), "  en:\n", "  fr:\n")
	tpl, err := Parse("sheet.yaml", "", []byte(source+"    warm: {subject: S, body: B}\n"))
	if err != nil {
		t.Fatal(err)
	}
	got := Choose(DefaultPolicy(), tpl, ready(mood(profile.Elated, 0.9, 2)))
	if got.Variant != "fr/warm" || !slices.Contains(codes(got.Reasons), "missing") || !slices.Contains(codes(got.Reasons), "locale") {
		t.Errorf("got %s %v", got.Variant, codes(got.Reasons))
	}
	got = Choose(DefaultPolicy(), tpl, ready(mood(profile.Downcast, 0.9, 2)))
	if got.Variant != "fr/plain" {
		t.Errorf("got %s", got.Variant)
	}
	tpl.Never = map[profile.Word][]Tone{profile.Elated: {Warm}}
	got = Choose(DefaultPolicy(), tpl, ready(mood(profile.Elated, 0.9, 2)))
	if got.Variant != "fr/plain" {
		t.Errorf("a forbidden tone stands in: %s", got.Variant)
	}
}

func TestAnApologyIsNeverCheerful(t *testing.T) {
	p := DefaultPolicy()
	p.Never = nil // the template alone holds it back
	for _, w := range []profile.Word{profile.Mixed, profile.Downcast, profile.Anxious, profile.Irritated} {
		p.Moods[w] = []Step{{Tone: Enthusiastic}, {Tone: Calm}}
		got := Choose(p, defaults(t)["delay-apology"], ready(mood(w, 0.9, -1)))
		if got.Tone != Calm || len(got.Blocked) != 1 || got.Blocked[0].Reason.Code != "never" {
			t.Errorf("%s: %s %v", w, got.Tone, got.Blocked)
		}
	}
}

func TestTheTonesThatFitComeInOrder(t *testing.T) {
	fits, abstained := Tones(DefaultPolicy(), ready(mood(profile.Elated, 0.9, 2)))
	var got []Tone
	for _, f := range fits {
		got = append(got, f.Tone)
		if len(f.Reasons) == 0 {
			t.Errorf("%s has no reason", f.Tone)
		}
	}
	if diff := cmp.Diff([]Tone{Enthusiastic, Warm, Plain}, got); diff != "" || abstained {
		t.Error(diff, abstained)
	}
	fits, abstained = Tones(DefaultPolicy(), ready(profile.Mood{Word: profile.Unknown, Abstained: true}))
	if len(fits) != 1 || fits[0].Tone != Plain || !abstained {
		t.Errorf("nothing is known: %v", fits)
	}
}

func TestWhoAlwaysWritesGloomilyIsToldAsUsual(t *testing.T) {
	in := ready(mood(profile.Even, 0.7, -0.2))
	in.Evidence = []profile.Evidence{wrote(1, profile.Irritated), wrote(2, profile.Irritated), wrote(3, profile.Even)}
	got := Choose(DefaultPolicy(), defaults(t)["welcome"], in).Reasons[0]
	if !strings.Contains(got.Text, "nothing sounds unlike the person's usual self") || !strings.Contains(got.German, "nichts klingt anders als bei dieser Person üblich") {
		t.Error(got)
	}
}
