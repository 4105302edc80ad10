package messages

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"tonfall/profile"
)

var nameForm = regexp.MustCompile(`^[a-z][a-z0-9-]{0,62}$`)
var variableForm = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)
var localeForm = regexp.MustCompile(`^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$`)

// Parse reads a template from YAML (JSON is YAML too). file is what errors
// name; want is the name it must have, or empty. Invalid lists every error,
// each with line, column and mend.
func Parse(file, want string, source []byte) (*Template, error) {
	t, problems := read(file, want, source)
	var errs []string
	for _, p := range problems {
		if !p.Warning {
			errs = append(errs, p.String())
		}
	}
	if len(errs) > 0 {
		return nil, profile.Errorf(profile.Invalid, "%s", strings.Join(errs, "\n"))
	}
	return t, nil
}

// Lint finds every problem of a document: what keeps it from being used, and
// warnings on what a careful copywriter would mend. In the order of the file.
func Lint(file string, source []byte) []Problem {
	_, problems := read(file, "", source)
	return problems
}

// read parses and compiles; the template is usable where no problem is more
// than a warning.
func read(file, want string, source []byte) (*Template, []Problem) {
	d := &document{file: file}
	top := d.open(source)
	if top == nil {
		return nil, d.problems
	}
	f := d.fields(top, "the template", "name", "purpose", "channels", "title", "description", "data", "never", "locales", "variants", "origin")
	t := &Template{source: source, Name: d.text(f["name"], "name"), Title: d.byLocale(f["title"], "title"), Description: d.byLocale(f["description"], "description")}
	switch {
	case t.Name == "" && want != "":
		t.Name = want
	case !nameForm.MatchString(t.Name):
		d.wrong(orElse(f["name"], top), fmt.Sprintf("%.40q is no template's name", t.Name), "use lower case letters, digits and hyphens, like order-shipped")
	case want != "" && t.Name != want:
		d.wrong(f["name"], "the name is "+t.Name+" and should be "+want, "make them the same")
	}
	d.kind(t, f, top)
	if f["data"] != nil {
		t.Data = d.data(f["data"], "data", false)
	}
	d.never(t, f["never"])
	if f["variants"] == nil {
		d.wrong(top, "variants are missing", "write at least variants: {en: {plain: {subject: …, body: …}}}")
	} else {
		d.variants(t, f["variants"], f["locales"])
	}
	sortProblems(d.problems)
	return t, d.problems
}

func orElse(n, instead *yaml.Node) *yaml.Node {
	if n != nil {
		return n
	}
	return instead
}

// kind reads purpose and channels.
func (d *document) kind(t *Template, f map[string]*yaml.Node, top *yaml.Node) {
	if f["purpose"] == nil {
		d.wrong(top, "purpose is missing", "write purpose: service, or purpose: sales for advertising")
	} else if s, ok := d.choice(f["purpose"], "purpose", string(Service), string(Sales)); ok {
		t.Purpose = Purpose(s)
	}
	var names []string
	for _, c := range Channels() {
		names = append(names, string(c))
	}
	for _, n := range d.list(f["channels"], "channels") {
		if s, ok := d.choice(n, "channel", names...); ok && !slices.Contains(t.Channels, Channel(s)) {
			t.Channels = append(t.Channels, Channel(s))
		}
	}
	if f["channels"] == nil {
		d.wrong(top, "channels are missing", "write channels: [email]")
	}
}

// byLocale reads a text for each locale, or one for all.
func (d *document) byLocale(n *yaml.Node, what string) map[string]string {
	switch {
	case n == nil:
		return nil
	case n.Kind == yaml.ScalarNode:
		return map[string]string{"en": n.Value}
	}
	m := map[string]string{}
	for _, e := range d.entries(n, what) {
		m[e.key] = strings.TrimSpace(d.text(e.value, what))
	}
	return m
}

// data reads the declared variables; within lists, of their fields.
func (d *document) data(n *yaml.Node, what string, field bool) map[string]Datum {
	vars := map[string]Datum{}
	types := []string{string(Text), string(Number), string(Money), string(Date), string(Link), string(Flag), string(List)}
	if field {
		types = types[:len(types)-1]
	}
	for _, e := range d.entries(n, what) {
		_, taken := reserved()[e.key]
		if !variableForm.MatchString(e.key) || taken && !field || slices.Contains([]string{"forloop", "true", "false", "nil", "and", "or", "in", "contains", "size"}, e.key) {
			d.wrong(e.at, fmt.Sprintf("%.40q cannot be a variable's name", e.key), "use another, in lower case letters, digits and _")
			continue
		}
		f := d.fields(e.value, "variable "+e.key, "type", "example", "about", "optional", "of")
		v := Datum{About: d.text(f["about"], "about"), Optional: f["optional"] != nil && f["optional"].Value == "true"}
		if f["type"] == nil {
			d.wrong(e.at, "variable "+e.key+" has no type", "add type: text, number, money, date, link, flag or list")
			continue
		}
		s, ok := d.choice(f["type"], "type", types...)
		if !ok {
			continue
		}
		v.Type = Type(s)
		if f["of"] != nil && v.Type == List {
			v.Of = d.data(f["of"], "of", true)
		}
		if v.Example = plain(f["example"], v); !field && v.Example == nil {
			d.wrong(e.at, "variable "+e.key+" has no example", "add one: previews show it")
		} else if !field {
			d.example(f["example"], e.key, v)
		}
		vars[e.key] = v
	}
	return vars
}

// example checks that a variable's example fits it, in each language.
func (d *document) example(n *yaml.Node, name string, v Datum) {
	locales := []string{"en"}
	if m, ok := v.Example.(map[string]any); ok && v.Type == Text {
		locales = slices.Sorted(maps.Keys(m))
	}
	for _, l := range locales {
		if _, err := (&binder{locale: l}).value(v.Sample(l), v); err != nil {
			what, _, _ := strings.Cut(err.Error(), ";")
			d.wrong(n, "the example of "+name+" "+what, "write "+sample(v.Type))
			return
		}
	}
}

// sample is what a value of a type looks like.
func sample(t Type) string {
	return map[Type]string{Text: "a line of text", Number: "3", Money: `"49.90 EUR"`, Date: `"2026-12-03"`, Link: "https://…", Flag: "true", List: "a list"}[t]
}

// plain is a node's value as JSON would give it. Dates and sums stay texts.
func plain(n *yaml.Node, d Datum) any {
	if n == nil {
		return nil
	}
	if n.Kind == yaml.ScalarNode && d.Type != Number && d.Type != Flag {
		return n.Value
	}
	switch n.Kind {
	case yaml.SequenceNode:
		items := make([]any, len(n.Content))
		for i, c := range n.Content {
			items[i] = plain(c, Datum{Type: Text, Of: d.Of})
		}
		return items
	case yaml.MappingNode:
		m := map[string]any{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			field, ok := d.Of[n.Content[i].Value]
			if !ok {
				field = Datum{Type: Text}
			}
			m[n.Content[i].Value] = plain(n.Content[i+1], field)
		}
		return m
	}
	var v any
	if n.Kind != yaml.ScalarNode || n.Decode(&v) != nil {
		return nil
	}
	return v
}

// never reads mood: [tones].
func (d *document) never(t *Template, n *yaml.Node) {
	if n == nil {
		return
	}
	t.Never = d.moods(n, "never", string(Any))
}

// moods reads tones for each mood word.
func (d *document) moods(n *yaml.Node, what string, more ...string) map[profile.Word][]Tone {
	m := map[profile.Word][]Tone{}
	for _, e := range d.entries(n, what) {
		words := more
		for _, w := range profile.Words() {
			words = append(words, string(w))
		}
		if _, ok := d.choice(e.at, "mood", words...); !ok {
			continue
		}
		for _, x := range d.list(e.value, what) {
			if x.Value == string(Plain) {
				d.wrong(x, "plain is always allowed", "take it out: everything falls back to plain")
				continue
			}
			m[profile.Word(e.key)] = append(m[profile.Word(e.key)], Tone(x.Value))
		}
	}
	return m
}

// order sorts the languages as wished, else as in the file.
func (d *document) order(t *Template, n *yaml.Node) {
	var wish []string
	for _, x := range d.list(n, "locales") {
		wish = append(wish, x.Value)
	}
	slices.SortStableFunc(t.Locales, func(a, b string) int {
		at := func(l string) int {
			if i := slices.Index(wish, l); i >= 0 {
				return i
			}
			return len(wish)
		}
		return at(a) - at(b)
	})
}
