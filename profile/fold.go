package profile

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// Folding sets how evidence becomes a mood. The zero value means the defaults.
type Folding struct {
	HalfLife time.Duration // of a reading's weight in the current level; default 3 days
	Newest   int           // how many readings count at most; default 2,000
}

// Constants of the fold. A "reading" as a unit is one with confidence 1.
const (
	MoodEvidence = 5 // pieces of evidence a mood names at most

	knownFrom    = 0.5                  // below this confidence the mood is Unknown: about two fresh readings
	priorCurrent = 0.75                 // readings' worth of "as usual" in every current level
	priorDays    = 4.0                  // days' worth of the average person in every baseline
	priorValence = 0.05                 // that average person's level
	priorSpread  = 0.30                 // and spread, in valence
	leastSpread  = 0.10                 // nobody is steadier than this
	evenValence  = 0.10                 // a baseline down to minus this is nobody's gloom
	baselineHalf = 180 * 24 * time.Hour // half-life of a day in the baseline
)

// Fold weighs evidence into a mood at the time now. It is a pure function of
// the set: order does not matter, and of several readings of one item only
// the one scored last counts. Abstentions, readings from the future and what
// the customer said is not theirs are left out.
//
// The baseline is the mean of the middle half of the person's days, one vote a
// day however much was written on it. The current level weighs each reading
// by its confidence and halves it every half-life, with a little of the
// baseline mixed in, so that a mood passes with time alone and thin evidence
// says little. What is usual for a person is no mood: a gloomy baseline is
// taken off before the word is chosen.
func (f Folding) Fold(evidence []Evidence, now time.Time) Mood {
	f.HalfLife = cmp.Or(f.HalfLife, 72*time.Hour)
	f.Newest = cmp.Or(f.Newest, 2000)
	points := f.points(evidence, now)
	base := baseline(points)
	sum := f.weigh(points, now)

	m := sum.mood(base, 1)
	m.AsOf = now.UTC()
	m.Evidence = sum.heaviest()
	if !m.Abstained {
		m.Until = now.Add(f.lasts(sum, base, m.Word)).UTC()
	}
	return m
}

// points keeps what counts: the last reading of each item, newest items first.
func (f Folding) points(evidence []Evidence, now time.Time) []Evidence {
	last := make(map[string]Evidence, len(evidence))
	for _, e := range evidence {
		if old, ok := last[e.Item]; !ok || later(e, old) {
			last[e.Item] = e
		}
	}
	points := make([]Evidence, 0, len(last))
	for _, e := range last {
		e = e.corrected()
		if !e.Abstained && e.Confidence > 0 && !e.At.After(now) {
			points = append(points, e)
		}
	}
	slices.SortFunc(points, func(a, b Evidence) int {
		return cmp.Or(b.At.Compare(a.At), cmp.Compare(a.Item, b.Item))
	})
	return points[:min(len(points), f.Newest)]
}

// later orders readings of one item; the tie-breaks only make it total.
func later(a, b Evidence) bool {
	return cmp.Or(
		a.Scored.Compare(b.Scored), a.At.Compare(b.At), cmp.Compare(a.Version, b.Version),
		cmp.Compare(a.Corrected, b.Corrected), cmp.Compare(a.Confidence, b.Confidence), cmp.Compare(a.Valence, b.Valence),
	) > 0
}

// corrected is the evidence as the customer wants it read.
func (e Evidence) corrected() Evidence {
	p := &e.Probabilities
	switch e.Corrected {
	case NotMe:
		e.Confidence = 0
	case WasIrony:
		e.Valence = -e.Valence
		p.Negative, p.Positive = p.Positive, p.Negative
		e.Emotions = Emotions{}
	case WasPositive:
		e.Valence, e.Confidence, e.Abstained = max(math.Abs(e.Valence), 0.5), 1, false
		*p, e.Emotions = Probabilities{Positive: 1}, Emotions{Joy: 0.5}
	case WasNegative:
		e.Valence, e.Confidence, e.Abstained = -max(math.Abs(e.Valence), 0.5), 1, false
		*p = Probabilities{Negative: 1}
	}
	return e
}

// sums are confidence- and recency-weighted totals at now. Later without new
// evidence all of them have shrunk by one common factor.
type sums struct {
	weight           float64
	valence, arousal float64
	negative         float64
	positive         float64
	anger, fear, sad float64
	each             []Weighed
}

func (f Folding) weigh(points []Evidence, now time.Time) sums {
	var s sums
	for _, p := range points {
		w := p.Confidence * halved(now.Sub(p.At), f.HalfLife)
		feel := p.Feel()
		s.weight += w
		s.valence += w * feel.Valence
		s.arousal += w * feel.Arousal
		s.negative += w * feel.Negative
		s.positive += w * feel.Positive
		s.anger += w * feel.Anger
		s.fear += w * feel.Fear
		s.sad += w * feel.Sad
		s.each = append(s.each, Weighed{Item: p.Item, Share: w})
	}
	return s
}

// mood is the mood when all weights have shrunk by factor (1: now).
func (s sums) mood(base Baseline, factor float64) Mood {
	total := s.weight*factor + priorCurrent
	mean := func(sum, usual float64) float64 { return (sum*factor + priorCurrent*usual) / total }
	m := Mood{
		Baseline:   base,
		Current:    Level{Valence: mean(s.valence, base.Valence), Arousal: mean(s.arousal, base.Arousal)},
		Confidence: s.weight * factor / (s.weight*factor + 1),
	}
	m.Deviation = Deviation{
		Self:    (m.Current.Valence - base.Valence) / base.Spread,
		Arousal: m.Current.Arousal - base.Arousal,
	}
	if m.Confidence < knownFrom {
		m.Word, m.Abstained = Unknown, true
		return m
	}
	m.Word = Feel{
		Valence: m.Current.Valence - min(base.Valence+evenValence, 0), Arousal: m.Current.Arousal,
		Negative: mean(s.negative, 0), Positive: mean(s.positive, 0),
		Anger: mean(s.anger, 0), Fear: mean(s.fear, 0), Sad: mean(s.sad, 0),
	}.Word()
	return m
}

// heaviest names the evidence that weighs most.
func (s sums) heaviest() []Weighed {
	slices.SortStableFunc(s.each, func(a, b Weighed) int { return cmp.Compare(b.Share, a.Share) })
	top := slices.Clone(s.each[:min(len(s.each), MoodEvidence)])
	for i := range top {
		top[i].Share /= s.weight
	}
	return top
}

// lasts is how long the word stays without new evidence: found by steps of a
// sixteenth of the half-life, then halved down to a second.
func (f Folding) lasts(s sums, base Baseline, word Word) time.Duration {
	changed := func(d time.Duration) bool { return s.mood(base, halved(d, f.HalfLife)).Word != word }
	step := f.HalfLife / 16
	high := step
	for !changed(high) { // ends: the confidence falls to nothing
		high += step
	}
	low := high - step
	for high-low > time.Second {
		if mid := low + (high-low)/2; changed(mid) {
			high = mid
		} else {
			low = mid
		}
	}
	return high
}

// halved is 2^(-age/half); an age below zero counts as none.
func halved(age, half time.Duration) float64 {
	return math.Exp2(-max(age, 0).Seconds() / half.Seconds())
}
