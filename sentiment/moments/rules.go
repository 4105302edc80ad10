package moments

import (
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
)

//go:embed rules/*.txt
var ruleFiles embed.FS

// rulebook is the compiled form of the rule files.
type rulebook struct {
	words   map[string]classes // what each word belongs to
	heads   map[string]classes // the same for beginnings of words
	tails   map[string]classes // and for their ends
	names   map[string]int     // the number of each class
	size    int                // how many classes there are
	phrases []phrase           // in the order in which they are read
	frames  []phrase
	cues    []phrase
}

// phrase is one pattern and what a match of it means.
type phrase struct {
	pattern pattern
	needs   [][]int // of each of these sets the text must hold a word
	mark    int     // phrases: the class that the last word of a match joins
	blank   bool    // phrases: the match's words lose all other meaning
	name    string  // frames and cues: their kind
	weight  int
	scope   string // frames: how far they reach
	firm    bool   // cues: negation and condition are part of the phrase itself
	denies  bool   // cues: negation is one of the words that it takes
}

// scopes are the reaches that a frame may have.
var scopes = []string{"span", "ahead", "clause", "sentence", "near", "text"}

// readRules compiles the files in the order of their names.
func readRules(files fs.FS) (*rulebook, error) {
	names, err := fs.Glob(files, "rules/*.txt")
	if err != nil {
		return nil, err
	}
	book := &rulebook{
		words: map[string]classes{}, heads: map[string]classes{}, tails: map[string]classes{},
		names: map[string]int{},
	}
	for _, name := range names {
		data, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		for i, line := range strings.Split(string(data), "\n") {
			line, _, _ = strings.Cut(line, "//")
			if line = strings.TrimSpace(line); line == "" {
				continue
			}
			if err := book.line(line); err != nil {
				return nil, fmt.Errorf("%s, line %d: %w", name, i+1, err)
			}
		}
	}
	for i := range book.cues {
		book.cues[i].denies = book.takesNegation(book.cues[i].pattern)
	}
	for _, list := range [][]phrase{book.phrases, book.frames, book.cues} {
		book.rarestFirst(list)
	}
	return book, nil
}

// rarestFirst puts the needs first that the fewest texts meet, so that most
// phrases are ruled out by one look.
func (b *rulebook) rarestFirst(list []phrase) {
	common := map[int]int{}
	for word := range b.words {
		if b.words[word].has(b.names["@common"]) {
			for id := range b.size {
				if b.words[word].has(id) {
					common[id]++
				}
			}
		}
	}
	met := func(set []int) int {
		n := 0
		for _, id := range set {
			n += common[id]
		}
		return n
	}
	for _, p := range list {
		slices.SortStableFunc(p.needs, func(x, y []int) int { return met(x) - met(y) })
	}
}

// takesNegation reports whether one of a pattern's own words may be a "not".
func (b *rulebook) takesNegation(p pattern) bool {
	for _, set := range b.words {
		if id, ok := b.names["@not"]; !ok || !set.has(id) {
			continue
		}
		for _, s := range p {
			if s.kind == take && set.hasAny(s.any) {
				return true
			}
		}
	}
	return false
}

// line reads one rule: "@class = words", "@class := pattern",
// "frame name scope weight = pattern" or "kind weight [!] = pattern".
func (b *rulebook) line(line string) error {
	if head, body, ok := strings.Cut(line, ":="); ok {
		return b.phraseLine(strings.Fields(head), body)
	}
	head, body, ok := strings.Cut(line, "=")
	fields := strings.Fields(head)
	if !ok || len(fields) == 0 {
		return fmt.Errorf("no = in %q", line)
	}
	switch {
	case strings.HasPrefix(fields[0], "@"):
		return b.classLine(fields[0], strings.Fields(body))
	case fields[0] == "frame":
		return b.frameLine(fields[1:], body)
	}
	return b.cueLine(fields, body)
}

func (b *rulebook) classLine(name string, members []string) error {
	id := b.class(name)
	for _, m := range members {
		if err := b.join(id, m); err != nil {
			return err
		}
	}
	return nil
}

func (b *rulebook) phraseLine(head []string, body string) error {
	if len(head) != 1 || !strings.HasPrefix(head[0], "@") {
		return fmt.Errorf("a phrase is named by one class, not %q", head)
	}
	patterns, err := b.patterns(body)
	for _, p := range patterns {
		b.phrases = append(b.phrases, phrase{pattern: p, needs: needs(p), mark: b.class(head[0]), blank: head[0] == "@idiom"})
	}
	return err
}

func (b *rulebook) frameLine(head []string, body string) error {
	if len(head) != 3 || !slices.Contains(scopes, head[1]) {
		return fmt.Errorf("a frame has a name, a scope and a weight, not %q", head)
	}
	weight, err := strconv.Atoi(head[2])
	if err != nil {
		return err
	}
	patterns, err := b.patterns(body)
	for _, p := range patterns {
		b.frames = append(b.frames, phrase{pattern: p, needs: needs(p), name: head[0], scope: head[1], weight: weight})
	}
	return err
}

func (b *rulebook) cueLine(head []string, body string) error {
	if len(head) < 2 || len(head) > 3 || len(head) == 3 && head[2] != "!" {
		return fmt.Errorf("a cue has a kind and a weight, not %q", head)
	}
	weight, err := strconv.Atoi(head[1])
	if err != nil {
		return err
	}
	patterns, err := b.patterns(body)
	for _, p := range patterns {
		b.cues = append(b.cues, phrase{pattern: p, needs: needs(p), name: head[0], weight: weight, firm: len(head) == 3})
	}
	return err
}
