package sentiment

import (
	"context"
	"testing"

	"tonfall/profile"
	"tonfall/sentiment/sentimenttest"
)

func FuzzScore(f *testing.F) {
	for _, s := range append(sentimenttest.Ordinary(), "\xff\x00", "@a http #x", "ǅ İ ß", "e\u0301\u200d", "n't :-) <3", "漢字 العربية हिन्दी") {
		f.Add(s, "")
		f.Add(s, "de")
	}
	e, err := Native()
	if err != nil {
		f.Fatal(err)
	}
	out := make([]profile.Reading, 1)
	f.Fuzz(func(t *testing.T, s, lang string) {
		if err := e.ScoreInto(context.Background(), []profile.Text{{Text: s, Lang: lang}}, out); err != nil {
			t.Fatal(err)
		}
		if err := sentimenttest.Valid(out[0]); err != nil {
			t.Fatalf("%q: %v", s, err)
		}
	})
}

func FuzzLoad(f *testing.F) {
	f.Add([]byte(nativeModel[:200]))
	f.Add([]byte("tonfall\x00\x01\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if _, err := Load(string(b)); err == nil && string(b) != nativeModel {
			t.Fatal("a model file that nobody wrote was accepted")
		}
	})
}
