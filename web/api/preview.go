package api

import (
	"context"

	"tonfall/messages"
	"tonfall/profile"
	"tonfall/web/wording"
)

type previewInput struct {
	ByName
	Posted
	Body struct {
		Customer string           `json:"customer,omitempty" maxLength:"240" doc:"Left out: a sample person."`
		Mood     profile.Word     `json:"mood,omitempty" enum:",elated,content,neutral,mixed,downcast,anxious,irritated,unknown" doc:"Of the sample person."`
		Name     string           `json:"name,omitempty" maxLength:"200" doc:"Of the sample person."`
		Channel  messages.Channel `json:"channel,omitempty" enum:",email,push,sms,on-site"`
		Locale   string           `json:"locale,omitempty" maxLength:"35"`
		Address  profile.Address  `json:"address,omitempty" enum:",du,Sie"`
		Data     map[string]any   `json:"data,omitempty" doc:"What is missing comes from the template's examples."`
	}
}

// Preview is one message in all its tones.
type Preview struct {
	Tone     messages.Tone      `json:"tone" doc:"What would go out."`
	Locale   string             `json:"locale"`
	Address  profile.Address    `json:"address,omitempty"`
	Channel  messages.Channel   `json:"channel"`
	Reasons  []messages.Reason  `json:"reasons" nullable:"false"`
	Blocked  []messages.Blocked `json:"blocked" nullable:"false" doc:"Tones that would have come first, and what spoke against them."`
	Variants []Wording          `json:"variants" nullable:"false"`
}

// Wording is a message in one tone.
type Wording struct {
	Tone messages.Tone `json:"tone"`
	messages.Message
}

func (a *API) preview(ctx context.Context, in *previewInput) (*answer[Preview], error) {
	shop, b := who(ctx).Shop, in.Body
	t, err := a.Desk.Catalog.Template(ctx, shop, in.Name)
	if err != nil {
		return nil, err
	}
	trial := wording.Trial{
		Mood: b.Mood, Name: b.Name, Address: b.Address,
		Order: wording.Order{Channel: b.Channel, Locale: b.Locale, Data: b.Data},
	}
	if b.Customer != "" {
		c, err := a.customer(ctx, b.Customer)
		if err != nil {
			return nil, err
		}
		trial.Customer = &c
	}
	shown, err := a.Desk.Preview(ctx, shop, t, trial)
	if err != nil {
		return nil, err
	}
	out := Preview{
		Tone: shown.Choice.Tone, Locale: shown.Choice.Locale, Address: shown.Choice.Address, Channel: shown.Choice.Channel,
		Reasons: append([]messages.Reason{}, shown.Choice.Reasons...), Blocked: append([]messages.Blocked{}, shown.Choice.Blocked...),
		Variants: []Wording{},
	}
	for _, tone := range shown.Tones {
		out.Variants = append(out.Variants, Wording{Tone: tone, Message: shown.Texts[tone]})
	}
	return &answer[Preview]{Body: out}, nil
}
