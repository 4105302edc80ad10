package main

import (
	"fmt"
	"io"
	"math"

	"tonfall/sentiment/internal/net"
)

// table prints the cross-validated figures of UMSAB, with calibration and what
// abstaining buys.
func (f *folds) table(out io.Writer) {
	by, mean := f.figures()
	fmt.Fprint(out, "Sentiment, UMSAB, 5-fold cross-validation on train + val:\n\n| language | rows | macro-F1 | expected calibration error | accuracy of the surer half |\n|---|---|---|---|---|\n")
	for _, l := range languages {
		if v, ok := by[l]; ok {
			p := f.probabilities(index(languages, l))
			fmt.Fprintf(out, "| %s | %d | %.1f | %.3f | %.1f |\n", l, len(p), v, calibrationError(p), 100*accuracyOf(p, 0.5))
		}
	}
	all := f.probabilities(-1)
	fmt.Fprintf(out, "| mean | %d | %.1f | %.3f | %.1f |\n\n", len(all), mean, calibrationError(all), 100*accuracyOf(all, 0.5))
	fmt.Fprint(out, "| share of texts read | accuracy |\n|---|---|\n")
	for _, share := range []float64{1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1} {
		fmt.Fprintf(out, "| %.0f %% | %.1f |\n", 100*share, 100*accuracyOf(all, share))
	}
	fmt.Fprintln(out)
}

// outcome is how sure a choice was and whether it was right.
type outcome struct {
	sure       float64
	right      bool
	gold, pred int
}

// probabilities are the calibrated outcomes of a language, -1 for all.
func (f *folds) probabilities(lang int) []outcome {
	m := &meta{}
	m.Calibration.Sharpness, m.Calibration.Offset = make([]float32, len(languages)), make([][]float32, len(languages))
	f.calibrate(m)
	var out []outcome
	x := make([]float32, 3)
	for i, r := range f.rows {
		if lang >= 0 && r.lang != lang {
			continue
		}
		for j, v := range f.logits[i] {
			x[j] = v*m.Calibration.Sharpness[r.lang] + m.Calibration.Offset[r.lang][j]
		}
		net.Softmax(x)
		c := argmax(x)
		out = append(out, outcome{float64(x[c]), c == r.sent, r.sent, c})
	}
	return out
}

// calibrationError is the expected calibration error over fifteen bins of
// equal width (Naeini et al. 2015; Guo et al. 2017).
func calibrationError(p []outcome) float64 {
	bins := reliability(p, 15)
	sum := 0.0
	for _, b := range bins {
		if b.n > 0 {
			sum += math.Abs(b.right-b.sure) / float64(len(p))
		}
	}
	return sum
}

// bin sums what fell into one stretch of confidence.
type bin struct {
	n           int
	sure, right float64
}

func reliability(p []outcome, n int) []bin {
	bins := make([]bin, n)
	for _, o := range p {
		b := &bins[min(int(o.sure*float64(n)), n-1)]
		b.n++
		b.sure += o.sure
		if o.right {
			b.right++
		}
	}
	return bins
}

// accuracyOf the surest share of the outcomes.
func accuracyOf(p []outcome, share float64) float64 {
	sorted := sortedBySure(p)
	n := max(1, int(share*float64(len(sorted))))
	right := 0
	for _, o := range sorted[:n] {
		if o.right {
			right++
		}
	}
	return float64(right) / float64(n)
}
