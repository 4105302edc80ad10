package moments

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// word is one folded word, number or emoji of a text, with the sentence and the
// clause that it stands in, both counted from 0 over the whole text.
type word struct {
	text     string
	sentence int
	clause   int
	quoted   bool
}

// From shortestQuote to longestQuote words between quotation marks are somebody
// else's: a line of a song, a title, a stranger's sentence. Fewer are emphasis.
const shortestQuote, longestQuote = 3, 40

// splitter walks over a text and collects its words.
type splitter struct {
	text             string
	words            []word
	sentence, clause int
	quote            int // the first word of the open quotation, or -1
}

// split folds a text and takes it apart. Addresses and mentions are left out,
// hashtags in camel case become their words.
func split(text string) []word {
	s := splitter{text: text, quote: -1}
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		if !inWord(r) {
			s.mark(i, r, size)
			i += size
			continue
		}
		end := i + strings.IndexFunc(text[i:], func(r rune) bool { return !inWord(r) })
		if end < i {
			end = len(text)
		}
		switch before := text[:i]; {
		case strings.HasPrefix(text[end:], "://"):
			if space := strings.IndexFunc(text[end:], unicode.IsSpace); space >= 0 {
				end += space
			} else {
				end = len(text)
			}
		case strings.HasSuffix(before, "@"):
		case strings.HasSuffix(before, "#"):
			s.tag(text[i:end])
		default:
			s.add(text[i:end])
		}
		i = end
	}
	return s.words
}

func inWord(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r) && r != '\ufe0f' || isApostrophe(r)
}

func isApostrophe(r rune) bool {
	return r == '\'' || r == '’' || r == '‘' || r == '`' || r == '´'
}

// mark reads what stands between words: the ends of sentences and clauses,
// quotation marks, emoji.
func (s *splitter) mark(i int, r rune, size int) {
	rest := s.text[i+size:]
	switch {
	case r == '\n':
		s.sentence++
		s.clause++
	case r == '.' || r == '!' || r == '?' || r == '…':
		s.clause++
		if s.ends(i, r, rest) {
			s.sentence++
		}
	case r == '"' || r == '„' || r == '“' || r == '”' || r == '«' || r == '»':
		s.turnQuote()
	case r == ',' || r == ';' || r == ':' || r == '(' || r == ')' || r == '–' || r == '—':
		s.clause++
	case r != utf8.RuneError && unicode.Is(unicode.So, r):
		if n := len(s.words); n == 0 || s.words[n-1].text != string(r) {
			s.append(string(r))
		}
	}
}

// ends reports whether a mark ends its sentence: not in "14. Woche", "z.B." or
// in the dots of somebody who hesitates.
func (s *splitter) ends(i int, r rune, rest string) bool {
	if r == '…' || r == '.' && strings.HasPrefix(rest, ".") || strings.HasSuffix(s.text[:i], "..") {
		return false
	}
	if r == '.' && i > 0 && s.text[i-1] >= '0' && s.text[i-1] <= '9' {
		return false
	}
	next, size := utf8.DecodeRuneInString(rest)
	return size == 0 || !inWord(next)
}

func (s *splitter) turnQuote() {
	if s.quote < 0 {
		s.quote = len(s.words)
		return
	}
	if n := len(s.words) - s.quote; n >= shortestQuote && n <= longestQuote {
		for i := s.quote; i < len(s.words); i++ {
			s.words[i].quoted = true
		}
	}
	s.quote = -1
}

// tag adds a hashtag's words: ErstesJahrOhneDich becomes four.
func (s *splitter) tag(tag string) {
	from, lower := 0, false
	for i, r := range tag {
		if unicode.IsUpper(r) && lower {
			s.add(tag[from:i])
			from = i
		}
		lower = unicode.IsLower(r)
	}
	s.add(tag[from:])
}

func (s *splitter) append(folded string) {
	s.words = append(s.words, word{text: folded, sentence: s.sentence, clause: s.clause})
}
