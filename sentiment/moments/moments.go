// Package moments tells whether a text speaks of a hard moment in its writer's
// own present life: bereavement, illness (their own or of somebody close),
// separation and quarrels, job loss, debt, thoughts of self-harm. A shop that
// hears yes keeps its offers to itself for a while.
//
// It answers yes or no and nothing else. Which kind of moment it was exists
// only while one text is being weighed, so that no caller can store, count or
// sell it.
//
//	text ── words ── idioms blanked ── phrases ── cues + frames ── yes / no
//	        folded   "sterbe vor       "mein      "mein Vater ist gestorben" +5
//	                  Hunger"           Vater"    "vor zehn Jahren"          −4
//
// The language of the rules is explained in rules/README.md, what it finds and
// misses in docs/sensitive-moments.md.
package moments

import "strings"

// enough is the weight from which a text counts as a sensitive moment.
const enough = 4

// Guard reads texts in German and English. It is immutable once made, so that
// any number of goroutines may share one.
type Guard struct {
	rules *rulebook
}

// New compiles the rules, which takes some milliseconds: make one Guard and
// keep it. It panics only if the rules built into the program contradict their
// own grammar, which the tests exclude.
func New() *Guard {
	book, err := readRules(ruleFiles)
	if err != nil {
		panic("the rules of the sensitive moments cannot be read: " + err.Error())
	}
	return &Guard{rules: book}
}

// Sensitive reports whether the text speaks of a sensitive moment in the
// writer's own current life. The text is one post as its writer published it,
// in any encoding or state; other languages than German and English answer
// false as a rule. The time grows linearly with the text's length.
func (g *Guard) Sensitive(text string) bool {
	if strings.HasPrefix(text, "RT @") {
		return false // a stranger's words
	}
	for words := split(text); len(words) > 0; {
		n := page(words)
		total := 0
		for _, c := range g.rules.weigh(g.rules.read(words[:n])) {
			total += c.score
		}
		if total >= enough {
			return true
		}
		words = words[n:]
	}
	return false
}

// longestPage is how many words are weighed together, so that a long text costs
// no more for each word than a short one.
const longestPage = 400

// page answers how many words to weigh first: all, or up to the last end of a
// sentence that a page has room for.
func page(words []word) int {
	if len(words) <= longestPage {
		return len(words)
	}
	for n := longestPage; n > 0; n-- {
		if words[n].sentence != words[n-1].sentence {
			return n
		}
	}
	return longestPage
}
