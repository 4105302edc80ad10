package main

import (
	"math"
	"math/rand/v2"

	"tonfall/sentiment/internal/net"
	"tonfall/sentiment/internal/text"
)

// wide is a sparse linear model: a hashed table of one weight a feature and label.
type wide struct {
	bits   int
	k      int
	choice bool
	copies bool // words have a copy for each language
	pairs  bool // pairs too
	plain  bool // words and letters only
	table  []float32
	bias   []float32
}

type wideOptions struct {
	bits   int
	epochs int
	rate   float32
	l2     float32
	copies bool
	pairs  bool
	plain  bool
	drop   float32
	factor func(*row) float64
	step   func(rows int) // told how many rows were seen, now and then
}

func (w *wide) keys(r *row, lang int, out []uint32) []uint32 {
	s := 32 - w.bits
	if w.plain {
		for _, list := range [][]uint32{r.words, r.grams} {
			for _, k := range list {
				out = append(out, k>>s)
			}
		}
		return out
	}
	for i, list := range [][]uint32{r.words, r.pairs} {
		for _, k := range list {
			out = append(out, k>>s)
			if w.copies && (i == 0 || w.pairs) {
				out = append(out, text.InLanguage(k, lang)>>s)
			}
		}
	}
	for _, k := range r.style {
		out = append(out, k>>s)
	}
	for _, k := range r.grams {
		out = append(out, k>>s)
	}
	return out
}

func (w *wide) logits(keys []uint32, out []float32) {
	clear(out)
	for _, k := range keys {
		row := w.table[int(k)*w.k:][:w.k]
		for j := range out {
			out[j] += row[j]
		}
	}
	v := float32(1 / math.Sqrt(float64(len(keys)+1)))
	for j := range out {
		out[j] = out[j]*v + w.bias[j]
	}
}

func trainWide(t *task, rows []*row, o wideOptions, seed uint64) *wide {
	w := &wide{bits: o.bits, k: len(t.labels), choice: t.choice, copies: o.copies, pairs: o.pairs, plain: o.plain}
	w.table = make([]float32, (1<<o.bits)*w.k)
	w.bias = make([]float32, w.k)
	acc := make([]float32, len(w.table))
	for i := range acc {
		acc[i] = 1e-4
	}
	weights := t.balance(rows, o.factor)
	rng := rand.New(rand.NewPCG(seed, 1))
	order := rng.Perm(len(rows))
	out := make([]float32, w.k)
	var keys, kept []uint32
	for e := range o.epochs {
		rng.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		rate := o.rate * (1 - float32(e)/float32(o.epochs))
		for n, i := range order {
			if n%stepRows == 0 {
				o.step(min(stepRows, len(order)-n))
			}
			r := rows[i]
			keys = w.keys(r, r.lang, keys[:0])
			kept = keys
			if o.drop > 0 {
				kept = keys[:0]
				limit := uint32(o.drop * (1 << 32))
				for _, k := range keys {
					if rng.Uint32() >= limit {
						kept = append(kept, k)
					}
				}
			}
			w.logits(kept, out)
			t.gradient(r, out, weights[r])
			v := float32(1 / math.Sqrt(float64(len(kept)+1)))
			for j := range out {
				w.bias[j] -= 0.01 * rate * out[j]
				out[j] *= v
			}
			for _, k := range kept {
				row, a := w.table[int(k)*w.k:][:w.k], acc[int(k)*w.k:][:w.k]
				for j, g := range out {
					g += o.l2 * row[j]
					a[j] += g * g
					row[j] -= rate * g / sqrt32(a[j])
				}
			}
		}
	}
	return w
}

func sqrt32(x float32) float32 { return float32(math.Sqrt(float64(x))) }

// gradient turns logits into the gradient of the loss by them.
func (t *task) gradient(r *row, out []float32, weight float32) {
	if t.choice {
		softmax(out)
		if c := t.class(r); c >= 0 {
			out[c]--
		} else {
			for j := range out {
				out[j] -= r.soft[j]
			}
		}
		for j := range out {
			out[j] *= weight
		}
		return
	}
	bits, mask := r.bits[t.set], r.mask[t.set]
	for j := range out {
		if mask>>j&1 == 0 {
			out[j] = 0
			continue
		}
		out[j] = (sigmoid(out[j]) - float32(bits>>j&1)) * weight
	}
}

func softmax(x []float32) { net.Softmax(x) }

func sigmoid(x float32) float32 { return net.Sigmoid(x) }
