package api

import (
	"context"
	"encoding/json"
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"tonfall/consent"
	"tonfall/profile"
)

type textsInput struct {
	ByID
	Posted
	Body struct {
		Texts []heldText `json:"texts" nullable:"false" minItems:"1" maxItems:"500"`
	}
}

// heldText is what a customer wrote to the shop.
type heldText struct {
	ID   string           `json:"id" minLength:"1" maxLength:"200" doc:"The shop's own; the same id again replaces the text."`
	Kind profile.PostKind `json:"kind" enum:"email,review,chat,comment"`
	Text string           `json:"text" maxLength:"100000" doc:"The customer's own words, without quoted mail."`
	Lang string           `json:"lang,omitempty" maxLength:"35"`
	At   time.Time        `json:"at" doc:"When it was written."`
}

type added struct {
	Added int `json:"added" doc:"How many were new."`
}

func (a *API) addTexts(ctx context.Context, in *textsInput) (*answer[added], error) {
	c, err := a.customer(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if err := a.Gate.Allowed(&c, profile.ShopTexts, consent.Shop, ""); err != nil {
		return nil, err
	}
	posts := make([]profile.Post, len(in.Body.Texts))
	for i, t := range in.Body.Texts {
		posts[i] = profile.Post{ID: t.ID, Kind: t.Kind, Text: t.Text, Lang: t.Lang, At: t.At}
	}
	n, err := a.Enrich.AddTexts(ctx, c.Key, posts)
	return &answer[added]{Body: added{Added: n}}, err
}

// export streams. An error after the first byte can only cut the answer off,
// which leaves JSON that no reader takes for whole.
func (a *API) export(ctx context.Context, in *postByID) (*huma.StreamResponse, error) {
	c, err := a.customer(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(h huma.Context) {
		h.SetHeader("Content-Type", "application/json")
		h.SetHeader("Content-Disposition", `attachment; filename="`+string(c.ID)+`.json"`)
		if err := a.Gate.ExportToShop(ctx, c.Key, h.BodyWriter()); err != nil {
			a.note(err, "export broken off")
			panic(http.ErrAbortHandler)
		}
	}}, nil
}

type scoreInput struct {
	Posted
	Body struct {
		Texts []scoreText `json:"texts" nullable:"false" minItems:"1" maxItems:"500" doc:"Texts, or objects with text and lang."`
	}
}

// scoreText is a text to be read: a string, or an object with a language hint.
type scoreText struct{ profile.Text }

// UnmarshalJSON takes both forms.
func (t *scoreText) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '"' {
		return json.Unmarshal(data, &t.Text.Text)
	}
	return json.Unmarshal(data, &t.Text)
}

// Schema describes both forms.
func (scoreText) Schema(types huma.Registry) *huma.Schema {
	most := 100_000
	return &huma.Schema{AnyOf: []*huma.Schema{
		{Type: huma.TypeString, MaxLength: &most},
		types.Schema(reflect.TypeFor[profile.Text](), true, "Text"),
	}}
}

type scored struct {
	Readings []profile.Reading `json:"readings" nullable:"false"`
}

func (a *API) score(ctx context.Context, in *scoreInput) (*answer[scored], error) {
	texts := make([]profile.Text, len(in.Body.Texts))
	for i, t := range in.Body.Texts {
		texts[i] = t.Text
	}
	readings, err := a.Enrich.Score(ctx, texts)
	return &answer[scored]{Body: scored{Readings: readings}}, err
}
