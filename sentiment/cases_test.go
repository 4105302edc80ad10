package sentiment

import (
	"bufio"
	"context"
	"os"
	"strings"
	"testing"

	"tonfall/profile"
)

// handCase is a line of testdata/cases.tsv: what somebody writes, and what a
// reader of good will makes of it. want is a polarity, an emotion that must be
// present, a form of address, a language or one of the words of meets; a "!"
// before it turns it around.
type handCase struct{ kind, want, text string }

func handCases(t testing.TB) []handCase {
	t.Helper()
	f, err := os.Open("testdata/cases.tsv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var cases []handCase
	in := bufio.NewScanner(f)
	in.Scan() // the header
	for in.Scan() {
		c := strings.SplitN(in.Text(), "\t", 3)
		if len(c) != 3 {
			t.Fatalf("cases.tsv: %q has %d columns, not 3", in.Text(), len(c))
		}
		cases = append(cases, handCase{c[0], c[1], c[2]})
	}
	if err := in.Err(); err != nil {
		t.Fatal(err)
	}
	return cases
}

// meets says whether a reading is what the case asks for.
func (c handCase) meets(r profile.Reading) bool {
	if want, not := strings.CutPrefix(c.want, "!"); not {
		return !(handCase{c.kind, want, c.text}).meets(r)
	}
	e := r.Emotions
	emotions := map[string]float64{
		"anger": e.Anger, "anticipation": e.Anticipation, "disgust": e.Disgust, "fear": e.Fear, "gratitude": e.Gratitude, "joy": e.Joy,
		"love": e.Love, "optimism": e.Optimism, "sadness": e.Sadness, "surprise": e.Surprise, "trust": e.Trust,
	}
	if v, ok := emotions[c.want]; ok {
		return v >= 0.5
	}
	switch c.want {
	case "negative", "neutral", "positive":
		return string(r.Sentiment) == c.want
	case "mixed": // both sides are seen, or the engine will not decide
		p := r.Probabilities
		return r.Abstained || r.Mood == profile.Mixed || p.Negative >= 0.2 && p.Positive >= 0.2
	case "energy":
		return r.Tone.Energy >= 0.5
	case "calm":
		return r.Tone.Energy < 0.3
	case "ironic":
		return r.Tone.Irony >= 0.5
	case "formal":
		return r.Tone.Formality > 0
	case "informal":
		return r.Tone.Formality < 0
	case "abstain":
		return r.Abstained
	case "none":
		return r.Tone.Address == profile.AddressNone
	case "Sie", "du":
		return string(r.Tone.Address) == c.want
	}
	return r.Lang == c.want
}

func TestAtLeast85OfAHundredHandMadeCasesAreReadAsAPersonWould(t *testing.T) {
	e := native(t)
	cases := handCases(t)
	if len(cases) < 150 {
		t.Errorf("only %d cases", len(cases))
	}
	passed := 0
	for _, c := range cases {
		got, err := e.Score(context.Background(), []profile.Text{{Text: c.text}})
		if err != nil {
			t.Fatal(err)
		}
		if c.meets(got[0]) {
			passed++
			continue
		}
		r := got[0]
		t.Logf("not as wanted: %s %s %q: %s %s %+v %+v %+v", c.kind, c.want, c.text, r.Lang, r.Sentiment, r.Probabilities, r.Tone, r.Emotions)
	}
	t.Logf("%d of %d", passed, len(cases))
	if 100*passed < 85*len(cases) {
		t.Errorf("%d of %d cases: below 85 %%", passed, len(cases))
	}
}
