package messages

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// tag checks one {% tag %}. It answers false where the rest of the text cannot
// be understood.
func (w *walk) tag(s segment) bool {
	if s.expr != "" && (s.name == "else" || strings.HasPrefix(s.name, "end")) {
		w.fault(s.at, s.name+" stands alone", "take out what follows it; a further condition is {% elsif … %}")
		return false
	}
	switch s.name {
	case "if", "unless", "case", "for":
		return w.begin(s)
	case "elsif", "else", "when":
		return w.clause(s)
	case "endif", "endunless", "endcase", "endfor":
		return w.end(s)
	case "assign":
		w.assign(s)
		return true
	}
	mend := meant(s.name, tagNames())
	switch s.name {
	case "include", "render":
		mend = "write the text here: a template reads no files"
	case "capture", "cycle", "increment", "decrement", "tablerow", "raw", "break", "continue":
		mend = "it is not part of the grammar; use if, case, for or assign"
	}
	w.fault(s.at, "unknown tag "+s.name, mend)
	return false
}

func (w *walk) begin(s segment) bool {
	if len(w.open) >= MaxDepth {
		w.fault(s.at, "blocks stand in each other more than "+strconv.Itoa(MaxDepth)+" deep", "use {% case %}, or fewer conditions")
		return false
	}
	b := block{tag: s.name, at: s.at, begun: w.steps}
	list, ok := w.tokens(s)
	switch {
	case !ok:
	case s.name == "for":
		b.shadow = w.loop(s, list)
	case s.name == "case":
		if len(list) != 1 {
			w.fault(s.at, "case takes one variable", "write {% case size %}{% when \"S\" %}…{% endcase %}")
			break
		}
		_, bad := w.scope.operand(list[0], s.at)
		w.report(bad)
	default:
		sure, bad := w.scope.condition(list, s.at)
		if w.report(bad) && s.name == "if" {
			b.sure = sure
		}
	}
	w.open = append(w.open, b)
	return true
}

var countForm = regexp.MustCompile(`^[0-9]+$`)

// loop checks "item in items limit: 3" and answers the item's name.
func (w *walk) loop(s segment, list []token) string {
	limited := len(list) == 6 && list[3].text == "limit" && list[4].kind == ':' && countForm.MatchString(list[5].text)
	if len(list) != 3 && !limited || list[0].kind != 'w' || list[1].text != "in" || list[2].kind != 'w' {
		w.fault(s.at, "a loop is written differently", "write {% for item in items %} or {% for item in items limit: 3 %}")
		return ""
	}
	item := list[0].text
	if w.inLoop() {
		w.fault(s.at, "a loop stands inside a loop", "close the first one before")
		return ""
	}
	if _, taken := w.scope.vars[item]; taken || strings.Contains(item, ".") || item == "forloop" {
		w.fault(s.at, "the loop's variable "+item+" exists already", "give it another name")
		return ""
	}
	entry := Datum{} // of no known type, so that one mistake is told once
	d, bad := w.scope.find(list[2].text, s.at)
	switch {
	case !w.report(bad):
	case d.Type != List:
		w.fault(s.at, list[2].text+" is no list", "declare it with type: list")
	case d.Of != nil:
		entry = Datum{Type: "item", Of: d.Of}
	default:
		entry = Datum{Type: Text}
	}
	w.scope.vars[item] = entry
	w.scope.vars["forloop"] = Datum{Type: "item", Of: map[string]Datum{
		"first": {Type: Flag}, "last": {Type: Flag}, "index": {Type: Number}, "length": {Type: Number},
	}}
	return item
}

func (w *walk) clause(s segment) bool {
	n := len(w.open)
	fits := map[string][]string{"elsif": {"if"}, "else": {"if", "unless", "case", "for"}, "when": {"case"}}[s.name]
	if n == 0 || !slices.Contains(fits, w.open[n-1].tag) {
		w.fault(s.at, s.name+" stands outside of "+strings.Join(fits, ", "), "move it inside, or take it out")
		return false
	}
	b := &w.open[n-1]
	b.sure = nil
	if b.other {
		w.fault(s.at, s.name+" stands behind else", "put else last")
		return false
	}
	list, ok := w.tokens(s)
	switch {
	case !ok:
	case s.name == "else":
		b.other = true
	case s.name == "elsif":
		sure, bad := w.scope.condition(list, s.at)
		if w.report(bad) {
			b.sure = sure
		}
	default:
		w.when(s, list)
	}
	return true
}

// when checks `"S", "M" or "L"`.
func (w *walk) when(s segment, list []token) {
	for i, t := range list {
		_, plain := t.literalType()
		if i%2 == 0 && !plain || i%2 == 1 && t.kind != ',' && t.text != "or" {
			list = nil
			break
		}
	}
	if len(list)%2 == 0 {
		w.fault(s.at, "when takes values", "write {% when \"S\", \"M\" %}")
	}
}

func (w *walk) end(s segment) bool {
	n := len(w.open)
	if n == 0 || "end"+w.open[n-1].tag != s.name {
		msg := s.name + " closes nothing"
		if n > 0 {
			msg = s.name + " stands where end" + w.open[n-1].tag + " is due"
		}
		w.fault(s.at, msg, "close blocks in the order in which they were opened")
		return false
	}
	b := w.open[n-1]
	w.open = w.open[:n-1]
	if b.tag == "for" {
		w.steps = b.begun + (w.steps-b.begun)*MaxItems
		w.forget(b)
	}
	return true
}

func (w *walk) assign(s segment) {
	list, ok := w.tokens(s)
	if !ok {
		return
	}
	if len(list) < 3 || list[0].kind != 'w' || strings.Contains(list[0].text, ".") || list[1].kind != 'a' {
		w.fault(s.at, "assign is written differently", "write {% assign greeting = name | default: \"friend\" %}")
		return
	}
	name := list[0].text
	switch _, taken := w.scope.vars[name]; {
	case w.inLoop():
		w.fault(s.at, "assign stands inside a loop", "move it before the loop")
		return
	case taken:
		w.fault(s.at, name+" exists already", "give it another name: known are "+strings.Join(slices.Sorted(maps.Keys(w.scope.vars)), ", "))
		return
	}
	if d, bad := w.scope.value(list[2:], s.at); w.report(bad) {
		w.scope.vars[name] = d
	}
}
