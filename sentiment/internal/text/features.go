package text

import "math/bits"

// Features are the keys of one text, 32 bits each. A table of 2^n rows finds
// the row of a key by its upper n bits.
type Features struct {
	Words []uint32 // one for each token, in order
	Pairs []uint32 // two neighbours, negated words, hashtags, letter case
	Style []uint32 // how it is written: length, shouting, signs; buckets of counts
	Seeds uint16   // feelings that a word names and no negator denies, a bit each
}

func (f *Features) reset() {
	f.Words, f.Pairs, f.Style, f.Seeds = f.Words[:0], f.Pairs[:0], f.Style[:0], 0
}

// salts keep features of different kinds apart.
const (
	saltPair   uint64 = 0xa0761d6478bd642f
	saltAfter  uint64 = 0xe7037ed1a0b428db
	saltBefore uint64 = 0x8ebc6af09c88c6e3
	saltTag    uint64 = 0x589965cc75374cc3
	saltTitle  uint64 = 0x1d8e4e27c47d124f
	saltStyle  uint64 = 0xeb44accab455d165
	saltEdge   uint64 = 0x9fb21c651e98df25
	saltGram   uint64 = 0x3c79ac492ba7b653
	saltLex    uint64 = 0xd6e8feb86659fd93
	saltSeed   uint64 = 0xbf58476d1ce4e5b9
	saltSkip   uint64 = 0x1c69b3f74ac4ae35
)

// reach of a negator, in tokens.
const (
	negateAfter  = 4
	negateBefore = 2
)

func key(h uint64) uint32 { return uint32(mix(h) >> 32) }

// Key is the feature of a token's hash.
func Key(h uint64) uint32 { return key(h) }

// InLanguage is the copy of a feature that only texts of one language have.
func InLanguage(k uint32, lang int) uint32 {
	x := (k ^ uint32(lang+1)*0x9e3779b1) * 0x85ebca6b
	x ^= x >> 15
	x *= 0xc2b2ae35
	return x ^ x>>16
}

// Weigh looks every token up in the seeds and in the lexicon as a word of
// language lang; what that does not know is asked of second, the other
// language of code-mixed writing (-1 for none). Features needs it.
func (d *Doc) Weigh(lex *Lexicon, lang, second int) {
	for i := range d.Tokens {
		t := &d.Tokens[i]
		t.Seeds = Seeds(t.Hash)
		t.Valence = lex.Either(t.Hash, lang, second)
	}
}

// Features lists the keys of the text that was read and weighed last.
func (d *Doc) Features(f *Features) {
	f.reset()
	scope, prev := 0, saltEdge
	var total lexTotals
	for i := range d.Tokens {
		t := &d.Tokens[i]
		f.Words = append(f.Words, key(t.Hash))
		f.Pairs = append(f.Pairs, key(prev*3+t.Hash^saltPair))
		prev = t.Hash
		if t.Valence != 0 {
			total.add(f, int(t.Valence), scope > 0)
		}
		for set := t.Seeds; set != 0; set &= set - 1 {
			k := uint64(bits.TrailingZeros16(set))
			if scope > 0 {
				k += 32
			} else {
				f.Seeds |= 1 << k
			}
			f.Pairs = append(f.Pairs, key(saltSeed^k))
		}
		switch {
		case t.Flags&Negator != 0:
			scope = negateAfter
			for j := i - 1; j >= 0 && j >= i-negateBefore && d.Tokens[j].Kind == Word; j-- {
				f.Pairs = append(f.Pairs, key(d.Tokens[j].Hash^saltBefore))
			}
		case t.Kind == Sign:
			scope = 0
		case scope > 0:
			scope--
			f.Pairs = append(f.Pairs, key(t.Hash^saltAfter))
		}
		if t.Flags&Hashtag != 0 {
			f.Pairs = append(f.Pairs, key(t.Hash^saltTag))
		}
		if t.Flags&(Title|Opening|Upper) == Title && t.To-t.From <= 9 {
			f.Pairs = append(f.Pairs, key(t.Hash^saltTitle))
		}
	}
	f.Pairs = append(f.Pairs, key(prev*3^saltPair)) // the last token and the end
	d.style(f)
	total.style(f)
}

// lexTotals sums what the lexicon says about the words of a text.
type lexTotals struct{ good, bad, last int }

// add counts a word of valence v, turned around where it is negated, and
// lists its strength as a feature that all such words share.
func (l *lexTotals) add(f *Features, v int, negated bool) {
	k := uint64(v+160) / 32 // 1..8: strongly bad to strongly good
	if negated {
		k += 16
		v = -v / 2
	}
	f.Pairs = append(f.Pairs, key(saltLex^k))
	if v > 0 {
		l.good += v
	} else {
		l.bad -= v
	}
	l.last = v
}

func (l *lexTotals) style(f *Features) {
	g, b := bucket(l.good), bucket(l.bad)
	f.Style = append(f.Style, key(saltLex^uint64(0x100+g)), key(saltLex^uint64(0x200+b)),
		key(saltLex^uint64(0x300+g*16+b)), key(saltLex^uint64(0x400+bucket(max(l.last, 0))*16+bucket(max(-l.last, 0)))))
}

// bucket cuts a total of valences into 0..7.
func bucket(v int) int { return min((v+24)/48, 7) }

// style lists bucketed counts.
func (d *Doc) style(f *Features) {
	var count [numStyles]int
	for i := range d.Tokens {
		t := &d.Tokens[i]
		switch t.Kind {
		case Emoji:
			count[styleEmoji]++
		case Mention:
			count[styleMention]++
		case Link:
			count[styleLink]++
		case Number:
			count[styleNumber]++
		case Sign:
			if t.Flags&Exclaim != 0 {
				count[styleExclaim]++
			}
			if t.Flags&Question != 0 {
				count[styleQuestion]++
			}
			count[styleSign]++
		}
		if t.Flags&Hashtag != 0 {
			count[styleTag]++
		}
		if t.Flags&Upper != 0 {
			count[styleUpper]++
		}
		if t.Flags&Title != 0 {
			count[styleTitle]++
		}
		if t.Flags&Long != 0 {
			count[styleLong]++
		}
		if t.Flags&Negator != 0 {
			count[styleNegator]++
		}
	}
	count[styleWords] = d.Words
	for k, n := range count {
		b := min(n, 3)
		if k == styleWords || k == styleTitle || k == styleSign {
			b = bits.Len(uint(n))
		}
		f.Style = append(f.Style, key(saltStyle^uint64(k*64+b+1)))
	}
}

// what style counts.
const (
	styleEmoji = iota
	styleMention
	styleLink
	styleNumber
	styleExclaim
	styleQuestion
	styleSign
	styleTag
	styleUpper
	styleTitle
	styleLong
	styleNegator
	styleWords
	numStyles
)

// Grams appends the keys of the runs of one to five letters inside token t,
// borders included, to keys. Tokens that are not words have none.
func (d *Doc) Grams(t *Token, keys []uint32, shortest int) []uint32 {
	w := d.Runes[t.From:t.To]
	for i := range w {
		h := saltGram
		for n := 1; n <= 5 && i+n <= len(w); n++ {
			h = hashRune(h, w[i+n-1])
			if n >= shortest && n < len(w) {
				keys = append(keys, key(h))
			}
		}
	}
	return keys
}
