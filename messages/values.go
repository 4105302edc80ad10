package messages

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"tonfall/profile"
)

// The bounds of what is filled in.
const (
	MaxText  = 500      // characters of one text
	MaxItems = 50       // items of one list
	MaxData  = 32 << 10 // bytes of all texts together
	maxName  = 80       // characters of a customer's name; longer ones are cut
)

// bind turns the input into what the engine sees: strings, numbers, booleans,
// lists and maps of them. Every text is one clean line, every sum and date
// written as the language does.
func (t *Template) bind(in Input, locale string, address profile.Address) (map[string]any, error) {
	for name := range in.Data {
		if _, ok := t.Data[name]; !ok {
			return nil, profile.Errorf(profile.Invalid, "%s: unknown variable %.40q; %s", t.Name, name,
				meant(name, slices.Collect(maps.Keys(t.Data))))
		}
	}
	b := binder{locale: locale}
	vars := make(map[string]any, len(t.Data)+4)
	for name, d := range t.Data {
		v, ok := in.Data[name]
		if !ok || v == nil {
			if !d.Optional {
				return nil, profile.Errorf(profile.Invalid, "%s: variable %s is missing; send it in data, for example %v", t.Name, name, d.Sample(locale))
			}
			continue
		}
		value, err := b.value(v, d)
		if err != nil {
			return nil, profile.Errorf(profile.Invalid, "%s: variable %s %s", t.Name, name, err)
		}
		vars[name] = value
	}
	if b.bytes > MaxData {
		return nil, profile.Errorf(profile.Invalid, "%s: the data holds %d bytes of text; %d is the most", t.Name, b.bytes, MaxData)
	}
	vars["shop"], vars["locale"], vars["sie"] = clean(in.Shop), locale, address == profile.Sie
	if name := cut(clean(in.Name), maxName); name != "" {
		vars["name"] = name
	}
	return vars, nil
}

// binder writes values for a language and counts their bytes.
type binder struct {
	locale string
	bytes  int
}

// value is one value as the engine gets it. An error completes the sentence
// "variable x …".
func (b *binder) value(v any, d Datum) (any, error) {
	wrong := fmt.Errorf("is no %s; write it like %v", d.Type, d.Sample(b.locale))
	switch d.Type {
	case Number:
		switch n := v.(type) {
		case int, float64:
			return n, nil
		case json.Number:
			if f, err := n.Float64(); err == nil {
				return f, nil
			}
		}
		return nil, wrong
	case Flag:
		if f, ok := v.(bool); ok {
			return f, nil
		}
		return nil, wrong
	case List:
		items, ok := v.([]any)
		if !ok {
			return nil, wrong
		}
		return b.list(items, d)
	}
	s, ok := v.(string)
	if !ok {
		return nil, wrong
	}
	if s = clean(s); utf8.RuneCountInString(s) > MaxText {
		return nil, fmt.Errorf("has more than %d characters; shorten it", MaxText)
	}
	b.bytes += len(s)
	switch d.Type {
	case Money:
		if s, ok = money(s, b.locale); !ok {
			return nil, wrong
		}
	case Date:
		day, err := time.Parse(time.DateOnly, s)
		if err != nil {
			return nil, wrong
		}
		s = date(day, b.locale)
	case Link:
		u, err := address(s)
		if err != nil {
			return nil, wrong
		}
		s = u.String()
	}
	return s, nil
}

func (b *binder) list(items []any, d Datum) (any, error) {
	if len(items) > MaxItems {
		return nil, fmt.Errorf("has %d items; %d is the most", len(items), MaxItems)
	}
	list := make([]any, len(items))
	for i, item := range items {
		if d.Of == nil {
			text, err := b.value(item, Datum{Type: Text, Example: "text"})
			if err != nil {
				return nil, fmt.Errorf("item %d %w", i+1, err)
			}
			list[i] = text
			continue
		}
		fields, ok := item.(map[string]any)
		if !ok {
			return nil, fmt.Errorf("item %d has no fields", i+1)
		}
		entry := make(map[string]any, len(d.Of))
		for name, f := range d.Of {
			v, ok := fields[name]
			if !ok && f.Optional {
				continue
			}
			value, err := b.value(v, f)
			if err != nil {
				return nil, fmt.Errorf("item %d: %s %w", i+1, name, err)
			}
			entry[name] = value
		}
		list[i] = entry
	}
	return list, nil
}

// clean makes one printable line: breaks become spaces; control characters and
// those that turn the direction of writing, by which a name could disguise
// what stands around it, go.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r) || r == '\u2028' || r == '\u2029':
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r), r == '\ufeff', r == '\u200b', r == utf8.RuneError:
			return -1
		}
		return r
	}, s)
	return strings.TrimSpace(s)
}

// cut shortens to a number of characters.
func cut(s string, most int) string {
	for i := range s {
		if most--; most < 0 {
			return strings.TrimSpace(s[:i])
		}
	}
	return s
}

// address reads an absolute http or https URL.
func address(s string) (*url.URL, error) {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return nil, fmt.Errorf("no web address")
	}
	return u, nil
}
