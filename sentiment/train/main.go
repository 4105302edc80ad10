package main

import (
	"maps"
	"os"
	"slices"

	"flag"
	"fmt"
	"sort"
	"strings"
	"time"
)

func main() {
	data := flag.String("data", "../shared/data", "")
	rate := flag.Float64("rate", 0.1, "")
	l2 := flag.Float64("l2", 1e-5, "")
	drop := flag.Float64("drop", 0.2, "")
	epochs := flag.Int("epochs", 6, "")
	bits := flag.Int("bits", 20, "")
	um := flag.Float64("um", 3, "")
	mode := flag.String("mode", "wide", "")
	drate := flag.Float64("drate", 0.05, "")
	dense := flag.Float64("dense", 0.02, "")
	ddrop := flag.Float64("ddrop", 0.4, "")
	hdrop := flag.Float64("hdrop", 0.2, "")
	depochs := flag.Int("depochs", 6, "")
	dbits := flag.Int("dbits", 17, "")
	dim := flag.Int("dim", 64, "")
	hidden := flag.Int("hidden", 64, "")
	out := flag.String("out", "", "")
	lbits := flag.Int("lbits", 16, "")
	flag.Parse()
	rows, err := load(*data)
	if err != nil {
		panic(err)
	}
	lex, err := lexicon(*data + "/lexicons")
	if err != nil {
		panic(err)
	}
	fmt.Println(len(lex.Keys))
	extract(rows, lex)
	var train, val []*row
	for _, r := range rows {
		switch {
		case r.seal:
		case r.val:
			val = append(val, r)
		default:
			train = append(train, r)
		}
	}
	factor := func(r *row) float64 {
		if r.source == "umsab" {
			return *um
		}
		return 1
	}
	var tw towers
	tw.lex = lex
	t0 := time.Now()
	logits := map[*row][][]float32{}
	if strings.Contains(*mode, "wide") {
		for i := range tasks {
			if i > 0 && !strings.Contains(*mode, "all") {
				break
			}
			t := &tasks[i]
			var mine []*row
			for _, r := range train {
				if t.has(r) {
					mine = append(mine, r)
				}
			}
			w := trainWide(t, mine, wideOptions{bits: *bits, epochs: *epochs, rate: float32(*rate), l2: float32(*l2), copies: true, drop: float32(*drop), factor: factor}, 1)
			if i == 0 {
				tw.sent = w
			}
			for _, r := range val {
				if logits[r] == nil {
					logits[r] = make([][]float32, len(tasks))
				}
				if t.has(r) {
					logits[r][i] = make([]float32, w.k)
					w.logits(w.keys(r, r.lang, nil), logits[r][i])
				}
			}
		}
		fmt.Println("trained wide", time.Since(t0))
		report(val, logits)
	}
	if strings.Contains(*mode, "deep") {
		t0 = time.Now()
		deepLogits := func(d *deep) map[*row][][]float32 {
			m := map[*row][][]float32{}
			for _, r := range val {
				out := d.predict(d.keys(r, r.lang, nil))
				l := make([][]float32, len(tasks))
				for i := range tasks {
					l[i] = out[d.start[i] : d.start[i]+len(tasks[i].labels)]
				}
				m[r] = l
			}
			return m
		}
		d := trainDeep(train, deepOptions{bits: *dbits, dim: *dim, hidden: *hidden, epochs: *depochs, rate: float32(*drate), rateDense: float32(*dense), drop: float32(*ddrop), dropHidden: float32(*hdrop),
			factor: func(t *task, r *row) float64 { return factor(r) },
			report: func(e int, d *deep) {
				fmt.Println("epoch", e, time.Since(t0))
				report(val, deepLogits(d))
			}}, 1)
		tw.deep = d
		dl := deepLogits(d)
		if len(logits) > 0 {
			for r, l := range dl {
				for i := range l {
					if logits[r][i] == nil {
						continue
					}
					for j := range l[i] {
						l[i][j] = (l[i][j] + logits[r][i][j]) / 2
					}
				}
			}
			fmt.Println("both")
			report(val, dl)
		}
	}
	if strings.Contains(*mode, "lang") || *out != "" {
		t0 = time.Now()
		tw.lang = trainLang(train, *lbits)
		n, hit := map[string]float64{}, map[string]float64{}
		o := make([]float32, len(languages))
		for _, r := range val {
			tw.lang.logits(tw.lang.keys(r, 0, nil), o)
			k := r.source + " " + languages[r.lang]
			n[k]++
			if argmax(o) == r.lang {
				hit[k]++
			}
		}
		fmt.Println("lang", time.Since(t0))
		for _, k := range slices.Sorted(maps.Keys(n)) {
			fmt.Printf("%s %.1f; ", k, 100*hit[k]/n[k])
		}
		fmt.Println()
	}
	if *out != "" {
		data, err := tw.pack(nil)
		if err != nil {
			panic(err)
		}
		c, err := newCalibrator(data, val)
		if err != nil {
			panic(err)
		}
		if data, err = tw.pack(c.apply); err != nil {
			panic(err)
		}
		if err := os.WriteFile(*out, data, 0o644); err != nil {
			panic(err)
		}
		fmt.Println(len(data), "bytes")
	}
}

func report(val []*row, logits map[*row][][]float32) {
	gold, pred := map[string][]int{}, map[string][]int{}
	bits, probs := map[string][]uint32{}, map[string][][]float32{}
	for _, r := range val {
		for i := range tasks {
			t := &tasks[i]
			if !t.has(r) || logits[r] == nil || logits[r][i] == nil {
				continue
			}
			if t.choice {
				k := t.name
				if i == 0 {
					k = r.source
					if k == "umsab" {
						k = languages[r.lang]
					}
				}
				gold[k] = append(gold[k], t.class(r))
				pred[k] = append(pred[k], argmax(logits[r][i]))
				continue
			}
			p := make([]float32, len(t.labels))
			for j := range p {
				p[j] = sigmoid(logits[r][i][j])
			}
			k := t.name
			if k != "groups" && k != "fine" {
				k += languages[r.lang]
			}
			bits[k] = append(bits[k], r.bits[t.set])
			probs[k] = append(probs[k], p)
		}
	}
	var keys []string
	for k := range gold {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	s := 0.0
	for _, k := range keys {
		if len(k) == 2 {
			f := macroF1(gold[k], pred[k], 3)
			fmt.Printf("%s %.1f ", k, f)
			s += f / 8
		}
	}
	fmt.Printf("\n  mean %.2f te %.2f ", s, macroRecall(gold["tweeteval_sentiment"], pred["tweeteval_sentiment"], 3))
	for i := range tasks {
		if t := &tasks[i]; t.choice && i > 0 && len(gold[t.name]) > 0 {
			fmt.Printf("%s %.2f ", t.name, macroF1(gold[t.name], pred[t.name], len(t.labels)))
		}
	}
	for _, k := range []string{"groups", "fine", "brighterde", "brighteren", "plutchikde", "plutchiken"} {
		if len(bits[k]) > 0 {
			f, _ := setF1(bits[k], probs[k], len(probs[k][0]), nil)
			fmt.Printf("%s %.1f ", k, f)
		}
	}
	fmt.Println()
}
