package net

// Dot is the inner product of a with as much of b, in four sums whose order is
// fixed: training and scoring share it.
func Dot(a, b []float32) float32 {
	b = b[:len(a)]
	var s0, s1, s2, s3 float32
	for len(a) >= 4 && len(b) >= 4 {
		s0 += a[0] * b[0]
		s1 += a[1] * b[1]
		s2 += a[2] * b[2]
		s3 += a[3] * b[3]
		a, b = a[4:], b[4:]
	}
	for j := range a {
		s0 += a[j] * b[j]
	}
	return s0 + s1 + s2 + s3
}
