package messages

import (
	"maps"
	"slices"
	"strings"
)

// reserved are the variables that every template has (see Input). Name may be
// missing, as many customers have none.
func reserved() map[string]Datum {
	return map[string]Datum{
		"name":   {Type: Text, Optional: true},
		"shop":   {Type: Text},
		"locale": {Type: Text},
		"sie":    {Type: Flag},
	}
}

// scope is what an expression may speak of: declared and reserved variables,
// what {% assign %} made, and the item of the loop around it.
type scope struct {
	vars map[string]Datum
	used map[string]bool // roots that were printed or asked about
}

func newScope(data map[string]Datum) *scope {
	vars := reserved()
	maps.Copy(vars, data)
	return &scope{vars: vars, used: map[string]bool{}}
}

// find resolves a path: "product", "item.price", "items.size".
func (s *scope) find(path string, at int) (Datum, *fault) {
	root, field, deep := strings.Cut(path, ".")
	d, ok := s.vars[root]
	if !ok {
		return Datum{}, &fault{at: at, msg: "unknown variable " + root, mend: meant(root, slices.Collect(maps.Keys(s.vars))) + " (declare it under data if it is new)"}
	}
	s.used[root] = true
	switch {
	case !deep, d.Type == "":
		return d, nil
	case d.Of != nil && d.Type != List:
		if f, ok := d.Of[field]; ok {
			return f, nil
		}
		return Datum{}, &fault{at: at, msg: root + " has no " + field, mend: meant(field, slices.Collect(maps.Keys(d.Of)))}
	case field == "size" && d.Type == List:
		return Datum{Type: Number}, nil
	}
	return Datum{}, &fault{at: at, msg: root + " has no " + field, mend: "write " + root + " alone"}
}

// operand reads one value: a variable or a literal.
func (s *scope) operand(t token, at int) (Datum, *fault) {
	if d, ok := t.literalType(); ok {
		return d, nil
	}
	if t.kind != 'w' {
		return Datum{}, &fault{at: at, msg: "a variable or a value is missing before " + t.text, mend: "see docs/messages.md for what can be written here"}
	}
	return s.find(t.text, at)
}

// filters are what may stand behind a | and how many arguments each takes. None
// makes a value longer than what goes in.
func filters() map[string]int {
	return map[string]int{"default": 1, "upcase": 0, "downcase": 0, "capitalize": 0, "size": 0, "join": 1, "truncate": 1, "pluralize": 2}
}

// value reads "operand | filter: argument, argument | …".
func (s *scope) value(list []token, at int) (Datum, *fault) {
	if len(list) == 0 {
		return Datum{}, &fault{at: at, msg: "a variable is missing", mend: "name one"}
	}
	d, bad := s.operand(list[0], at)
	if bad != nil {
		return d, bad
	}
	for rest := list[1:]; len(rest) > 0; {
		if rest[0].kind != '|' || len(rest) < 2 || rest[1].kind != 'w' {
			return d, &fault{at: at, msg: rest[0].text + " cannot stand here", mend: "join values with a filter: {{ name | default: \"friend\" }}"}
		}
		name := rest[1].text
		wants, ok := filters()[name]
		if !ok {
			return d, &fault{at: at, msg: "unknown filter " + name, mend: meant(name, slices.Collect(maps.Keys(filters())))}
		}
		var has int
		rest, has, bad = s.arguments(rest[2:], at)
		if bad != nil {
			return d, bad
		}
		if has != wants {
			return d, &fault{at: at, msg: "filter " + name + " takes another number of values", mend: "see docs/messages.md"}
		}
		texts := d.Type == List && d.Of == nil
		if name == "join" && !texts || name != "join" && name != "size" && name != "default" && d.Type == List {
			return d, &fault{at: at, msg: "filter " + name + " does not work on a " + string(d.Type), mend: "see docs/messages.md"}
		}
		switch name {
		case "default":
			d.Optional = false
		case "size":
			d = Datum{Type: Number}
		default:
			d = Datum{Type: Text, Optional: d.Optional}
		}
	}
	return d, nil
}

// arguments reads ": a, b" and answers what follows.
func (s *scope) arguments(list []token, at int) (rest []token, n int, bad *fault) {
	if len(list) == 0 || list[0].kind != ':' {
		return list, 0, nil
	}
	for first := true; first || len(list) > 0 && list[0].kind == ','; first = false {
		if len(list) < 2 {
			return nil, 0, &fault{at: at, msg: "a value is missing after " + list[0].text, mend: "write it, or take the sign out"}
		}
		if _, bad := s.operand(list[1], at); bad != nil {
			return nil, 0, bad
		}
		list, n = list[2:], n+1
	}
	return list, n, nil
}

// condition reads "a", "a == b" and their like joined by and, or. It answers
// the variables that are surely there where it holds.
func (s *scope) condition(list []token, at int) (sure []string, bad *fault) {
	either := false
	for first := true; first || len(list) > 0; first = false {
		if !first {
			if list[0].text != "and" && list[0].text != "or" {
				return nil, &fault{at: at, msg: list[0].text + " cannot stand here", mend: "join conditions with and, or"}
			}
			either = either || list[0].text == "or"
			list = list[1:]
		}
		if len(list) == 0 {
			return nil, &fault{at: at, msg: "a condition is missing", mend: "write {% if name %}"}
		}
		if _, bad := s.operand(list[0], at); bad != nil {
			return nil, bad
		}
		if list[0].kind == 'w' {
			sure = append(sure, list[0].text)
		}
		list = list[1:]
		if len(list) > 0 && (list[0].kind == '=' || list[0].text == "contains") {
			if len(list) < 2 {
				return nil, &fault{at: at, msg: "nothing to compare with", mend: "write {% if count > 1 %}"}
			}
			if _, bad := s.operand(list[1], at); bad != nil {
				return nil, bad
			}
			list = list[2:]
		}
	}
	if either {
		return nil, nil
	}
	return sure, nil
}
