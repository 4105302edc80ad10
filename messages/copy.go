package messages

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// sameFacts warns where the wordings of one language do not say the same
// thing: other variables, other links, other figures. Mood may change wording
// only, so offer, price and dates are the same in every tone.
func (d *document) sameFacts(all []written) {
	i := slices.IndexFunc(all, func(w written) bool { return strings.Contains(w.name, "/"+string(Plain)) })
	if i < 0 {
		return
	}
	first := all[i]
	for _, w := range all {
		// The short text may say less, but the same less in each tone.
		for _, parts := range [][]string{{"subject", "body"}, {"short"}} {
			a, b := facts(first, parts...), facts(w, parts...)
			for _, kind := range []string{"variable", "link", "figure"} {
				if missing := lacks(a[kind], b[kind]); missing != "" {
					d.warn(w.at, w.name+" does not say "+kind+" "+missing+", which "+first.name+" does", "say the same in every tone")
				}
				if more := lacks(b[kind], a[kind]); more != "" {
					d.warn(w.at, w.name+" says "+kind+" "+more+", which "+first.name+" does not", "say the same in every tone")
				}
			}
		}
	}
}

// facts gathers what parts of a wording state, by kind. How somebody is greeted
// is no fact.
func facts(w written, parts ...string) map[string][]string {
	m := map[string][]string{}
	for _, p := range parts {
		c := w.parts[p]
		for name := range c.used {
			if name != "name" && name != "sie" && name != "locale" && name != "shop" {
				m["variable"] = append(m["variable"], name)
			}
		}
		m["link"] = append(m["link"], c.links...)
		m["figure"] = append(m["figure"], c.figures...)
	}
	for kind, list := range m {
		slices.Sort(list)
		m[kind] = slices.Compact(list)
	}
	return m
}

// lacks is the first of have that other does not hold; both are sorted.
func lacks(have, other []string) string {
	for _, x := range have {
		if _, there := slices.BinarySearch(other, x); !there {
			return x
		}
	}
	return ""
}

// taboo is what copy must not say, and why.
type taboo struct {
	words string // beginnings of words, in lower case, separated by |; a full stop ends the word
	why   string
	mend  string
}

const (
	namesMood = "names a feeling of the customer"
	presses   = "presses the customer"
	beSilent  = "leave feelings to the reader: say what happened and what comes next"
	beCalm    = "say what is so, without hurry"
)

// taboos by language.
var taboos = map[string][]taboo{
	"de": {
		{"stimmung|laune|gefühl|traurig|trübs|niedergeschlagen|verärger|wütend|ärger|genervt|gereizt|ängst|besorgt|sorgen.|gestresst|stressig|bedrückt|betrübt|enttäusch|frustr|deprim|euphor|glücklich|überglücklich|schwere zeit|schwierige zeit|aufmunter|aufheiter", namesMood, beSilent},
		{"nur noch|nur heute|letzte chance|letzte gelegenheit|beeil|schnell sein|sei schnell|zugreifen|greif zu|solange der vorrat|nicht verpassen|verpass|endet bald|läuft ab|dringend|sofort kaufen|jetzt kaufen", presses, beCalm},
	},
	"en": {
		{"mood|feeling|sad.|sadness|unhappy|upset|angry|annoy|irritat|anxi|worri|stress|depress|frustrat|disappoint|gloom|downcast|elated|euphor|tough time|hard time|difficult time|cheer you up|cheer up", namesMood, beSilent},
		{"hurry|only today|last chance|final chance|don't miss|don’t miss|miss out|act now|buy now|act fast|while stocks last|while supplies last|before it's too late|before it’s too late|limited time|ends soon|running out|urgent|grab yours", presses, beCalm},
	},
}

// find is the first place in a text, in lower case, where it says what it must
// not.
func (t taboo) find(text string) (from, to int, found bool) {
	for word := range strings.SplitSeq(t.words, "|") {
		word, whole := strings.CutSuffix(word, ".")
		for at := 0; ; {
			i := strings.Index(text[at:], word)
			if i < 0 {
				break
			}
			from, to = at+i, at+i+len(word)
			before, _ := utf8.DecodeLastRuneInString(text[:from])
			after, _ := utf8.DecodeRuneInString(text[to:])
			if !unicode.IsLetter(before) && !(whole && unicode.IsLetter(after)) {
				return from, to, true
			}
			at = to
		}
	}
	return 0, 0, false
}

// manners warns where a wording names a feeling, presses or shouts.
func (d *document) manners(locale string, w written) {
	for _, part := range slices.Sorted(maps.Keys(w.parts)) {
		text := w.texts[part]
		lower := strings.ToLower(text)
		for _, t := range taboos[base(locale)] {
			if from, to, found := t.find(lower); found {
				d.inside(w.nodes[part], text, fault{at: from, msg: fmt.Sprintf("%q %s", lower[from:to], t.why), mend: t.mend, warning: true})
			}
		}
		if at := strings.Index(text, "!!"); at >= 0 {
			d.inside(w.nodes[part], text, fault{at: at, msg: "more than one exclamation mark", mend: "one is enough", warning: true})
		}
	}
}

// sortProblems puts problems into the order of the file.
func sortProblems(list []Problem) {
	slices.SortStableFunc(list, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
}
