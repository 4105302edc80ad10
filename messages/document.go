package messages

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// The bounds of a file.
const (
	MaxDocument = 128 << 10 // bytes
	maxEntries  = 60        // keys of one mapping: variables, languages, tones
	maxProblems = 100       // told of one file
)

// document walks a YAML file and gathers everything that is wrong with it.
type document struct {
	file     string
	lines    []string
	problems []Problem
}

// tell notes a problem. Beyond maxProblems only those count that keep the
// template from being used, so that a flood of warnings cannot hide them.
func (d *document) tell(p Problem) {
	p.File = d.file
	if len(d.problems) < maxProblems || !p.Warning && len(d.problems) < 2*maxProblems {
		d.problems = append(d.problems, p)
	}
}

func (d *document) wrong(n *yaml.Node, msg, mend string) {
	d.tell(Problem{Line: n.Line, Column: n.Column, Msg: msg, Mend: mend})
}

func (d *document) warn(n *yaml.Node, msg, mend string) {
	d.tell(Problem{Line: n.Line, Column: n.Column, Msg: msg, Mend: mend, Warning: true})
}

var yamlLine = regexp.MustCompile(`line (\d+): (.*)`)

// open reads the file into its top node; nil where it is no YAML mapping.
func (d *document) open(source []byte) *yaml.Node {
	d.lines = strings.Split(string(source), "\n")
	if len(source) > MaxDocument {
		d.tell(Problem{Msg: fmt.Sprintf("the file has %d bytes; %d is the most", len(source), MaxDocument), Mend: "split it"})
		return nil
	}
	var top yaml.Node
	if err := yaml.Unmarshal(source, &top); err != nil {
		line, msg := 1, strings.TrimPrefix(err.Error(), "yaml: ")
		if m := yamlLine.FindStringSubmatch(err.Error()); m != nil {
			line, _ = strconv.Atoi(m[1])
			msg = m[2]
		}
		d.tell(Problem{Line: line, Column: 1, Msg: "this is no YAML: " + msg, Mend: "check indentation, colons and quotes near this line"})
		return nil
	}
	if len(top.Content) == 0 {
		d.tell(Problem{Line: 1, Column: 1, Msg: "the file is empty", Mend: "start with name, purpose, channels and variants"})
		return nil
	}
	return top.Content[0]
}

// entry is one key of a mapping and its value.
type entry struct {
	key   string
	at    *yaml.Node // of the key
	value *yaml.Node
}

// entries reads a mapping in the order of the file. Keys that come twice are
// told and left out.
func (d *document) entries(n *yaml.Node, what string) []entry {
	if n.Kind != yaml.MappingNode {
		d.wrong(n, what+" must be a list of keys with values", "write key: value, one a line")
		return nil
	}
	if len(n.Content) > 2*maxEntries {
		d.wrong(n, fmt.Sprintf("%s has %d keys; %d is the most", what, len(n.Content)/2, maxEntries), "leave some out")
		return nil
	}
	var all []entry
	for i := 0; i+1 < len(n.Content); i += 2 {
		e := entry{key: n.Content[i].Value, at: n.Content[i], value: n.Content[i+1]}
		switch {
		case slices.ContainsFunc(all, func(x entry) bool { return x.key == e.key }):
			d.wrong(e.at, e.key+" is there twice", "keep one of them")
		case e.value.Kind == yaml.AliasNode || e.value.Anchor != "":
			d.wrong(e.value, "anchors and aliases are not read", "write the value out")
		default:
			all = append(all, e)
		}
	}
	return all
}

// fields reads a mapping with known keys.
func (d *document) fields(n *yaml.Node, what string, known ...string) map[string]*yaml.Node {
	m := map[string]*yaml.Node{}
	for _, e := range d.entries(n, what) {
		if !slices.Contains(known, e.key) {
			d.wrong(e.at, "unknown key "+e.key+" in "+what, meant(e.key, known))
			continue
		}
		if e.value.Tag != "!!null" {
			m[e.key] = e.value
		}
	}
	return m
}

// text reads a scalar as it is written; nil gives "".
func (d *document) text(n *yaml.Node, what string) string {
	if n == nil {
		return ""
	}
	if n.Kind != yaml.ScalarNode {
		d.wrong(n, what+" must be a text", "write "+what+": …")
		return ""
	}
	return n.Value
}

// list reads a sequence of scalars; a single scalar is a list of one.
func (d *document) list(n *yaml.Node, what string) []*yaml.Node {
	switch {
	case n == nil:
		return nil
	case n.Kind == yaml.ScalarNode:
		return []*yaml.Node{n}
	case n.Kind == yaml.SequenceNode && !slices.ContainsFunc(n.Content, func(x *yaml.Node) bool { return x.Kind != yaml.ScalarNode }):
		return n.Content
	}
	d.wrong(n, what+" must be a list", "write "+what+": [one, two]")
	return nil
}

// choice reads a scalar that must be one of the names.
func (d *document) choice(n *yaml.Node, what string, names ...string) (string, bool) {
	s := d.text(n, what)
	if n != nil && n.Kind == yaml.ScalarNode && !slices.Contains(names, s) {
		d.wrong(n, fmt.Sprintf("unknown %s %.40q", what, s), meant(s, names))
	}
	return s, slices.Contains(names, s)
}

// number reads a number within bounds.
func (d *document) number(n *yaml.Node, what string, low, high float64) (float64, bool) {
	f, err := strconv.ParseFloat(d.text(n, what), 64)
	if err != nil || !(f >= low && f <= high) {
		d.wrong(n, fmt.Sprintf("%s must be a number from %v to %v", what, low, high), "write "+what+": "+strconv.FormatFloat(low, 'f', -1, 64)+", for example")
		return 0, false
	}
	return f, true
}

// inside tells a fault of a text that stands in the node, at its line of the file.
func (d *document) inside(n *yaml.Node, text string, f fault) {
	before := text[:min(f.at, len(text))]
	row, column := strings.Count(before, "\n"), 1+utf8.RuneCountInString(before[strings.LastIndex(before, "\n")+1:])
	line, shift := n.Line, n.Column-1
	switch {
	case n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		line += 1 + row
		shift = 0
		if line-1 < len(d.lines) {
			l := d.lines[n.Line]
			shift = len(l) - len(strings.TrimLeft(l, " "))
		}
	case n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0:
		shift++
	}
	d.tell(Problem{Line: line, Column: column + shift, Msg: f.msg, Mend: f.mend, Warning: f.warning})
}
