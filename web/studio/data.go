package studio

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"tonfall/messages"
)

// dataField is one of a template's variables, to be tried out.
type dataField struct {
	Name, About string
	Input       string // "text", "number", "date", "url", "flag"; "fixed": shown only
	Value       string
}

// dataFields are the variables as the form has them, else as the examples
// are; data are those that the person has changed, as plain JSON values.
func dataFields(t *messages.Template, q url.Values, locale string) (fields []dataField, data map[string]any) {
	data = map[string]any{}
	example := t.Example(locale)
	for _, name := range slices.Sorted(maps.Keys(t.Data)) {
		d := t.Data[name]
		f := dataField{Name: name, About: d.About, Input: input(d.Type), Value: shown(example[name])}
		if key := "data." + name; q.Has(key) && f.Input != "fixed" {
			if value := strings.TrimSpace(q.Get(key)); value != f.Value {
				f.Value = value
				data[name] = typed(d.Type, value)
			}
		}
		fields = append(fields, f)
	}
	return fields, data
}

func input(t messages.Type) string {
	switch t {
	case messages.Number:
		return "number"
	case messages.Date:
		return "date"
	case messages.Link:
		return "url"
	case messages.Flag:
		return "flag"
	case messages.List:
		return "fixed"
	}
	return "text"
}

// typed is the value that the template expects; what does not parse stays
// text, and rendering says what is wrong with it.
func typed(t messages.Type, value string) any {
	switch t {
	case messages.Number:
		if n, err := strconv.ParseFloat(value, 64); err == nil {
			return n
		}
	case messages.Flag:
		return value == "true"
	}
	return value
}

func shown(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case []any, map[string]any:
		text, err := json.Marshal(v)
		if err != nil {
			return ""
		}
		return string(text)
	}
	return fmt.Sprint(v)
}
