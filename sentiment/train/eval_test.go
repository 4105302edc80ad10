package main

import (
	"os"
	"testing"

	"tonfall/sentiment"
)

// dataDir is where the labelled data lie beside the repository.
const dataDir = "../../../shared/data"

func dataRows(t *testing.T) []*row {
	t.Helper()
	if _, err := os.Stat(dataDir); err != nil {
		t.Logf("NOT RUN: the labelled data are not at %s, so that nothing is measured here", dataDir)
		return nil
	}
	rows, err := load(dataDir)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestTheEmbeddedModelKeepsItsFiguresOnVal(t *testing.T) {
	rows := dataRows(t)
	if rows == nil {
		return
	}
	e, err := sentiment.Native()
	if err != nil {
		t.Fatal(err)
	}
	least := map[string]float64{"sentiment": 67, "emotion, the largest of four": 64, "emotion, Ekman groups, `joy` alone": 54, "irony": 62}
	for _, f := range figures() {
		floor, ok := least[f.name]
		if !ok {
			continue
		}
		var mine []*row
		for _, r := range rows {
			if r.val && r.source == f.source {
				mine = append(mine, r)
			}
		}
		got, err := read(e, mine)
		if err != nil {
			t.Fatal(err)
		}
		if v := f.score(mine, got); v < floor {
			t.Errorf("%s: %.1f, below %.1f", f.name, v, floor)
		} else {
			t.Logf("%s: %.1f on %d rows", f.name, v, len(mine))
		}
	}
}

func TestWhatMustNotBeTrainedOnIsSealed(t *testing.T) {
	for _, r := range dataRows(t) {
		if r.source == "in_formal" && learns(r) || r.val && r.source != "umsab" && learns(r) {
			t.Fatalf("a row of %s would be trained on", r.source)
		}
	}
}

func TestMacroF1IsTheMeanOverClasses(t *testing.T) {
	got := macroF1([]int{0, 0, 1, 1}, []int{0, 1, 1, 1}, 2)
	if want := 100 * (2.0/3 + 0.8) / 2; got < want-1e-9 || got > want+1e-9 {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := macroRecall([]int{0, 0, 1, 1}, []int{0, 1, 1, 1}, 2); got != 75 {
		t.Errorf("macro recall %v", got)
	}
}

func TestCalibrationErrorOfAnHonestOracleIsNothing(t *testing.T) {
	var p []outcome
	for i := range 100 {
		p = append(p, outcome{sure: 0.8, right: i < 80})
	}
	if e := calibrationError(p); e > 1e-9 {
		t.Errorf("got %v", e)
	}
	if a := accuracyOf(append(p, outcome{sure: 0.9, right: true}), 0.005); a != 1 {
		t.Errorf("the surest one is right, got %v", a)
	}
}
