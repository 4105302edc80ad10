package main

import (
	"tonfall/sentiment/internal/net"
)

// calibrator scores held-out rows with the packed model as it will be used and
// sets what turns its logits into probabilities and decisions.
type calibrator struct {
	model *net.Model
	rows  []*row
	out   map[string][][]float32 // logits of each task by row
}

func newCalibrator(data []byte, rows []*row) (*calibrator, error) {
	m, err := net.Decode(string(data))
	if err != nil {
		return nil, err
	}
	c := &calibrator{model: m, rows: rows, out: map[string][][]float32{}}
	p := net.NewPass(m)
	buf := make([]float32, m.Outs)
	for _, r := range rows {
		p.Read(r.text, r.lang, true)
		for i := range m.Tasks {
			t := &m.Tasks[i]
			c.out[t.Name] = append(c.out[t.Name], append([]float32(nil), p.Logits(t, buf)...))
		}
	}
	return c, nil
}

func (c *calibrator) apply(meta *net.Meta) {
	for i := range meta.Tasks {
		t := &meta.Tasks[i]
		if own := taskNamed(t.Name); !own.choice {
			t.Threshold = c.thresholds(t, own)
		}
	}
}

func taskNamed(name string) *task {
	for i := range tasks {
		if tasks[i].name == name {
			return &tasks[i]
		}
	}
	return nil
}

// thresholds maximise F1 for each label and language; a language's own rows
// count fully, those of the others a little, so that few rows do not decide.
func (c *calibrator) thresholds(t *net.Task, own *task) [][]float32 {
	const steps = 45
	type counts [steps][3]float64 // tp, fp, fn
	all := make([]counts, len(t.Labels))
	by := make([][]counts, len(languages))
	for l := range by {
		by[l] = make([]counts, len(t.Labels))
	}
	for i, r := range c.rows {
		if !own.has(r) {
			continue
		}
		for j, logit := range c.out[t.Name][i] {
			if r.mask[own.set]>>j&1 == 0 {
				continue
			}
			p, gold := sigmoid(logit), r.bits[own.set]>>j&1 == 1
			for s := range steps {
				var k int
				switch yes := p >= level(s); {
				case yes && gold:
					k = 0
				case yes:
					k = 1
				case gold:
					k = 2
				default:
					continue
				}
				all[j][s][k]++
				by[r.lang][j][s][k]++
			}
		}
	}
	out := make([][]float32, len(languages))
	for l := range out {
		out[l] = make([]float32, len(t.Labels))
		for j := range out[l] {
			best := -1.0
			for s := range steps {
				var n [3]float64
				for k := range n {
					n[k] = by[l][j][s][k] + 0.15*all[j][s][k]
				}
				if f := 2 * n[0] / (2*n[0] + n[1] + n[2] + 1e-9); f > best {
					best, out[l][j] = f, level(s)
				}
			}
		}
	}
	return out
}

// level is the threshold of a step: 0.04 to 0.92.
func level(step int) float32 { return 0.04 + 0.02*float32(step) }
