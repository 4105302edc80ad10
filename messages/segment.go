package messages

import (
	"regexp"
	"slices"
	"strings"
)

// kind of a segment.
type kind int

const (
	literal kind = iota
	output       // {{ … }}
	tag          // {% … %}
)

// segment is a piece of a Liquid text.
type segment struct {
	kind kind
	raw  string // as written
	expr string // of an output: what stands inside; of a tag: its arguments
	name string // of a tag
	at   int    // byte offset of raw in the text
}

// fault is something wrong at a place of a Liquid text.
type fault struct {
	at        int // byte offset
	msg, mend string
	warning   bool
}

// broken reports whether a fault is more than a warning.
func broken(faults []fault) bool {
	return slices.ContainsFunc(faults, func(f fault) bool { return !f.warning })
}

var tagForm = regexp.MustCompile(`^(\w+)(?:\s+(\S.*))?$`)

// segments splits a text at its {{ }} and {% %}. It is stricter than the
// engine: whatever the two could read differently (braces or per cent signs
// inside, line breaks, marks without their other half) is a fault, so that the
// engine never runs what was not checked.
func segments(text string) ([]segment, []fault) {
	var segs []segment
	for at := 0; at < len(text); {
		open := strings.Index(text[at:], "{{")
		if p := strings.Index(text[at:], "{%"); p >= 0 && (open < 0 || p < open) {
			open = p
		}
		end := len(text)
		if open >= 0 {
			end = at + open
		}
		if lost := strings.Index(text[at:end], "}}"); lost >= 0 {
			return nil, []fault{{at: at + lost, msg: "}} without {{", mend: "open it with {{, or take it out"}}
		}
		if lost := strings.Index(text[at:end], "%}"); lost >= 0 {
			return nil, []fault{{at: at + lost, msg: "%} without {%", mend: "open it with {%, or take it out"}}
		}
		if end > at {
			segs = append(segs, segment{kind: literal, raw: text[at:end], at: at})
		}
		if open < 0 {
			break
		}
		s, f := marked(text, end)
		if f != nil {
			return nil, []fault{*f}
		}
		segs = append(segs, s)
		at = end + len(s.raw)
	}
	return segs, nil
}

// marked reads one {{ }} or {% %} that starts at the offset.
func marked(text string, at int) (segment, *fault) {
	open, shut, kind := "{{", "}}", output
	if text[at+1] == '%' {
		open, shut, kind = "{%", "%}", tag
	}
	size := strings.Index(text[at+2:], shut)
	if size < 0 {
		return segment{}, &fault{at: at, msg: open + " is never closed", mend: "close it with " + shut}
	}
	inner := text[at+2 : at+2+size]
	if strings.ContainsAny(inner, "{}%\n\r\x00") {
		return segment{}, &fault{at: at, msg: "braces, per cent signs and line breaks cannot stand inside " + open + " " + shut,
			mend: "close it with " + shut + " on the same line"}
	}
	s := segment{kind: kind, raw: text[at : at+size+4], at: at}
	inner = strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(inner, "-"), "-"))
	if kind == output {
		s.expr = inner
	} else if m := tagForm.FindStringSubmatch(inner); m != nil {
		s.name, s.expr = m[1], m[2]
	}
	if s.expr == "" && s.name == "" {
		return segment{}, &fault{at: at, msg: open + " " + shut + " says nothing", mend: "name a variable or a tag, or take it out"}
	}
	return s, nil
}
