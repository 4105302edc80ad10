package ui

import (
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

//go:embed words all:templates assets
var files embed.FS

// Languages are those that every page exists in, the fallback last.
func Languages() []string { return []string{"de", "en"} }

// Words are the texts of pages by language and key. Placeholders are written
// {name}. Read-only after LoadWords, safe for concurrent use.
type Words struct {
	texts map[string]map[string]string
}

// LoadWords reads dir/LANG.yaml (key: text) for every language, on top of the
// layout's own words. Languages that differ in keys or in a key's placeholders
// are an error that names them.
func LoadWords(fsys fs.FS, dir string) (*Words, error) {
	w := &Words{texts: map[string]map[string]string{}}
	for _, lang := range Languages() {
		w.texts[lang] = map[string]string{}
		for _, source := range []struct {
			fsys fs.FS
			dir  string
		}{{files, "words"}, {fsys, dir}} {
			raw, err := fs.ReadFile(source.fsys, path.Join(source.dir, lang+".yaml"))
			if err != nil {
				return nil, fmt.Errorf("words: %w", err)
			}
			texts := map[string]string{}
			if err := yaml.Unmarshal(raw, &texts); err != nil {
				return nil, fmt.Errorf("words: %s/%s.yaml: %w", source.dir, lang, err)
			}
			maps.Copy(w.texts[lang], texts)
		}
	}
	return w, w.check()
}

// placeholder is {name} in a text.
const placeholder = `\{[a-z]+\}`

// check compares every language with the last one.
func (w *Words) check() error {
	holes := regexp.MustCompile(placeholder)
	found := func(text string) []string {
		all := holes.FindAllString(text, -1)
		slices.Sort(all)
		return slices.Compact(all)
	}
	last := w.texts[Languages()[len(Languages())-1]]
	for _, lang := range Languages() {
		for key, text := range w.texts[lang] {
			other, there := last[key]
			if !there {
				return fmt.Errorf("words: %q is in %s only", key, lang)
			}
			if !slices.Equal(found(text), found(other)) {
				return fmt.Errorf("words: %q has other placeholders in %s", key, lang)
			}
		}
		for key := range last {
			if _, there := w.texts[lang][key]; !there {
				return fmt.Errorf("words: %q is missing in %s", key, lang)
			}
		}
	}
	return nil
}

// Has reports whether there is such a text.
func (w *Words) Has(key string) bool {
	_, there := w.texts[Languages()[0]][key]
	return there
}

// Say is the text in the language, its placeholders filled from pairs of name
// and value. A key that does not exist comes back in brackets, so that it is
// seen; templates are tested against that.
func (w *Words) Say(lang, key string, pairs ...any) string {
	text, there := w.texts[lang][key]
	if !there {
		return "[" + key + "]"
	}
	filled := make([]string, 0, len(pairs))
	for i := 0; i+1 < len(pairs); i += 2 {
		filled = append(filled, fmt.Sprintf("{%v}", pairs[i]), fmt.Sprint(pairs[i+1]))
	}
	return strings.NewReplacer(filled...).Replace(text)
}
