package messages

import (
	"maps"
	"slices"

	"tonfall/profile"
)

// Template is one message in all its wordings. Parse makes it; after that it
// is read only and safe for concurrent use.
type Template struct {
	Name        string            `json:"name"` // lower case, digits and hyphens: "order-shipped"
	Purpose     Purpose           `json:"purpose"`
	Channels    []Channel         `json:"channels"`
	Title       map[string]string `json:"title"`       // by locale, for people in the studio
	Description map[string]string `json:"description"` // by locale: when it is sent
	// Data declares what the shop sends along. Name, shop and locale need no
	// declaration (see Input).
	Data map[string]Datum `json:"data"`
	// Never lists tones that do not suit this message under a mood, on top of
	// the policy's; the key Any holds for every mood.
	Never map[profile.Word][]Tone `json:"never,omitempty"`
	// Locales are the languages of Variants in the order of the file. The first
	// is what customers get whose language is not there.
	Locales  []string                    `json:"locales"`
	Variants map[string]map[Tone]Variant `json:"variants"` // by locale, then tone

	Origin Origin `json:"origin"`

	source   []byte
	wordings map[string]wording // by variantName
}

// Any stands for every mood in Template.Never.
const Any profile.Word = "any"

// Variant is one wording. Its texts are Liquid in the grammar of docs/messages.md.
type Variant struct {
	Subject string `json:"subject"` // one line
	Body    string `json:"body"`    // paragraphs between blank lines; [label](link) is a link
	Short   string `json:"short,omitempty"`
	// Sie is the same wording in the polite form, where the language has one
	// (German); without it the texts above serve both forms.
	Sie *Variant `json:"sie,omitempty"`
}

// Datum declares one variable.
type Datum struct {
	Type     Type   `json:"type"`
	Example  any    `json:"example"`            // what previews show; a text may have one for each locale (see Sample)
	About    string `json:"about,omitempty"`    // for people
	Optional bool   `json:"optional,omitempty"` // may be missing: print it only inside {% if %} or with default
	// Of declares the fields of a list's items; nil: items are texts.
	Of map[string]Datum `json:"of,omitempty"`
}

// Type says what a variable holds and so how it is printed in a language.
type Type string

// The types.
const (
	Text   Type = "text"   // one line, at most MaxText characters
	Number Type = "number" // printed as it is; may be compared
	Money  Type = "money"  // "49.90 EUR", printed as 49,90 € or €49.90
	Date   Type = "date"   // "2026-12-03", printed as Donnerstag, 3. Dezember or Thursday, 3 December
	Link   Type = "link"   // an absolute http or https URL
	Flag   Type = "flag"   // true or false, for {% if %}
	List   Type = "list"   // at most MaxItems items, for {% for %}
)

// Sample is the example in a language: a plain JSON value that fits Type.
func (d Datum) Sample(locale string) any {
	byLocale, ok := d.Example.(map[string]any)
	if !ok || d.Type != Text || len(byLocale) == 0 {
		return d.Example
	}
	l, _ := match(locale, slices.Sorted(maps.Keys(byLocale)))
	return byLocale[l]
}

// Origin is where a template came from.
type Origin string

// The origins, in rising precedence.
const (
	FromDefaults Origin = "defaults"
	FromFolder   Origin = "folder"
	FromStore    Origin = "store"
)

// Channel is the wanted channel, or the template's first for "". Invalid where
// the template is not written for it.
func (t *Template) Channel(want Channel) (Channel, error) {
	switch {
	case want == "":
		return t.Channels[0], nil
	case slices.Contains(t.Channels, want):
		return want, nil
	}
	return "", profile.Errorf(profile.Invalid, "%s is not written for the channel %.20q; it is for %v", t.Name, want, t.Channels)
}

// address is the form of address that a wording has for a wish: du or Sie where
// both are written, else none. An open wish is du.
func (t *Template) address(locale string, tone Tone, want profile.Address) profile.Address {
	switch {
	case t.Variants[locale][tone].Sie == nil:
		return profile.AddressNone
	case want == profile.Sie:
		return profile.Sie
	}
	return profile.Du
}

// Source is the document that the template was parsed from.
func (t *Template) Source() []byte { return t.source }
