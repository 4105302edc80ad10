package messages

import (
	"errors"
	"fmt"
	"html"
	"io"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/osteele/liquid/parser"
	"github.com/osteele/liquid/render"
	"github.com/osteele/liquid/tags"
	"github.com/osteele/liquid/values"
)

// MaxOutput bounds a rendered text, in bytes.
const MaxOutput = 64 << 10

// program is a checked text, compiled.
type program struct {
	node   render.Node
	config render.Config
}

// engine is a Liquid engine without include, render and the standard filters.
// The facade of the library always brings those; its parts do not.
func engine(escape bool) render.Config {
	c := render.NewConfig()
	tags.AddStandardTags(&c)
	c.UnregisterTag("include")
	c.UnregisterTag("render")
	c.TemplateStore = nothing{}
	c.AddFilter("default", func(v, instead any) any {
		if v == nil || v == "" || v == false {
			return instead
		}
		return v
	})
	c.AddFilter("upcase", strings.ToUpper)
	c.AddFilter("downcase", strings.ToLower)
	c.AddFilter("capitalize", func(s string) string {
		_, n := utf8.DecodeRuneInString(s)
		return strings.ToUpper(s[:n]) + s[n:]
	})
	c.AddFilter("size", values.Length)
	c.AddFilter("join", func(list []any, by string) string {
		var b strings.Builder
		for i, item := range list {
			if i > 0 {
				b.WriteString(by)
			}
			fmt.Fprint(&b, item)
		}
		return b.String()
	})
	c.AddFilter("truncate", func(s string, most int) string {
		for i := range s {
			if most--; most < 0 {
				return s[:i] + "…"
			}
		}
		return s
	})
	c.AddFilter("pluralize", func(n any, one, many string) string {
		if n == 1 || n == 1.0 {
			return one
		}
		return many
	})
	if escape {
		c.SetAutoEscapeReplacer(render.HtmlEscaper)
	}
	return c
}

// nothing is a template store without templates.
type nothing struct{}

func (nothing) ReadTemplate(string) ([]byte, error) {
	return nil, errors.New("templates read no files")
}

// linkForm is [label](target). It is looked for in the template, never in what
// was rendered: nobody's data can become a link. A label holds text and
// variables, no tags.
var linkForm = regexp.MustCompile(`\[((?:[^\[\]\n{}]|\{\{[^{}]*\}\})+)\]\((\{\{[^{}]*\}\}|[^(){}\s]+)\)`)

// errHidden refuses a text in which a link's brackets hide a mark.
var errHidden = errors.New("braces or per cent signs stand against the brackets of a link")

// compile makes a checked text ready to run: as plain text, or as HTML.
func compile(segs []segment, escape bool) (*program, error) {
	var b strings.Builder
	for i, s := range segs {
		text := s.raw
		if s.kind == literal {
			if i > 0 && alone(segs, i-1) {
				text = strings.TrimPrefix(strings.TrimPrefix(text, "\r"), "\n")
			}
			if escape {
				text = html.EscapeString(text)
			}
		}
		b.WriteString(text)
	}
	link := "$1: $2"
	if escape {
		link = `<a href="$2">$1</a>`
	}
	text := linkForm.ReplaceAllString(b.String(), link)
	if !sameMarks(segs, text) {
		return nil, errHidden
	}
	c := engine(escape)
	node, err := c.Compile(text, parser.SourceLoc{LineNo: 1})
	if err != nil {
		return nil, err
	}
	return &program{node: node, config: c}, nil
}

// sameMarks reports whether the text that the engine will read has exactly the
// marks that were checked: rewriting links takes brackets away, and what stood
// on both sides of one must not make a new {{ or {%.
func sameMarks(segs []segment, text string) bool {
	again, faults := segments(text)
	marks := func(list []segment) (raws []string) {
		for _, s := range list {
			if s.kind != literal {
				raws = append(raws, s.raw)
			}
		}
		slices.Sort(raws) // a link's address may stand before its label or after it
		return raws
	}
	return len(faults) == 0 && slices.Equal(marks(segs), marks(again))
}

// alone reports whether a tag has a line for itself: its line break then
// belongs to the tag and not to the message.
func alone(segs []segment, i int) bool {
	if segs[i].kind != tag {
		return false
	}
	before, after := i == 0, i == len(segs)-1
	if !before {
		before = segs[i-1].kind == literal && strings.HasSuffix(segs[i-1].raw, "\n")
	}
	if !after {
		after = segs[i+1].kind == literal && strings.HasPrefix(strings.TrimPrefix(segs[i+1].raw, "\r"), "\n")
	}
	return before && after
}

// errTooLong stops a rendering at MaxOutput.
var errTooLong = errors.New("the text is too long")

// capped is a buffer that takes MaxOutput bytes and then fails.
type capped struct{ strings.Builder }

func (c *capped) Write(p []byte) (int, error) {
	if c.Len()+len(p) > MaxOutput {
		return 0, errTooLong
	}
	return c.Builder.Write(p)
}

// run renders with plain values. The engine panics on what it did not foresee:
// that is an error of the template, never the end of the program.
func (p *program) run(bindings map[string]any) (text string, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = errors.New("the template cannot be rendered with these values")
		}
	}()
	var out capped
	if err := render.Render(p.node, io.Writer(&out), bindings, p.config); err != nil {
		return "", err
	}
	return out.String(), nil
}
