package net

import "math"

// exp is e^x for float32 work: within 1e-7 of the true value, relative, for
// x in -80..80, and held at those borders. The standard library's answer
// depends on whether the processor has fused multiplication, and a model must
// come out the same on all of them; hence this one, in plain steps.
func exp(x float32) float32 {
	v := max(-80, min(80, float64(x)))
	k := math.Floor(v*math.Log2E + 0.5)
	r := float64(v - float64(k*math.Ln2)) // -0.35..0.35
	// Taylor series to the eighth power, by Horner's rule.
	p := 1.0 / 40320
	for _, c := range [...]float64{1.0 / 5040, 1.0 / 720, 1.0 / 120, 1.0 / 24, 1.0 / 6, 0.5, 1, 1} {
		p = float64(p*r) + c
	}
	return float32(p * math.Float64frombits(uint64(1023+int64(k))<<52))
}

// Softmax turns logits into probabilities in place.
func Softmax(x []float32) {
	m := x[0]
	for _, v := range x {
		m = max(m, v)
	}
	var sum float32
	for j, v := range x {
		x[j] = exp(v - m)
		sum += x[j]
	}
	for j := range x {
		x[j] /= sum
	}
}

// Sigmoid of a logit.
func Sigmoid(x float32) float32 { return 1 / (1 + exp(-x)) }
