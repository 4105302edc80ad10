package moments

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// pattern is a sequence of steps that a match walks through from left to right.
type pattern []step

// step consumes one word that belongs to any of its classes, or is a condition
// on the place between two words.
type step struct {
	kind  stepKind
	any   []int // the classes, for take and refuse
	reach int   // gap: how many words may be passed over
	orEnd bool  // take: the sentence's end will do instead
}

type stepKind int

const (
	take   stepKind = iota // one word of the classes
	maybe                  // the same, or nothing
	refuse                 // no word of the classes stands here; before the first take: just before
	gap                    // up to reach words of the same sentence
	leap                   // the same, also over the ends of sentences
	begin                  // the sentence begins here
	end                    // the sentence ends here
)

// widest is the largest gap, so that a match costs a bounded time.
const widest = 12

// patterns reads one pattern; "a <4> b" is two, for both orders.
func (b *rulebook) patterns(body string) ([]pattern, error) {
	fields := strings.Fields(body)
	if len(fields) == 0 {
		return nil, fmt.Errorf("a rule without a pattern")
	}
	at := slices.IndexFunc(fields, func(f string) bool { return strings.HasPrefix(f, "<") })
	if at < 0 {
		p, err := b.steps(fields)
		return []pattern{p}, err
	}
	left, err := b.steps(fields[:at])
	if err != nil {
		return nil, err
	}
	right, err := b.steps(fields[at+1:])
	if err != nil {
		return nil, err
	}
	reach, err := strconv.Atoi(strings.Trim(fields[at], "<>"))
	if err != nil || reach > widest {
		return nil, fmt.Errorf("the distance %q is no number up to %d", fields[at], widest)
	}
	between := step{kind: gap, reach: reach}
	return []pattern{
		slices.Concat(left, pattern{between}, right),
		slices.Concat(right, pattern{between}, left),
	}, nil
}

func (b *rulebook) steps(fields []string) (pattern, error) {
	var p pattern
	for _, f := range fields {
		s, err := b.step(f)
		if err != nil {
			return nil, err
		}
		p = append(p, s)
	}
	if len(needs(p)) == 0 {
		return nil, fmt.Errorf("the pattern %q asks for no word", fields)
	}
	return p, nil
}

func (b *rulebook) step(f string) (step, error) {
	switch {
	case f == "^":
		return step{kind: begin}, nil
	case f == "$":
		return step{kind: end}, nil
	case strings.HasPrefix(f, "~"):
		kind := gap
		if strings.HasPrefix(f, "~~") {
			kind = leap
		}
		n, err := strconv.Atoi(strings.TrimLeft(f, "~"))
		if err != nil || n > widest {
			return step{}, fmt.Errorf("the gap %q is no number up to %d", f, widest)
		}
		return step{kind: kind, reach: n}, nil
	}
	s := step{}
	if rest, ok := strings.CutPrefix(f, "-"); ok {
		s.kind, f = refuse, rest
	} else if rest, ok := strings.CutSuffix(f, "?"); ok {
		s.kind, f = maybe, rest
	}
	var plain []string
	for _, member := range strings.Split(f, "|") {
		if member == "$" {
			s.orEnd = true
			continue
		}
		if !strings.HasPrefix(member, "@") {
			plain = append(plain, member)
			continue
		}
		id, ok := b.names[member]
		if !ok {
			return step{}, fmt.Errorf("%s is not known here", member)
		}
		s.any = append(s.any, id)
	}
	if len(plain) > 0 {
		name := strings.Join(plain, "|")
		_, known := b.names[name]
		id := b.class(name)
		if !known {
			for _, member := range plain {
				if err := b.join(id, member); err != nil {
					return step{}, err
				}
			}
		}
		s.any = append(s.any, id)
	}
	return s, nil
}

// needs are the class sets of which every match must take a word.
func needs(p pattern) [][]int {
	var out [][]int
	for _, s := range p {
		if s.kind == take && !s.orEnd {
			out = append(out, s.any)
		}
	}
	return out
}
