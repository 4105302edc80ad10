package sentiment

import (
	"context"
	"testing"

	"github.com/jonreiter/govader"

	"tonfall/profile"
)

// benchTexts are 1,024 German and English texts of a post's length: two of the
// hand-made cases at a time.
func benchTexts(b *testing.B) []profile.Text {
	b.Helper()
	cases := handCases(b)
	texts := make([]profile.Text, 1024)
	for i := range texts {
		texts[i].Text = cases[i*7%len(cases)].text + " " + cases[i*13%len(cases)].text
	}
	return texts
}

// BenchmarkScore reports texts a second of one core for every engine on the
// same texts.
func BenchmarkScore(b *testing.B) {
	texts := benchTexts(b)
	run := func(name string, batch func() error) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				if err := batch(); err != nil {
					b.Fatal(err)
				}
				n += len(texts)
			}
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "texts/s")
		})
	}
	ctx := context.Background()
	engine, err := Native()
	if err != nil {
		b.Fatal(err)
	}
	readings, polarities := make([]profile.Reading, len(texts)), make([]Polarity, len(texts))
	run("native", func() error { return engine.ScoreInto(ctx, texts, readings) })
	run("native/sentiment", func() error { return engine.PolarityInto(ctx, texts, polarities) })

	naive, err := Bayes()
	if err != nil {
		b.Fatal(err)
	}
	run("bayes", func() error { _, err := naive.Score(ctx, texts); return err })

	vader := govader.NewSentimentIntensityAnalyzer()
	run("vader", func() error {
		for i := range texts {
			vader.PolarityScores(texts[i].Text)
		}
		return nil
	})
}

// BenchmarkNative is how long the embedded model takes to be ready.
func BenchmarkNative(b *testing.B) {
	for b.Loop() {
		if _, err := Native(); err != nil {
			b.Fatal(err)
		}
	}
}
