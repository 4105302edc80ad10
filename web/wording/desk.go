// Package wording is the desk at which messages are written: it brings
// together what the gate knows of a customer and what messages can say, for
// the API and the pages alike.
//
//	customer --Gate--> Situation --messages.Choose--> Choice --Render--> Message
//	                                                             └ Send records the exposure
//
// Everything but Send leaves no trace.
package wording

import (
	"context"
	"time"

	"tonfall/consent"
	"tonfall/messages"
	"tonfall/profile"
	"tonfall/web/links"
)

// Desk writes messages for the customers of all shops. Its fields are set
// once, before use.
type Desk struct {
	Gate    *consent.Gate
	Catalog *messages.Catalog
	// Shop finds a shop by its slug; false where there is none.
	Shop func(slug string) (profile.Shop, bool)
	// Policy is the shop's rules of choosing.
	Policy func(shop string) messages.Policy
	// HoldoutKey draws the control group (see messages.HeldOut).
	HoldoutKey []byte
	// Links signs the link that explains a message; nil: messages go without.
	Links *links.Links
	Now   func() time.Time
}

// Order is what a shop wants to send.
type Order struct {
	Template   string
	Channel    messages.Channel // empty: the template's first
	Locale     string           // empty: the customer's, else the shop's first
	Permission bool             // the shop's proof that it may send sales messages
	Data       map[string]any
}

// Sent is a message as it goes out. Where Choice.Suppressed is set there is no
// Message and no exposure.
type Sent struct {
	messages.Message
	Choice   messages.Choice
	Exposure string
	Why      string // URL that explains the message; empty where the desk signs no links
}

// recent is how many readings a choice looks at: reasons only count them.
const recent = 100

// Situation is what a choice for this customer looks at now. It answers the
// shop's own settings where the customer has no wish.
func (d *Desk) Situation(ctx context.Context, c profile.Customer) (messages.Situation, error) {
	shop, _ := d.Shop(c.Shop)
	in := messages.Situation{
		Mood: c.Mood, Wishes: c.Wishes, Quiet: c.Quiet, Sales: c.Sales, LastTone: messages.Tone(c.LastTone),
		Locale: shop.Locale(c.Locale()), Address: shop.Address,
		Holdout: messages.HeldOut(d.HoldoutKey, c.Key, d.Policy(c.Shop).Holdout),
		Now:     d.Now(),
	}
	in.Consent = d.Gate.Allowed(&c, profile.MoodRead, "", "") == nil && d.Gate.Allowed(&c, profile.Messages, "", "") == nil
	if !in.Consent {
		return in, nil
	}
	evidence, _, err := d.Gate.Evidence(ctx, c.Key, "", recent)
	if err != nil && !profile.Is(err, profile.NoConsent) {
		return in, err
	}
	in.Evidence = evidence
	return in, nil
}

// Tones lists the tones that fit the customer now, best first. abstained: too
// little is known, or may be used, so it is the plain tone.
func (d *Desk) Tones(ctx context.Context, c profile.Customer) (fits []messages.Fit, abstained bool, err error) {
	in, err := d.Situation(ctx, c)
	if err != nil {
		return nil, false, err
	}
	fits, abstained = messages.Tones(d.Policy(c.Shop), in)
	return fits, abstained || !in.Consent, nil
}

// Would lists the tones that would fit the customer with a mood that nobody
// keeps, as if they had agreed to everything.
func (d *Desk) Would(ctx context.Context, c profile.Customer, mood profile.Mood, evidence []profile.Evidence) ([]messages.Fit, error) {
	in, err := d.Situation(ctx, c)
	if err != nil {
		return nil, err
	}
	in.Mood, in.Evidence, in.Consent, in.Holdout, in.LastTone = mood, evidence, true, false, ""
	fits, _ := messages.Tones(d.Policy(c.Shop), in)
	return fits, nil
}

// Send chooses, renders and records. A suppressed message is an answer, not an
// error. NotFound for an unknown template, Invalid where the data do not fit.
func (d *Desk) Send(ctx context.Context, c profile.Customer, o Order) (Sent, error) {
	t, err := d.Catalog.Template(ctx, c.Shop, o.Template)
	if err != nil {
		return Sent{}, err
	}
	choice, in, err := d.choose(ctx, c, t, o)
	if err != nil || choice.Suppressed != "" {
		return Sent{Choice: choice}, err
	}
	sent := Sent{Choice: choice, Exposure: d.Gate.NewExposureID(c.Key)}
	if sent.Why, err = d.why(c.Shop, sent.Exposure); err != nil {
		return Sent{}, err
	}
	if sent.Message, err = t.Render(choice, d.input(c, explained(t, o.Data, sent.Why))); err != nil {
		return Sent{}, err
	}
	exposed := Exposed{Exposure: messages.NewExposure(sent.Exposure, t, choice, d.Now()), Basis: basis(d.Policy(c.Shop), c, t, choice, in)}
	err = d.Gate.Expose(ctx, c.Key, sent.Exposure, exposed, t.Purpose == messages.Sales, string(choice.Tone))
	return sent, err
}

func (d *Desk) choose(ctx context.Context, c profile.Customer, t *messages.Template, o Order) (messages.Choice, messages.Situation, error) {
	in, err := d.Situation(ctx, c)
	if err != nil {
		return messages.Choice{}, in, err
	}
	in.Channel, in.Permission = o.Channel, o.Permission
	if o.Locale != "" {
		in.Locale = o.Locale
	}
	return messages.Choose(d.Policy(c.Shop), t, in), in, nil
}

func (d *Desk) input(c profile.Customer, data map[string]any) messages.Input {
	shop, _ := d.Shop(c.Shop)
	return messages.Input{Name: c.Name(), Shop: shop.Name, Data: data}
}
