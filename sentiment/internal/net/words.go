package net

// wordCache keeps the summed rows of words met lately, so that a frequent word
// costs one addition instead of one for each run of its letters. A word has
// two places; a new word takes the one that was used longer ago.
type wordCache struct {
	slots  []entry // two of a set stand side by side
	recent []uint8 // of each set: which of the two was used last
}

type entry struct {
	hash    uint64
	count   int32 // rows that went into the sum
	seeds   uint16
	lang    int16 // language that valence was looked up in, plus one
	valence int8
	sum     []int16
}

// setBits: 4096 sets of two words of about 300 bytes.
const setBits = 12

func newWordCache(width int) wordCache {
	c := wordCache{slots: make([]entry, 2<<setBits), recent: make([]uint8, 1<<setBits)}
	store := make([]int16, width*len(c.slots))
	for i := range c.slots {
		c.slots[i].sum = store[i*width : (i+1)*width : (i+1)*width]
	}
	return c
}

// find answers the slot of a hash, and whether it must be filled first.
func (c *wordCache) find(hash uint64) (e *entry, fresh bool) {
	set := hash >> (64 - setBits)
	pair := c.slots[2*set : 2*set+2 : 2*set+2]
	last := c.recent[set] & 1
	if e = &pair[last]; e.hash == hash && e.count > 0 {
		return e, false
	}
	c.recent[set] = last ^ 1
	if e = &pair[last^1]; e.hash == hash && e.count > 0 {
		return e, false
	}
	e.hash, e.lang = hash, 0
	return e, true
}
