package main

import (
	"math"

	"tonfall/sentiment/internal/net"
	"tonfall/sentiment/internal/text"
)

// towers are what training has made, before it is cut to eight bits.
type towers struct {
	lang *wide
	sent *wide
	rest []*wide // of the other tasks, nil for those that have none
	deep *deep
	lex  *text.Lexicon
}

// pack cuts the towers to eight bits and writes a model file.
func (t *towers) pack(calibrate func(meta *net.Meta)) ([]byte, error) {
	d := t.deep
	meta := &net.Meta{
		Languages: languages, Dim: d.dim, Hidden: d.hidden,
		LangBits: t.lang.bits, SentBits: t.sent.bits, RowBits: d.bits,
		LangBias: t.lang.bias, SentBias: t.sent.bias,
		W1: d.w1, B1: d.b1,
	}
	var tables net.Tables
	tables.Lexicon = t.lex
	tables.Lang, meta.LangScale = cut(t.lang.table, t.lang.k, t.lang.k)
	tables.Sent, meta.SentScale = cut(t.sent.table, t.sent.k, net.SentWidth)
	for l := range languages {
		k := int(text.InLanguage(languageKey, l) >> (32 - d.bits))
		meta.LangVector = append(meta.LangVector, d.rows[k*d.dim:(k+1)*d.dim])
	}
	columns := []column{{d.rows, d.dim, d.dim}}
	for i := range tasks {
		k := &tasks[i]
		labels := k.labels
		switch k.name {
		case "fine":
			labels = labels[:3] // the others were there to learn from
		case "offence":
			continue
		}
		h := net.Task{Name: k.name, Labels: labels, Choice: k.choice, From: meta.Outs, Wide: -1}
		if k.name == "sentiment" { // the deep tower has it to learn from, not to answer
			h.From, h.Wide = -1, 0
			meta.Tasks = append(meta.Tasks, h)
			continue
		}
		if w := t.rest[i]; w != nil {
			h.Wide, h.Share = net.SentWidth+meta.WideOuts, share
			meta.WideOuts += len(labels)
			meta.WideBias = append(meta.WideBias, w.bias[:len(labels)]...)
			columns = append(columns, column{w.table, w.k, len(labels)})
		}
		from := d.start[i]
		meta.W2 = append(meta.W2, d.w2[from*d.hidden:(from+len(labels))*d.hidden]...)
		meta.B2 = append(meta.B2, d.b2[from:from+len(labels)]...)
		meta.Outs += len(labels)
		meta.Tasks = append(meta.Tasks, h)
	}
	tables.Rows, meta.DimScale = cutRows(columns)
	meta.DimScale, meta.WideScale = meta.DimScale[:d.dim], meta.DimScale[d.dim:]
	meta.Calibration.Irony = 0.5
	for range languages {
		meta.Calibration.Sharpness = append(meta.Calibration.Sharpness, 1)
		meta.Calibration.Offset = append(meta.Calibration.Offset, make([]float32, 3))
	}
	if calibrate != nil {
		calibrate(meta)
	}
	return net.Encode(meta, &tables)
}

// share of the wide tower in the mean of the two.
const share = 0.6

// column is a table whose first use columns of k go into the common rows.
type column struct {
	table  []float32
	k, use int
}

// cutRows cuts several tables of the same number of rows and lays them side by
// side.
func cutRows(columns []column) ([]int8, []float32) {
	var width int
	for _, c := range columns {
		width += c.use
	}
	n := len(columns[0].table) / columns[0].k
	out := make([]int8, n*width)
	var scales []float32
	at := 0
	for _, c := range columns {
		b, s := cut(c.table, c.k, c.k)
		for i := range n {
			copy(out[i*width+at:][:c.use], b[i*c.k:][:c.use])
		}
		at += c.use
		scales = append(scales, s[:c.use]...)
	}
	return out, scales
}

// clip is where weights are cut off, in root mean squares of their column: a
// few outliers must not coarsen the rest.
const clip = 28

// cut rounds a table of k columns to eight bits, each column by its own scale,
// in rows of width bytes.
func cut(table []float32, k, width int) ([]int8, []float32) {
	n := len(table) / k
	out, scales := make([]int8, n*width), make([]float32, k)
	for j := range k {
		var sq float64
		var top float32
		for i := range n {
			v := table[i*k+j]
			sq += float64(v) * float64(v)
			top = max(top, v, -v)
		}
		top = min(top, float32(clip*math.Sqrt(sq/float64(n))))
		if top == 0 {
			top = 1
		}
		scales[j] = top / 127
		for i := range n {
			v := math.Round(float64(table[i*k+j] / scales[j]))
			out[i*width+j] = int8(max(-127, min(127, v)))
		}
	}
	return out, scales
}
