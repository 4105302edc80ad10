package ui

import (
	"net/http"
	"strings"

	"golang.org/x/text/language"
)

// Lang chooses the language of a page, "de" or "en": what the program that
// sent the browser asked for (ui_locales, best first, as in OpenID Connect
// Core 3.1.2.1), else what the browser asks for, else the first of ours among
// the fallbacks (a shop's locales), else English. No cookie is involved.
func Lang(r *http.Request, uiLocales string, fallbacks ...string) string {
	var wanted []language.Tag
	for _, locale := range strings.Fields(uiLocales) {
		if tag, err := language.Parse(locale); err == nil {
			wanted = append(wanted, tag)
		}
	}
	if accepted, _, err := language.ParseAcceptLanguage(r.Header.Get("Accept-Language")); err == nil {
		wanted = append(wanted, accepted...)
	}
	for _, tag := range wanted {
		if lang, ok := ours(tag); ok {
			return lang
		}
	}
	for _, locale := range fallbacks {
		if tag, err := language.Parse(locale); err == nil {
			if lang, ok := ours(tag); ok {
				return lang
			}
		}
	}
	return "en"
}

// ours is the page language that serves a tag: Swiss German is served by "de".
func ours(tag language.Tag) (string, bool) {
	base, _ := tag.Base()
	for _, lang := range Languages() {
		if base.String() == lang {
			return lang, true
		}
	}
	return "", false
}
