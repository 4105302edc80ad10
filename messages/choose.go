package messages

import (
	"time"

	"tonfall/profile"
)

// Situation is all that a choice looks at: the customer as the profile has it,
// and what the shop says about this message. It holds no text of anybody.
type Situation struct {
	Mood     profile.Mood
	Evidence []profile.Evidence // recent readings, in any order; only counted for the reasons
	Wishes   profile.Wishes
	Consent  bool            // to Messages and to MoodRead, as the gate answers
	Quiet    time.Time       // profile.Customer.Quiet
	Sales    []time.Time     // profile.Customer.Sales
	LastTone Tone            // profile.Customer.LastTone
	Locale   string          // BCP 47: what the message shall be written in; empty: the template's first
	Address  profile.Address // the shop's setting; the customer's wish outranks it; empty: du
	Channel  Channel         // empty: the template's first
	// Permission is the shop's proof that it may send this customer sales
	// messages (UWG § 7); service messages need none.
	Permission bool
	Holdout    bool // of the control group (see HeldOut)
	Now        time.Time
}

// Choice is what Choose answers: which wording, and why.
type Choice struct {
	Tone    Tone            `json:"tone"`
	Variant string          `json:"variant"` // "de/calm/sie": locale, tone and form of address
	Locale  string          `json:"locale"`
	Address profile.Address `json:"address,omitempty"` // empty where the language knows no difference
	Channel Channel         `json:"channel"`
	Reasons []Reason        `json:"reasons"` // why this tone, first what weighed most
	Blocked []Blocked       `json:"blocked,omitempty"`
	// Suppressed is empty, or why the message is not sent: SuppressedQuiet,
	// SuppressedObjection or SuppressedPermission.
	Suppressed string `json:"suppressed,omitempty"`
	Abstained  bool   `json:"abstained,omitempty"` // too little is known: the tone is Plain
	Holdout    bool   `json:"holdout,omitempty"`
}

// The reasons for not sending. Quiet is one word for the frequency cap and for
// a sensitive moment: they cannot be told apart.
const (
	SuppressedQuiet      = "quiet"
	SuppressedObjection  = "objection"
	SuppressedPermission = "permission"
)

// Reason says in a word for programs and a sentence for people why. It counts
// evidence and never quotes it.
type Reason struct {
	Code   string `json:"code"`
	Text   string `json:"text"`    // English
	German string `json:"text_de"` // German
}

// In is the sentence in the language: German for "de" and its like, else English.
func (r Reason) In(locale string) string {
	if base(locale) == "de" {
		return r.German
	}
	return r.Text
}

// Blocked is a tone that would have come first, and what spoke against it.
type Blocked struct {
	Tone   Tone   `json:"tone"`
	Reason Reason `json:"reason"`
}

// Fit is a tone that suits the customer now, without regard to a template.
type Fit struct {
	Tone    Tone     `json:"tone"`
	Reasons []Reason `json:"reasons"`
}

// Tones lists the tones that fit now, best first, always at least one: what a
// shop's own mail system needs. abstained: too little is known, so it is Plain.
func Tones(p Policy, in Situation) (fits []Fit, abstained bool) {
	return []Fit{{Tone: Plain}}, true
}

// Choose picks the wording of a template for a situation. It is a pure
// function and always answers; where Suppressed is set the message must not be
// sent, and Render refuses it.
func Choose(p Policy, t *Template, in Situation) Choice {
	return Choice{Tone: Plain}
}
