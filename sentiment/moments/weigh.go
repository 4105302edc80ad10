package moments

import "slices"

// cue is a phrase of a moment found in a text, weighed with its frames.
type cue struct {
	span
	kind  string
	score int
}

// framed is a frame found in a text.
type framed struct {
	span
	*phrase
}

// weigh finds the cues, adds the weight of the frames around each, and keeps
// the heaviest of those that overlap.
func (b *rulebook) weigh(r *reading) []cue {
	var found []cue
	var frames []framed
	for i := range b.cues {
		c := &b.cues[i]
		r.each(*c, func(s span) {
			if frames == nil {
				frames = b.framesOf(r)
			}
			if score := c.weight + r.around(s, c, frames); score > 0 {
				found = append(found, cue{s, c.name, score})
			}
		})
	}
	slices.SortStableFunc(found, func(a, b cue) int { return b.score - a.score })
	var kept []cue
	for _, c := range found {
		if !slices.ContainsFunc(kept, func(k cue) bool { return c.begin < k.end && k.begin < c.end }) {
			kept = append(kept, c)
		}
	}
	return kept
}

func (b *rulebook) framesOf(r *reading) []framed {
	frames := []framed{}
	for i := range b.frames {
		r.each(b.frames[i], func(s span) { frames = append(frames, framed{s, &b.frames[i]}) })
	}
	return frames
}

// around adds up the frames that reach a cue, each name once with its farthest
// weight from 0.
func (r *reading) around(cue span, by *phrase, frames []framed) int {
	weights := map[string]int{}
	for _, f := range frames {
		if by.firm && (f.name == "not" || f.name == "if") || by.denies && f.name == "not" || !r.reaches(f, cue) {
			continue
		}
		if w := weights[f.name]; abs(f.weight) > abs(w) {
			weights[f.name] = f.weight
		}
	}
	total := 0
	for _, w := range weights {
		total += w
	}
	return total
}

// reaches reports whether a frame's scope takes in a cue.
func (r *reading) reaches(f framed, cue span) bool {
	from, to := r.words[cue.begin], r.words[cue.end-1]
	first, last := r.words[f.begin], r.words[f.end-1]
	switch f.scope {
	case "span":
		return f.begin >= cue.begin-2 && f.begin < cue.end
	case "ahead":
		return first.clause <= to.clause && last.clause >= from.clause && f.begin < cue.end
	case "clause":
		return first.clause <= to.clause && last.clause >= from.clause
	case "sentence":
		return first.sentence <= to.sentence && last.sentence >= from.sentence
	case "near":
		return first.sentence <= to.sentence+1 && last.sentence >= from.sentence-1
	}
	return true
}

func abs(n int) int { return max(n, -n) }
