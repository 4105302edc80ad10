package profile

import "time"

// Post is one piece that the customer wrote: at a provider, or in the shop.
type Post struct {
	Connector string    `json:"connector"` // "mastodon"; "shop" for texts that the shop holds
	Provider  string    `json:"provider"`  // Account.Provider; "shop" likewise
	Subject   string    `json:"subject"`   // Account.Subject; empty for the shop
	ID        string    `json:"id"`        // the provider's id, a string always
	Kind      PostKind  `json:"kind"`
	Text      string    `json:"text,omitempty"` // own words only (OwnWords)
	Lang      string    `json:"lang,omitempty"` // as the provider says; a hint
	At        time.Time `json:"at"`             // written
	Fetched   time.Time `json:"fetched"`
	URL       string    `json:"url,omitempty"`
	Hash      string    `json:"hash,omitempty"` // keyed hash of the text
	Consent   int       `json:"consent"`        // Seq of the consent under which it came
}

// PostKind tells own writing from other people's words.
type PostKind string

// The kinds. Boosts carry no words of the customer and are never scored.
const (
	Original PostKind = "post"
	Reply    PostKind = "reply"
	Quote    PostKind = "quote"
	Boost    PostKind = "boost"
	Email    PostKind = "email"
	Review   PostKind = "review"
	Chat     PostKind = "chat"
	Comment  PostKind = "comment"
)

// Item names the post among its customer's: provider, subject and id.
func (p Post) Item() string { return p.Provider + " " + p.Subject + " " + p.ID }

// Evidence is a reading and where it came from.
type Evidence struct {
	Reading
	Item      string    `json:"item"`      // Post.Item
	Connector string    `json:"connector"` // Post.Connector
	Provider  string    `json:"provider"`
	Kind      PostKind  `json:"kind"`
	Hash      string    `json:"hash,omitempty"` // Post.Hash: sees an edit after the text is gone
	At        time.Time `json:"at"`             // when the text was written
	Scored    time.Time `json:"scored"`         // when it was read
	// Consents are the ledger entries that allowed it: the import, then the scoring.
	Consents []int `json:"consents"`
	Carried  bool  `json:"carried,omitempty"` // translated from an older model, the text being gone
	// Corrected is what the customer said instead; it outranks the model.
	Corrected Correction `json:"corrected,omitempty"`
}

// Correction is the customer's word against a reading.
type Correction string

// The corrections.
const (
	NotCorrected Correction = ""
	WasIrony     Correction = "irony"    // meant the other way round
	NotMe        Correction = "not-me"   // not my feeling: a quotation, a film, somebody else
	WasPositive  Correction = "positive" // meant well
	WasNegative  Correction = "negative" // meant badly
)

// Valid reports whether the correction is one of those named here.
func (c Correction) Valid() bool {
	switch c {
	case NotCorrected, WasIrony, NotMe, WasPositive, WasNegative:
		return true
	}
	return false
}
