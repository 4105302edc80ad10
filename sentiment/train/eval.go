package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"unicode"

	"tonfall/profile"
	"tonfall/sentiment"
)

// read scores rows with the embedded engine as its users do: without a hint,
// by the readings alone.
func read(e *sentiment.Engine, rows []*row) ([]profile.Reading, error) {
	texts, out := make([]profile.Text, len(rows)), make([]profile.Reading, len(rows))
	for i, r := range rows {
		texts[i].Text = r.text
	}
	var wg sync.WaitGroup
	errs := make([]error, 2)
	half := len(rows) / 2
	for k, span := range [2][2]int{{0, half}, {half, len(rows)}} {
		wg.Go(func() { errs[k] = e.ScoreInto(context.Background(), texts[span[0]:span[1]], out[span[0]:span[1]]) })
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// measurement is an engine, the rows, and the folds of its sentiment tower if
// they were trained.
type measurement struct {
	engine *sentiment.Engine
	rows   []*row
	folds  *folds
}

// evaluation measures the embedded engine; with folds it trains the sentiment
// tower five times first, for UMSAB.
func evaluation(dir string, withFolds bool) (*measurement, error) {
	e, err := sentiment.Native()
	if err != nil {
		return nil, err
	}
	rows, _, err := prepare(dir)
	if err != nil {
		return nil, err
	}
	m := &measurement{engine: e, rows: rows}
	if withFolds {
		p := newProgress(os.Stderr)
		p.run([]job{{"folds", func(s func(int)) {
			m.folds = crossValidate(labelled(rows), s)
		}}}, 1)
	}
	return m, nil
}

// tables prints everything that the model card quotes.
func (m *measurement) tables(out io.Writer) error {
	fmt.Fprintf(out, "Model %s.\n\n", m.engine.Version())
	if m.folds != nil {
		m.folds.table(out)
	}
	if err := tableOfVal(m.engine, m.rows, out); err != nil {
		return err
	}
	return tableOfLanguages(m.engine, m.rows, out)
}

// card puts the tables between the two marks of a model card.
func (m *measurement) card(path string) error {
	const begin, end = "<!-- figures:", "<!-- /figures -->"
	old, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("read the model card: %w", err)
	}
	head, rest, ok := strings.Cut(string(old), begin)
	mark, rest, ok2 := strings.Cut(rest, "-->\n")
	_, tail, ok3 := strings.Cut(rest, end)
	if !ok || !ok2 || !ok3 {
		return fmt.Errorf("the model card %s has no place for the figures", path)
	}
	var b strings.Builder
	b.WriteString(head + begin + mark + "-->\n\n")
	if err := m.tables(&b); err != nil {
		return err
	}
	b.WriteString("\n" + end + tail)
	if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
		return fmt.Errorf("write the model card: %w", err)
	}
	return nil
}

// figure is one line of the table: what is measured, on which rows, and how a
// reading answers.
type figure struct {
	name, source, lang, measure string
	labels                      []string
	value                       func(*profile.Reading) []float64 // one for each label
	gold                        func(*row) uint32                // a bit for each label
	choice                      bool                             // the largest value counts, else all of at least 0.5
}

func figures() []figure {
	six := func(r *profile.Reading) []float64 {
		e := r.Emotions
		return []float64{e.Anger, e.Disgust, e.Fear, e.Joy, e.Sadness, e.Surprise}
	}
	group := func(r *profile.Reading) []float64 { // the finer kinds of joy count as joy
		v, e := six(r), r.Emotions
		v[3] = max(v[3], e.Gratitude, e.Love, e.Optimism)
		return v
	}
	eight := func(r *profile.Reading) []float64 {
		e := r.Emotions
		return []float64{e.Anger, e.Anticipation, e.Disgust, e.Fear, e.Joy, e.Sadness, e.Surprise, e.Trust}
	}
	four := func(r *profile.Reading) []float64 {
		e := r.Emotions
		return []float64{e.Anger, e.Joy, e.Optimism, e.Sadness}
	}
	three := func(r *profile.Reading) []float64 {
		p := r.Probabilities
		return []float64{p.Negative, p.Neutral, p.Positive}
	}
	set := func(k int) func(*row) uint32 { return func(r *row) uint32 { return r.bits[k] } }
	one := func(class func(*row) int) func(*row) uint32 {
		return func(r *row) uint32 { return 1 << max(class(r), 0) }
	}
	list := []figure{
		{"sentiment", "tweeteval_sentiment", "", "macro recall", polarity, three, one(func(r *row) int { return r.sent }), true},
		{"emotion, the largest of four", "tweeteval_emotion", "", "macro-F1", tweets, four, one(func(r *row) int { return r.tweet }), true},
		{"emotion, Ekman groups, `joy` alone", "goemotions_original", "", "macro-F1", ekman, six, set(setGroups), false},
		{"emotion, Ekman groups, any kind of joy", "goemotions_original", "", "macro-F1", ekman, group, set(setGroups), false},
		{"emotion, fine", "goemotions_original", "", "macro-F1", fine[:3], func(r *profile.Reading) []float64 {
			return []float64{r.Emotions.Gratitude, r.Emotions.Love, r.Emotions.Optimism}
		}, func(r *row) uint32 { return r.bits[setFine] & 7 }, false},
		{"irony", "tweeteval_irony", "", "macro-F1", []string{"no", "yes"}, func(r *profile.Reading) []float64 {
			return []float64{1 - r.Tone.Irony - 1e-9, r.Tone.Irony}
		}, one(func(r *row) int { return r.irony }), true},
	}
	for _, l := range []string{"de", "en", "es", "pt", "ro", "ru", "sv", "uk"} {
		list = append(list, figure{"emotion", "brighter", l, "macro-F1", ekman, six, set(setBrighter), false})
	}
	for _, l := range languages {
		list = append(list, figure{"emotion", "xed", l, "macro-F1", plutchik, eight, set(setPlutchik), false})
	}
	return list
}

// tableOfVal prints every figure that val rows give.
func tableOfVal(e *sentiment.Engine, rows []*row, out io.Writer) error {
	fmt.Fprint(out, "| task | rows of | language | n | measure | value |\n|---|---|---|---|---|---|\n")
	seen := learnedTexts(rows)
	for _, f := range figures() {
		var mine []*row
		for _, r := range rows {
			if r.val && !seen[letters(r.text)] && r.source == f.source && (f.lang == "" || languages[r.lang] == f.lang) {
				mine = append(mine, r)
			}
		}
		if len(mine) == 0 {
			continue
		}
		got, err := read(e, mine)
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "| %s | %s | %s | %d | %s | %.1f |\n", f.name, f.source, languages[mine[0].lang], len(mine), f.measure, f.score(mine, got))
	}
	return nil
}

// learnedTexts are the letters of every row of polarity that was trained on:
// UMSAB's English and TweetEval share tweets.
func learnedTexts(rows []*row) map[string]bool {
	seen := map[string]bool{}
	for _, r := range rows {
		if learns(r) && r.sent >= 0 {
			seen[letters(r.text)] = true
		}
	}
	return seen
}

// letters of a text, in lower case, without the names and links that
// collections mask each in its own way.
func letters(s string) string {
	var b strings.Builder
	for _, w := range strings.Fields(strings.ToLower(s)) {
		if strings.HasPrefix(w, "@") || strings.HasPrefix(w, "http") {
			continue
		}
		for _, r := range w {
			if unicode.IsLetter(r) || unicode.IsDigit(r) {
				b.WriteRune(r)
			}
		}
	}
	return b.String()
}

func (f *figure) score(rows []*row, got []profile.Reading) float64 {
	k := len(f.labels)
	if f.choice {
		var gold, pred []int
		for i, r := range rows {
			bits, v := f.gold(r), f.value(&got[i])
			best := 0
			for j := range v {
				if v[j] > v[best] {
					best = j
				}
			}
			for j := range k {
				if bits>>j&1 == 1 {
					gold, pred = append(gold, j), append(pred, best)
				}
			}
		}
		if f.measure == "macro recall" {
			return macroRecall(gold, pred, k)
		}
		return macroF1(gold, pred, k)
	}
	bits, probs := make([]uint32, len(rows)), make([][]float32, len(rows))
	half := make([]float32, k)
	for j := range half {
		half[j] = 0.5
	}
	for i, r := range rows {
		bits[i] = f.gold(r)
		for _, v := range f.value(&got[i]) {
			probs[i] = append(probs[i], float32(v))
		}
	}
	return setF1(bits, probs, k, half)
}

// tableOfLanguages prints what the language head and the tone heads do where
// rows exist that say so.
func tableOfLanguages(e *sentiment.Engine, rows []*row, out io.Writer) error {
	type cell struct{ n, hit int }
	by := map[string]*cell{}
	var val, sealed []*row
	for _, r := range rows {
		if r.val && r.source != "umsab" {
			val = append(val, r)
		}
		if r.seal {
			sealed = append(sealed, r)
		}
	}
	got, err := read(e, val)
	if err != nil {
		return err
	}
	for i, r := range val {
		c := by[languages[r.lang]]
		if c == nil {
			c = &cell{}
			by[languages[r.lang]] = c
		}
		c.n++
		if got[i].Lang == languages[r.lang] {
			c.hit++
		}
	}
	fmt.Fprint(out, "\n| language | val rows | found, % |\n|---|---|---|\n")
	for _, l := range languages {
		if c := by[l]; c != nil {
			fmt.Fprintf(out, "| %s | %d | %.1f |\n", l, c.n, 100*float64(c.hit)/float64(c.n))
		}
	}
	if got, err = read(e, sealed); err != nil {
		return err
	}
	var gold, pred []int
	for i, r := range sealed {
		g, p := 0, 0
		if r.degree > 0 {
			g = 1
		}
		if got[i].Tone.Formality > 0 {
			p = 1
		}
		gold, pred = append(gold, g), append(pred, p)
	}
	fmt.Fprintf(out, "\nGerman formality of whole sentences (in_formal, %d rows, never trained on): macro-F1 %.1f\n", len(sealed), macroF1(gold, pred, 2))
	return nil
}
