package net

import (
	"math"

	"tonfall/sentiment/internal/text"
)

// Pass is the working memory of one reader: a text's tokens and features, its
// sums, and the words it has met lately. It must not be shared by goroutines.
type Pass struct {
	Doc   text.Doc
	Lang  int       // index of the language, after Read
	Sure  float32   // probability of that language
	Known int       // words with letters that the engine could look at
	Wide  []float32 // logits of the sentiment (three), then of the wide heads
	Deep  []float32 // logits of the deep tower
	m     *Model
	feats text.Features
	grams []uint32
	sum   []int32 // languages, sentiment, row
	extra [SentWidth]int32
	langs []float32
	x, h  []float32
	words wordCache
}

// NewPass makes the working memory for a model: about 3 MB, nearly all of it
// the word cache.
func NewPass(m *Model) *Pass {
	n := len(m.Languages) + SentWidth + m.Dim + m.WideOuts
	return &Pass{
		m: m, sum: make([]int32, n), langs: make([]float32, len(m.Languages)),
		Wide: make([]float32, 3+m.WideOuts), Deep: make([]float32, m.Outs),
		x: make([]float32, m.Dim), h: make([]float32, m.Hidden),
		words: newWordCache(n),
	}
}

// Read takes a text in; hint is the index of its language, -1 for find out.
// Without all, only the language and the sentiment columns are filled.
func (p *Pass) Read(s string, hint int, all bool) {
	m := p.m
	p.Doc.Read(s)
	clear(p.sum)
	n := p.sumWords()
	p.language(n, hint)
	p.Doc.Features(&p.feats, m.lex, p.Lang, m.Second(p.Lang))
	p.sumRest()
	n += len(p.feats.Pairs) + len(p.feats.Style)
	p.wide(n)
	outs := m.Outs
	if !all {
		outs = 3
	}
	p.deep(n, outs)
}

// sumWords adds up the rows of every word and its letters; it answers how many
// rows that were.
func (p *Pass) sumWords() int {
	n := 0
	for i := range p.Doc.Tokens {
		t := &p.Doc.Tokens[i]
		e, fresh := p.words.find(t.Hash)
		if fresh {
			p.compose(t, e)
		}
		n += int(e.count)
		sum := p.sum[:len(e.sum)]
		for j, v := range e.sum {
			sum[j] += int32(v)
		}
	}
	return n
}

// compose fills a cache entry with the summed rows of a token.
func (p *Pass) compose(t *text.Token, e *entry) {
	m := p.m
	p.grams = append(p.grams[:0], text.Key(t.Hash))
	if t.Kind <= text.Number {
		p.grams = p.Doc.Grams(t, p.grams, 3)
	}
	clear(e.sum)
	e.count = int32(len(p.grams))
	l, w := len(m.Languages), m.Dim+m.WideOuts
	for _, k := range p.grams {
		addRow(e.sum[:l], m.lang[int(k>>(32-m.LangBits))*l:])
		addRow(e.sum[l:l+SentWidth], m.sent[int(k>>(32-m.SentBits))*SentWidth:])
		addRow(e.sum[l+SentWidth:], m.rows[int(k>>(32-m.RowBits))*w:])
	}
}

func addRow(sum []int16, row string) {
	row = row[:len(sum)]
	for j := range sum {
		sum[j] += int16(int8(row[j]))
	}
}

// sumRest adds the rows of pairs and style, and the copies that words and
// pairs have in this language.
func (p *Pass) sumRest() {
	m := p.m
	l, w := len(m.Languages), m.Dim+m.WideOuts
	sent, rows := p.sum[l:l+SentWidth], p.sum[l+SentWidth:]
	clear(p.extra[:])
	for _, list := range [2][]uint32{p.feats.Pairs, p.feats.Style} {
		for _, k := range list {
			addWide(sent, m.sent[int(k>>(32-m.SentBits))*SentWidth:])
			addWide(rows, m.rows[int(k>>(32-m.RowBits))*w:])
		}
	}
	for _, list := range [2][]uint32{p.feats.Words, p.feats.Pairs} {
		for _, k := range list {
			k = text.InLanguage(k, p.Lang)
			addWide(sent, m.sent[int(k>>(32-m.SentBits))*SentWidth:])
		}
	}
}

func addWide(sum []int32, row string) {
	row = row[:len(sum)]
	for j := range sum {
		sum[j] += int32(int8(row[j]))
	}
}

func (p *Pass) language(n, hint int) {
	m := p.m
	v := scale(n)
	for j := range p.langs {
		p.langs[j] = float32(p.sum[j])*m.LangScale[j]*v + m.LangBias[j]
	}
	Softmax(p.langs)
	p.Lang = 0
	for j, q := range p.langs {
		if q > p.langs[p.Lang] {
			p.Lang = j
		}
	}
	p.Sure = p.langs[p.Lang]
	if hint >= 0 {
		p.Lang, p.Sure = hint, 1
	}
}

func (p *Pass) wide(n int) {
	m := p.m
	l := len(m.Languages)
	v := scale(n + len(p.feats.Words) + len(p.feats.Pairs))
	for j := range 3 {
		p.Wide[j] = float32(p.sum[l+j])*m.SentScale[j]*v + m.SentBias[j]
	}
	v = scale(n)
	for j := range m.WideOuts {
		p.Wide[3+j] = float32(p.sum[l+SentWidth+m.Dim+j])*m.WideScale[j]*v + m.WideBias[j]
	}
}

func (p *Pass) deep(n, outs int) {
	m := p.m
	from := len(m.Languages) + SentWidth
	v := scale(n + 1)
	vector := m.LangVector[p.Lang]
	for j := range p.x {
		p.x[j] = (float32(p.sum[from+j])*m.DimScale[j] + vector[j]) * v
	}
	for i := range p.h {
		p.h[i] = max(0, dot(p.x, m.W1[i*m.Dim:])+m.B1[i])
	}
	for i := range p.Deep[:outs] {
		p.Deep[i] = dot(p.h, m.W2[i*m.Hidden:]) + m.B2[i]
	}
}

// Logits of a task into out: the towers' weighted mean.
func (p *Pass) Logits(t *Task, out []float32) []float32 {
	out = out[:len(t.Labels)]
	for j := range out {
		out[j] = p.Deep[t.From+j]
		if t.Wide >= 0 {
			out[j] += t.Share * (p.Wide[t.Wide+j] - out[j])
		}
	}
	return out
}

// scale by which a sum over n keys is brought to the size of one text.
func scale(n int) float32 { return float32(1 / math.Sqrt(float64(n+1))) }

// Softmax turns logits into probabilities in place.
func Softmax(x []float32) {
	m := x[0]
	for _, v := range x {
		m = max(m, v)
	}
	var sum float32
	for j, v := range x {
		x[j] = float32(math.Exp(float64(v - m)))
		sum += x[j]
	}
	for j := range x {
		x[j] /= sum
	}
}

// Sigmoid of a logit.
func Sigmoid(x float32) float32 { return float32(1 / (1 + math.Exp(-float64(x)))) }

func dot(a, b []float32) float32 {
	b = b[:len(a)]
	var s0, s1, s2, s3 float32
	for len(a) >= 4 && len(b) >= 4 {
		s0 += a[0] * b[0]
		s1 += a[1] * b[1]
		s2 += a[2] * b[2]
		s3 += a[3] * b[3]
		a, b = a[4:], b[4:]
	}
	for j := range a {
		s0 += a[j] * b[j]
	}
	return s0 + s1 + s2 + s3
}
