package profile

import (
	"slices"
	"time"
)

// Purpose is what personal data may be used for. Each is asked for on its own.
type Purpose string

// The purposes. Posts is given for each provider; the others once.
const (
	Posts     Purpose = "posts"      // import profile details and posts from one provider
	MoodRead  Purpose = "mood"       // score mood and tone; explicit, GDPR Art. 9(2)(a)
	Messages  Purpose = "messages"   // choose the tone of messages by the mood
	ShopTexts Purpose = "shop_texts" // score e-mails, reviews and chats that the shop holds
	Preview   Purpose = "preview"    // one-off: show what would be derived, keep nothing
)

// Purposes lists what can be asked for lastingly, in the order in which people are asked.
func Purposes() []Purpose { return []Purpose{Posts, MoodRead, Messages, ShopTexts} }

// Decision is yes or no to a purpose.
type Decision string

// The decisions.
const (
	Granted   Decision = "granted"
	Withdrawn Decision = "withdrawn"
	Declined  Decision = "declined" // was asked and did not say yes; asked again only on the own page
)

// Consent is one entry of a customer's ledger: append-only, hash-chained.
type Consent struct {
	Seq         int       `json:"seq"` // 1, 2, 3 … for each customer
	Purpose     Purpose   `json:"purpose"`
	Provider    string    `json:"provider,omitempty"` // for Posts; else empty
	Decision    Decision  `json:"decision"`
	TextVersion string    `json:"text_version"` // of the text the person saw: "2026-11"
	TextHash    string    `json:"text_hash"`    // hex SHA-256 of that text in that language
	Lang        string    `json:"lang"`
	At          time.Time `json:"at"` // server time, UTC
	Evidence    Proof     `json:"evidence"`
	Prev        string    `json:"prev"` // Hash of the entry before; empty for the first
	Hash        string    `json:"hash"` // hex SHA-256 over all fields above
}

// Proof is how a decision reached us.
type Proof struct {
	How       string `json:"how"`                 // "page", "me", "api", "operator", "platform" (the provider told us)
	Reference string `json:"reference,omitempty"` // the shop's own proof, for "api"
	Address   string `json:"address,omitempty"`   // IP address
	Agent     string `json:"agent,omitempty"`     // user agent
}

// Consent finds the latest decision on a purpose at a provider ("" for the
// purposes that know none); nil where the person was never asked.
func (c *Customer) Consent(p Purpose, provider string) *Consent {
	i := slices.IndexFunc(c.Consents, func(x Consent) bool { return x.Purpose == p && x.Provider == provider })
	if i < 0 {
		return nil
	}
	return &c.Consents[i]
}

// Allows reports whether the latest decision is yes. It answers for the
// person only; what platform and law allow is the gate's to add.
func (c *Customer) Allows(p Purpose, provider string) bool {
	x := c.Consent(p, provider)
	return x != nil && x.Decision == Granted
}
