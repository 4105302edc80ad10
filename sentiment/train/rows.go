package main

import (
	"bufio"
	"compress/gzip"
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"tonfall/sentiment/internal/text"
)

// row is one labelled text: the features it has and what is known about it.
// A label that is not known is -1 (classes) or masked out (sets).
type row struct {
	text   string
	lang   int // index into languages
	source string
	val    bool
	fold   int  // 0..4, by hash of the text
	seal   bool // evaluation only

	words, pairs, style, grams []uint32
	soft                       *[3]float32 // polarity as a teacher guesses it, where no one has labelled it
	sent                       int         // 0 negative, 1 neutral, 2 positive
	tweet                      int         // anger, joy, optimism, sadness
	known                      [numSets]bool
	bits                       [numSets]uint32
	mask                       [numSets]uint32
	irony, formal, offence     int     // 0, 1
	degree                     float64 // of in_formal
}

// the sets of labels of which a text may have several.
const (
	setGroups   = iota // Ekman groups of goemotions
	setFine            // the 27 of goemotions
	setBrighter        // six
	setPlutchik        // eight
	numSets
)

var (
	ekman    = []string{"anger", "disgust", "fear", "joy", "sadness", "surprise"}
	plutchik = []string{"anger", "anticipation", "disgust", "fear", "joy", "sadness", "surprise", "trust"}
	tweets   = []string{"anger", "joy", "optimism", "sadness"}
	fine     = []string{"gratitude", "love", "optimism", "admiration", "amusement", "anger", "annoyance", "approval", "caring", "confusion", "curiosity", "desire", "disappointment", "disapproval", "disgust", "embarrassment", "excitement", "fear", "grief", "joy", "nervousness", "pride", "realization", "relief", "remorse", "sadness", "surprise"}
	polarity = []string{"negative", "neutral", "positive"}
	groupOf  = map[string]string{
		"anger": "anger", "annoyance": "anger", "disapproval": "anger", "disgust": "disgust", "fear": "fear", "nervousness": "fear",
		"joy": "joy", "amusement": "joy", "approval": "joy", "excitement": "joy", "gratitude": "joy", "love": "joy", "optimism": "joy",
		"relief": "joy", "pride": "joy", "admiration": "joy", "desire": "joy", "caring": "joy",
		"sadness": "sadness", "disappointment": "sadness", "embarrassment": "sadness", "grief": "sadness", "remorse": "sadness",
		"surprise": "surprise", "realization": "surprise", "confusion": "surprise", "curiosity": "surprise",
	}
	languages = []string{"ar", "bg", "cs", "da", "de", "el", "en", "es", "fi", "fr", "hi", "hr", "hu", "it", "ja", "nl", "no", "pl", "pt", "ro", "ru", "sk", "sl", "sr", "sv", "tr", "uk"}
)

var langHindi, langEnglish = index(languages, "hi"), index(languages, "en")

func index(list []string, s string) int {
	for i, x := range list {
		if x == s {
			return i
		}
	}
	return -1
}

// load reads the rows of the three files in their order.
func load(dir string) ([]*row, error) {
	var rows []*row
	for _, name := range []string{"sentiment", "emotion", "tone"} {
		got, err := loadFile(filepath.Join(dir, name+".tsv.gz"))
		if err != nil {
			return nil, err
		}
		rows = append(rows, got...)
	}
	return rows, nil
}

func loadFile(path string) ([]*row, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open training data: %w", err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	in := bufio.NewScanner(z)
	in.Buffer(nil, 1<<22)
	var rows []*row
	for line := 0; in.Scan(); line++ {
		if line == 0 {
			continue
		}
		cols := strings.Split(in.Text(), "\t")
		if len(cols) != 5 {
			return nil, fmt.Errorf("read %s: line %d has %d columns, not 5", path, line+1, len(cols))
		}
		r, err := newRow(cols)
		if err != nil {
			return nil, fmt.Errorf("read %s: line %d: %w", path, line+1, err)
		}
		rows = append(rows, r)
	}
	return rows, in.Err()
}

func newRow(c []string) (*row, error) {
	r := &row{text: c[0], lang: index(languages, c[2]), source: c[3], val: c[4] == "val", sent: -1, tweet: -1, irony: -1, formal: -1, offence: -1}
	h := fnv.New32a()
	h.Write([]byte(c[0]))
	r.fold = int(h.Sum32()>>8) % 5
	labels := strings.Split(c[1], ",")
	switch c[3] {
	case "tweeteval_emotion":
		r.tweet = index(tweets, labels[0])
	case "goemotions_original":
		r.known[setGroups], r.known[setFine] = true, true
		r.mask[setGroups], r.mask[setFine] = 1<<6-1, 1<<27-1
		for _, l := range labels {
			if i := index(fine, l); i >= 0 {
				r.bits[setFine] |= 1 << i
				r.bits[setGroups] |= 1 << index(ekman, groupOf[l])
			}
		}
	case "brighter", "brighter_ptmz", "red":
		r.known[setBrighter] = true
		r.mask[setBrighter] = 1<<6 - 1
		if c[3] == "red" { // asks for four of the six
			r.mask[setBrighter] = 0b011101 &^ 0b000010
		}
		for _, l := range labels {
			if i := index(ekman, l); i >= 0 {
				r.bits[setBrighter] |= 1 << i
			}
		}
	case "xed", "xed_neutral":
		r.known[setPlutchik] = true
		r.mask[setPlutchik] = 1<<8 - 1
		for _, l := range labels {
			if i := index(plutchik, l); i >= 0 {
				r.bits[setPlutchik] |= 1 << i
			}
		}
	case "cocoa_mt":
		r.formal = index([]string{"informal", "formal"}, labels[0])
	case "in_formal":
		r.seal = true
		var err error
		if r.degree, err = strconv.ParseFloat(labels[0], 64); err != nil {
			return nil, fmt.Errorf("read a degree of formality: %w", err)
		}
	case "germeval18":
		r.offence = index([]string{"OTHER", "OFFENSE"}, labels[0])
	case "tweeteval_offensive":
		r.offence = index([]string{"non-offensive", "offensive"}, labels[0])
	case "tweeteval_irony":
		r.irony = index([]string{"non_irony", "irony"}, labels[0])
	default:
		r.sent = index(polarity, labels[0])
		if r.sent < 0 {
			return nil, fmt.Errorf("unknown label %q of source %q", labels[0], c[3])
		}
	}
	return r, nil
}

// extract fills in the features of every row.
func extract(rows []*row, lex *text.Lexicon) {
	var (
		d     text.Doc
		f     text.Features
		arena []uint32
	)
	keep := func(keys []uint32) []uint32 {
		if len(arena)+len(keys) > cap(arena) {
			arena = make([]uint32, 0, 1<<22)
		}
		from := len(arena)
		arena = append(arena, keys...)
		return arena[from:len(arena):len(arena)]
	}
	var grams []uint32
	for _, r := range rows {
		d.Read(r.text)
		d.Weigh(lex, r.lang, secondOf(r.lang))
		d.Features(&f)
		grams = grams[:0]
		for i := range d.Tokens {
			if t := &d.Tokens[i]; t.Kind <= text.Number {
				grams = d.Grams(t, grams, 3)
			}
		}
		r.words, r.pairs, r.style, r.grams = keep(f.Words), keep(f.Pairs), keep(f.Style), keep(grams)
	}
}

// secondOf is the language that writers of lang mix in: English in romanised
// Hindi.
func secondOf(lang int) int {
	if lang == langHindi {
		return langEnglish
	}
	return -1
}
