package notice

import (
	"fmt"
	"net/url"
	"strings"
)

// markdownEscapes makes text of what Markdown, and HTML within it, would read
// as markup (CommonMark 2.4).
var markdownEscapes = []string{
	`\`, `\\`, "`", "\\`", `*`, `\*`, `_`, `\_`, `<`, `\<`, `>`, `\>`, `[`, `\[`, `]`, `\]`, `|`, `\|`, `#`, `\#`, `&`, `\&`, `~`, `\~`, `!`, `\!`,
}

// Markdown is the document as CommonMark with tables.
func (d Document) Markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n", inMarkdown(d.Title))
	paragraph(&b, d.Lead)
	for _, part := range d.Parts {
		fmt.Fprintf(&b, "\n## %s\n", inMarkdown(part.Title))
		paragraph(&b, part.Lead)
		for _, s := range part.Sections {
			markdownSection(&b, "### ", s)
		}
	}
	if len(d.Gaps.Blocks) > 0 {
		markdownSection(&b, "## ", d.Gaps)
	}
	return b.String()
}

func paragraph(b *strings.Builder, text string) {
	if text != "" {
		fmt.Fprintf(b, "\n%s\n", inMarkdown(text))
	}
}

func markdownSection(b *strings.Builder, level string, s Section) {
	fmt.Fprintf(b, "\n%s%s\n", level, inMarkdown(s.Title))
	for _, block := range s.Blocks {
		paragraph(b, block.Text)
		if len(block.List)+len(block.Cells) > 0 {
			b.WriteString("\n")
		}
		for _, item := range block.List {
			fmt.Fprintf(b, "- %s\n", inMarkdown(item))
		}
		if len(block.Cells) > 0 {
			markdownRow(b, block.Head)
			b.WriteString(strings.Repeat("| --- ", len(block.Head)) + "|\n")
			for _, row := range block.Cells {
				markdownRow(b, row)
			}
		}
	}
}

func markdownRow(b *strings.Builder, cells []string) {
	for _, cell := range cells {
		fmt.Fprintf(b, "| %s ", inMarkdown(cell))
	}
	b.WriteString("|\n")
}

// inMarkdown escapes a text and turns its marks into markup.
func inMarkdown(text string) string {
	pieces := strings.Split(text, linkOpen)
	for i, piece := range pieces {
		address, rest, linked := strings.Cut(piece, linkClose)
		switch {
		case linked && web(address):
			pieces[i] = "<" + address + ">" + escaped(rest)
		default:
			pieces[i] = escaped(piece)
		}
	}
	return strings.Join(pieces, "")
}

func escaped(text string) string {
	text = strings.NewReplacer(markdownEscapes...).Replace(text)
	return strings.NewReplacer(gapOpen, `**\[`, gapClose, `\]**`, boldOpen, "**", boldClose, "**", linkClose, "").Replace(text)
}

// web reports whether an address leads to the web and cannot be mistaken for
// anything but an address.
func web(address string) bool {
	u, err := url.Parse(address)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && !strings.ContainsAny(address, " <>\"'`\\")
}
