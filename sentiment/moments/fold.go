package moments

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// longestWord is the length in bytes beyond which a run of letters is no word
// of any language that we read, and not worth folding.
const longestWord = 64

// add folds one run of letters, opens its contraction and appends what comes
// of it.
func (s *splitter) add(raw string) {
	if len(raw) > longestWord {
		s.append("")
		return
	}
	for _, part := range open(fold(raw)) {
		s.append(part)
	}
}

// fold brings the spellings of a word together: case, accents, umlauts written
// as ü, ue or u, ß and ss, and letters drawn out ("sooo" is "so").
func fold(raw string) string {
	var b strings.Builder
	b.Grow(len(raw))
	if isASCII(raw) {
		for i := range len(raw) {
			c := raw[i]
			if 'A' <= c && c <= 'Z' {
				c += 'a' - 'A'
			}
			b.WriteByte(c)
		}
	} else {
		for _, r := range norm.NFKD.String(raw) {
			switch {
			case unicode.Is(unicode.Mn, r):
			case isApostrophe(r):
				b.WriteByte('\'')
			case r == 'ß' || r == 'ẞ':
				b.WriteString("ss")
			default:
				b.WriteRune(unicode.ToLower(r))
			}
		}
	}
	return undigraph(shorten(b.String()))
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// shorten leaves one letter of three or more in a row.
func shorten(s string) string {
	drawn := false
	for i := 2; i < len(s); i++ {
		drawn = drawn || s[i] == s[i-1] && s[i] == s[i-2]
	}
	if !drawn {
		return s
	}
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); {
		end := i
		for end < len(s) && s[end] == s[i] {
			end++
		}
		if end-i >= 3 && s[i] >= 'a' && s[i] <= 'z' {
			out = append(out, s[i])
		} else {
			out = append(out, s[i:end]...)
		}
		i = end
	}
	return string(out)
}

// undigraph reads ae, oe and ue as the vowel alone, which is what an umlaut
// folds to. It also shortens words that never had one; the rules' words are
// folded by the same function, so that they meet.
func undigraph(s string) string {
	if !strings.Contains(s, "ae") && !strings.Contains(s, "oe") && !strings.Contains(s, "ue") {
		return s
	}
	out := make([]byte, 0, len(s))
	for i := range len(s) {
		if s[i] == 'e' && i > 0 && (s[i-1] == 'a' || s[i-1] == 'o' || s[i-1] == 'u') {
			continue
		}
		out = append(out, s[i])
	}
	return string(out)
}

// open takes English contractions apart, with or without their apostrophe, and
// drops the apostrophes of German ones.
func open(folded string) []string {
	switch folded {
	case "cannot", "cant", "can't":
		return []string{"can", "not"}
	case "wont", "won't":
		return []string{"will", "not"}
	case "dont", "didnt", "dosnt", "isnt", "wasnt", "couldnt", "havent", "hasnt", "wouldnt", "arent", "aint":
		return []string{folded[:len(folded)-2], "not"}
	case "ive", "weve":
		return []string{folded[:len(folded)-2], "have"}
	case "hes", "shes":
		return []string{folded[:len(folded)-1], "s"}
	}
	at := strings.LastIndexByte(folded, '\'')
	if at < 0 {
		return []string{folded}
	}
	stem, tail := strings.ReplaceAll(folded[:at], "'", ""), folded[at+1:]
	if stem == "" || stem == "d" {
		return []string{tail} // 'n, d'Oma
	}
	switch tail {
	case "t":
		return []string{strings.TrimSuffix(stem, "n"), "not"}
	case "s":
		return []string{stem, "s"}
	case "m":
		return []string{stem, "am"}
	case "re":
		return []string{stem, "are"}
	case "ve":
		return []string{stem, "have"}
	case "ll":
		return []string{stem, "will"}
	case "d":
		return []string{stem, "would"}
	}
	return []string{stem + tail}
}
