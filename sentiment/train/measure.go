package main

// macroF1 of single choices over k classes.
func macroF1(gold, pred []int, k int) float64 {
	tp, fp, fn := make([]float64, k), make([]float64, k), make([]float64, k)
	for i := range gold {
		if gold[i] == pred[i] {
			tp[gold[i]]++
		} else {
			fp[pred[i]]++
			fn[gold[i]]++
		}
	}
	sum := 0.0
	for c := range k {
		if tp[c] > 0 {
			sum += 2 * tp[c] / (2*tp[c] + fp[c] + fn[c])
		}
	}
	return 100 * sum / float64(k)
}

func macroRecall(gold, pred []int, k int) float64 {
	hit, n := make([]float64, k), make([]float64, k)
	for i := range gold {
		n[gold[i]]++
		if gold[i] == pred[i] {
			hit[gold[i]]++
		}
	}
	sum := 0.0
	for c := range k {
		if n[c] > 0 {
			sum += hit[c] / n[c]
		}
	}
	return 100 * sum / float64(k)
}

func argmax(x []float32) int {
	b := 0
	for j := range x {
		if x[j] > x[b] {
			b = j
		}
	}
	return b
}

// setF1 is the mean over labels of F1, with one threshold for each label.
func setF1(bits []uint32, probs [][]float32, k int, thresholds []float32) float64 {
	sum := 0.0
	for j := range k {
		var tp, fp, fn float64
		for i := range bits {
			gold, pred := bits[i]>>j&1 == 1, probs[i][j] >= thresholds[j]
			switch {
			case gold && pred:
				tp++
			case gold:
				fn++
			case pred:
				fp++
			}
		}
		if tp > 0 {
			sum += 2 * tp / (2*tp + fp + fn)
		}
	}
	return 100 * sum / float64(k)
}
