package messages

import (
	"regexp"
	"strings"
)

// token of an expression: a word, a number, a quoted text or a sign.
type token struct {
	text string
	kind byte // 'w' word or path, '0' number, '"' text, '=' comparison, or the sign itself
}

// longestLiteral bounds quoted texts in expressions, in bytes.
const longestLiteral = 200

var tokenForm = regexp.MustCompile(`^(?:` +
	`([A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*)` + // 1: a path
	`|(-?[0-9]{1,9}(?:\.[0-9]{1,4})?)` + // 2: a number
	`|("[^"\\]*"|'[^'\\]*')` + // 3: a text
	`|(==|!=|<=|>=|<|>)` + // 4: a comparison
	`|([|:,=]))`) // 5: a sign

// tokens reads an expression. The grammar has no brackets and no ranges, so
// nothing in it nests and nothing in it counts.
func tokens(expr string) (list []token, bad string) {
	for rest := strings.TrimSpace(expr); rest != ""; rest = strings.TrimSpace(rest) {
		m := tokenForm.FindStringSubmatch(rest)
		if m == nil {
			return nil, rest
		}
		for group, kind := range []byte{1: 'w', 2: '0', 3: '"', 4: '=', 5: 's'} {
			if group == 0 || m[group] == "" {
				continue
			}
			if kind == 's' {
				kind = m[group][0]
				if kind == '=' {
					kind = 'a' // the sign of assign
				}
			}
			list = append(list, token{text: m[group], kind: kind})
		}
		if len(m[3]) > longestLiteral {
			return nil, rest
		}
		rest = rest[len(m[0]):]
	}
	return list, ""
}

// literalType is the type of a number or text that stands in an expression.
func (t token) literalType() (Datum, bool) {
	switch {
	case t.kind == '0':
		return Datum{Type: Number}, true
	case t.kind == '"':
		return Datum{Type: Text}, true
	case t.kind == 'w' && (t.text == "true" || t.text == "false"):
		return Datum{Type: Flag}, true
	}
	return Datum{}, false
}
