package profile

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// day is what was written on one UTC day.
type day struct {
	valence, arousal float64 // confidence-weighted means
	weight           float64 // its vote: confidence (at most 1), halved with age
}

// baseline finds the long-term level in points sorted newest first.
func baseline(points []Evidence) Baseline {
	days := days(points)
	b := Baseline{Readings: len(points), Days: len(days)}
	if len(points) > 0 {
		b.Since = points[len(points)-1].At
	}
	votes, carried := 0.0, 0
	for _, d := range days {
		votes += d.weight
	}
	for _, p := range points {
		if p.Carried {
			carried++
		}
	}
	if len(points) > 0 {
		b.Carried = float64(carried) / float64(len(points))
	}
	shrunk := func(seen, prior float64) float64 { return (votes*seen + priorDays*prior) / (votes + priorDays) }
	b.Valence = shrunk(middle(days, func(d day) float64 { return d.valence }), priorValence)
	b.Arousal = shrunk(middle(days, func(d day) float64 { return d.arousal }), 0)
	// 1.4826 makes the median absolute deviation a standard deviation for
	// normal data (Rousseeuw and Croux 1993).
	spread := 1.4826 * median(days, func(d day) float64 { return math.Abs(d.valence - b.Valence) })
	b.Spread = max(shrunk(spread, priorSpread), leastSpread)
	return b
}

// days gathers points, sorted newest first, into one vote a day.
func days(points []Evidence) []day {
	var days []day
	var dates []time.Time
	for _, p := range points {
		date := p.At.UTC().Truncate(24 * time.Hour)
		if len(dates) == 0 || !date.Equal(dates[len(dates)-1]) {
			days, dates = append(days, day{}), append(dates, date)
		}
		d := &days[len(days)-1]
		d.valence += p.Confidence * p.Valence
		d.arousal += p.Confidence * p.Arousal
		d.weight += p.Confidence
	}
	for i := range days {
		d := &days[i]
		d.valence /= d.weight
		d.arousal /= d.weight
		d.weight = min(d.weight, 1) * halved(dates[0].Sub(dates[i]), baselineHalf)
	}
	return days
}

// middle is the weighted mean of the middle half (the midmean): as robust as
// the median against single dark days, without its jumps.
func middle(days []day, of func(day) float64) float64 {
	sorted, total := byValue(days, of)
	low, high := total/4, total*3/4
	var sum, weight, seen float64
	for _, d := range sorted {
		inside := min(seen+d.weight, high) - max(seen, low)
		if inside > 0 {
			sum += inside * of(d)
			weight += inside
		}
		seen += d.weight
	}
	if weight == 0 {
		return 0
	}
	return sum / weight
}

// median is the weighted median; 0 for no days.
func median(days []day, of func(day) float64) float64 {
	sorted, total := byValue(days, of)
	seen := 0.0
	for _, d := range sorted {
		if seen += d.weight; seen >= total/2 {
			return of(d)
		}
	}
	return 0
}

func byValue(days []day, of func(day) float64) (sorted []day, total float64) {
	sorted = slices.Clone(days)
	slices.SortStableFunc(sorted, func(a, b day) int { return cmp.Compare(of(a), of(b)) })
	for _, d := range sorted {
		total += d.weight
	}
	return sorted, total
}
