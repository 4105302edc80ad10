package sentiment

import (
	"context"
	"testing"

	"tonfall/profile"
	"tonfall/sentiment/sentimenttest"
)

func TestBayesKeepsThePromisesOfAScorer(t *testing.T) {
	s, err := Bayes()
	if err != nil {
		t.Fatal(err)
	}
	sentimenttest.Run(t, "bayes", s)
}

func TestBayesKnowsGoodFromBadInPlainEnglishAndNothingElse(t *testing.T) {
	s, err := Bayes()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		can  bool // what it can do; the rest is written down so that nobody expects it
		text profile.Text
		want profile.Sentiment
	}{
		{true, profile.Text{Text: "This film is great, a wonderful story and brilliant actors"}, profile.Positive},
		{true, profile.Text{Text: "The worst film, terrible acting, boring and a complete waste of time"}, profile.Negative},
		{false, profile.Text{Text: "The parcel will arrive on Tuesday"}, profile.Neutral},
		{false, profile.Text{Text: "not bad at all"}, profile.Positive},
		{false, profile.Text{Text: "Das Paket ist wunderbar", Lang: "de"}, profile.Positive},
	} {
		got, err := s.Score(context.Background(), []profile.Text{c.text})
		if err != nil {
			t.Fatal(err)
		}
		if right := got[0].Sentiment == c.want && !got[0].Abstained; right != c.can {
			t.Errorf("%q: %s (abstained %v); that it gets it right is expected to be %v", c.text.Text, got[0].Sentiment, got[0].Abstained, c.can)
		}
	}
}

func TestBayesAbstainsOnOtherLanguages(t *testing.T) {
	s, err := Bayes()
	if err != nil {
		t.Fatal(err)
	}
	got, err := s.Score(context.Background(), []profile.Text{{Text: "sehr gut", Lang: "de"}, {Text: "замечательно"}})
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range got {
		if !r.Abstained || r.Confidence != 0 {
			t.Errorf("text %d: %+v", i, r)
		}
	}
}
