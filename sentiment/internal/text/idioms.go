package text

import "strings"

// idioms are phrases that do not mean the sum of their words: understatement,
// and praise and thanks that never are meant. Each is read as the one word
// behind the sign of equality, in training and in scoring. The list is this
// project's own.
const idiomList = `nicht schlecht = gut
gar nicht schlecht = gut
gar nicht mal schlecht = gut
nicht mal schlecht = gut
nicht so schlecht = gut
nicht übel = gut
gar nicht übel = gut
nicht verkehrt = gut
nicht ohne = beachtlich
ned schlecht = gut
net schlecht = gut
nicht beschweren = zufrieden
nicht meckern = zufrieden
nichts zu meckern = zufrieden
nichts auszusetzen = zufrieden
nichts zu beanstanden = zufrieden
keine beschwerden = zufrieden
keine beanstandungen = zufrieden
keine klagen = zufrieden
kein grund zur klage = zufrieden
nicht besser = perfekt
besser geht nicht = perfekt
besser geht's nicht = perfekt
nicht schöner = perfekt
hätte besser = schlecht
könnte besser = schlecht
kein problem = okay
keine probleme = okay
keine sorge = okay
danke für nichts = frechheit
vielen dank für nichts = frechheit
danke für garnichts = frechheit
danke für gar nichts = frechheit
na toll = ärgerlich
na super = ärgerlich
na klasse = ärgerlich
na prima = ärgerlich
na danke = ärgerlich
na bravo = ärgerlich
toll gemacht jetzt = ärgerlich
super gemacht jetzt = ärgerlich
klasse gemacht jetzt = ärgerlich
ganz großes kino = lächerlich
nicht gut = schlecht
nicht so gut = schlecht
nicht zufrieden = unzufrieden
nicht zu empfehlen = enttäuschend
nicht empfehlenswert = enttäuschend
nie wieder = furchtbar
never again = terrible
not bad = good
not too bad = good
not so bad = good
not that bad = good
not half bad = good
not bad at all = good
isn't bad = good
wasn't bad = good
no complaints = satisfied
can't complain = satisfied
cannot complain = satisfied
nothing to complain = satisfied
couldn't be better = perfect
can't be better = perfect
could not be better = perfect
couldn't be happier = happy
could not be happier = happy
can't stop smiling = happy
could have been better = disappointing
could be better = disappointing
no problem = okay
no problems = okay
no worries = okay
thanks for nothing = awful
thank you for nothing = awful
oh great = annoying
oh wonderful = annoying
oh joy = annoying
yeah right = annoying
just great = annoying
just what i needed = annoying
not good = bad
not happy = unhappy
not recommend = awful`

// idiom is a phrase after its first word, and the word it stands for.
type idiom struct {
	rest  []uint64
	means uint64
	runes []rune // of that word, between its borders
}

// idioms by the hash of their first word; of several that fit, the first in
// the list of a word is the longest.
var idioms, idiomStarts = newIdioms(idiomList)

func newIdioms(list string) (map[uint64][]idiom, *wordSet) {
	m := make(map[uint64][]idiom)
	var firsts []string
	for line := range strings.Lines(list) {
		phrase, means, _ := strings.Cut(line, "=")
		words := strings.Fields(phrase)
		means = strings.TrimSpace(means)
		i := idiom{means: hashFolded(means), runes: []rune(string(begin) + means + string(end))}
		for _, w := range words[1:] {
			i.rest = append(i.rest, hashFolded(w))
		}
		h := hashFolded(words[0])
		at := 0
		for at < len(m[h]) && len(m[h][at].rest) >= len(i.rest) {
			at++
		}
		m[h] = append(m[h][:at:at], append([]idiom{i}, m[h][at:]...)...)
		firsts = append(firsts, words[0])
	}
	return m, newWordSet(strings.Join(firsts, " "))
}

// mergeIdioms puts the one word in the place of each idiom.
func (d *Doc) mergeIdioms() {
	kept := d.Tokens[:0]
	for i := 0; i < len(d.Tokens); i++ {
		t := d.Tokens[i]
		if t.Kind == Word && idiomStarts.has(t.Hash) {
			if x := d.idiomAt(i); x != nil {
				t.Hash = x.means
				t.From = int32(len(d.Runes))
				d.Runes = append(d.Runes, x.runes...)
				t.To = int32(len(d.Runes))
				t.Flags &^= Negator | Upper | Title
				i += len(x.rest)
			}
		}
		kept = append(kept, t)
	}
	d.Tokens = kept
}

func (d *Doc) idiomAt(i int) *idiom {
	list := idioms[d.Tokens[i].Hash]
next:
	for n := range list {
		x := &list[n]
		if i+len(x.rest) >= len(d.Tokens) {
			continue
		}
		for j, h := range x.rest {
			if d.Tokens[i+1+j].Hash != h {
				continue next
			}
		}
		return x
	}
	return nil
}
