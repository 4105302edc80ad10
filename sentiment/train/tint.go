package main

// tinted is a teacher's guess of polarity, corrected by what the row's emotion
// labels say about it: joy is not negative, anger not positive, and a text
// without emotion is likelier neutral.
func (r *row) tinted(q []float32) *[3]float32 {
	good, bad, none := r.tint()
	out := [3]float32{q[0], q[1], q[2]}
	switch {
	case good && bad:
	case good:
		out[0] *= 0.15
		out[2] *= 2
	case bad:
		out[2] *= 0.15
		out[0] *= 2
	case none:
		out[1] *= 2
	}
	sum := out[0] + out[1] + out[2]
	for j := range out {
		out[j] /= sum
	}
	return &out
}

// tint of the emotion labels: pleasant ones, unpleasant ones, known to be none.
func (r *row) tint() (good, bad, none bool) {
	has := func(set int, labels []string, names ...string) bool {
		for _, n := range names {
			if j := index(labels, n); j >= 0 && r.bits[set]>>j&1 == 1 {
				return true
			}
		}
		return false
	}
	for _, s := range []struct {
		set    int
		labels []string
	}{{setGroups, ekman}, {setBrighter, ekman}, {setPlutchik, plutchik}} {
		good = good || has(s.set, s.labels, "joy")
		bad = bad || has(s.set, s.labels, "anger", "disgust", "fear", "sadness")
		none = none || r.known[s.set] && r.bits[s.set] == 0
	}
	if r.tweet == 1 || r.tweet == 2 {
		good = true
	}
	if r.tweet == 0 || r.tweet == 3 {
		bad = true
	}
	if r.offence == 1 {
		bad = true
	}
	return good, bad, none
}
