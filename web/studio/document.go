package studio

import (
	"bytes"
	"strings"

	"gopkg.in/yaml.v3"

	"tonfall/messages"
	"tonfall/profile"
)

// words are the texts of one wording, as the form has them.
type words struct {
	Subject, Body, Short          string
	SieSubject, SieBody, SieShort string
}

func wordsOf(v messages.Variant) words {
	w := words{Subject: v.Subject, Body: v.Body, Short: v.Short}
	if v.Sie != nil {
		w.SieSubject, w.SieBody, w.SieShort = v.Sie.Subject, v.Sie.Body, v.Sie.Short
	}
	return w
}

// place is where one text of a wording lies in a document.
type place struct {
	field string // name of the form's field: "body", "sie.subject"
	path  []string
	text  string
}

func (w words) places(locale string, tone messages.Tone) []place {
	at := func(steps ...string) []string { return append([]string{"variants", locale, string(tone)}, steps...) }
	return []place{
		{"subject", at("subject"), w.Subject}, {"body", at("body"), w.Body}, {"short", at("short"), w.Short},
		{"sie.subject", at("sie", "subject"), w.SieSubject}, {"sie.body", at("sie", "body"), w.SieBody}, {"sie.short", at("sie", "short"), w.SieShort},
	}
}

// rewrite puts a wording into a template's document and leaves all else as it
// is, comments included. An empty text takes its key away.
func rewrite(document []byte, locale string, tone messages.Tone, w words) ([]byte, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(document, &doc); err != nil || len(doc.Content) == 0 {
		return nil, profile.Errorf(profile.Conflict, "the template's document cannot be read; mend it with the API first")
	}
	for _, p := range w.places(locale, tone) {
		set(doc.Content[0], p.path, strings.ReplaceAll(p.text, "\r\n", "\n"))
	}
	var out bytes.Buffer
	enc := yaml.NewEncoder(&out)
	enc.SetIndent(2)
	if err := enc.Encode(&doc); err != nil {
		return nil, profile.Wrap(profile.Internal, err, "the template cannot be written")
	}
	return out.Bytes(), nil
}

func set(n *yaml.Node, path []string, text string) {
	key, value := child(n, path[0])
	if len(path) == 1 {
		switch {
		case strings.TrimSpace(text) == "" && value != nil:
			drop(n, key)
		case strings.TrimSpace(text) == "":
		case value == nil:
			n.Content = append(n.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: path[0]}, scalar(text))
		default:
			*value = *scalar(text)
		}
		return
	}
	if value == nil {
		if strings.TrimSpace(text) == "" {
			return
		}
		value = &yaml.Node{Kind: yaml.MappingNode}
		n.Content = append(n.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: path[0]}, value)
	}
	set(value, path[1:], text)
	if len(value.Content) == 0 {
		key, _ = child(n, path[0])
		drop(n, key)
	}
}

func scalar(text string) *yaml.Node {
	n := &yaml.Node{}
	n.SetString(text)
	if strings.Contains(text, "\n") {
		n.Style = yaml.LiteralStyle
	}
	return n
}

// child finds a key's index and value in a mapping; nil where it is not there.
func child(n *yaml.Node, key string) (int, *yaml.Node) {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return i, n.Content[i+1]
		}
	}
	return -1, nil
}

func drop(n *yaml.Node, i int) { n.Content = append(n.Content[:i], n.Content[i+2:]...) }

// fieldAt finds the form's field that a line of the document belongs to; empty
// where it is another wording's, or none's.
func fieldAt(document []byte, locale string, tone messages.Tone, line int) string {
	var doc yaml.Node
	if yaml.Unmarshal(document, &doc) != nil || len(doc.Content) == 0 {
		return ""
	}
	for _, p := range (words{}).places(locale, tone) {
		n := doc.Content[0]
		for _, step := range p.path {
			if n != nil {
				_, n = child(n, step)
			}
		}
		if n == nil {
			continue
		}
		last := n.Line + strings.Count(strings.TrimSuffix(n.Value, "\n"), "\n")
		if n.Style == yaml.LiteralStyle {
			last++ // the text begins a line below its key
		}
		if line >= n.Line && line <= last {
			return p.field
		}
	}
	return ""
}
