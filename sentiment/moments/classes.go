package moments

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// classes is a set of class numbers, one bit each.
type classes []uint64

func (c classes) has(id int) bool {
	return id>>6 < len(c) && c[id>>6]&(1<<(id&63)) != 0
}

func (c classes) hasAny(ids []int) bool {
	for _, id := range ids {
		if c.has(id) {
			return true
		}
	}
	return false
}

// with answers the set enlarged by one class, growing it where it must.
func (c classes) with(id int) classes {
	for id>>6 >= len(c) {
		c = append(c, 0)
	}
	c[id>>6] |= 1 << (id & 63)
	return c
}

// put adds the other set, which is no wider.
func (c classes) put(other classes) {
	for i, bits := range other {
		c[i] |= bits
	}
}

// shortestStem is the length from which the beginning or the end of a word may
// stand for the whole.
const shortestStem = 3

// class answers the number of a class, giving it one when it is new.
func (b *rulebook) class(name string) int {
	id, ok := b.names[name]
	if !ok {
		id = b.size
		b.names[name] = id
		b.size++
	}
	return id
}

// join makes a word a member of a class. "krebs*" stands for every word that
// begins so, "*krebs" for every word that ends so; "@other" takes in what has
// joined the other class so far.
func (b *rulebook) join(id int, member string) error {
	if strings.HasPrefix(member, "@") {
		other, ok := b.names[member]
		if !ok {
			return fmt.Errorf("%s is not known here", member)
		}
		for _, table := range []map[string]classes{b.words, b.heads, b.tails} {
			for text, set := range table {
				if set.has(other) {
					table[text] = set.with(id)
				}
			}
		}
		return nil
	}
	table, stem := b.words, member
	if cut, ok := strings.CutSuffix(member, "*"); ok {
		table, stem = b.heads, cut
	} else if cut, ok := strings.CutPrefix(member, "*"); ok {
		table, stem = b.tails, cut
	}
	if parts := split(stem); stem != "#" && (len(parts) != 1 || parts[0].text != fold(stem)) {
		return fmt.Errorf("%q is not one word", member)
	}
	stem = fold(stem)
	if utf8.RuneCountInString(stem) < shortestStem && stem != fold(member) {
		return fmt.Errorf("%q is too short to stand for longer words", member)
	}
	table[stem] = table[stem].with(id)
	return nil
}

// meaning adds to the set all classes that a folded word belongs to.
func (b *rulebook) meaning(text string, set classes) {
	set.put(b.words[text])
	for n := shortestStem; n <= len(text); n++ {
		set.put(b.heads[text[:n]])
		set.put(b.tails[text[len(text)-n:]])
	}
	if text != "" && strings.Trim(text, "0123456789") == "" {
		set.put(b.words["#"])
	}
}
