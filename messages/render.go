package messages

import (
	"errors"
	"maps"
	"regexp"
	"strings"

	"tonfall/profile"
)

// Input is what fills a variant.
type Input struct {
	Name string         // what to call the customer; may be empty
	Shop string         // the shop's name
	Data map[string]any // the template's declared variables as plain JSON values
}

// Message is a rendered wording.
type Message struct {
	Subject string `json:"subject"`        // one line; empty for SMS
	Body    string `json:"body"`           // plain text
	HTML    string `json:"html,omitempty"` // for e-mail and on-site: a fragment of paragraphs, escaped
}

// wording is a variant ready to run.
type wording struct {
	subject, body, html, short *program
}

// Render fills the chosen wording. Customers' and shops' data stay text,
// whatever they hold. Invalid where the choice is suppressed, a variable is
// missing, unknown or of the wrong type (the message names it and what is
// near), or the output is too long.
func (t *Template) Render(c Choice, in Input) (Message, error) {
	if c.Suppressed != "" {
		return Message{}, profile.Errorf(profile.Invalid, "%s must not be sent to this customer now: %s", t.Name, c.Suppressed)
	}
	w, ok := t.wordings[variantName(c.Locale, c.Tone, c.Address)]
	if !ok {
		return Message{}, profile.Errorf(profile.NotFound, "%s has no wording %q in %q", t.Name, c.Tone, c.Locale)
	}
	channel, err := t.Channel(c.Channel)
	if err != nil {
		return Message{}, err
	}
	vars, err := t.bind(in, c.Locale, c.Address)
	if err != nil {
		return Message{}, err
	}
	m, err := w.render(channel, vars)
	if errors.Is(err, errTooLong) {
		return Message{}, profile.Errorf(profile.Invalid, "%s: with this data the message grows beyond %d bytes; send less", t.Name, MaxOutput)
	}
	return m, profile.Wrap(profile.Invalid, err, t.Name+": the template does not work with this data; check it with tonfall templates check")
}

func (w wording) render(c Channel, vars map[string]any) (Message, error) {
	body, form := w.body, ""
	if c.short() {
		body = w.short
	}
	var m Message
	var err error
	for _, part := range []struct {
		p    *program
		into *string
	}{{w.subject, &m.Subject}, {body, &m.Body}, {w.html, &form}} {
		if part.p == nil || c.short() && part.p == w.html || c == SMS && part.p == w.subject {
			continue
		}
		if *part.into, err = part.p.run(vars); err != nil {
			return Message{}, err
		}
	}
	m.Subject, m.Body, m.HTML = clean(m.Subject), tidy(m.Body), paragraphs(form)
	return m, nil
}

var (
	trailing = regexp.MustCompile(`[ \t\r]+\n`)
	breaks   = regexp.MustCompile(`\n{2,}`)
)

// tidy takes out the empty lines that tags leave behind.
func tidy(text string) string {
	return strings.TrimSpace(breaks.ReplaceAllString(trailing.ReplaceAllString(text, "\n"), "\n\n"))
}

// paragraphs makes HTML of escaped text. Line breaks are the template's own:
// values have none.
func paragraphs(escaped string) string {
	escaped = tidy(escaped)
	if escaped == "" {
		return ""
	}
	escaped = strings.ReplaceAll(escaped, "\n\n", "</p>\x00<p>")
	escaped = strings.ReplaceAll(escaped, "\n", "<br>\n")
	return "<p>" + strings.ReplaceAll(escaped, "\x00", "\n") + "</p>\n"
}

// variantName is "de/calm/sie"; without the form of address where there is none.
func variantName(locale string, tone Tone, address profile.Address) string {
	name := locale + "/" + string(tone)
	if address != profile.AddressNone {
		name += "/" + string(address)
	}
	return name
}

// Example is the template's example data in a language, as Input.Data.
func (t *Template) Example(locale string) map[string]any {
	data := make(map[string]any, len(t.Data))
	for name, d := range t.Data {
		if v := d.Sample(locale); v != nil {
			data[name] = v
		}
	}
	return data
}

// Preview renders every tone of a locale side by side. Nothing is recorded.
// Variables missing from in.Data are filled from the examples; an empty channel
// is the template's first. NotFound for a locale or Invalid for a channel that
// the template does not know.
func (t *Template) Preview(locale string, want profile.Address, channel Channel, in Input) (map[Tone]Message, error) {
	channel, err := t.Channel(channel)
	if err != nil {
		return nil, err
	}
	locale, exact := match(locale, t.Locales)
	if !exact {
		return nil, profile.Errorf(profile.NotFound, "%s is not written in that language; there are %s", t.Name, strings.Join(t.Locales, ", "))
	}
	data := t.Example(locale)
	maps.Copy(data, in.Data)
	in.Data = data
	all := make(map[Tone]Message, len(t.Variants[locale]))
	for tone := range t.Variants[locale] {
		c := Choice{Tone: tone, Locale: locale, Address: t.address(locale, tone, want), Channel: channel}
		if all[tone], err = t.Render(c, in); err != nil {
			return nil, err
		}
	}
	return all, nil
}
