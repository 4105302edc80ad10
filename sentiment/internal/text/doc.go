// Package text turns writing into tokens and tokens into features.
//
// It is the one pass over the text that every head of the engine shares:
//
//	bytes --Doc.Read--> tokens --Doc.Features--> keys of words, pairs, style and letters
//
// Training and scoring run this same code, so a feature means the same in both.
// Nothing is allocated once a Doc has grown to the size of its texts.
package text

// Kind says what a token is.
type Kind uint8

// The kinds of token.
const (
	Word    Kind = iota // letters, digits and marks; may hold an apostrophe
	Number              // begins with a digit
	Emoji               // one pictograph without its modifiers
	Sign                // a run of punctuation, or an emoticon such as :-)
	Mention             // @name
	Link                // a web address
)

// Flags are what the normalised form of a token no longer shows.
type Flags uint16

// The flags of a token.
const (
	Upper    Flags = 1 << iota // all its letters are capitals, and there are two or more
	Title                      // its first letter is a capital
	Hashtag                    // it stood behind a #
	Long                       // it had a letter three times or more in a row: sooo
	Opening                    // first word of a sentence
	Negator                    // not, nicht, kein, jamais, ...
	Question                   // a sign that holds a ?
	Exclaim                    // a sign that holds a !
	Face                       // an emoticon
)

// Token is one word or sign of a text.
type Token struct {
	Hash     uint64 // of the normalised form
	From, To int32  // its runes in Doc.Runes, with the borders < and > around words
	Flags    Flags
	Seeds    uint16 // the feelings it names outright, a bit each
	Kind     Kind
	Valence  int8 // what the lexicon says, -127..127
}

// Limits keep the work per text bounded; whatever lies beyond is not read.
const (
	MaxTokens = 1024 // tokens read of one text
	MaxWord   = 32   // runes of one word; a longer one is cut into several
)

// Doc is a text cut into tokens. The zero value is ready; Read may be called
// again and again and reuses the memory. It must not be shared by goroutines.
type Doc struct {
	Tokens  []Token
	Runes   []rune
	Letters int // letters seen, of any script
	Words   int // tokens of kind Word
	Capital int // letters that were capitals
}

// borders of a word among the runes, outside the range of letters.
const (
	begin = '<'
	end   = '>'
)

func (d *Doc) reset() {
	d.Tokens, d.Runes = d.Tokens[:0], d.Runes[:0]
	d.Letters, d.Words, d.Capital = 0, 0, 0
}
