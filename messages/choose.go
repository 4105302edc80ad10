package messages

import (
	"cmp"
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
	v := p.weigh(in, nil)
	for i, tone := range v.tones {
		fit := Fit{Tone: tone, Reasons: v.reasons}
		if i > 0 {
			fit.Reasons = []Reason{alsoFits(tone, in.Mood.Word)}
		}
		fits = append(fits, fit)
	}
	return fits, v.abstained
}

// Choose picks the wording of a template for a situation. It is a pure
// function and always answers; where Suppressed is set the message must not be
// sent, and Render refuses it.
func Choose(p Policy, t *Template, in Situation) Choice {
	v := p.weigh(in, t.Never)
	c := Choice{Channel: in.Channel, Abstained: v.abstained, Holdout: v.holdout, Blocked: v.blocked}
	if in.Channel == "" {
		c.Channel = t.Channels[0]
	}
	var exact bool
	if c.Locale, exact = match(in.Locale, t.Locales); !exact {
		v.reasons = append(v.reasons, otherLocale(in.Locale, c.Locale))
	}
	c.Tone = p.instead(v.tones[0], t, c.Locale, in.Mood.Word)
	if c.Tone != v.tones[0] {
		v.reasons = append(v.reasons, missingTone(v.tones[0], c.Tone))
	}
	c.Address = t.address(c.Locale, c.Tone, cmp.Or(in.Wishes.Address, in.Address))
	c.Variant = variantName(c.Locale, c.Tone, c.Address)
	c.Reasons = v.reasons
	if t.Purpose == Sales {
		if why := p.suppress(in); why != "" {
			c.Suppressed = why
			c.Reasons = append([]Reason{notSent(why)}, c.Reasons...)
		}
	}
	return c
}

// suppress says why a sales message is not sent, or "".
func (p Policy) suppress(in Situation) string {
	since := in.Now.AddDate(0, 0, -p.SalesDays)
	lately := 0
	for _, at := range in.Sales {
		if at.After(since) {
			lately++
		}
	}
	switch {
	case in.Now.Before(in.Quiet), lately >= p.SalesMost:
		return SuppressedQuiet
	case in.Wishes.NoMarketing:
		return SuppressedObjection
	case !in.Permission:
		return SuppressedPermission
	}
	return ""
}

// instead follows Near from a tone to one that the template has in the locale
// and that the mood allows; Plain at the end.
func (p Policy) instead(tone Tone, t *Template, locale string, word profile.Word) Tone {
	for range len(p.Near) + 1 {
		if _, ok := t.Variants[locale][tone]; ok && !p.forbids(word, tone, t.Never) {
			return tone
		}
		if tone = p.Near[tone]; tone == "" {
			break
		}
	}
	return Plain
}
