package profile

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

func TestOwnWordsKeepsOnlyWhatTheAuthorWrote(t *testing.T) {
	for name, x := range map[string]struct{ text, want string }{
		"plain":               {"Was für ein Tag!", "Was für ein Tag!"},
		"empty":               {" \n\t\n ", ""},
		"quoted lines":        {"> du bist doof\n>> selber\n>ohne Abstand\nIch mag dich trotzdem", "Ich mag dich trotzdem"},
		"angry brow":          {">:( so ein Mist\n>_< nein", ">:( so ein Mist\n>_< nein"},
		"mention chain":       {"@anna @bob@example.org, .@carl danke euch!", "danke euch!"},
		"mention in between":  {"Danke @anna! Und @bob's Kuchen, mit @carl.", "Danke! Und Kuchen, mit."},
		"no mention":          {"Treffen @ 17 Uhr, mail an a@example.org, @!", "Treffen @ 17 Uhr, mail an a@example.org, @!"},
		"only mentions":       {"@anna @bob", ""},
		"repost":              {"RT @shop: Alles wird billiger", ""},
		"commented repost":    {"So schön! RT @shop: Alles wird billiger\nnoch mehr davon", "So schön!"},
		"RT alone":            {"RT ist ein Sender", "RT ist ein Sender"},
		"links":               {"Lest das https://example.org/a?b=c (http://x.example) www.example.org jetzt", "Lest das jetzt"},
		"german mail":         {"Danke, passt.\n\nAm 03.05.2026 um 10:12 schrieb Anna <a@example.org>:\n\nIst das gut?\nSag was", "Danke, passt."},
		"english mail":        {"Fine by me.\nOn Mon, May 3, 2026 at 10:12 AM Anna wrote:\nIs it?", "Fine by me."},
		"wrapped attribution": {"Fine.\nOn Mon, May 3, 2026 at 10:12 AM Anna <a@example.org>\nwrote:\nIs it?", "Fine."},
		"answers in between":  {"Hallo!\nAm 03.05.2026 schrieb Anna:\n> Ist das gut?\nJa, sehr.\n> Sicher?\nJa.", "Hallo!\nJa, sehr.\nJa."},
		"own sentence":        {"Am Montag schrieb ich:\nalles wird gut", "Am Montag schrieb ich:\nalles wird gut"},
		"outlook":             {"Bitte.\n-----Ursprüngliche Nachricht-----\nVon: Anna\nmehr", "Bitte."},
		"forwarded":           {"Schau mal\n---------- Forwarded message ---------\nFrom: Anna\nGewonnen!", "Schau mal"},
		"apple forward":       {"Schau\nAnfang der weitergeleiteten Nachricht:\nGewonnen!", "Schau"},
		"header block":        {"Siehe unten.\n*Von:* Anna\n*Gesendet:* Montag\n*An:* mich\nText", "Siehe unten."},
		"signature":           {"Bis bald\n-- \nAnna Beispiel\nTel. 0123", "Bis bald"},
		"telephone":           {"Bis bald\nVon meinem iPhone gesendet", "Bis bald"},
		"blank lines":         {"a\r\n\r\n\r\n\r\nb   c", "a\n\nb c"},
		"right to left":       {"@anna שלום לכם", "שלום לכם"},
		"emoji":               {"😀\u200d😀 @anna", "😀\u200d😀"},
		"NUL and bad UTF-8":   {"a\x00b \xff\xfe", "a\x00b \xff\xfe"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := OwnWords(x.text); got != x.want {
				t.Errorf("OwnWords(%q)\n got %q\nwant %q", x.text, got, x.want)
			}
		})
	}
}

// pieces are what makes OwnWords decide; random rows of them find the seams.
var pieces = []string{
	"@anna", "@bob,", "RT", "RT @x:", "https://a.example", "http:", "//", "www", ".", "www.", ">", "> q", ">:(", "\n", "\n\n", "\r\n", " ", " ",
	"On 2026 x", "On May 3, 2026 Anna wrote:", "wrote:", "Am 3.5.2026", "schrieb Anna:", "From: a", "Von:", "To: b", "An:", "--", "-----Original Message-----",
	"Sent from my x", "(", "wort", "\x00", "\xff", "ü", "@", "😀", "*", ":",
}

func TestOwnWordsOfOwnWordsIsTheSame(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 10_000 {
		var b strings.Builder
		for range random.IntN(14) {
			b.WriteString(pieces[random.IntN(len(pieces))])
			if random.IntN(2) == 0 {
				b.WriteByte(' ')
			}
		}
		text := b.String()
		once := OwnWords(text)
		if twice := OwnWords(once); twice != once {
			t.Fatalf("%q\n once %q\ntwice %q", text, once, twice)
		}
		if len(once) > len(text) {
			t.Fatalf("%q grew to %q", text, once)
		}
	}
}

// BenchmarkOwnWords shows that the time is linear: the MB/s of 1 MB are those
// of 64 KB, whatever the text is made of.
func BenchmarkOwnWords(b *testing.B) {
	for _, piece := range []string{"a ", "@a ", ">", "\n", "wrote:\n", "From:\n", "http://a "} {
		for _, size := range []int{64 << 10, 1 << 20} {
			text := strings.Repeat(piece, size/len(piece))
			b.Run(fmt.Sprintf("%q/%d", piece, size), func(b *testing.B) {
				b.SetBytes(int64(len(text)))
				for b.Loop() {
					OwnWords(text)
				}
			})
		}
	}
}
