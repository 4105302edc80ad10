package studio

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"

	"tonfall/messages"
	"tonfall/profile"
	"tonfall/web/ui"
	"tonfall/web/wording"
)

// previewPage shows one template in all its tones.
type previewPage struct {
	ui.Page
	Name, About string
	Heading     string
	Sales       bool
	Changed     bool
	CanRevert   bool

	Form   previewForm
	Person *person  // the real customer it is shown for; nil: the sample person
	Found  []person // what the search for a customer gave
	Moods  []option
	Fields []dataField

	Chosen  string   // title of the tone that would go out
	Reasons []string // why
	Blocked []blocked
	Stopped string // why nothing would go out; empty where it would
	NotUsed []string
	Cards   []card
	Fault   string // why there are no cards
}

// previewForm is the state of the page; all of it is in its URL.
type previewForm struct {
	Customer, Find, Mood, Name, Locale, Address, Channel string

	Locales   []string
	Channels  []messages.Channel
	Addresses []profile.Address
}

type option struct {
	Value, Text string
	Selected    bool
}

type blocked struct{ Tone, Reason string }

// card is one wording.
type card struct {
	Tone     messages.Tone
	Title    string
	Chosen   bool
	Message  messages.Message
	EditURL  string
	Standing string // why it is not the chosen one, where that is known
}

func (s *Site) preview(w http.ResponseWriter, v visit) error {
	t, err := s.Desk.Catalog.Template(v.Context(), v.shop.Slug, v.PathValue("name"))
	if err != nil {
		return err
	}
	q := v.URL.Query()
	page := previewPage{
		Page: s.page(v, "preview.title", "templates"), Name: t.Name, Heading: title(t, v.lang),
		About: said(t.Description, v.lang, t.Locales), Sales: t.Purpose == messages.Sales,
		Changed: t.Origin == messages.FromStore, CanRevert: t.Origin == messages.FromStore && s.stocked(v, t.Name),
		Form: previewForm{
			Customer: q.Get("customer"), Find: q.Get("find"), Mood: cmp.Or(q.Get("mood"), string(profile.Downcast)),
			Name: cmp.Or(q.Get("name"), "Kim"), Locale: q.Get("locale"), Address: q.Get("address"), Channel: q.Get("channel"),
			Locales: t.Locales, Channels: t.Channels, Addresses: []profile.Address{profile.Du, profile.Sie},
		},
	}
	page.Title = page.Heading
	trial, err := s.trial(v, &page)
	if err != nil {
		return err
	}
	page.Fields, trial.Data = dataFields(t, q, cmp.Or(page.Form.Locale, v.shop.Locale()))
	if err := s.fill(v, t, trial, &page); err != nil {
		return err
	}
	return s.pages.Render(w, http.StatusOK, "preview", page)
}

// trial reads from the form for whom to show what, and looks customers up.
func (s *Site) trial(v visit, page *previewPage) (wording.Trial, error) {
	f := &page.Form
	trial := wording.Trial{
		Mood: profile.Word(f.Mood), Name: f.Name, Address: profile.Address(f.Address),
		Order: wording.Order{Channel: messages.Channel(f.Channel), Locale: f.Locale},
	}
	for _, word := range profile.Words() {
		page.Moods = append(page.Moods, option{Value: string(word), Text: page.T("mood." + string(word)), Selected: string(word) == f.Mood})
	}
	if f.Find != "" {
		found, _, err := s.Gate.Customers(v.Context(), v.shop.Slug, "", 8, f.Find)
		if err != nil {
			return trial, err
		}
		for _, c := range found[:min(len(found), 8)] {
			page.Found = append(page.Found, personOf(c))
		}
	}
	if f.Customer == "" {
		return trial, nil
	}
	key, err := s.Gate.Resolve(v.Context(), v.shop.Slug, f.Customer)
	if err != nil {
		return trial, err
	}
	c, err := s.Gate.Customer(v.Context(), key)
	if err != nil {
		return trial, err
	}
	p := personOf(c)
	page.Person, trial.Customer = &p, &c
	for _, unused := range s.Gate.NotUsed(c) {
		page.NotUsed = append(page.NotUsed, page.T("notused", "connector", unused.Connector, "reason", unused.Reason))
	}
	return trial, nil
}

// fill renders the cards. Data that do not fit are told on the page, not as an
// error: the person is in the middle of typing them.
func (s *Site) fill(v visit, t *messages.Template, trial wording.Trial, page *previewPage) error {
	shown, err := s.Desk.Preview(v.Context(), v.shop.Slug, t, trial)
	if profile.Is(err, profile.Invalid) || profile.Is(err, profile.NotFound) {
		page.Fault = profile.Message(err)
		return nil
	}
	if err != nil {
		return err
	}
	page.Form.Locale = shown.Choice.Locale
	page.Form.Channel = string(shown.Choice.Channel)
	page.Form.Address = cmp.Or(page.Form.Address, string(shown.Choice.Address))
	if !hasPolite(t, shown.Choice.Locale) {
		page.Form.Addresses = nil
	}
	page.Chosen = s.tone(page.Page, shown.Choice.Tone)
	for _, reason := range shown.Choice.Reasons {
		page.Reasons = append(page.Reasons, reason.In(v.lang))
	}
	if shown.Choice.Suppressed != "" {
		page.Stopped = page.T("stopped." + shown.Choice.Suppressed)
	}
	standing := map[messages.Tone]string{}
	for _, b := range shown.Choice.Blocked {
		standing[b.Tone] = b.Reason.In(v.lang)
		page.Blocked = append(page.Blocked, blocked{Tone: s.tone(page.Page, b.Tone), Reason: b.Reason.In(v.lang)})
	}
	for _, tone := range shown.Tones {
		page.Cards = append(page.Cards, card{
			Tone: tone, Title: s.tone(page.Page, tone), Chosen: tone == shown.Choice.Tone, Message: shown.Texts[tone],
			EditURL: editURL(t.Name, shown.Choice.Locale, tone), Standing: standing[tone],
		})
	}
	return nil
}

func hasPolite(t *messages.Template, locale string) bool {
	for _, variant := range t.Variants[locale] {
		if variant.Sie != nil {
			return true
		}
	}
	return false
}

// tone is what people call a tone: a shop's own tones by their names.
func (s *Site) tone(p ui.Page, tone messages.Tone) string {
	if slices.Contains(messages.DefaultTones(), tone) {
		return p.T("tone." + string(tone))
	}
	return string(tone)
}

func editURL(name, locale string, tone messages.Tone) string {
	return "/studio/templates/" + url.PathEscape(name) + "/edit?" + url.Values{"locale": {locale}, "tone": {string(tone)}}.Encode()
}
