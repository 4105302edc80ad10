// Package notice writes the papers that the law asks of whoever runs Tonfall:
// the privacy notice (GDPR Art. 13 and 14) and the record of processing
// (Art. 30), in German and English, from the configuration that runs.
//
//	Data ── words/LANG.yaml ──> Document ──> Markdown, HTML
//
// What depends on the configuration (networks, keeping times, caps) is never
// written by hand, so the papers cannot say other than the program does. What
// no program knows (name and address of the controller, the authority) is left
// as a marked gap, and the document ends with the list of its gaps.
//
// It is not legal advice, and the papers say so to whoever publishes them.
package notice

import (
	"time"

	"tonfall/consent"
	"tonfall/profile"
)

// Data is what the papers are written from.
type Data struct {
	Shop    profile.Shop
	Base    string // public URL of Tonfall, without a slash at its end
	Sources []Source
	Texts   consent.Texts
	Keeping consent.Keeping
	Import  Import
	Cookies []Cookie
	// HalfLife is how long it takes until a reading weighs half.
	HalfLife time.Duration
	Engine   string  // which scorer reads texts: "native"
	Holdout  float64 // share of customers who always get the plain tone, 0..1
	Sales    Cap
	Programs []Program
	Made     time.Time // date of the papers
}

// Program is one of the shop's own that calls Tonfall's API.
type Program struct {
	Name   string
	Scopes []string // what it may: "mood:read", "messages:render" …
}

// Source is one network that people sign in with, or read from.
type Source struct {
	Name   string                       // in URLs: "mastodon"
	Title  string                       // for people: "Mastodon"
	Host   string                       // the one address it is reached at; empty: as the person names it
	Posts  bool                         // posts are read; else sign-in and profile only
	Scopes map[profile.Purpose][]string // asked of the network, by purpose; "" is identity
	Rules  []Rule
}

// Rule is one statement of a network's policy on a purpose.
type Rule struct {
	Purpose profile.Purpose
	Allowed bool
	Text    string // a sentence, in English
	Source  string // where it stands
}

// Forbids reports whether the network's policy rules the purpose out.
func (s Source) Forbids(p profile.Purpose) bool {
	for _, r := range s.Rules {
		if r.Purpose == p && !r.Allowed {
			return true
		}
	}
	return false
}

// Read reports whether posts are read from the network at all.
func (s Source) Read() bool { return s.Posts && !s.Forbids(profile.Posts) }

// Import bounds what is fetched.
type Import struct {
	Every time.Duration // between two imports of an account
	Posts int           // of a first import, at most
	Age   time.Duration // of the oldest post of a first import
}

// Cap bounds advertising.
type Cap struct {
	Most int // sales messages to one customer …
	Days int // … in so many days
}

// Cookie is one that Tonfall sets: strictly necessary, readable by no script.
type Cookie struct {
	Name string
	For  Use
	Life time.Duration // 0: until the browser is closed
}

// Use is what a cookie is needed for.
type Use string

// The uses of cookies.
const (
	SignIn Use = "signin" // binds a sign-in under way to the browser in which it began
	Stay   Use = "stay"   // keeps a customer signed in
	Staff  Use = "staff"  // keeps a marketer signed in to the studio
)

// The parts of a Document.
const (
	Notice = "notice" // for the public: GDPR Art. 13 and 14
	Record = "record" // for the drawer: GDPR Art. 30
)

// Languages are those that the papers are written in.
func Languages() []string { return []string{"de", "en"} }

// Write makes the papers in a language. The parts, Notice and Record, come in
// that order, or only those that are named. Invalid for a language or a part
// that there is not.
func Write(d Data, lang string, parts ...string) (Document, error) {
	w, err := open(lang)
	if err != nil {
		return Document{}, err
	}
	return w.write(d.clean(), parts)
}
