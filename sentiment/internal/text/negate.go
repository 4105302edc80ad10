package text

import "strings"

// negators are the words that turn what stands near them around, in the
// languages of the training data; written as they stand after folding.
const negators = `not no never none nothing neither nor cannot cant dont doesnt didnt isnt wasnt arent werent wont wouldnt shouldnt couldnt hardly without
nicht kein keine keinen keinem keiner keines keins nie niemals nix nichts ned net ohne weder kaum
pas jamais rien aucun aucune sans
nunca nada sin ni jamas jamás tampoco ningun ningún ninguna
non mai niente senza nessuno nessuna
não nao nem sem nenhum nenhuma
nahi nahin nhi nai mat bina नहीं
не нет ни никогда нельзя без ні немає нема
لا ما ليس لم لن مش مو ماشي بدون
niet geen nooit niets zonder
inte ej aldrig ingen utan ikke aldri ingenting uten uden
ei en et eivat eivät en älä ilman
nie nigdy bez ne nikdy nikad není nema nisem
nu niciodata niciodată fara fără
nem soha nélkül
δεν δε μην οχι όχι χωρις χωρίς
değil degil yok hiç hic`

// isNegator looks the word up; English n't counts whatever stands before it.
func isNegator(h uint64, word []rune) bool {
	if n := len(word); n > 3 && word[n-1] == 't' && word[n-2] == '\'' && word[n-3] == 'n' {
		return true
	}
	return negatorSet.has(h)
}

// wordSet is a read-only set of word hashes by open addressing.
type wordSet struct{ slots [1024]uint64 }

var negatorSet = newWordSet(negators)

func newWordSet(words string) *wordSet {
	s := new(wordSet)
	for _, w := range strings.Fields(words) {
		h := hashFolded(w)
		i := h % uint64(len(s.slots))
		for s.slots[i] != 0 && s.slots[i] != h {
			i = (i + 1) % uint64(len(s.slots))
		}
		s.slots[i] = h
	}
	return s
}

func (s *wordSet) has(h uint64) bool {
	for i := h % uint64(len(s.slots)); s.slots[i] != 0; i = (i + 1) % uint64(len(s.slots)) {
		if s.slots[i] == h {
			return true
		}
	}
	return false
}
