package net

// wordCache keeps the summed rows of words met lately, so that a frequent word
// costs one addition instead of one for each run of its letters. It is
// direct-mapped: a new word takes the place of the one before it.
type wordCache struct {
	slots []entry
}

type entry struct {
	hash  uint64
	count int32 // rows that went into the sum
	sum   []int16
}

// cacheBits: 8192 words of about 260 bytes.
const cacheBits = 13

func newWordCache(width int) wordCache {
	c := wordCache{slots: make([]entry, 1<<cacheBits)}
	store := make([]int16, width<<cacheBits)
	for i := range c.slots {
		c.slots[i].sum = store[i*width : (i+1)*width : (i+1)*width]
	}
	return c
}

// find answers the slot of a hash, and whether it must be filled first.
func (c *wordCache) find(hash uint64) (e *entry, fresh bool) {
	e = &c.slots[hash>>(64-cacheBits)]
	if e.hash == hash && e.count > 0 {
		return e, false
	}
	e.hash = hash
	return e, true
}
