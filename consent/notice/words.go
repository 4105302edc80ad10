package notice

import (
	"bytes"
	"embed"
	"fmt"
	"slices"
	"strings"
	"text/template"

	"gopkg.in/yaml.v3"

	"tonfall/profile"
)

//go:embed words/*.yaml
var files embed.FS

// words are the papers' prose in one language: words/LANG.yaml. Texts are
// templates; what comes out empty is left out, so a sentence can depend on the
// configuration.
type words struct {
	lang string

	Title string            `yaml:"title"`
	Lead  string            `yaml:"lead"`
	Open  string            `yaml:"open"`  // heading of the list of gaps
	Fill  string            `yaml:"fill"`  // sentence above it
	Terms map[string]string `yaml:"terms"` // words that the program picks
	Gaps  map[string]gap    `yaml:"gaps"`
	Parts []partWords       `yaml:"parts"`
}

// gap is something that the operator must fill in.
type gap struct {
	Name string `yaml:"name"` // as it stands in the text
	Hint string `yaml:"hint"` // in the list at the end
}

type partWords struct {
	ID       string         `yaml:"id"`
	Title    string         `yaml:"title"`
	Lead     string         `yaml:"lead"`
	Sections []sectionWords `yaml:"sections"`
}

type sectionWords struct {
	ID     string       `yaml:"id"`
	Title  string       `yaml:"title"`
	Blocks []blockWords `yaml:"blocks"`
}

// blockWords is a text, a list or a table. Rows and items with each are written
// once for every element of that name.
type blockWords struct {
	Text string     `yaml:"text"`
	List []rowWords `yaml:"list"`
	Head []string   `yaml:"head"`
	Rows []rowWords `yaml:"rows"`
}

type rowWords struct {
	Each  string   `yaml:"each"`
	Cells []string `yaml:"cells"` // one in a list
}

// open reads the prose of a language.
func open(lang string) (*words, error) {
	if !slices.Contains(Languages(), lang) {
		return nil, profile.Errorf(profile.Invalid, "the privacy notice is written in %s, not in %q", strings.Join(Languages(), " and "), lang)
	}
	data, err := files.ReadFile("words/" + lang + ".yaml")
	if err != nil {
		return nil, profile.Wrap(profile.Internal, err, "the words of the privacy notice cannot be read")
	}
	w := &words{lang: lang}
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	return w, profile.Wrap(profile.Internal, decoder.Decode(w), "the words of the privacy notice are damaged")
}

// writer fills the prose with the data. The view keeps the first error.
type writer struct {
	*words
	view  *view
	funcs template.FuncMap
}

func (w *words) write(d Data, parts []string) (Document, error) {
	if len(parts) == 0 {
		parts = []string{Notice, Record}
	}
	v := &view{Data: d, words: w}
	x := &writer{words: w, view: v, funcs: v.funcs()}
	doc := Document{Lang: w.lang, Title: x.text(w.Title, v), Lead: x.text(w.Lead, v)}
	for _, part := range w.Parts {
		if slices.Contains(parts, part.ID) {
			doc.Parts = append(doc.Parts, x.part(part))
		}
	}
	if len(doc.Parts) != len(parts) {
		return Document{}, profile.Errorf(profile.Invalid, "the parts are %q and %q, each once", Notice, Record)
	}
	doc.Gaps = x.gaps(doc.gaps())
	return doc, profile.Wrap(profile.Internal, v.err, "the privacy notice cannot be written")
}

func (x *writer) part(p partWords) Part {
	part := Part{ID: p.ID, Title: x.text(p.Title, x.view), Lead: x.text(p.Lead, x.view)}
	for _, s := range p.Sections {
		section := Section{ID: s.ID, Title: x.text(s.Title, x.view)}
		for _, b := range s.Blocks {
			if block := x.block(b); block.Text != "" || len(block.List)+len(block.Cells) > 0 {
				section.Blocks = append(section.Blocks, block)
			}
		}
		if len(section.Blocks) > 0 {
			part.Sections = append(part.Sections, section)
		}
	}
	return part
}

func (x *writer) block(b blockWords) Block {
	block := Block{Text: x.text(b.Text, x.view), Cells: x.rows(b.Rows, len(b.Head))}
	for _, head := range b.Head {
		block.Head = append(block.Head, x.text(head, x.view))
	}
	for _, row := range x.rows(b.List, 1) {
		block.List = append(block.List, row[0])
	}
	return block
}

func (x *writer) rows(rows []rowWords, width int) [][]string {
	var out [][]string
	for _, row := range rows {
		if len(row.Cells) != width {
			x.view.fail(fmt.Errorf("a row has %d cells, not %d: %q", len(row.Cells), width, row.Cells))
			return nil
		}
		items := []any{x.view}
		if row.Each != "" {
			items = x.view.each(row.Each)
		}
		for _, item := range items {
			cells := make([]string, len(row.Cells))
			for i, cell := range row.Cells {
				cells[i] = x.text(cell, item)
			}
			if strings.Join(cells, "") != "" {
				out = append(out, cells)
			}
		}
	}
	return out
}

func (x *writer) gaps(open []string) Section {
	section := Section{ID: "gaps", Title: x.Open}
	if len(open) == 0 {
		return section
	}
	var list []string
	for _, name := range open {
		for _, g := range x.Gaps {
			if g.Name == name {
				list = append(list, gapOpen+g.Name+gapClose+": "+g.Hint)
			}
		}
	}
	section.Blocks = []Block{{Text: x.Fill}, {List: list}}
	return section
}

// text fills one template.
func (x *writer) text(source string, data any) string {
	t, err := template.New("").Option("missingkey=error").Funcs(x.funcs).Parse(source)
	var b strings.Builder
	if err == nil {
		err = t.Execute(&b, data)
	}
	if err != nil {
		x.view.fail(err)
	}
	return strings.Join(strings.Fields(b.String()), " ")
}
