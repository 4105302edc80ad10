package net

import (
	"math/rand/v2"
	"testing"
)

func TestLanesSumAsPlainAdditionDoes(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for _, columns := range []int{1, 3, 8, 27, 95, 96} {
		l := newLanes(columns)
		got, want := make([]int32, columns), make([]int32, columns)
		for range 700 {
			row := make([]byte, columns+8)
			for j := range row {
				row[j] = byte(rng.Uint32())
			}
			for j := range want {
				want[j] += int32(int8(row[j]))
			}
			l.add(row)
			if l.rows == lanesFull {
				l.drain(got)
			}
		}
		l.drain(got)
		for j := range want {
			if got[j] != want[j] {
				t.Fatalf("%d columns: column %d is %d, want %d", columns, j, got[j], want[j])
			}
		}
	}
}
