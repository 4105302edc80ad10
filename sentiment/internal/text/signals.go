package text

// Signals are counts of what makes writing loud.
type Signals struct {
	Exclaims int // signs with an exclamation mark
	Shouted  int // words in capitals
	Drawn    int // words with a letter held
	Emojis   int
}

// Signals of the text that was read last.
func (d *Doc) Signals() Signals {
	var s Signals
	for i := range d.Tokens {
		t := &d.Tokens[i]
		if t.Kind == Emoji {
			s.Emojis++
		}
		if t.Flags&Exclaim != 0 {
			s.Exclaims++
		}
		if t.Flags&Upper != 0 {
			s.Shouted++
		}
		if t.Flags&Long != 0 {
			s.Drawn++
		}
	}
	return s
}

// Empty says that there is nothing to read: no word and no pictograph or
// emoticon, only names, links, numbers and punctuation.
func (d *Doc) Empty() bool {
	for i := range d.Tokens {
		switch t := &d.Tokens[i]; t.Kind {
		case Word, Emoji:
			return false
		case Sign:
			if t.Flags&Face != 0 {
				return false
			}
		}
	}
	return true
}
