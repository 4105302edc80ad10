package moments

import (
	"strings"
	"sync"
	"testing"
)

func TestTheRulesKeepTheirGrammar(t *testing.T) {
	if _, err := readRules(ruleFiles); err != nil {
		t.Fatal(err)
	}
}

// The couple of the product's story: both write about their row, each in their
// own way, and neither is to hear of an offer.
func TestBothOfAQuarrellingCoupleAreHeard(t *testing.T) {
	guard := New()
	for _, text := range []string{
		"Schon wieder Streit mit meinem Mann. Ich bin so müde davon.",
		"Meine Frau und ich haben uns gestern nur angeschrien.",
		"Another fight with my husband, I slept on the couch.",
		"My wife and I argued all night and she isn't speaking to me.",
	} {
		if !guard.Sensitive(text) {
			t.Errorf("not heard: %s", text)
		}
	}
}

func TestSpellingsMakeNoDifference(t *testing.T) {
	guard := New()
	for _, text := range []string{
		"Wir können die Miete nicht zahlen und die Kündigung kam heute",
		"wir koennen die miete nicht zahlen und die kuendigung kam heute",
		"WIR KONNEN DIE MIETE NICHT ZAHLEN UND DIE KUNDIGUNG KAM HEUTE",
		"wir k\u0308onnen die Miete nicht zahlen",
		"Meine Oma ist gestoooorben",
		"my dad’s died",
		"my dad's died",
		"#MeinVater ist gestorben",
	} {
		if !guard.Sensitive(text) {
			t.Errorf("not heard: %s", text)
		}
	}
}

func TestASharedPostIsSomebodyElsesLife(t *testing.T) {
	if New().Sensitive("RT @somebody: my dad died this morning") {
		t.Error("a shared post is taken for the writer's own")
	}
}

func TestNothingAndGarbageAreNoMoments(t *testing.T) {
	guard := New()
	for _, text := range []string{
		"", " ", "\n\n", "\xff\xfe\xfd", "\"", "\"\"\"", "#", "@", "://", "https://", "'", "''''", "🕯️", "1", "...",
		strings.Repeat("a", 1<<16), strings.Repeat("\u0308", 1<<12), strings.Repeat("my \" ", 1<<12),
	} {
		if guard.Sensitive(text) {
			t.Errorf("%.20q is taken for a moment", text)
		}
	}
}

func TestAMomentIsHeardAtTheEndOfALongText(t *testing.T) {
	text := strings.Repeat("Der Garten blüht und die Bienen summen. ", 500) + "Heute ist mein Vater gestorben."
	if !New().Sensitive(text) {
		t.Error("the last sentence was not heard")
	}
}

func TestOneGuardServesManyAtOnce(t *testing.T) {
	guard := New()
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				if !guard.Sensitive("Meine Mutter hat Krebs") || guard.Sensitive("Meine Mutter hat Urlaub") {
					t.Error("another answer than alone")
				}
			}
		})
	}
	wg.Wait()
}

func FuzzSensitive(f *testing.F) {
	guard := New()
	for _, c := range readCases(f, "cases.txt") {
		f.Add(c.text)
	}
	f.Add("„\xff“ #AbcDef @x https://y 14. 🕯️🕯️")
	f.Fuzz(func(t *testing.T, text string) {
		if guard.Sensitive(text) != guard.Sensitive(text) {
			t.Error("two answers to one text")
		}
	})
}

func BenchmarkSensitive(b *testing.B) {
	guard := New()
	cases := readCases(b, "cases.txt")
	b.ResetTimer()
	for i := 0; b.Loop(); i++ {
		guard.Sensitive(cases[i%len(cases)].text)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "texts/s")
}

func BenchmarkLongText(b *testing.B) {
	guard := New()
	text := strings.Repeat("Meine Mutter hat nicht immer Zeit, wenn wir heute streiten. ", 2000)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		guard.Sensitive(text)
	}
}
