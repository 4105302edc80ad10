// Package ui is what every page and every handler of the door has in common:
// layout and style, words in German and English, security headers, errors as a
// page for people and as problem+json for programs, cookies, request log.
//
// A room (web/signin, web/studio, web/me) has templates of its own, each with
// one struct that embeds Page, and words of its own:
//
//	//go:embed all:templates words              (all: so that _parts.html come along)
//	var files embed.FS
//
//	words, err := ui.LoadWords(files, "words")              // words/de.yaml, words/en.yaml
//	pages, err := ui.LoadPages(assets, words, files, "templates/*.html")
//
//	func (s *Site) show(w http.ResponseWriter, r *http.Request) error {
//		p := welcome{Page: s.pages.Page(lang, "welcome.title")}
//		return s.pages.Render(w, http.StatusOK, "welcome", p)
//	}
//
//	mux.Handle("GET /welcome", door.Handle(s.show))
//
// A template file welcome.html defines "content"; the layout does the rest:
//
//	{{define "content"}}<h1>{{.T "welcome.title"}}</h1>{{end}}
//
// There is no inline script and no inline style: the content security policy
// refuses both.
package ui
