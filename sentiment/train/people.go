package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"time"

	"tonfall/profile"
	"tonfall/sentiment"
)

// A simulated writer has a usual mixture of negative, neutral and positive
// texts, and now and then some days above or below it.
type writer struct {
	name  string
	usual [3]float64
}

var (
	writers = []writer{
		{"cheerful", [3]float64{0.10, 0.30, 0.60}},
		{"even", [3]float64{0.20, 0.60, 0.20}},
		{"gloomy", [3]float64{0.60, 0.30, 0.10}},
	}
	lowDays  = [3]float64{0.90, 0.08, 0.02}
	highDays = [3]float64{0.02, 0.08, 0.90}
)

// state of a writer on a day.
type state int

const (
	asUsual state = iota
	low
	high
)

// simulate prints how often three ways of telling a person's current mood are
// right, at the end of every day after the first thirty.
func simulate(dir string, out io.Writer) error {
	rows, err := load(dir)
	if err != nil {
		return err
	}
	e, err := sentiment.Native()
	if err != nil {
		return err
	}
	pools, err := drawFrom(e, rows)
	if err != nil {
		return err
	}
	rng := rand.New(rand.NewPCG(11, 11))
	type tally struct{ said, right, days, gloomy, called int }
	var fold, forced, last, mean tally
	count := func(t *tally, w writer, s state, word profile.Word) {
		t.days++
		if word != profile.Unknown {
			t.said++
			if fits(w, s, word) {
				t.right++
			}
		}
		if w.name == "gloomy" && s == asUsual {
			t.gloomy++
			if word == profile.Downcast || word == profile.Irritated || word == profile.Anxious {
				t.called++
			}
		}
	}
	const people, days = 300, 90
	begin := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for n := range people {
		w := writers[n%len(writers)]
		var evidence []profile.Evidence
		s, left := asUsual, 20+rng.IntN(10)
		for d := range days {
			if left--; left < 0 {
				if s == asUsual {
					s, left = low+state(rng.IntN(2)), 5+rng.IntN(6)
				} else {
					s, left = asUsual, 10+rng.IntN(15)
				}
			}
			mix := [...][3]float64{w.usual, lowDays, highDays}[s]
			texts := rng.IntN(4)
			if n/len(writers)%2 == 1 { // every other writer writes little
				texts = max(0, texts-2) * rng.IntN(2)
			}
			for k := range texts {
				at := begin.Add(time.Duration(d)*24*time.Hour + time.Duration(8+3*k)*time.Hour)
				pool := pools[choose(rng, mix)]
				evidence = append(evidence, profile.Evidence{
					Reading: pool[rng.IntN(len(pool))], Item: fmt.Sprint("p ", n, " ", len(evidence)), At: at, Scored: at,
				})
			}
			if d < 30 || len(evidence) == 0 {
				continue
			}
			now := begin.Add(time.Duration(d)*24*time.Hour + 22*time.Hour)
			mood := profile.Folding{}.Fold(evidence, now)
			count(&fold, w, s, mood.Word)
			if mood.Abstained {
				count(&forced, w, s, profile.Feel{Valence: mood.Current.Valence - min(mood.Baseline.Valence, 0), Arousal: mood.Current.Arousal}.Word())
			}
			count(&last, w, s, evidence[len(evidence)-1].Feel().Word())
			count(&mean, w, s, plainMean(evidence))
		}
	}
	fmt.Fprintf(out, "%d writers, %d days, seeded; texts from val rows, read by model %s\n\n", people, days, e.Version())
	fmt.Fprint(out, "| way | days | days with a word, % | right when it says one, % | usual days of gloomy writers called downcast, irritated or anxious, % |\n|---|---|---|---|---|\n")
	share := func(a, b int) float64 { return 100 * float64(a) / float64(max(b, 1)) }
	for _, x := range []struct {
		name string
		t    *tally
	}{{"folded: current against the own baseline", &fold}, {"folded, the days it abstains on, had it been made to speak", &forced}, {"the last text alone", &last}, {"plain average of all texts", &mean}} {
		fmt.Fprintf(out, "| %s | %d | %.1f | %.1f | %.1f |\n", x.name, x.t.days, share(x.t.said, x.t.days), share(x.t.right, x.t.said), share(x.t.called, x.t.gloomy))
	}
	return nil
}

// fits says whether the word is right for a writer in that state. On usual
// days a cheerful writer may be called content, nobody downcast.
func fits(w writer, s state, word profile.Word) bool {
	switch word {
	case profile.Downcast, profile.Irritated, profile.Anxious:
		return s == low
	case profile.Content, profile.Elated:
		return s == high || s == asUsual && w.name == "cheerful"
	}
	return s == asUsual
}

func plainMean(evidence []profile.Evidence) profile.Word {
	var f profile.Feel
	n := float64(len(evidence))
	for _, e := range evidence {
		x := e.Feel()
		f.Valence += x.Valence / n
		f.Arousal += x.Arousal / n
		f.Negative += x.Negative / n
		f.Positive += x.Positive / n
		f.Anger += x.Anger / n
		f.Fear += x.Fear / n
		f.Sad += x.Sad / n
	}
	return f.Word()
}

// drawFrom reads the German and English val rows whose polarity is known, by
// label or by their emotions, and sorts the readings by it.
func drawFrom(e *sentiment.Engine, rows []*row) (pools [3][]profile.Reading, err error) {
	for _, r := range rows {
		if !r.val || learns(r) || r.lang != langEnglish && languages[r.lang] != "de" {
			continue
		}
		class := r.sent
		if class < 0 {
			if r.source != "brighter" {
				continue
			}
			switch good, bad, none := r.tint(); {
			case good && !bad:
				class = 2
			case bad && !good:
				class = 0
			case none:
				class = 1
			default:
				continue
			}
		}
		got, err := e.Score(context.Background(), []profile.Text{{Text: r.text}})
		if err != nil {
			return pools, err
		}
		pools[class] = append(pools[class], got[0])
	}
	return pools, nil
}

func choose(rng *rand.Rand, p [3]float64) int {
	x := rng.Float64()
	for i, v := range p {
		if x -= v; x < 0 {
			return i
		}
	}
	return len(p) - 1
}
