package net

// Calibration turns sentiment logits into probabilities that mean what they
// say: softmax(Sharpness·logits + Offset), by language.
type Calibration struct {
	Sharpness []float32   // in the order of Meta.Languages
	Offset    [][]float32 // negative, neutral, positive
	Irony     float32     // the probability of irony that is moved to one half
}

// Present moves a probability so that threshold t becomes one half, keeping
// 0 and 1 and the order: the odds are divided by the threshold's odds.
func Present(p, t float32) float32 {
	if t <= 0 || t >= 1 {
		return p
	}
	a, b := p*(1-t), (1-p)*t
	if a+b == 0 {
		return p
	}
	return a / (a + b)
}
