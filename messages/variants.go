package messages

import (
	"errors"
	"fmt"
	"slices"

	"gopkg.in/yaml.v3"

	"tonfall/profile"
)

// written is a variant in the file: what the copy checks compare.
type written struct {
	name  string // "de/warm/sie"
	at    *yaml.Node
	parts map[string]checked // subject, body, short
	texts map[string]string
	nodes map[string]*yaml.Node
}

// variants reads, checks and compiles every wording.
func (d *document) variants(t *Template, n, order *yaml.Node) {
	t.Variants, t.wordings = map[string]map[Tone]Variant{}, map[string]wording{}
	for _, l := range d.entries(n, "variants") {
		if !localeForm.MatchString(l.key) {
			d.wrong(l.at, fmt.Sprintf("%.40q is no language", l.key), "write it like de, en or de-AT")
			continue
		}
		t.Locales = append(t.Locales, l.key)
		t.Variants[l.key] = map[Tone]Variant{}
		var all []written
		for _, e := range d.entries(l.value, "variants "+l.key) {
			if !nameForm.MatchString(e.key) {
				d.wrong(e.at, fmt.Sprintf("%.40q is no tone's name", e.key), "use lower case letters, digits and hyphens")
				continue
			}
			d.tone(e)
			v, ws := d.variant(t, l.key, e)
			t.Variants[l.key][Tone(e.key)] = v
			all = append(all, ws...)
		}
		if _, ok := t.Variants[l.key][Plain]; !ok {
			d.wrong(l.at, "the tone plain is missing in "+l.key, "write it: everything falls back to plain")
		}
		d.sameFacts(all)
		for _, w := range all {
			d.manners(l.key, w)
		}
	}
	if len(t.Locales) == 0 {
		d.wrong(n, "there is no variant", "write at least en: {plain: {subject: …, body: …}}")
	}
	d.order(t, order)
}

// tone warns where a tone's name looks misspelt.
func (d *document) tone(e entry) {
	var names []string
	for _, tone := range DefaultTones() {
		names = append(names, string(tone))
	}
	if near := nearest(e.key, names); near != "" && near != e.key {
		d.warn(e.at, "the tone "+e.key+" is none of the usual ones", "did you mean "+near+"?")
	}
}

// variant reads one tone of one locale, in both forms of address.
func (d *document) variant(t *Template, locale string, e entry) (Variant, []written) {
	f := d.fields(e.value, "the variant", "subject", "body", "short", "sie")
	address := profile.AddressNone
	if f["sie"] != nil {
		address = profile.Du
	}
	v, w := d.wording(t, locale, Tone(e.key), address, e.at, f)
	all := []written{w}
	if f["sie"] != nil {
		polite, w := d.wording(t, locale, Tone(e.key), profile.Sie, f["sie"], d.fields(f["sie"], "sie", "subject", "body", "short"))
		v.Sie = &polite
		all = append(all, w)
	}
	return v, all
}

// wording checks and compiles the texts of one form.
func (d *document) wording(t *Template, locale string, tone Tone, address profile.Address, at *yaml.Node, f map[string]*yaml.Node) (Variant, written) {
	w := written{name: variantName(locale, tone, address), at: at, parts: map[string]checked{}, texts: map[string]string{}, nodes: f}
	for _, part := range []string{"subject", "body", "short"} {
		w.texts[part] = d.text(f[part], part)
		if f[part] == nil {
			if t.needs(part) {
				d.wrong(at, w.name+" has no "+part, "write "+part+": …")
			}
			continue
		}
		c := check(w.texts[part], t.Data)
		for _, bad := range c.faults {
			d.inside(f[part], w.texts[part], bad)
		}
		w.parts[part] = c
	}
	t.wordings[w.name] = wording{
		subject: d.compile(w, "subject", false), body: d.compile(w, "body", false),
		html: d.compile(w, "body", true), short: d.compile(w, "short", false),
	}
	return Variant{Subject: w.texts["subject"], Body: w.texts["body"], Short: w.texts["short"]}, w
}

// compile compiles a text without faults; nil where there is nothing to run.
func (d *document) compile(w written, part string, escape bool) *program {
	c, ok := w.parts[part]
	if !ok || broken(c.faults) {
		return nil
	}
	p, err := compile(c.segs, escape)
	if err != nil {
		mend := "see docs/messages.md for the grammar"
		if errors.Is(err, errHidden) {
			mend = "take braces and per cent signs away from the brackets of links"
		}
		d.wrong(w.nodes[part], w.name+" "+part+" cannot be compiled", mend)
		return nil
	}
	return p
}

// needs reports whether a text is a must on the template's channels.
func (t *Template) needs(part string) bool {
	return slices.ContainsFunc(t.Channels, func(c Channel) bool {
		switch part {
		case "subject":
			return c == Email || c == Push
		case "short":
			return c.short()
		}
		return !c.short()
	})
}
