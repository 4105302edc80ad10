package notice

import (
	_ "embed" // for the page
	"html/template"
	"io"
	"strings"

	"tonfall/profile"
)

//go:embed page.html
var page string

// HTML writes the document as one page that needs nothing else: no script, no
// font, no picture, nothing from elsewhere. It prints well.
func (d Document) HTML(w io.Writer) error {
	t, err := template.New("page").Funcs(template.FuncMap{"marked": marked}).Parse(page)
	if err == nil {
		err = t.Execute(w, d)
	}
	return profile.Wrap(profile.Internal, err, "the privacy notice cannot be written as HTML")
}

// marked escapes a text and turns its marks into elements.
func marked(text string) template.HTML {
	var b strings.Builder
	for i, piece := range strings.Split(text, linkOpen) {
		address, rest, _ := strings.Cut(piece, linkClose)
		if i > 0 && web(address) {
			b.WriteString(`<a href="` + template.HTMLEscapeString(address) + `">` + template.HTMLEscapeString(address) + `</a>`)
			piece = rest
		}
		b.WriteString(inElements(template.HTMLEscapeString(piece)))
	}
	return template.HTML(b.String()) //nolint:gosec // all that is not ours was escaped
}

func inElements(text string) string {
	return strings.NewReplacer(
		gapOpen, "<mark>[", gapClose, "]</mark>", boldOpen, "<strong>", boldClose, "</strong>", linkClose, "",
	).Replace(text)
}
