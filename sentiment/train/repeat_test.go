package main

import (
	"bytes"
	"fmt"
	"testing"

	"tonfall/sentiment/internal/net"
	"tonfall/sentiment/internal/text"
)

// handful makes rows of every task without any data.
func handful(t *testing.T) []*row {
	t.Helper()
	var rows []*row
	words := []string{"good", "bad", "gut", "schlecht", "thanks", "danke", "nicht", "train", "Sie", "du"}
	labels := map[string][]string{
		"umsab": polarity, "semeval13-16": polarity, "tweeteval_emotion": tweets, "goemotions_original": {"anger", "joy", "gratitude", "neutral"},
		"brighter": {"anger", "joy,fear", "none"}, "xed": {"trust", "sadness"}, "cocoa_mt": {"formal", "informal"},
		"tweeteval_irony": {"irony", "non_irony"}, "germeval18": {"OTHER", "OFFENSE"},
	}
	for _, source := range []string{"umsab", "semeval13-16", "tweeteval_emotion", "goemotions_original", "brighter", "xed", "cocoa_mt", "tweeteval_irony", "germeval18"} {
		for i := range 40 {
			own := labels[source]
			s := fmt.Sprintf("%s %s %s %d", words[i%10], words[i*3%10], words[i*7%10], i)
			r, err := newRow([]string{s, own[i%len(own)], []string{"de", "en"}[i%2], source, "train"})
			if err != nil {
				t.Fatal(err)
			}
			rows = append(rows, r)
		}
	}
	extract(rows, nil)
	return rows
}

func TestTrainingTwiceGivesTheSameBytes(t *testing.T) {
	build := func() []byte {
		rows := handful(t)
		quiet := func(int) {}
		small := func(copies, pairs, plain bool) wideOptions {
			return wideOptions{bits: 10, epochs: 2, rate: 0.1, l2: 1e-3, copies: copies, pairs: pairs, plain: plain, drop: 0.2, factor: factor, step: quiet}
		}
		tw := towers{lex: text.NewLexicon([]uint32{3}, []int8{5}), rest: make([]*wide, len(tasks))}
		for i := range tasks {
			var mine []*row
			for _, r := range rows {
				if tasks[i].has(r) {
					mine = append(mine, r)
				}
			}
			w := trainWide(&tasks[i], mine, small(true, i == 0, false), 1)
			if tw.rest[i] = w; i == 0 {
				tw.sent = w
			}
		}
		tw.lang = trainWide(&langTask, rows, small(false, false, true), 2)
		tw.deep = trainDeep(rows, deepOptions{bits: 10, dim: 8, hidden: 8, epochs: 2, rate: 0.05, rateDense: 0.02, drop: 0.3, dropHidden: 0.2, step: quiet,
			factor: func(*task, *row) float64 { return 1 }}, 3)
		f := crossValidateWith(labelled(rows), func(train []*row) *wide { return trainWide(&tasks[0], train, small(true, true, false), 4) })
		data, err := tw.pack(f.calibrate)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	first := build()
	if !bytes.Equal(first, build()) {
		t.Error("the second training gave another model")
	}
	if _, err := net.Decode(string(first)); err != nil {
		t.Errorf("the model cannot be read: %v", err)
	}
}
