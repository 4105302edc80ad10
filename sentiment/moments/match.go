package moments

// reading is a text with the classes of its words.
type reading struct {
	words []word
	sets  []classes
	all   classes // what occurs anywhere
}

// span is a match: the words from begin up to, not including, end.
type span struct {
	begin, end int
}

// read gives the words their classes, blanks what is quoted or an idiom, and
// marks the phrases.
func (b *rulebook) read(words []word) *reading {
	width := (b.size + 63) / 64
	bits := make(classes, width*(len(words)+1))
	r := &reading{words: words, sets: make([]classes, len(words)), all: bits[:width]}
	for i, w := range words {
		r.sets[i] = bits[width*(i+1) : width*(i+2)]
		if !w.quoted {
			b.meaning(w.text, r.sets[i])
			r.all.put(r.sets[i])
		}
	}
	for _, p := range b.phrases {
		r.each(p, func(s span) {
			if p.blank {
				for _, set := range r.sets[s.begin:s.end] {
					clear(set)
				}
			}
			r.sets[s.end-1].with(p.mark)
			r.all.with(p.mark)
		})
	}
	return r
}

// each calls found for the matches of a phrase from left to right.
func (r *reading) each(p phrase, found func(span)) {
	for _, need := range p.needs {
		if !r.all.hasAny(need) {
			return
		}
	}
	for i := range r.words {
		if end, ok := r.match(p.pattern, i, i); ok && end > i {
			found(span{i, end})
		}
	}
}

// match walks a pattern from word i on, where the whole match began at start,
// and answers where it ends. Gaps are tried from the shortest.
func (r *reading) match(p pattern, start, i int) (int, bool) {
	if len(p) == 0 {
		return i, true
	}
	s, rest := p[0], p[1:]
	switch s.kind {
	case take, maybe:
		if i < len(r.sets) && r.joined(start, i) && r.sets[i].hasAny(s.any) {
			if end, ok := r.match(rest, start, i+1); ok {
				return end, true
			}
		}
		if s.kind == maybe || s.orEnd && r.ended(i) {
			return r.match(rest, start, i)
		}
		return 0, false
	case refuse:
		at := i
		if i == start {
			at = i - 1
		}
		if at >= 0 && at < len(r.sets) && r.words[at].sentence == r.words[start].sentence && r.sets[at].hasAny(s.any) {
			return 0, false
		}
		return r.match(rest, start, i)
	case begin:
		if i > 0 && r.words[i-1].sentence == r.words[i].sentence {
			return 0, false
		}
		return r.match(rest, start, i)
	case end:
		if !r.ended(i) {
			return 0, false
		}
		return r.match(rest, start, i)
	}
	return r.pass(s, rest, start, i)
}

// joined reports whether word i stands in the sentence of the word before it,
// or is the first of the match.
func (r *reading) joined(start, i int) bool {
	return i == start || r.words[i-1].sentence == r.words[i].sentence
}

// ended reports whether a sentence, or the text, ends before word i.
func (r *reading) ended(i int) bool {
	return i == len(r.words) || i > 0 && r.words[i-1].sentence != r.words[i].sentence
}

// pass tries the rest of a pattern after 0, 1, ... words of a gap. A leap
// enters the next sentences, which joined would refuse, with a fresh start.
func (r *reading) pass(s step, rest pattern, start, i int) (int, bool) {
	for n := 0; n <= s.reach && i+n <= len(r.words); n++ {
		at := i + n
		if s.kind == gap {
			if end, ok := r.match(rest, start, at); ok {
				return end, true
			}
			if at == len(r.words) || !r.joined(start, at) {
				return 0, false
			}
			continue
		}
		if end, ok := r.match(rest, at, at); ok {
			return end, true
		}
	}
	return 0, false
}
