package profile

import "strings"

// Shop is one customer of Tonfall's: the tenant to which everything belongs.
type Shop struct {
	Slug       string   // in URLs and keys: lower-case letters, digits, hyphens; 2..32
	Name       string   // for people
	Home       string   // URL of the shop
	Privacy    string   // URL of the shop's privacy notice; may be empty
	Locales    []string // languages of its pages and messages, best first: "de", "en"
	Address    Address  // how it addresses people in German where they have not said
	Connectors []string // names of the connectors it offers, in the order of the chooser
}

// Locale picks the first of the wanted languages that the shop has, by primary
// subtag ("de-AT" is served by "de"), else the shop's first, else "en".
func (s Shop) Locale(wanted ...string) string {
	for _, w := range wanted {
		for _, have := range s.Locales {
			if primary(w) == primary(have) {
				return have
			}
		}
	}
	if len(s.Locales) > 0 {
		return s.Locales[0]
	}
	return "en"
}

func primary(locale string) string {
	for i, r := range locale {
		if r == '-' || r == '_' {
			return strings.ToLower(locale[:i])
		}
	}
	return strings.ToLower(locale)
}
