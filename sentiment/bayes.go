package sentiment

import (
	"context"
	"fmt"
	"math"
	"strings"

	bayes "github.com/cdipaolo/sentiment"

	"tonfall/profile"
)

// bayesVersion is the release of the library that the readings came from.
const bayesVersion = "2020-06-17"

// bayesEngine wraps the naive Bayes classifier of cdipaolo/sentiment. It was
// trained on English film reviews and knows two classes, so that it never
// answers neutral, and reads neither emotions nor tone nor any other language.
type bayesEngine struct {
	model bayes.Models
}

var _ Scorer = (*bayesEngine)(nil)

// Bayes makes the naive Bayes engine ready: English, negative or positive.
func Bayes() (Scorer, error) {
	m, err := bayes.Restore()
	if err != nil {
		return nil, fmt.Errorf("restore the naive Bayes model: %w", err)
	}
	if m[bayes.English] == nil {
		return nil, fmt.Errorf("restore the naive Bayes model: it has no English")
	}
	return &bayesEngine{model: m}, nil
}

// Score answers Confidence 0 and Abstained where the hint says another
// language, and where there is no Latin letter to go by.
func (e *bayesEngine) Score(ctx context.Context, texts []profile.Text) ([]profile.Reading, error) {
	out := make([]profile.Reading, len(texts))
	for i, t := range texts {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		out[i] = e.read(t)
	}
	return out, nil
}

func (e *bayesEngine) read(t profile.Text) profile.Reading {
	r := profile.Reading{Lang: "und", Engine: "bayes", Version: bayesVersion}
	words := ownWords(t.Text)
	if words == "" || t.Lang != "" && t.Lang != "en" {
		return abstain(r)
	}
	r.Lang = "en"
	positive := e.positive(words)
	r.Probabilities = profile.Probabilities{Negative: round(1 - positive), Positive: round(positive)}
	r.Valence = round(2*positive - 1)
	r.Sentiment = profile.Negative
	if positive >= 0.5 {
		r.Sentiment = profile.Positive
	}
	r.Confidence = round(math.Abs(2*positive - 1))
	r.Abstained = r.Confidence == 0
	r.Mood = r.MoodOf()
	return r
}

// positive turns the library's analysis, which knows classes only, into a
// share: its answer for the whole text counts as much as all its answers for
// single words together.
func (e *bayesEngine) positive(words string) float64 {
	a := e.model.SentimentAnalysis(words, bayes.English)
	sum := 0.0
	for _, w := range a.Words {
		sum += float64(w.Score)
	}
	return (float64(a.Score) + sum/float64(max(len(a.Words), 1))) / 2
}

// ownWords keeps the words with a letter of the Latin script; mentions and
// links are dropped.
func ownWords(s string) string {
	var kept []string
	for _, w := range strings.Fields(s) {
		low := strings.ToLower(w)
		if w[0] == '@' || low == "http" || strings.HasPrefix(low, "http:") || strings.HasPrefix(low, "https:") ||
			!strings.ContainsAny(low, "abcdefghijklmnopqrstuvwxyz") {
			continue
		}
		kept = append(kept, w)
	}
	return strings.Join(kept, " ")
}
