package net

import (
	"math"

	"tonfall/sentiment/internal/text"
)

// Pass is the working memory of one reader: a text's tokens and features, its
// sums, and the words it has met lately. It must not be shared by goroutines.
type Pass struct {
	Doc                 text.Doc
	Features            text.Features // in the language that was found
	Lang                int           // index of the language, after Read
	Sure                float32       // probability of that language
	Wide                []float32     // logits of the sentiment (three), then of the wide heads
	Deep                []float32     // logits of the deep tower
	m                   *Model
	grams               []uint32
	sum                 []int32 // languages, sentiment, row
	word                []int32 // the same of one word
	langLanes, rowLanes lanes
	langs               []float32
	x, h                []float32
	words               wordCache
}

// NewPass makes the working memory for a model: about 3 MB, nearly all of it
// the word cache.
func NewPass(m *Model) *Pass {
	n := len(m.Languages) + SentWidth + m.Dim + m.WideOuts
	return &Pass{
		m: m, sum: make([]int32, n), word: make([]int32, n),
		langLanes: newLanes(len(m.Languages)), rowLanes: newLanes(m.Dim + m.WideOuts),
		langs: make([]float32, len(m.Languages)),
		Wide:  make([]float32, SentWidth+m.WideOuts), Deep: make([]float32, m.Outs),
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
	width := len(p.sum)
	if !all {
		width = len(m.Languages) + SentWidth
	}
	n := p.sumWords(width)
	p.language(n, hint)
	p.weigh()
	p.Doc.Features(&p.Features)
	p.sumSentiment()
	n += len(p.Features.Pairs) + len(p.Features.Style)
	p.wideSentiment(n)
	if all {
		p.sumRows()
		p.wide(n)
		p.deep(n)
	}
}

// sumWords adds up the rows of every word and its letters; it answers how many
// rows that were.
func (p *Pass) sumWords(width int) int {
	n := 0
	for i := range p.Doc.Tokens {
		t := &p.Doc.Tokens[i]
		e, fresh := p.words.find(t.Hash)
		if fresh {
			p.compose(t, e)
		}
		n += int(e.count)
		sum := p.sum[:width]
		for j, v := range e.sum[:len(sum)] {
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
	e.count = int32(len(p.grams))
	e.seeds = text.Seeds(t.Hash)
	l, w := len(m.Languages), m.Dim+m.WideOuts
	for i := range p.word {
		p.word[i] = 0
	}
	sent := p.word[l : l+SentWidth]
	for _, k := range p.grams {
		p.langLanes.add(m.lang[int(k>>(32-m.LangBits))*l : cap(m.lang)])
		p.rowLanes.add(m.rows[int(k>>(32-m.RowBits))*w : cap(m.rows)])
		row := m.sent[int(k>>(32-m.SentBits))*SentWidth:][:SentWidth]
		for j, b := range row {
			sent[j] += int32(int8(b))
		}
	}
	p.langLanes.drain(p.word[:l])
	p.rowLanes.drain(p.word[l+SentWidth:])
	for j, v := range p.word {
		e.sum[j] = int16(v)
	}
}

// weigh is Doc.Weigh by way of the word cache.
func (p *Pass) weigh() {
	lang, second := p.Lang, p.m.Second(p.Lang)
	for i := range p.Doc.Tokens {
		t := &p.Doc.Tokens[i]
		e, fresh := p.words.find(t.Hash)
		if fresh { // driven out by a later word of this text
			p.compose(t, e)
		}
		if int(e.lang) != lang+1 {
			e.valence, e.lang = p.m.lex.Either(t.Hash, lang, second), int16(lang+1)
		}
		t.Seeds, t.Valence = e.seeds, e.valence
	}
}

// sumSentiment adds the sentiment rows of pairs and style, and of the copies
// that words and pairs have in this language.
func (p *Pass) sumSentiment() {
	m := p.m
	l := len(m.Languages)
	shift := 32 - m.SentBits
	var a, b, c int32
	for _, list := range [2][]uint32{p.Features.Pairs, p.Features.Style} {
		for _, k := range list {
			row := m.sent[int(k>>shift)*SentWidth:][:SentWidth]
			a, b, c = a+int32(int8(row[0])), b+int32(int8(row[1])), c+int32(int8(row[2]))
		}
	}
	for _, list := range [2][]uint32{p.Features.Words, p.Features.Pairs} {
		for _, k := range list {
			row := m.sent[int(text.InLanguage(k, p.Lang)>>shift)*SentWidth:][:SentWidth]
			a, b, c = a+int32(int8(row[0])), b+int32(int8(row[1])), c+int32(int8(row[2]))
		}
	}
	sent := p.sum[l : l+SentWidth]
	sent[0] += a
	sent[1] += b
	sent[2] += c
}

// sumRows adds the common rows of pairs, of style and of the words' copies.
func (p *Pass) sumRows() {
	m := p.m
	w := m.Dim + m.WideOuts
	shift := 32 - m.RowBits
	rows := p.sum[len(m.Languages)+SentWidth:]
	add := func(k uint32) {
		p.rowLanes.add(m.rows[int(k>>shift)*w : cap(m.rows)])
		if p.rowLanes.rows == lanesFull {
			p.rowLanes.drain(rows)
		}
	}
	for _, k := range p.Features.Pairs {
		add(k)
	}
	for _, k := range p.Features.Style {
		add(k)
	}
	for _, k := range p.Features.Words {
		add(text.InLanguage(k, p.Lang))
	}
	p.rowLanes.drain(rows)
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

func (p *Pass) wideSentiment(n int) {
	m := p.m
	l := len(m.Languages)
	v := scale(n + len(p.Features.Words) + len(p.Features.Pairs))
	for j := range SentWidth {
		p.Wide[j] = float32(p.sum[l+j])*m.SentScale[j]*v + m.SentBias[j]
	}
}

func (p *Pass) wide(n int) {
	m := p.m
	from := len(m.Languages) + SentWidth + m.Dim
	v := scale(n + len(p.Features.Words))
	for j := range m.WideOuts {
		p.Wide[SentWidth+j] = float32(p.sum[from+j])*m.WideScale[j]*v + m.WideBias[j]
	}
}

func (p *Pass) deep(n int) {
	m := p.m
	from := len(m.Languages) + SentWidth
	v := scale(n + len(p.Features.Words) + 1)
	vector := m.LangVector[p.Lang]
	for j := range p.x {
		p.x[j] = (float32(p.sum[from+j])*m.DimScale[j] + vector[j]) * v
	}
	for i := range p.h {
		p.h[i] = max(0, Dot(p.x, m.W1[i*m.Dim:])+m.B1[i])
	}
	for i := range p.Deep {
		p.Deep[i] = Dot(p.h, m.W2[i*m.Hidden:]) + m.B2[i]
	}
}

// Logits of a task into out: of the one tower that has it, or the weighted
// mean of both.
func (p *Pass) Logits(t *Task, out []float32) []float32 {
	out = out[:len(t.Labels)]
	switch {
	case t.From < 0:
		copy(out, p.Wide[t.Wide:])
	case t.Wide < 0:
		copy(out, p.Deep[t.From:])
	default:
		for j := range out {
			d := p.Deep[t.From+j]
			out[j] = d + t.Share*(p.Wide[t.Wide+j]-d)
		}
	}
	return out
}

// scale by which a sum over n keys is brought to the size of one text.
func scale(n int) float32 { return float32(1 / math.Sqrt(float64(n+1))) }
