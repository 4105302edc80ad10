package text

import (
	"unicode"
	"unicode/utf8"
)

// Read cuts s into tokens. Any bytes are accepted: what is not UTF-8 separates
// words and is otherwise passed over. The time is linear in len(s).
func (d *Doc) Read(s string) {
	d.reset()
	opening := true
	for i := 0; i < len(s) && len(d.Tokens) < MaxTokens; {
		c := s[i]
		if c == ' ' || c == '\t' || c == '\r' {
			i++
			continue
		}
		if c == '\n' {
			opening = true
			i++
			continue
		}
		r, size := rune(c), 1
		if c >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(s[i:])
		}
		switch class(r) {
		case letter, digit:
			if n := linkLen(s[i:]); n > 0 {
				d.plain(Link, hashLink)
				i += n
				continue
			}
			i = d.word(s, i, opening, 0)
			opening = false
		case pictograph:
			d.emoji(r)
			i += size
		case sign:
			i, opening = d.sign(s, i, r, size, opening)
		default:
			i += size
		}
	}
	d.mergeIdioms()
}

func (d *Doc) plain(k Kind, hash uint64) {
	d.Tokens = append(d.Tokens, Token{Hash: hash, Kind: k, From: int32(len(d.Runes)), To: int32(len(d.Runes))})
}

func (d *Doc) emoji(r rune) {
	d.Tokens = append(d.Tokens, Token{Hash: hashRune(hashSeed, r) ^ saltEmoji, Kind: Emoji, From: int32(len(d.Runes)), To: int32(len(d.Runes))})
}

// word reads a word from s[i:] and answers where it ends.
func (d *Doc) word(s string, i int, opening bool, flags Flags) int {
	from := len(d.Runes)
	d.Runes = append(d.Runes, begin)
	var (
		last          rune
		run           int
		letters, caps int
		kind          = Word
		h             = hashSeed
	)
	for i < len(s) && len(d.Runes)-from <= MaxWord {
		r, size := rune(s[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(s[i:])
		}
		cl := class(r)
		if cl == mark { // vowel signs of Arabic are dropped, those of Indic scripts are letters
			i += size
			continue
		}
		if cl != letter && cl != digit {
			if (r == '\'' || r == '’') && letters > 0 && i+size < len(s) && nextIsLetter(s[i+size:]) {
				r = '\''
			} else {
				break
			}
		}
		if cl == digit && len(d.Runes) == from+1 {
			kind = Number
		}
		low := fold(r)
		if cl == letter {
			letters++
			if low != r && unicode.IsUpper(r) {
				caps++
				if letters == 1 {
					flags |= Title
				}
			}
		}
		i += size
		if low == last {
			run++
			if run >= 3 {
				flags |= Long
			}
			if run > 2 || (run == 2 && flags&Long != 0) {
				continue
			}
		} else {
			last, run = low, 1
		}
		d.Runes = append(d.Runes, low)
		h = hashRune(h, low)
	}
	d.Runes = append(d.Runes, end)
	if letters >= 2 && caps == letters {
		flags |= Upper
	}
	if opening {
		flags |= Opening
	}
	if kind == Number && letters > 0 {
		kind = Word
	}
	h = mix(h)
	if isNegator(h, d.Runes[from+1:len(d.Runes)-1]) {
		flags |= Negator
	}
	d.Letters += letters
	d.Capital += caps
	if kind == Word {
		d.Words++
	}
	d.Tokens = append(d.Tokens, Token{Hash: h, Kind: kind, Flags: flags, From: int32(from), To: int32(len(d.Runes))})
	return i
}

// sign reads punctuation: mentions, hashtags, emoticons, runs of one sign.
func (d *Doc) sign(s string, i int, r rune, size int, opening bool) (int, bool) {
	switch {
	case r == '@' && i+1 < len(s) && nextIsLetter(s[i+1:]):
		j := i + 1
		for j < len(s) && isNameByte(s[j]) {
			j++
		}
		if j == i+1 { // a name in another script
			return i + size, opening
		}
		d.plain(Mention, hashMention)
		return j, opening
	case r == '#' && i+1 < len(s) && nextIsLetter(s[i+1:]):
		return d.word(s, i+1, false, Hashtag), false
	}
	if n := emoticonLen(s[i:]); n > 0 {
		h := hashSeed
		for _, c := range s[i : i+n] {
			if c != '-' {
				h = hashRune(h, c)
			}
		}
		d.plain(Sign, mix(h)^saltSign)
		d.Tokens[len(d.Tokens)-1].Flags = Face
		return i + n, opening
	}
	var flags Flags
	h, n := hashSeed, 0
	if i > 0 && s[i-1] == ' ' && (r == '.' || r == ',' || r == '!' || r == '?') {
		h ^= saltSpaced // a habit of some writers, and of some languages
	}
	last := rune(-1)
	j := i
	for j < len(s) {
		r, size := rune(s[j]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(s[j:])
		}
		if class(r) != sign || (j > i && (r == '#' || r == '@')) {
			break
		}
		if j > i && emoticonLen(s[j:]) > 0 {
			break
		}
		switch r {
		case '!', '！':
			flags |= Exclaim
		case '?', '؟', '？':
			flags |= Question
		}
		if r == '.' || r == '!' || r == '?' || r == '…' || r == '。' {
			opening = true
		}
		if r != last || n < 2 {
			if n < 4 {
				h = hashRune(h, r)
				n++
			}
		}
		last = r
		j += size
	}
	d.Tokens = append(d.Tokens, Token{Hash: mix(h) ^ saltSign, Kind: Sign, Flags: flags, From: int32(len(d.Runes)), To: int32(len(d.Runes))})
	return j, opening
}
