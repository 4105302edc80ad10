package text

import (
	"strings"
	"testing"
)

func words(s string) []string {
	var d Doc
	d.Read(s)
	var out []string
	for _, t := range d.Tokens {
		out = append(out, string(d.Runes[t.From:t.To]))
	}
	return out
}

func TestWordsAreFoldedAndKeptWhole(t *testing.T) {
	for in, want := range map[string]string{
		"Hello WORLD":      "<hello>|<world>",
		"don't stop":       "<don't>|<stop>",
		"soooooo good":     "<soo>|<good>",
		"#Urlaub @anna x":  "<urlaub>||<x>",
		"see http://x.y/z": "<see>|",
		"über-Maß":         "<über>||<maß>",
		"nicht schlecht":   "<gut>",
		"danke für nichts": "<frechheit>",
		"gut\x00nicht\xff": "<gut>|<nicht>",
	} {
		if got := strings.Join(words(in), "|"); got != want {
			t.Errorf("%q reads as %s, want %s", in, got, want)
		}
	}
}

func TestEmoticonsAreOneTokenAndLinksAreNone(t *testing.T) {
	for in, n := range map[string]int{":-)": 1, ":)": 1, "<3": 1, ":D": 1, "a:b": 3, "=)": 1, ":/": 1, "😀😀": 2, "👍🏽": 1, "❤️": 1} {
		var d Doc
		d.Read(in)
		if len(d.Tokens) != n {
			t.Errorf("%q has %d tokens, want %d", in, len(d.Tokens), n)
		}
	}
}

func TestATextOfNamesLinksAndNumbersIsEmpty(t *testing.T) {
	for in, want := range map[string]bool{
		"": true, "@a @b": true, "https://x.y": true, "12 34": true, "...": true, "\u200d\u200d": true, "ok": false, "🙂": false, ":)": false, "न": false,
	} {
		var d Doc
		d.Read(in)
		if d.Empty() != want {
			t.Errorf("%q: empty is %v", in, d.Empty())
		}
	}
}

func TestAddressIsCountedByCaseAndLanguage(t *testing.T) {
	for _, c := range []struct {
		lang, text string
		du, sie    int
	}{
		{"de", "Haben Sie Ihre Karte?", 0, 2}, {"de", "Sie ist da", 0, 0}, {"de", "Hast du deine Karte?", 2, 0},
		{"fr", "Avez-vous votre carte ?", 0, 2}, {"es", "¿Tiene usted la tarjeta?", 0, 1}, {"ja", "du Sie", 0, 0},
	} {
		var d Doc
		d.Read(c.text)
		if du, sie := d.Address(c.lang); du != c.du || sie != c.sie {
			t.Errorf("%s %q: du %d, Sie %d", c.lang, c.text, du, sie)
		}
	}
}

func TestASentenceThatBeginsWithSieMayBePolite(t *testing.T) {
	for in, want := range map[string]bool{"Sie müssen kommen": true, "Sie ist da": false, "Ja. Sie wissen es": true, "dass sie müssen": false, "Sie": false} {
		var d Doc
		d.Read(in)
		if d.MaybePolite() != want {
			t.Errorf("%q: %v", in, !want)
		}
	}
}

func TestTheSameFeaturesComeFromAUsedDocAsFromAFreshOne(t *testing.T) {
	var used, fresh Doc
	var a, b Features
	used.Read("Something else entirely, not this! 😀")
	used.Weigh(nil, 0, -1)
	used.Features(&a)
	used.Read("Danke, nicht schlecht")
	used.Weigh(nil, 0, -1)
	used.Features(&a)
	fresh.Read("Danke, nicht schlecht")
	fresh.Weigh(nil, 0, -1)
	fresh.Features(&b)
	if len(a.Words) != len(b.Words) || len(a.Pairs) != len(b.Pairs) || a.Seeds != b.Seeds || a.Seeds&SeedGratitude == 0 {
		t.Errorf("used %+v, fresh %+v", a, b)
	}
	for i := range a.Pairs {
		if a.Pairs[i] != b.Pairs[i] {
			t.Errorf("pair %d differs", i)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{"", "Danke für nichts!", "@a #b http://c", ":-)", "\xff\x00", "😀\u200d", "n't", "İ", "ǅ", "漢字"} {
		f.Add(s)
	}
	var d Doc
	var feats Features
	var grams []uint32
	f.Fuzz(func(t *testing.T, s string) {
		d.Read(s)
		d.Weigh(nil, 0, -1)
		d.Features(&feats)
		if len(d.Tokens) > MaxTokens || len(feats.Words) != len(d.Tokens) {
			t.Fatalf("%d tokens, %d words", len(d.Tokens), len(feats.Words))
		}
		for i := range d.Tokens {
			k := &d.Tokens[i]
			if k.From < 0 || k.From > k.To || int(k.To) > len(d.Runes) {
				t.Fatalf("token %d spans %d..%d of %d", i, k.From, k.To, len(d.Runes))
			}
			grams = d.Grams(k, grams[:0], 3)
		}
		d.Empty()
		d.Signals()
		d.Address("de")
	})
}
