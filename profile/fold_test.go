package profile

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// said makes evidence of one text: so long ago, so pleasant, so sure.
func said(id string, ago time.Duration, valence, confidence float64) Evidence {
	p := Probabilities{Neutral: 1 - max(valence, -valence)}
	if valence > 0 {
		p.Positive = valence
	} else {
		p.Negative = -valence
	}
	return Evidence{
		Item: id, At: noon.Add(-ago), Scored: noon.Add(-ago),
		Reading: Reading{Valence: valence, Confidence: confidence, Probabilities: p},
	}
}

// every makes one text a day over the last days.
func every(days int, valence float64) []Evidence {
	var out []Evidence
	for d := range days {
		out = append(out, said(fmt.Sprint("day", d), time.Duration(d)*24*time.Hour+time.Hour, valence, 0.8))
	}
	return out
}

const day24 = 24 * time.Hour

func TestAMoodIsReadAgainstTheOwnBaseline(t *testing.T) {
	fresh := func(valence float64) []Evidence {
		return []Evidence{said("a", time.Hour, valence, 0.9), said("b", 2*time.Hour, valence, 0.9), said("c", 3*time.Hour, valence, 0.9)}
	}
	irritated := fresh(-0.8)
	for i := range irritated {
		irritated[i].Emotions.Anger = 0.8
	}
	for name, tc := range map[string]struct {
		evidence []Evidence
		want     Word
	}{
		"nothing written":                        {nil, Unknown},
		"one text is thin evidence":              {[]Evidence{said("a", time.Hour, -0.9, 0.95)}, Unknown},
		"texts without confidence":               {[]Evidence{said("a", 0, -1, 0), said("b", 0, -1, 0), said("c", 0, -1, 0)}, Unknown},
		"three dark texts":                       {fresh(-0.8), Downcast},
		"three angry texts":                      {irritated, Irritated},
		"three bright texts":                     {fresh(0.8), Content},
		"chronically gloomy, as usual":           {every(90, -0.5), Even},
		"sunny person, as usual":                 {every(90, 0.6), Content},
		"even person with a dark day":            {append(every(90, 0.1)[2:], fresh(-0.9)...), Downcast},
		"gloomy person with a much darker day":   {append(every(90, -0.3)[2:], fresh(-1)...), Downcast},
		"gloomy person having a truly good time": {append(every(90, -0.5)[2:], fresh(0.9)...), Content},
		"old texts only":                         {[]Evidence{said("a", 30*day24, -0.9, 1), said("b", 31*day24, -0.9, 1)}, Unknown},
		"both at once":                           {append(fresh(0.9), said("d", time.Hour, -0.9, 0.9), said("e", time.Hour, -0.9, 0.9), said("f", time.Hour, -0.9, 0.9)), Mixed},
	} {
		t.Run(name, func(t *testing.T) {
			m := Folding{}.Fold(tc.evidence, noon)
			if m.Word != tc.want {
				t.Errorf("mood is %s, want %s: %+v", m.Word, tc.want, m)
			}
			if m.Abstained != (m.Word == Unknown) {
				t.Errorf("abstained is %v for %s", m.Abstained, m.Word)
			}
		})
	}
}

func TestAnUnusualDayDeviatesAndAUsualOneDoesNot(t *testing.T) {
	usual := Folding{}.Fold(every(90, -0.5), noon)
	if usual.Deviation.Self < -0.5 || usual.Deviation.Self > 0.5 {
		t.Errorf("a usual day deviates by %.2f spreads", usual.Deviation.Self)
	}
	dark := Folding{}.Fold(append(every(90, 0.5)[2:], said("x", time.Hour, -0.9, 1), said("y", time.Hour, -0.9, 1)), noon)
	if dark.Deviation.Self > -1 {
		t.Errorf("a dark day of a sunny person deviates by only %.2f spreads", dark.Deviation.Self)
	}
}

func TestOneDarkDayDoesNotMoveTheBaseline(t *testing.T) {
	quiet := every(30, 0.4)
	flood := quiet
	for i := range 60 {
		flood = append(flood, said(fmt.Sprint("rant", i), 10*time.Minute, -1, 1))
	}
	before, after := Folding{}.Fold(quiet, noon).Baseline, Folding{}.Fold(flood, noon).Baseline
	if before.Valence-after.Valence > 0.05 {
		t.Errorf("sixty texts on one day moved the baseline from %.2f to %.2f", before.Valence, after.Valence)
	}
}

func TestTheCustomersWordOutranksTheModel(t *testing.T) {
	dark := func(c Correction) []Evidence {
		all := []Evidence{said("a", time.Hour, -0.8, 0.9), said("b", time.Hour, -0.8, 0.9), said("c", time.Hour, -0.8, 0.9)}
		for i := range all {
			all[i].Corrected = c
		}
		return all
	}
	for c, want := range map[Correction]Word{
		NotCorrected: Downcast, NotMe: Unknown, WasIrony: Content, WasPositive: Content, WasNegative: Downcast,
	} {
		if got := (Folding{}).Fold(dark(c), noon).Word; got != want {
			t.Errorf("corrected as %q the mood is %s, want %s", c, got, want)
		}
	}
}

func TestUntilIsWhenTheWordChangesByItself(t *testing.T) {
	evidence := []Evidence{said("a", time.Hour, -0.8, 0.9), said("b", time.Hour, -0.8, 0.9), said("c", time.Hour, -0.8, 0.9)}
	m := Folding{}.Fold(evidence, noon)
	if !m.Until.After(noon) {
		t.Fatalf("%s until %s, which is not after now", m.Word, m.Until)
	}
	if before := (Folding{}).Fold(evidence, m.Until.Add(-2*time.Second)); before.Word != m.Word {
		t.Errorf("the word is %s shortly before %s, want %s still", before.Word, m.Until, m.Word)
	}
	if at := (Folding{}).Fold(evidence, m.Until); at.Word == m.Word {
		t.Errorf("the word is still %s at %s", at.Word, m.Until)
	}
	last := Folding{}.Fold(evidence, noon.Add(60*day24))
	if last.Word != Unknown || !last.Until.IsZero() {
		t.Errorf("after two silent months the mood is %s until %s", last.Word, last.Until)
	}
}

// drawn draws evidence as people might write it, with at most one reading an item.
func drawn(t *rapid.T) []Evidence {
	n := rapid.IntRange(0, 60).Draw(t, "n")
	out := make([]Evidence, n)
	for i := range out {
		out[i] = said(fmt.Sprint("item", i),
			time.Duration(rapid.IntRange(-48, 24*120).Draw(t, "hours ago"))*time.Hour,
			rapid.Float64Range(-1, 1).Draw(t, "valence"), rapid.Float64Range(0, 1).Draw(t, "confidence"))
		out[i].Abstained = rapid.Float64Range(0, 1).Draw(t, "abstains") < 0.1
	}
	return out
}

func TestTheOrderOfArrivalDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		evidence := drawn(t)
		want := Folding{}.Fold(evidence, noon)
		shuffled := append([]Evidence{}, evidence...)
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		r.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		if diff := cmp.Diff(want, Folding{}.Fold(shuffled, noon)); diff != "" {
			t.Fatalf("another order gives another mood:\n%s", diff)
		}
	})
}

func TestADuplicateChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		evidence := drawn(t)
		twice := append(append([]Evidence{}, evidence...), evidence...)
		if diff := cmp.Diff(Folding{}.Fold(evidence, noon), Folding{}.Fold(twice, noon)); diff != "" {
			t.Fatalf("the same evidence twice gives another mood:\n%s", diff)
		}
	})
}

func TestAnOlderReadingWeighsLess(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		young := rapid.IntRange(0, 200).Draw(t, "young")
		old := young + rapid.IntRange(1, 200).Draw(t, "older by")
		share := func(hours int) float64 {
			m := Folding{}.Fold([]Evidence{
				said("it", time.Duration(hours)*time.Hour, -1, 0.8), said("other", time.Hour, 0.5, 0.8),
			}, noon)
			for _, w := range m.Evidence {
				if w.Item == "it" {
					return w.Share
				}
			}
			return 0
		}
		if a, b := share(young), share(old); b >= a {
			t.Fatalf("%d hours old it weighs %.4f, %d hours old %.4f", young, a, old, b)
		}
	})
}

func TestAMoodPassesWithTimeAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		evidence := drawn(t)
		before := Folding{}.Fold(evidence, noon.Add(49*time.Hour)) // nothing drawn lies in the future of this
		for day := 3; day < 40; day += 3 {
			m := Folding{}.Fold(evidence, noon.Add(time.Duration(day)*day24))
			if m.Confidence > before.Confidence+1e-9 {
				t.Fatalf("without new evidence the confidence rose from %.3f to %.3f", before.Confidence, m.Confidence)
			}
			before = m
		}
		if !before.Abstained {
			t.Fatalf("after forty silent days the mood is still %s", before.Word)
		}
	})
}

func TestEveryLevelStaysInRange(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := Folding{}.Fold(drawn(t), noon)
		if m.Current.Valence < -1 || m.Current.Valence > 1 || m.Confidence < 0 || m.Confidence > 1 || m.Baseline.Spread <= 0 {
			t.Fatalf("out of range: %+v", m)
		}
		total := 0.0
		for _, w := range m.Evidence {
			total += w.Share
		}
		if total > 1+1e-9 {
			t.Fatalf("shares sum to %.3f", total)
		}
	})
}
