// Package net is the engine's model: its tables, its file, and the pass from
// features to the logits of every head.
//
// Two towers look at the same keys. The wide one is a linear model: each key
// has a weight for each label. The deep one sums a short vector for each key,
// bends the sum once and reads every head off it. Their logits are averaged.
package net

import "tonfall/sentiment/internal/text"

// Task is one question to a text: a choice of one label, or a set of labels
// each present or not.
type Task struct {
	Name   string
	Labels []string
	Choice bool
	From   int     // first of its columns among the deep logits, -1 for none
	Wide   int     // first of its columns among the wide logits, -1 for none
	Share  float32 // of the wide tower in the mean, 0..1

	// Threshold is, for sets, the probability from which a label counts as
	// present: by language, then by label. It is moved to one half.
	Threshold [][]float32
}

// Meta is what a model knows about itself: everything but its large tables.
type Meta struct {
	Languages []string
	Tasks     []Task
	Dim       int // of a key's vector
	Hidden    int // units of the hidden layer
	Outs      int // deep logits
	WideOuts  int // wide logits beside the sentiment
	LangBits  int // rows of each table: 1 << bits
	SentBits  int
	RowBits   int

	LangScale, LangBias []float32 // of each language's column
	SentScale, SentBias []float32 // of the three polarities
	WideScale, WideBias []float32
	DimScale            []float32
	LangVector          [][]float32 // of each language, in the deep tower
	W1, B1, W2, B2      []float32   // Hidden x Dim and Outs x Hidden, row by row

	Calibration Calibration
}

// Model is a loaded model. It is read-only and safe for concurrent use.
type Model struct {
	Meta
	Version string
	lang    []byte // tables as they lie in the file, int8 by int8; never written
	sent    []byte
	rows    []byte // Dim then WideOuts for each key
	lex     *text.Lexicon
	english int
	hindi   int
}

// SentWidth is the bytes of a row of the sentiment table.
const SentWidth = 3

// Lexicon of the model.
func (m *Model) Lexicon() *text.Lexicon { return m.lex }

// Second is the language that writers of lang mix in, -1 for none: English in
// romanised Hindi.
func (m *Model) Second(lang int) int {
	if lang == m.hindi {
		return m.english
	}
	return -1
}

// Language answers the index of a code, -1 if the model does not know it.
func (m *Model) Language(code string) int {
	for i, l := range m.Languages {
		if l == code {
			return i
		}
	}
	return -1
}
