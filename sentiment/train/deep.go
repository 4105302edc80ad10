package main

import (
	"math"
	"math/rand/v2"

	"tonfall/sentiment/internal/net"
	"tonfall/sentiment/internal/text"
)

// deep is an embedding bag with one hidden layer, shared by all tasks.
type deep struct {
	bits, dim, hidden, outs int
	rows                    []float32 // 1<<bits rows of dim
	w1, b1                  []float32 // hidden x dim
	w2, b2                  []float32 // outs x hidden
	start                   []int     // first column of each task
}

type deepOptions struct {
	bits, dim, hidden, epochs int
	rate, rateDense           float32
	drop, dropHidden          float32
	factor                    func(*task, *row) float64
	step                      func(rows int) // told how many rows were seen, now and then
}

const languageKey = 0x5bd1e995

func (d *deep) keys(r *row, lang int, out []uint32) []uint32 {
	s := 32 - d.bits
	for _, list := range [][]uint32{r.words, r.pairs, r.style, r.grams} {
		for _, k := range list {
			out = append(out, k>>s)
		}
	}
	for _, k := range r.words {
		out = append(out, text.InLanguage(k, lang)>>s)
	}
	return append(out, text.InLanguage(languageKey, lang)>>s)
}

// pool sums the rows of the keys, scaled by the root of their number.
func (d *deep) pool(keys []uint32, x []float32) float32 {
	clear(x)
	for _, k := range keys {
		add(x, d.rows[int(k)*d.dim:])
	}
	v := float32(1 / math.Sqrt(float64(len(keys)+1)))
	for j := range x {
		x[j] *= v
	}
	return v
}

func add(x, row []float32) {
	row = row[:len(x)]
	for len(x) >= 8 {
		x[0] += row[0]
		x[1] += row[1]
		x[2] += row[2]
		x[3] += row[3]
		x[4] += row[4]
		x[5] += row[5]
		x[6] += row[6]
		x[7] += row[7]
		x, row = x[8:], row[8:]
	}
	for j := range x {
		x[j] += row[j]
	}
}

func axpy(x []float32, a float32, y []float32) {
	y = y[:len(x)]
	for len(x) >= 8 {
		x[0] += a * y[0]
		x[1] += a * y[1]
		x[2] += a * y[2]
		x[3] += a * y[3]
		x[4] += a * y[4]
		x[5] += a * y[5]
		x[6] += a * y[6]
		x[7] += a * y[7]
		x, y = x[8:], y[8:]
	}
	for j := range x {
		x[j] += a * y[j]
	}
}

func (d *deep) hide(x, h []float32) {
	for i := range h {
		h[i] = max(0, net.Dot(x, d.w1[i*d.dim:(i+1)*d.dim])+d.b1[i])
	}
}

func trainDeep(rows []*row, o deepOptions, seed uint64) *deep {
	d := &deep{bits: o.bits, dim: o.dim, hidden: o.hidden}
	for i := range tasks {
		d.start = append(d.start, d.outs)
		d.outs += len(tasks[i].labels)
	}
	rng := rand.New(rand.NewPCG(seed, 2))
	normal := func(n int, s float64) []float32 {
		x := make([]float32, n)
		for i := range x {
			x[i] = float32((rng.Float64()*2 - 1) * s)
		}
		return x
	}
	d.rows = normal(1<<o.bits*o.dim, 0.5/math.Sqrt(float64(o.dim)))
	d.w1, d.b1 = normal(o.hidden*o.dim, math.Sqrt(3/float64(o.dim))), make([]float32, o.hidden)
	d.w2, d.b2 = normal(d.outs*o.hidden, 0.3*math.Sqrt(3/float64(o.hidden))), make([]float32, d.outs)
	accRow := make([]float32, 1<<o.bits)
	for i := range accRow {
		accRow[i] = 1e-6
	}
	acc1, acc2 := make([]float32, len(d.w1)), make([]float32, len(d.w2))
	accB := make([]float32, d.hidden+d.outs)
	for _, a := range [][]float32{acc1, acc2, accB} {
		for i := range a {
			a[i] = 1e-4
		}
	}
	weights := make([]map[*row]float32, len(tasks))
	var pool []*row
	in := map[*row]bool{}
	for i := range tasks {
		t := &tasks[i]
		var mine []*row
		for _, r := range rows {
			if t.has(r) {
				mine = append(mine, r)
				if !in[r] {
					in[r] = true
					pool = append(pool, r)
				}
			}
		}
		weights[i] = t.balance(mine, func(r *row) float64 { return o.factor(t, r) })
	}
	order := rng.Perm(len(pool))
	x, h, gx, gh, out := make([]float32, d.dim), make([]float32, d.hidden), make([]float32, d.dim), make([]float32, d.hidden), make([]float32, d.outs)
	var keys []uint32
	limit, limitHidden := uint32(o.drop*(1<<31)*2), uint32(o.dropHidden*(1<<31)*2)
	steps, done := float32(o.epochs*len(order)), float32(0)
	for range o.epochs {
		rng.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for n, at := range order {
			if n%stepRows == 0 {
				o.step(min(stepRows, len(order)-n))
			}
			r := pool[at]
			decay := 1 - done/steps
			done++
			all := d.keys(r, r.lang, keys[:0])
			keys = all
			kept := all[:0]
			for _, k := range all {
				if rng.Uint32() >= limit {
					kept = append(kept, k)
				}
			}
			v := d.pool(kept, x)
			d.hide(x, h)
			if limitHidden > 0 {
				s := 1 / (1 - o.dropHidden)
				for i := range h {
					if rng.Uint32() < limitHidden {
						h[i] = 0
					} else {
						h[i] *= s
					}
				}
			}
			clear(gh)
			rate2 := o.rateDense * decay
			for i := range tasks {
				t := &tasks[i]
				if !t.has(r) {
					continue
				}
				from := d.start[i]
				o := out[from : from+len(t.labels)]
				for j := range o {
					o[j] = net.Dot(h, d.w2[(from+j)*d.hidden:(from+j+1)*d.hidden]) + d.b2[from+j]
				}
				t.gradient(r, o, weights[i][r])
				for j, g := range o {
					if g == 0 {
						continue
					}
					row := d.w2[(from+j)*d.hidden : (from+j+1)*d.hidden]
					axpy(gh, g, row)
					a := acc2[(from+j)*d.hidden : (from+j+1)*d.hidden]
					for i, hv := range h {
						if hv != 0 {
							gw := g * hv
							a[i] += gw * gw
							row[i] -= rate2 * gw / sqrt32(a[i])
						}
					}
					b := &accB[d.hidden+from+j]
					*b += g * g
					d.b2[from+j] -= rate2 * g / sqrt32(*b)
				}
			}
			clear(gx)
			for i, hv := range h {
				if hv <= 0 {
					continue
				}
				g := gh[i]
				row := d.w1[i*d.dim : (i+1)*d.dim]
				axpy(gx, g, row)
				a := acc1[i*d.dim : (i+1)*d.dim]
				for j, xv := range x {
					gw := g * xv
					a[j] += gw * gw
					row[j] -= rate2 * gw / sqrt32(a[j])
				}
				accB[i] += g * g
				d.b1[i] -= rate2 * g / sqrt32(accB[i])
			}
			var sq float32
			for j := range gx {
				gx[j] *= v
				sq += gx[j] * gx[j]
			}
			sq /= float32(d.dim)
			rate := o.rate * decay
			for _, k := range kept {
				accRow[k] += sq
				s := rate / sqrt32(accRow[k])
				axpy(d.rows[int(k)*d.dim:][:d.dim], -s, gx)
			}
		}
	}
	return d
}
