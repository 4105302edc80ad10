// Package sentimenttest is the conformance suite of sentiment.Scorer: what
// every engine promises, whatever it can or cannot read.
package sentimenttest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"

	"tonfall/profile"
)

// Scorer is sentiment.Scorer, named here so that the suite can be used from
// inside that package as well.
type Scorer interface {
	Score(ctx context.Context, texts []profile.Text) ([]profile.Reading, error)
}

// Run holds an engine against every promise. name is what its readings must
// give as their engine.
func Run(t *testing.T, name string, s Scorer) {
	t.Run("answers one reading a text, in order", func(t *testing.T) { inOrder(t, s) })
	t.Run("answers no readings for no texts", func(t *testing.T) {
		if got := score(t, s); len(got) != 0 {
			t.Errorf("got %d readings for no texts", len(got))
		}
	})
	t.Run("answers the same for the same text", func(t *testing.T) { repeats(t, s) })
	t.Run("keeps every value in its range", func(t *testing.T) {
		texts := append(Ordinary(), Garbage()...)
		for i, r := range score(t, s, texts...) {
			if err := Valid(r); err != nil {
				t.Errorf("%.60q: %v", texts[i], err)
			}
			if r.Engine != name || r.Version == "" {
				t.Errorf("%.60q: engine %q version %q", texts[i], r.Engine, r.Version)
			}
		}
	})
	t.Run("abstains where there is nothing to read", func(t *testing.T) { abstains(t, s) })
	t.Run("does not panic on garbage", func(t *testing.T) { score(t, s, Garbage()...) })
	t.Run("stops when the context ends", func(t *testing.T) { stops(t, s) })
	t.Run("serves many callers at once", func(t *testing.T) { concurrent(t, s) })
}

func score(t *testing.T, s Scorer, texts ...string) []profile.Reading {
	t.Helper()
	in := make([]profile.Text, len(texts))
	for i, x := range texts {
		in[i].Text = x
	}
	got, err := s.Score(context.Background(), in)
	if err != nil {
		t.Fatalf("score: %v", err)
	}
	if len(got) != len(texts) {
		t.Fatalf("%d readings for %d texts", len(got), len(texts))
	}
	return got
}

func inOrder(t *testing.T, s Scorer) {
	texts := Ordinary()
	together := score(t, s, texts...)
	for i, x := range texts {
		if alone := score(t, s, x)[0]; alone != together[i] {
			t.Errorf("%q alone: %+v\namong others: %+v", x, alone, together[i])
		}
	}
}

func repeats(t *testing.T, s Scorer) {
	texts := Ordinary()
	first := score(t, s, texts...)
	for range 3 {
		for i, r := range score(t, s, texts...) {
			if r != first[i] {
				t.Errorf("%q changed from %+v to %+v", texts[i], first[i], r)
			}
		}
	}
}

func abstains(t *testing.T, s Scorer) {
	texts := []string{
		"", " ", "\t\r\n", "@anna", "@anna @ben", "https://example.org/a?b=c", "http", "@anna https://example.org",
		"12345", "...", "?!", "\x00", "\xff\xfe\xfd", strings.Repeat("\u200d", 1000), "\u200b\u2060\ufeff",
	}
	for i, r := range score(t, s, texts...) {
		if !r.Abstained || r.Confidence != 0 || r.Mood != profile.Unknown {
			t.Errorf("%.40q: abstained %v, confidence %v, mood %q", texts[i], r.Abstained, r.Confidence, r.Mood)
		}
	}
}

func stops(t *testing.T, s Scorer) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := s.Score(ctx, []profile.Text{{Text: "good"}}); !errors.Is(err, context.Canceled) {
		t.Errorf("after cancel: %v", err)
	}
}

func concurrent(t *testing.T, s Scorer) {
	texts := Ordinary()
	want := score(t, s, texts...)
	in := make([]profile.Text, len(texts))
	for i, x := range texts {
		in[i].Text = x
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 10 {
				got, err := s.Score(context.Background(), in)
				if err != nil {
					t.Errorf("score: %v", err)
					return
				}
				for i := range got {
					if got[i] != want[i] {
						t.Errorf("%q: %+v, alone it was %+v", texts[i], got[i], want[i])
						return
					}
				}
			}
		})
	}
	wg.Wait()
}

// Valid says what is wrong with a reading, nil for nothing.
func Valid(r profile.Reading) error {
	in := func(name string, v, low, high float64) error {
		if !(v >= low && v <= high) { // NaN fails too
			return fmt.Errorf("%s is %v, outside %v..%v", name, v, low, high)
		}
		if short := math.Round(v*1e4) / 1e4; short != v {
			return fmt.Errorf("%s is %v: more than four decimals", name, v)
		}
		return nil
	}
	p, e := r.Probabilities, r.Emotions
	errs := []error{
		in("negative", p.Negative, 0, 1), in("neutral", p.Neutral, 0, 1), in("positive", p.Positive, 0, 1),
		in("valence", r.Valence, -1, 1), in("arousal", r.Arousal, -1, 1), in("confidence", r.Confidence, 0, 1),
		in("formality", r.Tone.Formality, -1, 1), in("energy", r.Tone.Energy, 0, 1), in("irony", r.Tone.Irony, 0, 1),
		in("anger", e.Anger, 0, 1), in("anticipation", e.Anticipation, 0, 1), in("disgust", e.Disgust, 0, 1),
		in("fear", e.Fear, 0, 1), in("gratitude", e.Gratitude, 0, 1), in("joy", e.Joy, 0, 1), in("love", e.Love, 0, 1),
		in("optimism", e.Optimism, 0, 1), in("sadness", e.Sadness, 0, 1), in("surprise", e.Surprise, 0, 1), in("trust", e.Trust, 0, 1),
	}
	if sum := p.Negative + p.Neutral + p.Positive; math.Abs(sum-1) > 0.002 {
		errs = append(errs, fmt.Errorf("probabilities sum to %v", sum))
	}
	if top := max(p.Negative, p.Neutral, p.Positive); of(p, r.Sentiment) < top {
		errs = append(errs, fmt.Errorf("sentiment %q is not the likeliest of %+v", r.Sentiment, p))
	}
	switch r.Tone.Address {
	case profile.AddressNone, profile.Du, profile.Sie:
	default:
		errs = append(errs, fmt.Errorf("address %q", r.Tone.Address))
	}
	if len(r.Lang) != 2 && r.Lang != "und" {
		errs = append(errs, fmt.Errorf("language %q", r.Lang))
	}
	if r.Abstained != (r.Mood == profile.Unknown) {
		errs = append(errs, fmt.Errorf("abstained %v with mood %q", r.Abstained, r.Mood))
	}
	if _, err := json.Marshal(r); err != nil {
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

func of(p profile.Probabilities, s profile.Sentiment) float64 {
	switch s {
	case profile.Negative:
		return p.Negative
	case profile.Neutral:
		return p.Neutral
	case profile.Positive:
		return p.Positive
	}
	return -1
}
