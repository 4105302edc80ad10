package consent

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"gopkg.in/yaml.v3"

	"tonfall/profile"
)

//go:embed texts/*.yaml
var embedded embed.FS

// Text is what a person reads before deciding on a purpose.
type Text struct {
	Purpose  profile.Purpose `yaml:"-"`
	Lang     string          `yaml:"-"`        // "de", "en"
	Version  string          `yaml:"version"`  // "2026-11"
	Material bool            `yaml:"material"` // a yes to an older version does not cover this one
	Title    string          `yaml:"title"`
	Body     string          `yaml:"body"`
	Before   string          `yaml:"before,omitempty"` // an example message without this consent
	After    string          `yaml:"after,omitempty"`  // and with it
}

// Hash is the hex SHA-256 of the text as it stands in its file, which the
// ledger notes: proof of what was asked.
func (t Text) Hash() string {
	sum := sha256.Sum256([]byte(strings.Join([]string{
		string(t.Purpose), t.Lang, t.Version, t.Title, t.Body, t.Before, t.After,
	}, "\x00")))
	return hex.EncodeToString(sum[:])
}

// With puts the names into the text.
func (t Text) With(shop, provider string) Text {
	names := strings.NewReplacer("{shop}", shop, "{provider}", provider)
	t.Title, t.Body = names.Replace(t.Title), names.Replace(t.Body)
	t.Before, t.After = names.Replace(t.Before), names.Replace(t.After)
	return t
}

// Texts are all versions of all texts: language, then purpose, newest version first.
type Texts map[string]map[profile.Purpose][]Text

// DefaultTexts are the embedded ones, in German and English.
func DefaultTexts() (Texts, error) { return ReadTexts(embedded, "texts") }

// ReadTexts reads one YAML file a language from a folder. Every language must
// have every purpose with the same versions.
func ReadTexts(files fs.FS, folder string) (Texts, error) {
	names, err := fs.Glob(files, path.Join(folder, "*.yaml"))
	if err != nil || len(names) == 0 {
		return nil, profile.Errorf(profile.Invalid, "there are no consent texts in %s: put one YAML file a language there (de.yaml, en.yaml)", folder)
	}
	texts := Texts{}
	for _, name := range names {
		data, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, profile.Wrap(profile.Invalid, err, "the consent texts in "+name+" cannot be read")
		}
		lang := strings.TrimSuffix(path.Base(name), ".yaml")
		byPurpose := map[profile.Purpose][]Text{}
		if err := yaml.Unmarshal(data, &byPurpose); err != nil {
			return nil, profile.Wrap(profile.Invalid, err, "the consent texts in "+name+" are not valid YAML")
		}
		for purpose, versions := range byPurpose {
			for i := range versions {
				versions[i].Purpose, versions[i].Lang = purpose, lang
			}
		}
		texts[lang] = byPurpose
	}
	return texts, texts.check()
}

// check sees that no language lacks a text, and that versions agree.
func (t Texts) check() error {
	for lang, texts := range t {
		for _, purpose := range append(profile.Purposes(), profile.Preview) {
			versions := texts[purpose]
			if len(versions) == 0 {
				return profile.Errorf(profile.Invalid, "the consent texts in %s.yaml lack the purpose %q", lang, purpose)
			}
			for other := range t {
				if fmt.Sprint(marks(versions)) != fmt.Sprint(marks(t[other][purpose])) {
					return profile.Errorf(profile.Invalid, "the consent texts for %q have other versions in %s.yaml than in %s.yaml", purpose, lang, other)
				}
			}
		}
	}
	return nil
}

func marks(versions []Text) []string {
	var out []string
	for _, v := range versions {
		out = append(out, fmt.Sprint(v.Version, v.Material))
	}
	return out
}

// Text is the version in force, in the language, or in English where the
// language is not there. A purpose without text gives the zero Text.
func (t Texts) Text(p profile.Purpose, lang string) Text {
	versions := t[lang][p]
	if len(versions) == 0 {
		versions = t["en"][p]
	}
	if len(versions) == 0 {
		return Text{Purpose: p, Lang: lang}
	}
	return versions[0]
}

// Covers reports whether a yes to the version still holds: no later version is
// material. A version that the texts no longer know does not hold.
func (t Texts) Covers(p profile.Purpose, version string) bool {
	for _, v := range t.any()[p] {
		if v.Version == version {
			return true
		}
		if v.Material {
			return false
		}
	}
	return false
}

// any is one language; check has seen that all have the same versions.
func (t Texts) any() map[profile.Purpose][]Text {
	for _, texts := range t {
		return texts
	}
	return nil
}
