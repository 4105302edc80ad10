package practice

import (
	"embed"
	"io/fs"
	"math/rand/v2"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The bank is prose written for this network: bank/LANG/SHELF.txt, one text a
// line, under themes in square brackets. A word in braces is a slot, filled
// from slots.txt; a slot marked with * there keeps one value for each person.
//
//go:embed bank
var bankFiles embed.FS

// bank is the prose of one language: shelf, then theme, then texts.
type bank struct {
	shelves map[string]map[string][]string
	slots   map[string][]string
	own     []string // slots that belong to a person: the cat, the town; sorted
}

// loadBanks reads every language. The files are part of the program, so a
// broken one panics.
func loadBanks() map[string]*bank {
	banks := map[string]*bank{}
	err := fs.WalkDir(bankFiles, "bank", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := bankFiles.ReadFile(name)
		if err != nil {
			return err
		}
		lang, shelf := path.Base(path.Dir(name)), strings.TrimSuffix(path.Base(name), ".txt")
		if banks[lang] == nil {
			banks[lang] = &bank{shelves: map[string]map[string][]string{}, slots: map[string][]string{}}
		}
		themes := sections(string(body))
		if shelf != "slots" {
			banks[lang].shelves[shelf] = themes
			return nil
		}
		for name, values := range themes {
			plain := strings.TrimPrefix(name, "*")
			banks[lang].slots[plain] = values
			if plain != name {
				banks[lang].own = append(banks[lang].own, plain)
			}
		}
		slices.Sort(banks[lang].own)
		return nil
	})
	if err != nil {
		panic("practice: the bank of prose cannot be read: " + err.Error())
	}
	return banks
}

// sections splits a file into its themes.
func sections(body string) map[string][]string {
	found, theme := map[string][]string{}, ""
	for line := range strings.Lines(body) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "[") && strings.HasSuffix(line, "]") {
			theme = line[1 : len(line)-1]
		} else if line != "" {
			found[theme] = append(found[theme], line)
		}
	}
	return found
}

var slot = regexp.MustCompile(`\{([a-z]+)\}`)

// voice is how one person writes: the own cat and town, and small habits.
type voice struct {
	bank  *bank
	own   map[string]string
	lower bool // never presses shift
	bare  bool // ends no sentence with a full stop
	used  map[string]bool
}

func newVoice(b *bank, r *rand.Rand) *voice {
	v := &voice{bank: b, own: map[string]string{}, used: map[string]bool{}, lower: r.IntN(9) == 0, bare: r.IntN(4) == 0}
	for _, name := range b.own {
		v.own[name] = pick(r, b.slots[name])
	}
	return v
}

// text writes something from a shelf, under one of the themes; false where
// this person has said everything that there is to say there.
func (v *voice) text(r *rand.Rand, shelf string, themes ...string) (string, bool) {
	var all []string
	for _, t := range themes {
		all = append(all, v.bank.shelves[shelf][t]...)
	}
	order := r.Perm(len(all))
	for _, i := range order {
		if !v.used[all[i]] {
			return v.say(all[i], v.fill(r, all[i])), true
		}
	}
	for _, i := range order {
		if text := v.fill(r, all[i]); !v.used[text] {
			return v.say(all[i], text), true
		}
	}
	return "", false
}

// say remembers a text and where it came from.
func (v *voice) say(template, text string) string {
	v.used[template], v.used[text] = true, true
	return v.habit(text)
}

// fill replaces the slots.
func (v *voice) fill(r *rand.Rand, template string) string {
	text := slot.ReplaceAllStringFunc(template, func(s string) string {
		name := s[1 : len(s)-1]
		if own, ok := v.own[name]; ok {
			return own
		}
		return pick(r, v.bank.slots[name])
	})
	if strings.HasPrefix(template, "{") {
		first, size := utf8.DecodeRuneInString(text)
		text = string(unicode.ToUpper(first)) + text[size:]
	}
	return text
}

// habit bends a text to the way in which this person types.
func (v *voice) habit(text string) string {
	if v.bare && strings.HasSuffix(text, ".") && !strings.HasSuffix(text, "..") {
		text = text[:len(text)-1]
	}
	if v.lower {
		text = strings.ToLower(text)
	}
	return text
}

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }
