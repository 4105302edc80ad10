package api

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"

	"tonfall/messages"
	"tonfall/profile"
	"tonfall/web/wording"
)

// TemplateRow is a template in the list.
type TemplateRow struct {
	Name     string             `json:"name"`
	Purpose  messages.Purpose   `json:"purpose" enum:"service,sales"`
	Channels []messages.Channel `json:"channels" nullable:"false"`
	Title    map[string]string  `json:"title" doc:"By locale."`
	Locales  []string           `json:"locales" nullable:"false"`
	Tones    []messages.Tone    `json:"tones" nullable:"false"`
	Origin   messages.Origin    `json:"origin" enum:"defaults,folder,store"`
}

// TemplateFull is a template with all its wordings.
type TemplateFull struct {
	TemplateRow
	Description map[string]string                            `json:"description"`
	Data        map[string]json.RawMessage                   `json:"data" doc:"The variables that a message needs: type, example, about, optional."`
	Variants    map[string]map[messages.Tone]json.RawMessage `json:"variants" doc:"By locale, then tone: subject, body, short, and the polite form as sie."`
	Document    string                                       `json:"document" doc:"What it was parsed from: edit this and PUT it."`
}

func row(t *messages.Template) TemplateRow {
	return TemplateRow{
		Name: t.Name, Purpose: t.Purpose, Channels: t.Channels, Title: t.Title,
		Locales: t.Locales, Tones: wording.Tones(t), Origin: t.Origin,
	}
}

func full(t *messages.Template) (TemplateFull, error) {
	out := TemplateFull{
		TemplateRow: row(t), Description: t.Description, Document: string(t.Source()),
		Data: map[string]json.RawMessage{}, Variants: map[string]map[messages.Tone]json.RawMessage{},
	}
	for name, datum := range t.Data {
		raw, err := json.Marshal(datum)
		if err != nil {
			return out, profile.Wrap(profile.Internal, err, "the template cannot be shown")
		}
		out.Data[name] = raw
	}
	for locale, tones := range t.Variants {
		out.Variants[locale] = map[messages.Tone]json.RawMessage{}
		for tone, variant := range tones {
			raw, err := json.Marshal(variant)
			if err != nil {
				return out, profile.Wrap(profile.Internal, err, "the template cannot be shown")
			}
			out.Variants[locale][tone] = raw
		}
	}
	return out, nil
}

func (a *API) listTemplates(ctx context.Context, _ *struct{}) (*answer[list[TemplateRow]], error) {
	templates, err := a.Desk.Catalog.Templates(ctx, who(ctx).Shop)
	if err != nil {
		return nil, err
	}
	items := make([]TemplateRow, len(templates))
	for i, t := range templates {
		items[i] = row(t)
	}
	return page(items, ""), nil
}

// ByName is the template in a path.
type ByName struct {
	Name string `path:"name" maxLength:"100" example:"order-shipped"`
}

func (a *API) getTemplate(ctx context.Context, in *ByName) (*answer[TemplateFull], error) {
	t, err := a.Desk.Catalog.Template(ctx, who(ctx).Shop, in.Name)
	if err != nil {
		return nil, err
	}
	out, err := full(t)
	return &answer[TemplateFull]{Body: out}, err
}

type putTemplateInput struct {
	ByName
	RawBody []byte `contentType:"application/yaml"`
}

func (a *API) putTemplate(ctx context.Context, in *putTemplateInput) (*answer[TemplateFull], error) {
	t, err := a.Desk.Catalog.Save(ctx, who(ctx).Shop, in.Name, bytes.Clone(in.RawBody)) // the buffer is used again
	if err != nil {
		return nil, a.faults(ctx, in, err)
	}
	out, err := full(t)
	return &answer[TemplateFull]{Body: out}, err
}

// faults lists what is wrong with a document piece by piece.
func (a *API) faults(ctx context.Context, in *putTemplateInput, err error) error {
	if !profile.Is(err, profile.Invalid) {
		return err
	}
	p := problemOf(who(ctx).request, err)
	p.Status = http.StatusUnprocessableEntity
	for _, fault := range messages.Lint(in.Name, in.RawBody) {
		if !fault.Warning {
			p.Errors = append(p.Errors, FieldProblem{Location: "body", Message: fault.String()})
		}
	}
	return p
}
