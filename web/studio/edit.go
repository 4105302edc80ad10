package studio

import (
	"net/http"
	"slices"
	"strings"

	"tonfall/messages"
	"tonfall/profile"
	"tonfall/web/ui"
	"tonfall/web/wording"
)

// editPage changes one wording.
type editPage struct {
	ui.Page
	Name, Heading, ToneTitle string
	Locale                   string
	Tone                     messages.Tone
	Tones                    []ui.Link // the same message in the other tones
	Polite                   bool      // the language has a polite form
	Short                    bool      // a channel carries the short text
	Words                    words
	Before                   words               // what an undo writes back
	Faults                   map[string][]string // by field; "" for what is no field's
	Warnings                 map[string][]string
	Saved                    bool
	Message                  *messages.Message // as it reads with example data
	Fields                   []dataField
	Back                     string
}

// wordingAt finds the template and the wording that the URL names.
func (s *Site) wordingAt(v visit) (*messages.Template, string, messages.Tone, error) {
	t, err := s.Desk.Catalog.Template(v.Context(), v.shop.Slug, v.PathValue("name"))
	if err != nil {
		return nil, "", "", err
	}
	locale, tone := v.URL.Query().Get("locale"), messages.Tone(v.URL.Query().Get("tone"))
	if _, ok := t.Variants[locale][tone]; !ok {
		return nil, "", "", profile.Errorf(profile.NotFound, "%s has no such wording", t.Name)
	}
	return t, locale, tone, nil
}

func (s *Site) edit(w http.ResponseWriter, v visit) error {
	t, locale, tone, err := s.wordingAt(v)
	if err != nil {
		return err
	}
	page := s.editing(v, t, locale, tone)
	page.Words = wordsOf(t.Variants[locale][tone])
	page.Before = page.Words
	s.warn(&page, t.Source())
	s.read(v, t, &page)
	return s.pages.Render(w, http.StatusOK, "edit", page)
}

// save keeps the wording, or shows the form again with every fault at its
// field and nothing lost.
func (s *Site) save(w http.ResponseWriter, v visit) error {
	t, locale, tone, err := s.wordingAt(v)
	if err != nil {
		return err
	}
	page := s.editing(v, t, locale, tone)
	page.Before = wordsOf(t.Variants[locale][tone])
	page.Words = words{
		Subject: v.FormValue("subject"), Body: v.FormValue("body"), Short: v.FormValue("short"),
		SieSubject: v.FormValue("sie.subject"), SieBody: v.FormValue("sie.body"), SieShort: v.FormValue("sie.short"),
	}
	document, err := rewrite(t.Source(), locale, tone, page.Words)
	if err != nil {
		return err
	}
	saved, err := s.Desk.Catalog.Save(v.Context(), v.shop.Slug, t.Name, document)
	if profile.Is(err, profile.Invalid) {
		s.blame(&page, document)
		if len(page.Faults) == 0 {
			page.Faults = map[string][]string{"": {profile.Message(err)}}
		}
		return s.pages.Render(w, http.StatusUnprocessableEntity, "edit", page)
	}
	if err != nil {
		return err
	}
	page.Saved = true
	s.warn(&page, document)
	s.read(v, saved, &page)
	return s.pages.Render(w, http.StatusOK, "edit", page)
}

func (s *Site) editing(v visit, t *messages.Template, locale string, tone messages.Tone) editPage {
	page := editPage{
		Page: s.page(v, "edit.title", "templates"), Name: t.Name, Heading: title(t, v.lang), Locale: locale, Tone: tone,
		Polite: hasPolite(t, locale), Short: slices.Contains(t.Channels, messages.Push) || slices.Contains(t.Channels, messages.SMS),
		Back: "/studio/templates/" + t.Name + "?locale=" + locale,
	}
	page.ToneTitle = s.tone(page.Page, tone)
	page.Title = page.Heading + ", " + page.ToneTitle
	for _, other := range wording.Tones(t) {
		if _, ok := t.Variants[locale][other]; ok {
			page.Tones = append(page.Tones, ui.Link{Text: s.tone(page.Page, other), URL: editURL(t.Name, locale, other), Current: other == tone})
		}
	}
	page.Fields, _ = dataFields(t, nil, locale)
	return page
}

// blame sorts what keeps a document from being used to the fields.
func (s *Site) blame(page *editPage, document []byte) {
	page.Faults, _ = s.sorted(page, document)
}

// warn sorts what a careful copywriter would mend to the fields.
func (s *Site) warn(page *editPage, document []byte) {
	_, page.Warnings = s.sorted(page, document)
	delete(page.Warnings, "") // other wordings' warnings are shown there
}

func (s *Site) sorted(page *editPage, document []byte) (faults, warnings map[string][]string) {
	faults, warnings = map[string][]string{}, map[string][]string{}
	for _, p := range messages.Lint(page.Name, document) {
		text := p.Msg
		if p.Mend != "" {
			text += "; " + p.Mend
		}
		into := faults
		if p.Warning {
			into = warnings
		}
		field := fieldAt(document, page.Locale, page.Tone, p.Line)
		into[field] = append(into[field], text)
	}
	return faults, warnings
}

// read shows the wording with example data; where that fails the faults say why.
func (s *Site) read(v visit, t *messages.Template, page *editPage) {
	shown, err := t.Preview(page.Locale, v.shop.Address, "", messages.Input{Name: "Kim", Shop: v.shop.Name})
	if err != nil {
		return
	}
	if m, ok := shown[page.Tone]; ok {
		page.Message = &m
	}
}

// stocked reports whether there is a template to go back to.
func (s *Site) stocked(v visit, name string) bool {
	if s.Stock == nil {
		return false
	}
	_, err := s.Stock.Template(v.Context(), v.shop.Slug, name)
	return err == nil
}

// revert puts the template back to what the folder or the program has.
func (s *Site) revert(w http.ResponseWriter, v visit) error {
	name := v.PathValue("name")
	if !s.stocked(v, name) {
		return profile.Errorf(profile.NotFound, "this template has no earlier form to go back to")
	}
	t, err := s.Stock.Template(v.Context(), v.shop.Slug, name)
	if err != nil {
		return err
	}
	if _, err := s.Desk.Catalog.Save(v.Context(), v.shop.Slug, name, t.Source()); err != nil {
		return err
	}
	http.Redirect(w, v.Request, "/studio/templates/"+t.Name, http.StatusSeeOther)
	return nil
}

// textField is one text of the form.
type textField struct {
	Name, Label, Text string
	Long              bool
	Rows              int
	Faults, Warnings  []string
}

// Texts are the fields of the wording.
func (p editPage) Texts() []textField {
	return p.fields("", p.Words.Subject, p.Words.Body, p.Words.Short)
}

// PoliteTexts are the fields of its polite form.
func (p editPage) PoliteTexts() []textField {
	return p.fields("sie.", p.Words.SieSubject, p.Words.SieBody, p.Words.SieShort)
}

func (p editPage) fields(prefix, subject, body, short string) []textField {
	field := func(name, text string, long bool) textField {
		return textField{
			Name: prefix + name, Label: p.T("field." + name), Text: text, Long: long, Rows: min(max(strings.Count(text, "\n")+3, 6), 24),
			Faults: p.Faults[prefix+name], Warnings: p.Warnings[prefix+name],
		}
	}
	out := []textField{field("subject", subject, false), field("body", body, true)}
	if p.Short || short != "" {
		out = append(out, field("short", short, false))
	}
	return out
}
