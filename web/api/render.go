package api

import (
	"context"

	"tonfall/messages"
	"tonfall/web/wording"
)

// Order asks for one message.
type Order struct {
	Customer   string           `json:"customer" minLength:"1" maxLength:"240" doc:"Id, sub or ref:NUMBER."`
	Template   string           `json:"template" minLength:"1" maxLength:"100" example:"order-shipped"`
	Channel    messages.Channel `json:"channel,omitempty" enum:",email,push,sms,on-site" doc:"Left out: the template's first."`
	Locale     string           `json:"locale,omitempty" maxLength:"35" doc:"Left out: the customer's."`
	Permission Permission       `json:"permission,omitempty"`
	Data       map[string]any   `json:"data,omitempty" doc:"What the template declares."`
}

// Rendered is one message as it goes out, or why it does not.
type Rendered struct {
	Subject    string            `json:"subject"`
	Body       string            `json:"body"`
	HTML       string            `json:"html,omitempty"`
	Variant    string            `json:"variant" example:"de/calm/sie"`
	Tone       messages.Tone     `json:"tone"`
	Locale     string            `json:"locale"`
	Channel    messages.Channel  `json:"channel"`
	Reasons    []messages.Reason `json:"reasons" nullable:"false"`
	Suppressed *string           `json:"suppressed" enum:"quiet,permission,objection" doc:"Not null: do not send. quiet is one word for the frequency cap and for a sensitive moment."`
	Exposure   *string           `json:"exposure" doc:"Report what came of the message under this id; null where it is suppressed."`
	Links      *Links            `json:"links,omitempty" doc:"To put into the message; there are none where it is suppressed."`
}

// Links are for the person the message goes to.
type Links struct {
	Why string `json:"why" doc:"Explains the tone of this message and offers the plain one, without a sign-in. A template that declares the variable why_url of type link gets it filled in."`
}

type renderInput struct {
	Posted
	Body Order
}

func (a *API) render(ctx context.Context, in *renderInput) (*answer[Rendered], error) {
	out, err := a.write(ctx, in.Body)
	return &answer[Rendered]{Body: out}, err
}

func (a *API) write(ctx context.Context, o Order) (Rendered, error) {
	c, err := a.customer(ctx, o.Customer)
	if err != nil {
		return Rendered{}, err
	}
	sent, err := a.Desk.Send(ctx, c, wording.Order{
		Template: o.Template, Channel: o.Channel, Locale: o.Locale, Permission: o.Permission.given, Data: o.Data,
	})
	if err != nil {
		return Rendered{}, err
	}
	out := Rendered{
		Subject: sent.Subject, Body: sent.Body, HTML: sent.HTML,
		Variant: sent.Choice.Variant, Tone: sent.Choice.Tone, Locale: sent.Choice.Locale, Channel: sent.Choice.Channel,
		Reasons:    append([]messages.Reason{}, sent.Choice.Reasons...),
		Suppressed: filled(sent.Choice.Suppressed), Exposure: filled(sent.Exposure),
	}
	if sent.Why != "" {
		out.Links = &Links{Why: sent.Why}
	}
	return out, nil
}
