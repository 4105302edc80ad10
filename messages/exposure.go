package messages

import (
	"slices"
	"time"

	"tonfall/profile"
)

// Exposure is the record of one rendered message: what was chosen and why, and
// what came of it. It holds neither text nor data of the message.
type Exposure struct {
	ID       string          `json:"id"`
	Template string          `json:"template"`
	Purpose  Purpose         `json:"purpose"`
	Tone     Tone            `json:"tone"`
	Variant  string          `json:"variant"` // Choice.Variant
	Locale   string          `json:"locale"`
	Address  profile.Address `json:"address,omitempty"`
	Channel  Channel         `json:"channel"`
	At       time.Time       `json:"at"`
	Reasons  []Reason        `json:"reasons"`
	Holdout  bool            `json:"holdout,omitempty"` // of the control group: told apart when tones are compared
	Outcomes []Outcome       `json:"outcomes,omitempty"`
}

// Outcome is what the shop says came of a message. There is no "opened": mail
// proxies fake it.
type Outcome struct {
	Result Result    `json:"outcome"`
	At     time.Time `json:"at"`
}

// Result is the kind of an Outcome.
type Result string

// The results that count.
const (
	Delivered    Result = "delivered"
	Clicked      Result = "clicked"
	Converted    Result = "converted"
	Complained   Result = "complained"
	Unsubscribed Result = "unsubscribed"
)

// Results lists every result, in the order in which reports show them.
func Results() []Result { return []Result{Delivered, Clicked, Converted, Complained, Unsubscribed} }

// Add notes an outcome. A result counts once: saying it again changes nothing
// and answers false. Invalid for a result that is none of Results.
func (e *Exposure) Add(o Outcome) (added bool, err error) {
	if !slices.Contains(Results(), o.Result) {
		return false, profile.Errorf(profile.Invalid,
			"%q is no outcome; use delivered, clicked, converted, complained or unsubscribed", o.Result)
	}
	if slices.ContainsFunc(e.Outcomes, func(x Outcome) bool { return x.Result == o.Result }) {
		return false, nil
	}
	e.Outcomes = append(e.Outcomes, o)
	return true, nil
}

// NewExposure records a choice that was rendered. The id is the caller's, unique
// in the shop.
func NewExposure(id string, t *Template, c Choice, at time.Time) Exposure {
	return Exposure{
		ID: id, Template: t.Name, Purpose: t.Purpose, Tone: c.Tone, Variant: c.Variant, Locale: c.Locale,
		Address: c.Address, Channel: c.Channel, At: at.UTC(), Reasons: c.Reasons, Holdout: c.Holdout,
	}
}
