// Package sentiment reads mood and tone from text.
//
// It is Tonfall's second socket: a Scorer takes texts and answers readings.
// Two engines stand behind it. Native is Tonfall's own: one pass over the
// text, many heads, a model embedded in the program. Bayes is
// github.com/cdipaolo/sentiment, English and two-valued, kept as the yardstick.
package sentiment

import (
	"context"

	"tonfall/profile"
)

// A Scorer reads texts. It is safe for concurrent use.
type Scorer interface {
	// Score answers one reading for each text, in order. Text that it does
	// not understand gets Confidence 0 and Abstained, never an error; an error
	// means that ctx ended, and then the readings are not to be used.
	Score(ctx context.Context, texts []profile.Text) ([]profile.Reading, error)
}
