package main

import (
	"fmt"
	"sync"
)

// The recipe: what is trained, on what, in which order. Every tower has its
// own seed and its own order of rows, so that it does not matter which of them
// trains when; two train at a time.
//
//	lexicon -> features -> language
//	                    -> sentiment teacher -> guesses for unlabelled rows -> sentiment
//	                    -> five folds -> calibration
//	                    -> one wide tower for each other task
//	                    -> the deep tower of all tasks
//	all -> eight bits -> thresholds on val -> model file

// Sizes of the tables, as bits of the number of rows.
const (
	langBits = 16
	sentBits = 20
	rowBits  = 17
	stepRows = 2000 // rows between two signs of progress
)

// learns says whether a row may be trained on. UMSAB has too few rows to set
// any aside: its figures come from cross-validation, and all of it is used.
func learns(r *row) bool {
	return !r.seal && (!r.val || r.source == "umsab")
}

func factor(r *row) float64 {
	if r.source == "umsab" {
		return 3
	}
	return 1
}

// trainTeacher trains a first sentiment tower on the labelled rows alone.
func trainTeacher(rows []*row, step func(int)) *wide {
	return trainWide(&tasks[0], rows, sentOptions(sentEpochs, step), 1)
}

// trainSentiment trains the tower on labelled rows and on guessed ones.
func trainSentiment(labelled, guessed []*row, epochs int, step func(int)) *wide {
	return trainWide(&tasks[0], append(labelled[:len(labelled):len(labelled)], guessed...), sentOptions(epochs, step), 2)
}

func sentOptions(epochs int, step func(int)) wideOptions {
	return wideOptions{bits: sentBits, epochs: epochs, rate: 0.1, l2: 1e-3, copies: true, pairs: true, drop: 0.2, factor: factor, step: step}
}

// labelled are the rows that the sentiment tower may learn polarity from.
func labelled(rows []*row) []*row {
	var mine []*row
	for _, r := range rows {
		if r.sent >= 0 && learns(r) {
			mine = append(mine, r)
		}
	}
	return mine
}

// guess lets the teacher guess the polarity of rows that nobody has labelled:
// all of German and of the BRIGHTER corpora, one in five of the rest.
func guess(teacher *wide, rows []*row) []*row {
	var soft []*row
	out := make([]float32, 3)
	var keys []uint32
	for _, r := range rows {
		if r.sent >= 0 || !learns(r) || languages[r.lang] != "de" && r.source != "brighter" && r.fold != 0 {
			continue
		}
		keys = teacher.keys(r, r.lang, keys[:0])
		teacher.logits(keys, out)
		for j := range out {
			out[j] *= teacherSharpness
		}
		softmax(out)
		own := *r
		own.soft = r.tinted(out)
		soft = append(soft, &own)
	}
	evenOut(soft)
	return soft
}

// evenOut makes the three polarities equally frequent among the guesses of a
// language: comments on the net are mostly complaints, and that a text is
// German must not make it negative.
func evenOut(soft []*row) {
	sum := make([][3]float32, len(languages))
	for _, r := range soft {
		for j, v := range r.soft {
			sum[r.lang][j] += v
		}
	}
	for _, r := range soft {
		total := float32(0)
		for j := range r.soft {
			r.soft[j] /= sum[r.lang][j] + 1
			total += r.soft[j]
		}
		for j := range r.soft {
			r.soft[j] /= total
		}
	}
}

// teacherSharpness makes the teacher's guesses about as sure as they deserve.
const teacherSharpness = 1.5

// trainRest trains the wide tower of one of the other tasks.
func trainRest(t *task, rows []*row, step func(int)) *wide {
	var mine []*row
	for _, r := range rows {
		if learns(r) && t.has(r) {
			mine = append(mine, r)
		}
	}
	return trainWide(t, mine, wideOptions{bits: rowBits, epochs: restEpochs, rate: 0.1, l2: 1e-3, copies: true, drop: 0.3, factor: factor, step: step}, 3)
}

const (
	sentEpochs = 4
	foldEpochs = 4
	restEpochs = 5
	langEpochs = 4
	deepEpochs = 5
)

// langRows are at most so many rows of each language and source.
func langRows(rows []*row) []*row {
	const most = 4000
	n := map[string]int{}
	var mine []*row
	for _, r := range rows {
		k := r.source + languages[r.lang]
		if n[k]++; n[k] <= most && learns(r) {
			mine = append(mine, r)
		}
	}
	return mine
}

// trainLang trains the language head on words and runs of letters. Romanised
// Hindi has few rows and many of them hold more English than Hindi.
func trainLang(rows []*row, step func(int)) *wide {
	return trainWide(&langTask, rows, wideOptions{bits: langBits, epochs: langEpochs, rate: 0.1, plain: true, drop: 0.2, step: step, factor: func(r *row) float64 {
		switch {
		case r.source == "umsab" && r.lang == langHindi:
			return 8
		case r.source == "umsab":
			return 4
		}
		return 1
	}}, 4)
}

func trainTower(rows []*row, step func(int)) *deep {
	var mine []*row
	for _, r := range rows {
		if learns(r) {
			mine = append(mine, r)
		}
	}
	return trainDeep(mine, deepOptions{
		bits: rowBits, dim: 64, hidden: 64, epochs: deepEpochs, rate: 0.05, rateDense: 0.02, drop: 0.5, dropHidden: 0.3, step: step,
		factor: func(t *task, r *row) float64 {
			switch t.name {
			case "sentiment":
				return factor(r)
			case "tweet", "irony":
				return 4
			case "plutchik":
				return 0.5
			}
			return 1
		},
	}, 5)
}

// cook follows the recipe and answers the model file, and what measures it.
func cook(dir string, p *progress) ([]byte, *measurement, error) {
	p.say("reading")
	rows, lex, err := prepare(dir)
	if err != nil {
		return nil, nil, err
	}
	t := towers{lex: lex, rest: make([]*wide, len(tasks))}
	var f *folds
	jobs := []job{
		{"sentiment", func(s func(int)) {
			mine := labelled(rows)
			t.sent = trainSentiment(mine, guess(trainTeacher(mine, s), rows), sentEpochs, s)
		}},
		{"deep tower", func(s func(int)) { t.deep = trainTower(rows, s) }},
		{"language", func(s func(int)) { t.lang = trainLang(langRows(rows), s) }},
	}
	for i := 1; i < len(tasks); i++ {
		if k := &tasks[i]; k.name != "offence" && k.name != "register" {
			jobs = append(jobs, job{k.name, func(s func(int)) { t.rest[i] = trainRest(k, rows, s) }})
		}
	}
	p.run(jobs, 2)
	p.run([]job{{"folds", func(s func(int)) { f = crossValidate(labelled(rows), s) }}}, 1) // by itself: it uses both cores

	p.say("packing")
	data, err := t.pack(f.calibrate)
	if err != nil {
		return nil, nil, fmt.Errorf("pack the towers: %w", err)
	}
	var val []*row
	for _, r := range rows {
		if r.val && !learns(r) {
			val = append(val, r)
		}
	}
	c, err := newCalibrator(data, val)
	if err != nil {
		return nil, nil, fmt.Errorf("read the packed towers: %w", err)
	}
	data, err = t.pack(func(meta *meta) {
		f.calibrate(meta)
		c.apply(meta)
	})
	return data, &measurement{rows: rows, folds: f}, err
}

// job is one tower to train.
type job struct {
	name string
	do   func(step func(rows int))
}

// run does the jobs, so many at a time, and waits for all.
func (p *progress) run(jobs []job, width int) {
	next := make(chan job, len(jobs))
	for _, j := range jobs {
		next <- j
	}
	close(next)
	var wg sync.WaitGroup
	for range width {
		wg.Go(func() {
			for j := range next {
				step, done := p.begin(j.name)
				j.do(step)
				done()
			}
		})
	}
	wg.Wait()
}
