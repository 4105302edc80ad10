package text

// Lexicon gives words a valence, language by language. It is a table by open
// addressing whose two columns lie in the model file as they are.
type Lexicon struct {
	Keys   []uint32 // 0 is an empty slot; the length is a power of two
	Values []int8   // valence times 25: -127..127
}

// LexiconKey is the key of a token's hash in one language; never 0.
func LexiconKey(h uint64, lang int) uint32 {
	return key(h^saltLexicon^uint64(lang+1)<<17) | 1
}

// NewLexicon lays entries out with at least half of the slots empty.
func NewLexicon(keys []uint32, values []int8) *Lexicon {
	n := 2
	for n < 2*len(keys) {
		n *= 2
	}
	l := &Lexicon{Keys: make([]uint32, n), Values: make([]int8, n)}
	for i, k := range keys {
		at := l.slot(k)
		l.Keys[at], l.Values[at] = k, values[i]
	}
	return l
}

func (l *Lexicon) slot(k uint32) int {
	mask := len(l.Keys) - 1
	at := int(k>>1) & mask
	for l.Keys[at] != 0 && l.Keys[at] != k {
		at = (at + 1) & mask
	}
	return at
}

// Valence of a token in a language, -127..127, and 0 where it has no entry.
func (l *Lexicon) Valence(h uint64, lang int) int8 {
	if l == nil || len(l.Keys) == 0 {
		return 0
	}
	k := LexiconKey(h, lang)
	at := l.slot(k)
	if l.Keys[at] == 0 {
		return 0
	}
	return l.Values[at]
}

// Either is the valence in lang, or where that has none in second (-1: no
// second language).
func (l *Lexicon) Either(h uint64, lang, second int) int8 {
	v := l.Valence(h, lang)
	if v == 0 && second >= 0 {
		v = l.Valence(h, second)
	}
	return v
}
