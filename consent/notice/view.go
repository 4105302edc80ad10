package notice

import (
	"fmt"
	"slices"
	"strings"
	"text/template"
	"time"

	"tonfall/consent"
	"tonfall/profile"
)

// view is Data as the words see it.
type view struct {
	Data
	words *words
	err   error
}

// clean takes marks and control characters out of what the configuration and
// the networks bring.
func (d Data) clean() Data {
	d.Shop.Name, d.Shop.Home, d.Shop.Privacy = plain(d.Shop.Name), plain(d.Shop.Home), plain(d.Shop.Privacy)
	d.Base, d.Engine = plain(d.Base), plain(d.Engine)
	d.Sources, d.Programs = slices.Clone(d.Sources), slices.Clone(d.Programs)
	for i, s := range d.Sources {
		s.Name, s.Title, s.Host, s.Rules = plain(s.Name), plain(s.Title), plain(s.Host), slices.Clone(s.Rules)
		for j, r := range s.Rules {
			s.Rules[j].Text, s.Rules[j].Source = plain(r.Text), plain(r.Source)
		}
		d.Sources[i] = s
	}
	for i, p := range d.Programs {
		d.Programs[i].Name = plain(p.Name)
	}
	return d
}

// Me is the address of the customer's own page.
func (v *view) Me() string { return v.Base + "/" + v.Shop.Slug + "/me" }

// Readers are the networks from which posts are read.
func (v *view) Readers() []Source {
	return slices.DeleteFunc(slices.Clone(v.Sources), func(s Source) bool { return !s.Read() })
}

// Purposes are those that people are asked for here: posts only where a
// network is read.
func (v *view) Purposes() []profile.Purpose {
	return slices.DeleteFunc(profile.Purposes(), func(p profile.Purpose) bool {
		return p == profile.Posts && len(v.Readers()) == 0
	})
}

// asked is a consent text with its shop's and networks' names.
type asked struct {
	consent.Text
	Short string // the first 12 hex digits of its fingerprint in the ledger
}

// kept is how long texts from one network stay.
type kept struct {
	Source
	Keep time.Duration
}

// ruled is one rule of one network.
type ruled struct {
	Source
	Rule
}

// each are the elements of a name, for rows that repeat.
func (v *view) each(name string) []any {
	switch name {
	case "sources":
		return anys(v.Sources)
	case "purposes":
		return anys(v.Purposes())
	case "programs":
		return anys(v.Programs)
	case "cookies":
		return anys(v.Cookies)
	case "asked":
		return anys(v.asked())
	case "readers":
		var all []kept
		for _, s := range v.Readers() {
			all = append(all, kept{s, v.posts(s.Name)})
		}
		return anys(all)
	case "rules":
		var all []ruled
		for _, s := range v.Sources {
			for _, r := range s.Rules {
				all = append(all, ruled{s, r})
			}
		}
		return anys(all)
	}
	v.fail(fmt.Errorf("there is no list %q", name))
	return nil
}

func anys[T any](items []T) []any { return each(items, func(item T) any { return item }) }

func each[T, R any](items []T, of func(T) R) []R {
	out := make([]R, len(items))
	for i, item := range items {
		out[i] = of(item)
	}
	return out
}

func (v *view) asked() []asked {
	titles := each(v.Readers(), func(s Source) string { return s.Title })
	var all []asked
	for _, p := range v.Purposes() {
		text := v.Texts.Text(p, v.words.lang)
		all = append(all, asked{text.With(v.Shop.Name, v.list("or", titles)), text.Hash()[:12]})
	}
	return all
}

func (v *view) fail(err error) {
	if v.err == nil {
		v.err = err
	}
}

// term is a word that the program picks.
func (v *view) term(key string) string {
	word, ok := v.words.Terms[key]
	if !ok {
		v.fail(fmt.Errorf("there is no term %q in %s", key, v.words.lang))
	}
	return word
}

// list joins names as people do: "a, b or c".
func (v *view) list(join string, names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " " + v.term(join) + " " + names[last]
}

// funcs are what the words can call.
func (v *view) funcs() template.FuncMap {
	return template.FuncMap{
		"shop": func() string { return v.Shop.Name },
		"term": v.term,
		"span": v.span,
		"link": func(address string) string { return linkOpen + address + linkClose },
		"bold": func(text any) string { return boldOpen + fmt.Sprint(text) + boldClose },
		"gap": func(key string) string {
			g, ok := v.words.Gaps[key]
			if !ok {
				v.fail(fmt.Errorf("there is no gap %q in %s", key, v.words.lang))
			}
			return gapOpen + g.Name + gapClose
		},
		"titles": func(sources []Source) string {
			return v.list("and", each(sources, func(s Source) string { return s.Title }))
		},
		"names": func(programs []Program) string {
			return v.list("and", each(programs, func(p Program) string { return p.Name }))
		},
		"scopes": func(s Source) string {
			var all []string
			for _, scopes := range [][]string{s.Scopes[""], s.Scopes[profile.Posts]} {
				for _, scope := range scopes {
					if !slices.Contains(all, scope) {
						all = append(all, scope)
					}
				}
			}
			return strings.Join(all, ", ")
		},
		"gets": func(p Program) string {
			var all []string
			for _, scope := range p.Scopes {
				all = append(all, v.term("may."+scope))
			}
			return strings.Join(all, "; ")
		},
		"percent": func(share float64) string {
			return strings.Replace(fmt.Sprintf("%.4g", share*100), ".", v.term("point"), 1)
		},
	}
}
