package net

import "encoding/binary"

// lanes sums rows of eight-bit weights eight columns at a time: the bytes of a
// row, shifted to 0..255, are added in sixteen-bit lanes of 64-bit words, the
// even columns apart from the odd ones. That is four times as fast as byte by
// byte, and exact.
type lanes struct {
	even, odd []uint64
	rows      int // in the lanes now; 256 fill them
}

const (
	laneMask  = 0x00ff00ff00ff00ff
	laneBias  = 0x8080808080808080 // turns -128..127 into 0..255
	lanesFull = 256
)

func newLanes(columns int) lanes {
	n := (columns + 7) / 8
	return lanes{even: make([]uint64, n), odd: make([]uint64, n)}
}

// add adds a row; it may read up to seven bytes behind its columns. The caller
// drains before lanesFull rows are exceeded.
func (l *lanes) add(row []byte) {
	even, odd := l.even, l.odd[:len(l.even)]
	row = row[:8*len(even)]
	for i := range even {
		x := binary.LittleEndian.Uint64(row) ^ laneBias
		row = row[8:]
		even[i] += x & laneMask
		odd[i] += x >> 8 & laneMask
	}
	l.rows++
}

// drain adds what is in the lanes to sum and empties them.
func (l *lanes) drain(sum []int32) {
	base := int32(128 * l.rows)
	for i := range l.even {
		even, odd := l.even[i], l.odd[i]
		l.even[i], l.odd[i] = 0, 0
		at := sum[min(8*i, len(sum)):]
		if len(at) > 8 {
			at = at[:8]
		}
		for j := range at {
			if j&1 == 0 {
				at[j] += int32(even&0xffff) - base
				even >>= 16
			} else {
				at[j] += int32(odd&0xffff) - base
				odd >>= 16
			}
		}
	}
	l.rows = 0
}
