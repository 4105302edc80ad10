package sentiment

import (
	"math"

	"tonfall/profile"
)

// round keeps three decimals, so that a reading stays short as JSON. It never
// answers the negative zero.
func round(x float64) float64 {
	return math.Round(x*1000)/1000 + 0
}

// abstain marks a reading that says nothing: even odds, no confidence.
func abstain(r profile.Reading) profile.Reading {
	r.Probabilities = profile.Probabilities{Negative: 0.333, Neutral: 0.334, Positive: 0.333}
	r.Sentiment = profile.Neutral
	r.Mood = profile.Unknown
	r.Confidence, r.Abstained = 0, true
	return r
}
