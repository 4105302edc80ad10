package studio

import (
	"net/http"

	"tonfall/messages"
	"tonfall/web/ui"
	"tonfall/web/wording"
)

// listPage shows every template.
type listPage struct {
	ui.Page
	Items    []listItem
	Problems []string // what is wrong with templates that were left out
}

type listItem struct {
	Name, Title, About string
	Sales              bool
	Changed            bool // kept in the store: somebody here has edited it
	Channels           []messages.Channel
	Locales            []string
	Tones              []messages.Tone
}

func (s *Site) list(w http.ResponseWriter, v visit) error {
	templates, err := s.Desk.Catalog.Templates(v.Context(), v.shop.Slug)
	if err != nil {
		return err
	}
	page := listPage{Page: s.page(v, "list.title", "templates")}
	for _, t := range templates {
		page.Items = append(page.Items, listItem{
			Name: t.Name, Title: title(t, v.lang), About: said(t.Description, v.lang, t.Locales),
			Sales: t.Purpose == messages.Sales, Changed: t.Origin == messages.FromStore,
			Channels: t.Channels, Locales: t.Locales, Tones: wording.Tones(t),
		})
	}
	problems, err := s.Desk.Catalog.Problems(v.Context(), v.shop.Slug)
	if err != nil {
		return err
	}
	for _, p := range problems {
		page.Problems = append(page.Problems, p.String())
	}
	return s.pages.Render(w, http.StatusOK, "list", page)
}

// title is what people call the template.
func title(t *messages.Template, lang string) string {
	if words := said(t.Title, lang, t.Locales); words != "" {
		return words
	}
	return t.Name
}

// said picks the text for a page's language, else the first there is.
func said(texts map[string]string, lang string, locales []string) string {
	for _, locale := range append([]string{lang}, locales...) {
		if text := texts[locale]; text != "" {
			return text
		}
	}
	return ""
}
