package api

import (
	"time"

	"github.com/danielgtaylor/huma/v2"
)

// sampleOf makes an example value of a schema: its own example, the first of
// its choices, or what its type suggests.
func sampleOf(types huma.Registry, s *huma.Schema, depth int) any {
	if s.Ref != "" {
		s = types.SchemaFromRef(s.Ref)
	}
	switch {
	case s == nil || depth > 6:
		return nil
	case len(s.Examples) > 0:
		return s.Examples[0]
	case len(s.AnyOf) > 0:
		return sampleOf(types, s.AnyOf[0], depth+1)
	case len(s.Enum) > 0:
		return firstNamed(s.Enum)
	case s.Default != nil:
		return s.Default
	}
	switch s.Type {
	case huma.TypeObject:
		return sampleObject(types, s, depth)
	case huma.TypeArray:
		return []any{sampleOf(types, s.Items, depth+1)}
	case huma.TypeString:
		if s.Format == "date-time" {
			return time.Date(2026, 11, 22, 9, 30, 0, 0, time.UTC)
		}
		return "…"
	case huma.TypeNumber:
		return 0.42
	case huma.TypeInteger:
		return 1
	case huma.TypeBoolean:
		return false
	}
	return struct{}{}
}

func sampleObject(types huma.Registry, s *huma.Schema, depth int) any {
	out := map[string]any{}
	for name, property := range s.Properties {
		out[name] = sampleOf(types, property, depth+1)
	}
	return out
}

// firstNamed skips the empty choice that optional fields have.
func firstNamed(choices []any) any {
	for _, c := range choices {
		if c != "" {
			return c
		}
	}
	return choices[0]
}
