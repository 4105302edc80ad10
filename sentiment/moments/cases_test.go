package moments

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// kinds are those that count as moments; a case of any other kind does not.
var kinds = []string{"bereavement", "illness", "separation", "jobloss", "debt", "selfharm"}

type textCase struct {
	lang, kind, text string
}

func (c textCase) moment() bool { return slices.Contains(kinds, c.kind) }

func readCases(t testing.TB, name string) []textCase {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	var out []textCase
	for _, line := range strings.Split(strings.TrimSpace(string(data)), "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		parts := strings.SplitN(line, " ", 3)
		if len(parts) != 3 {
			t.Fatalf("%s: %q is no case", name, line)
		}
		out = append(out, textCase{parts[0], parts[1], parts[2]})
	}
	return out
}

func TestMomentsAreFoundAndOtherTextsLeftAlone(t *testing.T) {
	guard := New()
	for _, file := range []string{"cases.txt", "held-out.txt"} {
		t.Run(file, func(t *testing.T) {
			var moments, found, others, alarms int
			for _, c := range readCases(t, file) {
				yes := guard.Sensitive(c.text)
				switch {
				case c.moment() && yes:
					moments, found = moments+1, found+1
				case c.moment():
					moments++
					t.Logf("missed %s %s: %s", c.lang, c.kind, c.text)
				case yes:
					others, alarms = others+1, alarms+1
					t.Logf("false alarm %s %s: %s", c.lang, c.kind, c.text)
				default:
					others++
				}
			}
			t.Logf("%d of %d moments found, %d false alarms in %d other texts", found, moments, alarms, others)
			if found*10 < moments*9 {
				t.Errorf("recall is below 90 %%")
			}
			if alarms*20 > others {
				t.Errorf("false alarms are above 5 %%")
			}
		})
	}
}
