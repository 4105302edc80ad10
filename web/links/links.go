// Package links makes and reads the signed links that shops put into messages.
//
//	why   explains one message: /{shop}/me/why?t=…
//	me    opens the customer's own page in one browser: /{shop}/link?t=…
//
// A link names what it is for, the shop and the customer, and when it ends; it
// can be read by whoever holds it and altered by nobody. What it allows is the
// page's to say.
package links

import (
	"net/url"
	"time"

	"tonfall/internal/keys"
	"tonfall/profile"
)

// Links makes and reads links of all shops. Its fields are set once, before use.
type Links struct {
	Base string // outside address without a slash at its end: "https://id.example"
	Keys *keys.Keyring
	Now  func() time.Time
}

// The purposes, which links of one kind cannot be used for another by.
const (
	purposeWhy  = "why"
	purposeUndo = "why undo"
	purposeMe   = "me"
)

// undoLife is how long a click on "plain tone" can be taken back from its page.
const undoLife = time.Hour

// Me is a link into the customer's own page.
type Me struct {
	Key   profile.Key `json:"key"`
	ID    string      `json:"id"`    // of this link: it is used in one browser
	Until time.Time   `json:"until"` // when it ends, and what it opened
}

// Why is a link to the reasons of one message. The exposure's id names the
// customer as well.
type Why struct {
	Shop     string `json:"shop"`
	Exposure string `json:"exposure"`
}

// Why makes the URL that explains a message until it expires.
func (l *Links) Why(w Why, expires time.Time) (string, error) {
	token, err := l.Keys.Sign(purposeWhy, w, expires)
	return l.at(w.Shop, "/me/why", token), err
}

// ReadWhy reads the token of a Why link at the shop. Unauthorized where it is
// not ours, altered, or another shop's; Gone where it has expired.
func (l *Links) ReadWhy(shop, token string) (Why, error) {
	w, err := read[Why](l, purposeWhy, token)
	return w, here(shop, w.Shop, err)
}

// Undo makes a token that takes back what was done from a Why link's page.
func (l *Links) Undo(w Why) (string, error) {
	return l.Keys.Sign(purposeUndo, w, l.Now().Add(undoLife))
}

// ReadUndo reads the token of Undo; errors as ReadWhy.
func (l *Links) ReadUndo(shop, token string) (Why, error) {
	w, err := read[Why](l, purposeUndo, token)
	return w, here(shop, w.Shop, err)
}

// Me makes the URL that opens the customer's own page.
func (l *Links) Me(m Me) (string, error) {
	token, err := l.Keys.Sign(purposeMe, m, m.Until)
	return l.at(m.Key.Shop, "/link", token), err
}

// ReadMe reads the token of a Me link at the shop; errors as ReadWhy.
func (l *Links) ReadMe(shop, token string) (Me, error) {
	m, err := read[Me](l, purposeMe, token)
	return m, here(shop, m.Key.Shop, err)
}

func (l *Links) at(shop, path, token string) string {
	return l.Base + "/" + shop + path + "?" + url.Values{"t": {token}}.Encode()
}

func read[T any](l *Links, purpose, token string) (claims T, err error) {
	err = l.Keys.Verify(purpose, token, l.Now(), &claims)
	return claims, err
}

// here is nil where the link belongs to the shop whose page it opens.
func here(shop, of string, err error) error {
	if err == nil && shop != of {
		return profile.Errorf(profile.Unauthorized, "this link belongs to another shop")
	}
	return err
}
