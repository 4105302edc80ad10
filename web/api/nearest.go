package api

import (
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// fieldsAt lists the fields that the operation's body knows at a path.
func fieldsAt(types huma.Registry, op *huma.Operation, path []string) []string {
	if op.RequestBody == nil || op.RequestBody.Content["application/json"] == nil {
		return nil
	}
	schema := op.RequestBody.Content["application/json"].Schema
	for i := 0; ; i++ {
		for schema != nil && schema.Ref != "" {
			schema = types.SchemaFromRef(schema.Ref)
		}
		if schema == nil {
			return nil
		}
		if i == len(path) {
			break
		}
		name, _, list := strings.Cut(path[i], "[")
		schema = schema.Properties[name]
		if list && schema != nil {
			schema = schema.Items
		}
	}
	var names []string
	for name := range schema.Properties {
		names = append(names, name)
	}
	return names
}

// nearest is the candidate that takes the fewest edits, or empty where none is
// near: a third of the word at most.
func nearest(word string, candidates []string) string {
	best, least := "", max(len(word)/3, 1)+1
	for _, c := range candidates {
		if d := edits(strings.ToLower(word), strings.ToLower(c)); d < least || d == least && c < best {
			best, least = c, d
		}
	}
	return best
}

// edits is the Levenshtein distance in bytes.
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		diagonal := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			diagonal, row[j] = row[j], min(row[j]+1, row[j-1]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}
