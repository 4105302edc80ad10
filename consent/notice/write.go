package notice

import (
	"fmt"
	"slices"
	"strings"
	"text/template"

	"tonfall/profile"
)

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
