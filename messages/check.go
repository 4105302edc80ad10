package messages

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// The bounds of a text. They hold before the engine sees it, so that no text
// can cost more than a known amount of work.
const (
	MaxSource = 16 << 10 // bytes of one text
	MaxDepth  = 8        // blocks inside blocks
	MaxSteps  = 5_000    // pieces rendered at most, loops unrolled
	maxFaults = 20       // told of one text; more would help nobody
)

// checked is what a text does, found without running it.
type checked struct {
	segs    []segment
	used    map[string]bool // variables it depends on
	links   []string        // link variables and addresses it links to
	figures []string        // numbers written out in it
	steps   int             // upper bound of pieces rendered
	faults  []fault
}

// block is one open block while a text is walked.
type block struct {
	tag    string
	at     int
	sure   []string // variables surely there inside it
	shadow string   // the loop's variable
	begun  int      // steps before a loop
	other  bool     // else was seen
}

type walk struct {
	checked
	scope *scope
	open  []block
}

// check finds what a text may do and everything wrong with it. Allowed is a
// grammar that always ends: printing, if, unless, case, a loop over a declared
// list (never inside another), assign outside of loops, comments.
func check(text string, data map[string]Datum) checked {
	if len(text) > MaxSource {
		return checked{faults: []fault{{msg: fmt.Sprintf("the text has %d bytes; %d is the most", len(text), MaxSource), mend: "shorten it"}}}
	}
	segs, faults := segments(text)
	w := &walk{checked: checked{segs: segs, faults: faults}, scope: newScope(data)}
	for i := 0; i < len(segs); i++ {
		if len(w.faults) >= maxFaults && broken(w.faults) {
			break // it is refused already; warnings alone never end the walk
		}
		s := segs[i]
		w.steps++
		switch s.kind {
		case literal:
			w.literal(s)
		case output:
			w.print(s, i > 0 && strings.HasSuffix(segs[i-1].raw, "]("))
		case tag:
			if s.name == "comment" {
				i = w.comment(i)
				continue
			}
			if !w.tag(s) {
				i = len(segs) // what follows would only be misread
			}
		}
	}
	if n := len(w.open); n > 0 && !broken(w.faults) {
		b := w.open[n-1]
		w.fault(b.at, "{% "+b.tag+" %} is never closed", "close it with {% end"+b.tag+" %}")
	}
	if w.steps > MaxSteps {
		w.fault(0, fmt.Sprintf("loops could repeat this up to %d pieces; %d is the most", w.steps, MaxSteps), "say less inside the loop")
	}
	w.used = map[string]bool{}
	for name := range newScope(data).vars {
		if w.scope.used[name] {
			w.used[name] = true
		}
	}
	return w.checked
}

func (w *walk) fault(at int, msg, mend string) {
	w.faults = append(w.faults, fault{at: at, msg: msg, mend: mend})
}

// report notes a fault if there is one, and whether there was none.
func (w *walk) report(f *fault) bool {
	if f != nil {
		w.faults = append(w.faults, *f)
	}
	return f == nil
}

// tokens reads an expression, or notes what cannot be read.
func (w *walk) tokens(s segment) ([]token, bool) {
	list, bad := tokens(s.expr)
	if bad != "" {
		w.fault(s.at, "cannot read "+fmt.Sprintf("%.20q", bad)+" in "+fmt.Sprintf("%.40q", s.expr),
			"allowed are variables, numbers, quoted texts, comparisons and filters; no brackets and no ranges")
	}
	return list, bad == ""
}

var (
	figureForm = regexp.MustCompile(`[0-9]+(?:[.,:][0-9]+)*`)
	targetForm = regexp.MustCompile(`\]\(([^()\s]+)\)`)
)

func (w *walk) literal(s segment) {
	w.figures = append(w.figures, figureForm.FindAllString(s.raw, -1)...)
	for _, m := range targetForm.FindAllStringSubmatchIndex(s.raw, -1) {
		target := s.raw[m[2]:m[3]]
		if _, err := address(target); err != nil {
			w.fault(s.at+m[2], "a link leads to "+fmt.Sprintf("%.40q", target), "write an address that begins with https://, or a variable of type link")
		}
		w.links = append(w.links, target)
	}
}

func (w *walk) print(s segment, target bool) {
	list, ok := w.tokens(s)
	if !ok {
		return
	}
	d, bad := w.scope.value(list, s.at)
	if !w.report(bad) {
		return
	}
	root := list[0].text
	switch {
	case target && (d.Type != Link || len(list) > 1):
		w.fault(s.at, root+" is no link, so nothing can lead there", "declare it with type: link, and use it without filters")
	case target:
		w.links = append(w.links, root)
	case d.Type == List:
		w.fault(s.at, root+" is a list", "print it with {% for %}, or with | join: \", \"")
	case d.Optional && !w.sure(root) && len(w.faults) < maxFaults:
		w.faults = append(w.faults, fault{at: s.at, msg: root + " may be missing", warning: true,
			mend: "put it inside {% if " + root + " %}, or give it a default"})
	}
}

// sure reports whether a block around here asked for the variable.
func (w *walk) sure(path string) bool {
	return slices.ContainsFunc(w.open, func(b block) bool { return slices.Contains(b.sure, path) })
}

// comment skips to the end of a comment that opens at i.
func (w *walk) comment(i int) int {
	if w.segs[i].expr != "" {
		w.fault(w.segs[i].at, "comment stands alone", "put the words behind it: {% comment %} … {% endcomment %}")
	}
	for j := i + 1; j < len(w.segs); j++ {
		if w.segs[j].name == "endcomment" {
			return j
		}
	}
	w.fault(w.segs[i].at, "{% comment %} is never closed", "close it with {% endcomment %}")
	return len(w.segs)
}

// tagNames lists every tag of the grammar.
func tagNames() []string {
	return []string{"if", "elsif", "else", "endif", "unless", "endunless", "case", "when", "endcase", "for", "endfor", "assign", "comment", "endcomment"}
}

// inLoop reports whether a loop is open here.
func (w *walk) inLoop() bool {
	return slices.ContainsFunc(w.open, func(b block) bool { return b.tag == "for" })
}

// forget takes the loop's variables out of scope.
func (w *walk) forget(b block) {
	if b.shadow != "" {
		maps.DeleteFunc(w.scope.vars, func(name string, _ Datum) bool { return name == b.shadow || name == "forloop" })
	}
}
