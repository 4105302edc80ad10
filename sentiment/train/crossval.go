package main

import (
	"math"
	"math/rand/v2"
	"sync"

	"tonfall/sentiment/internal/net"
)

// folds are the sentiment logits of every UMSAB row from a tower that has not
// seen it: five towers, each trained without a fifth of the rows.
type folds struct {
	rows   []*row
	logits [][]float32
	factor []float32 // by language, once calibrated
	lean   []float32
}

// crossValidate trains the sentiment tower five times, on labelled rows alone:
// the guesses come from a teacher that has seen every row and would tell.
func crossValidate(rows []*row, step func(int)) *folds {
	return crossValidateWith(rows, func(train []*row) *wide { return trainWide(&tasks[0], train, sentOptions(foldEpochs, step), 2) })
}

func crossValidateWith(rows []*row, train func([]*row) *wide) *folds {
	var base []*row
	f := &folds{}
	for _, r := range rows {
		if r.source == "umsab" {
			f.rows = append(f.rows, r)
		} else {
			base = append(base, r)
		}
	}
	f.logits = make([][]float32, len(f.rows))
	const n = 5
	part := make([]int, len(f.rows))
	for i, p := range rand.New(rand.NewPCG(7, 7)).Perm(len(f.rows)) {
		part[p] = i % n
	}
	var wg sync.WaitGroup
	for half := range 2 {
		wg.Go(func() {
			for k := half; k < n; k += 2 {
				f.fold(base, part, k, train)
			}
		})
	}
	wg.Wait()
	return f
}

// fold trains without the rows of part k and reads them.
func (f *folds) fold(base []*row, part []int, k int, train func([]*row) *wide) {
	some := append([]*row(nil), base...)
	for i, r := range f.rows {
		if part[i] != k {
			some = append(some, r)
		}
	}
	w := train(some)
	var keys []uint32
	for i, r := range f.rows {
		if part[i] == k {
			keys = w.keys(r, r.lang, keys[:0])
			f.logits[i] = make([]float32, 3)
			w.logits(keys, f.logits[i])
		}
	}
}

type meta = net.Meta

// calibrate finds, by language, the factor of the logits that makes the folds'
// rows likeliest, with the pooled rows behind each language, and how far to
// lean to neutral.
func (f *folds) calibrate(m *meta) {
	if f.factor == nil {
		var factors []float32
		var pooled []float64
		for s := float32(0.3); s < 4; s *= 1.06 {
			factors, pooled = append(factors, s), append(pooled, 0.02*f.loss(-1, s))
		}
		for l := range languages {
			best, factor := math.Inf(1), float32(1)
			for k, s := range factors {
				if v := f.loss(l, s) + pooled[k]; v < best {
					best, factor = v, s
				}
			}
			f.factor, f.lean = append(f.factor, factor), append(f.lean, f.leaning(l, factor))
		}
	}
	for l := range languages {
		m.Calibration.Sharpness[l], m.Calibration.Offset[l] = f.factor[l], []float32{0, f.lean[l], 0}
	}
}

// leaning is how far a language's readings may lean to neutral at no cost in
// macro-F1, at most 0.3 in logits: the folds have as many neutral texts as
// others, life has more.
func (f *folds) leaning(lang int, sharpness float32) (lean float32) {
	even := f.leaned(lang, sharpness, 0)
	if even == 0 { // no rows
		return 0
	}
	for o := float32(0.05); o < 0.31; o += 0.05 {
		if f.leaned(lang, sharpness, o) >= even {
			lean = o
		}
	}
	return lean
}

// leaned is macro-F1 of a language with so much added to neutral.
func (f *folds) leaned(lang int, sharpness, lean float32) float64 {
	var gold, pred []int
	x := make([]float32, 3)
	for i, r := range f.rows {
		if r.lang != lang {
			continue
		}
		for j, v := range f.logits[i] {
			x[j] = v * sharpness
		}
		x[1] += lean
		gold, pred = append(gold, r.sent), append(pred, argmax(x))
	}
	if len(gold) == 0 {
		return 0
	}
	return macroF1(gold, pred, 3)
}

// loss is the negative log-likelihood of a language's rows, of all at -1.
func (f *folds) loss(lang int, sharpness float32) (sum float64) {
	x := make([]float32, 3)
	for i, r := range f.rows {
		if lang >= 0 && r.lang != lang {
			continue
		}
		for j, v := range f.logits[i] {
			x[j] = v * sharpness
		}
		softmax(x)
		sum -= math.Log(float64(x[r.sent]) + 1e-9)
	}
	return sum
}

// figures are macro-F1 by language, as calibrated, and their mean over the
// eight.
func (f *folds) figures() (by map[string]float64, mean float64) {
	by = map[string]float64{}
	n := 0.0
	for l, code := range languages {
		var gold, pred []int
		for _, o := range f.probabilities(l) {
			gold, pred = append(gold, o.gold), append(pred, o.pred)
		}
		if len(gold) > 0 {
			by[code] = macroF1(gold, pred, 3)
			mean += by[code]
			n++
		}
	}
	return by, mean / n
}
