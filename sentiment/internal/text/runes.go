package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// classes of a rune, as far as cutting a text goes.
type runeClass uint8

const (
	other runeClass = iota // space, control, joiner, not UTF-8
	letter
	digit
	sign
	pictograph
	mark // a diacritic that is passed over inside a word
)

// class sorts a rune. ASCII, nearly all of the text, goes by comparison.
func class(r rune) runeClass {
	if r < utf8.RuneSelf {
		switch {
		case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z':
			return letter
		case '0' <= r && r <= '9':
			return digit
		case r <= ' ' || r == 0x7f:
			return other
		}
		return sign
	}
	switch {
	case r >= 0xC0 && r <= 0x24F && r != 0xD7 && r != 0xF7:
		return letter
	case r >= 0x1F000 && r <= 0x1FAFF:
		if r >= 0x1F3FB && r <= 0x1F3FF { // skin tones
			return other
		}
		return pictograph
	case r >= 0x2600 && r <= 0x27BF, r >= 0x2B00 && r <= 0x2BFF, r >= 0x2190 && r <= 0x21FF, r >= 0x2300 && r <= 0x23FF:
		return pictograph
	case r == 0x0640, r >= 0x064B && r <= 0x065F, r == 0x0670: // tatweel and Arabic vowel signs
		return mark
	case r == utf8.RuneError, r == 0x200D, r >= 0xFE00 && r <= 0xFE0F:
		return other
	case unicode.IsLetter(r), unicode.IsMark(r):
		return letter
	case unicode.IsDigit(r):
		return digit
	case unicode.IsPunct(r), unicode.IsSymbol(r):
		return sign
	}
	return other
}

// fold answers the form under which a letter is looked up: lower case, and the
// spellings of alef, ya and ta marbuta that Arabic writers mix made one.
func fold(r rune) rune {
	if r < utf8.RuneSelf {
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	}
	switch r {
	case 'أ', 'إ', 'آ', 'ٱ':
		return 'ا'
	case 'ى':
		return 'ي'
	case 'ة':
		return 'ه'
	case 'ё', 'Ё':
		return 'е'
	}
	return unicode.ToLower(r)
}

func nextIsLetter(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	c := class(r)
	return c == letter || c == digit || r == '_'
}

func isNameByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_'
}

// linkLen is the length of the web address at the beginning of s, 0 where
// there is none. A bare "http" counts: public collections mask links so.
func linkLen(s string) int {
	if c := s[0] | 0x20; c != 'h' && c != 'w' {
		return 0
	}
	switch {
	case hasFold(s, "http"):
		if len(s) > 4 && (class(rune(s[4])) == letter && !hasFold(s[4:], "s:") && !hasFold(s[4:], "s ")) {
			return 0
		}
	case hasFold(s, "www."):
	default:
		return 0
	}
	if n := strings.IndexAny(s, " \t\r\n"); n >= 0 {
		return n
	}
	return len(s)
}

func hasFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

// emoticonLen is the length of the emoticon at the beginning of s (:-) ;D =( <3
// and the like), 0 where there is none.
func emoticonLen(s string) int {
	if len(s) < 2 {
		return 0
	}
	if s[0] == '<' && s[1] == '3' {
		return 2
	}
	if s[0] != ':' && s[0] != ';' && s[0] != '=' {
		return 0
	}
	n := 1
	if s[n] == '-' || s[n] == '\'' || s[n] == '^' {
		n++
	}
	if n >= len(s) || strings.IndexByte(")(][DPpOo/\\|*3SsXx$", s[n]) < 0 {
		return 0
	}
	mouth := s[n]
	n++
	if n < len(s) && class(rune(s[n])) == letter && class(rune(mouth)) == letter {
		return 0 // the beginning of a word, not a mouth
	}
	if mouth == '/' && n < len(s) && s[n] == '/' {
		return 0 // a link
	}
	for n < len(s) && s[n] == mouth && mouth != '3' {
		n++
	}
	return n
}
