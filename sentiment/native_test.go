package sentiment

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"tonfall/profile"
	"tonfall/sentiment/internal/net"
	"tonfall/sentiment/sentimenttest"
)

func native(t testing.TB) *Engine {
	t.Helper()
	e, err := Native()
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestNativeKeepsThePromisesOfAScorer(t *testing.T) {
	sentimenttest.Run(t, "native", native(t))
}

func TestAnUnknownEngineIsRefusedWithTheNamesOfTheKnown(t *testing.T) {
	_, err := New("bert")
	if err == nil || !strings.Contains(err.Error(), "bayes, native") {
		t.Errorf("got %v", err)
	}
	for _, name := range Engines() {
		if _, err := New(name); err != nil {
			t.Errorf("engine %s: %v", name, err)
		}
	}
}

func TestAModelFileThatIsNotWholeIsRefused(t *testing.T) {
	flip := func(i int) string {
		b := []byte(nativeModel)
		b[i] ^= 1
		return string(b)
	}
	for name, c := range map[string]struct {
		data string
		want error
	}{
		"empty":              {"", net.ErrNotModel},
		"not a model":        {"PK\x03\x04" + strings.Repeat("x", 100), net.ErrNotModel},
		"of another format":  {flip(8), net.ErrFormat},
		"cut in the header":  {nativeModel[:20], net.ErrTruncated},
		"cut in the middle":  {nativeModel[:len(nativeModel)/2], net.ErrTruncated},
		"short of one byte":  {nativeModel[:len(nativeModel)-1], net.ErrTruncated},
		"altered at the end": {flip(len(nativeModel) - 1), net.ErrAltered},
		"altered in a table": {flip(len(nativeModel) / 2), net.ErrAltered},
		"altered checksum":   {flip(20), net.ErrAltered},
		"with bytes behind":  {nativeModel + "x", net.ErrAltered},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := Load(c.data); !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
		})
	}
}

func TestScoringAllocatesNothingBeyondTheReadings(t *testing.T) {
	e := native(t)
	var texts []profile.Text
	for _, s := range sentimenttest.Ordinary() {
		texts = append(texts, profile.Text{Text: s})
	}
	out := make([]profile.Reading, len(texts))
	ctx := context.Background()
	score := func() {
		if err := e.ScoreInto(ctx, texts, out); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 * cap(e.passes) {
		score() // every pass grows to its size once
	}
	if n := testing.AllocsPerRun(50, score); n > 0 {
		t.Errorf("%v allocations for %d texts", n, len(texts))
	}
}

func TestTheShortAnswerAgreesWithTheWholeReading(t *testing.T) {
	e := native(t)
	texts := []profile.Text{}
	for _, s := range append(sentimenttest.Ordinary(), sentimenttest.Garbage()...) {
		texts = append(texts, profile.Text{Text: s})
	}
	whole, short := make([]profile.Reading, len(texts)), make([]Polarity, len(texts))
	if err := errors.Join(e.ScoreInto(context.Background(), texts, whole), e.PolarityInto(context.Background(), texts, short)); err != nil {
		t.Fatal(err)
	}
	for i, p := range short {
		r := whole[i]
		if (p != Polarity{r.Lang, r.Sentiment, r.Probabilities, r.Confidence, r.Abstained}) {
			t.Errorf("%.40q: %+v, whole %+v", texts[i].Text, p, r)
		}
	}
}

func TestTimeIsLinearInTheLengthOfTheText(t *testing.T) {
	e := native(t)
	for name, unit := range map[string]string{"one word": "a", "joiners": "\u200d", "shouting": "!", "words": "nicht gut ", "faces": "😀", "invalid": "\xff"} {
		s := strings.Repeat(unit, (10<<20)/len(unit))
		began := time.Now()
		if _, err := e.Score(context.Background(), []profile.Text{{Text: s}}); err != nil {
			t.Fatal(err)
		}
		if d := time.Since(began); d > 5*time.Second {
			t.Errorf("10 MB of %s took %v", name, d)
		}
	}
}

func TestAHintDecidesTheLanguage(t *testing.T) {
	got, err := native(t).Score(context.Background(), []profile.Text{{Text: "super", Lang: "de"}, {Text: "super", Lang: "xx"}})
	if err != nil {
		t.Fatal(err)
	}
	if got[0].Lang != "de" {
		t.Errorf("with the hint de it read %q", got[0].Lang)
	}
}
