package notice

import (
	"slices"
	"strings"
)

// Document is the papers, ready to be rendered. All strings are plain text with
// marks (see mark): renderers escape them.
type Document struct {
	Lang  string
	Title string
	Lead  string // what this is, and that it is no legal advice
	Parts []Part
	Gaps  Section // what the operator must fill in; no blocks where there is nothing
}

// Part is one of the papers.
type Part struct {
	ID       string // Notice, Record
	Title    string
	Lead     string
	Sections []Section
}

// Section is a heading and what stands under it.
type Section struct {
	ID     string // an anchor: "retention"
	Title  string
	Blocks []Block
}

// Block is one paragraph, one list or one table: whichever is not empty.
type Block struct {
	Text  string
	List  []string
	Head  []string   // of a table
	Cells [][]string // of a table, as wide as Head
}

// Marks stand in texts around what is more than words. They are private-use
// characters, which clean takes out of all that comes from outside.
const (
	gapOpen, gapClose   = "\uE000", "\uE001" // a gap for the operator to fill
	linkOpen, linkClose = "\uE002", "\uE003" // an address
	boldOpen, boldClose = "\uE004", "\uE005" // a name that is looked for
)

// plain takes marks and control characters out of a string from outside.
func plain(s string) string {
	return strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		switch {
		case r >= 0xE000 && r <= 0xE005:
			return -1
		case r < ' ' || r == 0x7f || r == 0x2028 || r == 0x2029:
			return ' '
		}
		return r
	}, s)), " ")
}

// texts walks over every text but the list of gaps.
func (d Document) texts(visit func(string)) {
	visit(d.Lead)
	for _, part := range d.Parts {
		visit(part.Lead)
		for _, s := range part.Sections {
			for _, b := range s.Blocks {
				visit(b.Text)
				for _, text := range slices.Concat(b.List, b.Head, slices.Concat(b.Cells...)) {
					visit(text)
				}
			}
		}
	}
}

// gaps lists what is left open, each once, in the order of the text.
func (d Document) gaps() []string {
	var found []string
	d.texts(func(text string) {
		for _, rest := range strings.Split(text, gapOpen)[1:] {
			if name, _, _ := strings.Cut(rest, gapClose); !slices.Contains(found, name) {
				found = append(found, name)
			}
		}
	})
	return found
}
