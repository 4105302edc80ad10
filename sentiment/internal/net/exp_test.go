package net

import (
	"math"
	"testing"
)

func TestExpIsTheExponential(t *testing.T) {
	for x := -79.0; x < 80; x += 0.37 {
		if got, want := float64(exp(float32(x))), math.Exp(float64(float32(x))); math.Abs(got-want) > 2e-7*want {
			t.Errorf("exp(%v) = %v, want %v", x, got, want)
		}
	}
	if exp(-1e30) <= 0 || exp(1e30) > 1e35 || exp(0) != 1 {
		t.Error("exp leaves its borders")
	}
}

func TestPresentMovesTheThresholdToOneHalf(t *testing.T) {
	for _, c := range []struct{ p, t, want float32 }{{0.2, 0.2, 0.5}, {0, 0.3, 0}, {1, 0.3, 1}, {0.5, 0.5, 0.5}, {0.7, 0, 0.7}} {
		if got := Present(c.p, c.t); math.Abs(float64(got-c.want)) > 1e-6 {
			t.Errorf("Present(%v, %v) = %v, want %v", c.p, c.t, got, c.want)
		}
	}
}
