package api

import (
	"encoding/json"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// Permission is the shop's proof that it may send this customer sales
// messages: its own record of the permission, or true where it keeps that
// record elsewhere. Anything empty is no proof.
type Permission struct{ given bool }

// UnmarshalJSON takes true, a string or an object that is not empty.
func (p *Permission) UnmarshalJSON(data []byte) error {
	var v any
	if err := json.Unmarshal(data, &v); err != nil {
		return err
	}
	switch v := v.(type) {
	case bool:
		p.given = v
	case string:
		p.given = strings.TrimSpace(v) != ""
	case map[string]any:
		p.given = len(v) > 0
	}
	return nil
}

// Schema describes the forms.
func (Permission) Schema(huma.Registry) *huma.Schema {
	most := 400
	return &huma.Schema{
		Description: "The shop's proof that it may send sales messages to this customer: its own record (text or object), or true. Service messages need none.",
		AnyOf: []*huma.Schema{
			{Type: huma.TypeBoolean},
			{Type: huma.TypeString, MaxLength: &most},
			{Type: huma.TypeObject, AdditionalProperties: true},
		},
	}
}
