package notice

import (
	"bytes"
	"embed"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"tonfall/profile"
)

//go:embed words/*.yaml
var files embed.FS

// words are the papers' prose in one language: words/LANG.yaml. Texts are
// templates; what comes out empty is left out, so a sentence can depend on the
// configuration.
type words struct {
	lang string

	Title string            `yaml:"title"`
	Lead  string            `yaml:"lead"`
	Open  string            `yaml:"open"`  // heading of the list of gaps
	Fill  string            `yaml:"fill"`  // sentence above it
	Terms map[string]string `yaml:"terms"` // words that the program picks
	Gaps  map[string]gap    `yaml:"gaps"`
	Parts []partWords       `yaml:"parts"`
}

// gap is something that the operator must fill in.
type gap struct {
	Name string `yaml:"name"` // as it stands in the text
	Hint string `yaml:"hint"` // in the list at the end
}

type partWords struct {
	ID       string         `yaml:"id"`
	Title    string         `yaml:"title"`
	Lead     string         `yaml:"lead"`
	Sections []sectionWords `yaml:"sections"`
}

type sectionWords struct {
	ID     string       `yaml:"id"`
	Title  string       `yaml:"title"`
	Blocks []blockWords `yaml:"blocks"`
}

// blockWords is a text, a list or a table. Rows and items with each are written
// once for every element of that name.
type blockWords struct {
	Text string     `yaml:"text"`
	List []rowWords `yaml:"list"`
	Head []string   `yaml:"head"`
	Rows []rowWords `yaml:"rows"`
}

type rowWords struct {
	Each  string   `yaml:"each"`
	Cells []string `yaml:"cells"` // one in a list
}

// open reads the prose of a language.
func open(lang string) (*words, error) {
	if !slices.Contains(Languages(), lang) {
		return nil, profile.Errorf(profile.Invalid, "the privacy notice is written in %s, not in %q", strings.Join(Languages(), " and "), lang)
	}
	data, err := files.ReadFile("words/" + lang + ".yaml")
	if err != nil {
		return nil, profile.Wrap(profile.Internal, err, "the words of the privacy notice cannot be read")
	}
	w := &words{lang: lang}
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	return w, profile.Wrap(profile.Internal, decoder.Decode(w), "the words of the privacy notice are damaged")
}
