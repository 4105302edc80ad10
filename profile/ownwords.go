package profile

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// OwnWords keeps of a text only what its author wrote: the input of a Scorer,
// and all that is ever kept of a post or an e-mail.
//
// It drops quoted lines ("> …"), what follows "RT @somebody", mentions of other
// people, links, the original below "On … wrote:" or "Am … schrieb …:", what
// follows a forward's marker or header, and a signature below "--". Runs of
// white space become one space, runs of blank lines one line.
//
// Any bytes are accepted. The time is linear, the answer never longer than the
// text, and OwnWords of an answer is that answer.
func OwnWords(text string) string {
	var own []string // cleaned lines so far
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	for i, line := range lines {
		line, reposted := clean(line, len(own) == 0)
		last := ""
		if len(own) > 0 {
			last = own[len(own)-1]
		}
		switch {
		case line == "" && (last == "" || reposted):
		case quoted(line):
		case attribution(line), wrapped(last, line):
			if !attribution(line) {
				own = own[:len(own)-1]
			}
			if !answersBelow(lines[i+1:]) {
				return joined(own)
			}
		case header(last, line):
			return joined(own[:len(own)-1])
		case forward(line):
			return joined(own)
		case appSignature(line):
		default:
			own = append(own, line)
		}
		if reposted {
			break
		}
	}
	return joined(own)
}

func joined(lines []string) string { return strings.TrimSpace(strings.Join(lines, "\n")) }

// clean drops links and mentions from a line, and all from "RT @" on, which it
// reports. Commas after mentions go too where the line is the text's first.
func clean(line string, first bool) (own string, reposted bool) {
	var b strings.Builder
	repost := false // the word before was RT
	for word := range strings.FieldsSeq(line) {
		rest, mention := afterMention(word)
		if repost && mention {
			return strings.TrimSpace(strings.TrimSuffix(b.String(), "RT")), true
		}
		repost = word == "RT"
		switch {
		case link(word):
		case mention && first && b.Len() == 0:
		case mention:
			b.WriteString(rest)
		default:
			if b.Len() > 0 {
				b.WriteByte(' ')
			}
			b.WriteString(word)
		}
	}
	return b.String(), false
}

// link reports whether a word is an address on the web.
func link(word string) bool {
	word = strings.TrimLeft(word, "(<[\"'„“")
	for _, start := range []string{"https://", "http://", "www."} {
		if len(word) > len(start) && strings.EqualFold(word[:len(start)], start) {
			next, _ := utf8.DecodeRuneInString(word[len(start):])
			return unicode.IsLetter(next) || unicode.IsDigit(next) || next == '['
		}
	}
	return false
}

// afterMention reports whether a word is a mention, "@anna" or
// "@anna@example.org", and what punctuation follows it.
func afterMention(word string) (rest string, ok bool) {
	word = strings.TrimLeft(word, ".(\"'„“")
	if !strings.HasPrefix(word, "@") {
		return "", false
	}
	next, _ := utf8.DecodeRuneInString(word[1:])
	if !unicode.IsLetter(next) && !unicode.IsDigit(next) && next != '_' {
		return "", false
	}
	rest = strings.TrimLeftFunc(word, func(r rune) bool {
		return unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("@_.-", r)
	})
	if i := len(word) - len(rest); word[i-1] == '.' {
		rest = "." + rest // the sentence's, not the name's
	}
	if strings.IndexFunc(rest, func(r rune) bool { return !unicode.IsPunct(r) }) >= 0 {
		rest = "" // "@anna's"
	}
	return rest, true
}

// quoted reports whether a line quotes by "> ", and is not an emoticon's brow.
func quoted(line string) bool {
	return strings.HasPrefix(line, ">") && (len(line) == 1 || !strings.ContainsRune(":;_.<=-|", rune(line[1])))
}

// answersBelow reports whether the original is quoted line by line, so that
// what stands between is the author's again.
func answersBelow(lines []string) bool {
	for _, l := range lines {
		if l = strings.TrimSpace(l); l != "" {
			return quoted(l)
		}
	}
	return false
}
