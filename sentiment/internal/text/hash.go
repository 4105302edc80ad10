package text

// hashes are of 64 bits while a token is read; features keep the upper 32.
// The mixing is the finaliser of MurmurHash3 (Austin Appleby, public domain).
const (
	hashSeed  uint64 = 0x9e3779b97f4a7c15
	hashPrime uint64 = 0xff51afd7ed558ccd

	hashMention uint64 = 0x6c62272e07bb0142
	hashLink    uint64 = 0x27d4eb2f165667c5
	saltEmoji   uint64 = 0x517cc1b727220a95
	saltSign    uint64 = 0x2545f4914f6cdd1d
	saltSpaced  uint64 = 0x9fb21c651e98df25
	saltLexicon uint64 = 0x94d049bb133111eb
)

func hashRune(h uint64, r rune) uint64 {
	h = (h ^ uint64(uint32(r))) * hashPrime
	return h ^ h>>29
}

func mix(h uint64) uint64 {
	h ^= h >> 33
	h *= 0xc4ceb9fe1a85ec53
	return h ^ h>>32
}

// hashFolded is the hash of one word, rune by rune as Doc.word does it.
func hashFolded(w string) uint64 {
	h := hashSeed
	for _, r := range w {
		h = hashRune(h, fold(r))
	}
	return mix(h)
}

// HashPhrase is the hash by which a lexicon entry is stored and found: that of
// the one token it reads as. Entries of several words, or of none, answer false.
func HashPhrase(d *Doc, s string) (uint64, bool) {
	d.Read(s)
	if len(d.Tokens) != 1 {
		return 0, false
	}
	return d.Tokens[0].Hash, true
}
