package messages

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tonfall/profile"
)

// shipped is the embedded catalog: parsed once, for templates are read only.
var shipped = sync.OnceValues(func() (*Catalog, []Problem) { return Open(nil, nil) })

// defaults are the embedded templates by name.
func defaults(t *testing.T) map[string]*Template {
	t.Helper()
	c, problems := shipped()
	for _, p := range problems {
		t.Error(p)
	}
	return c.defaults
}

func TestSixTemplatesAreWrittenInTwoLanguagesAndFiveTones(t *testing.T) {
	want := map[string]Purpose{
		"welcome": Service, "order-shipped": Service, "delay-apology": Service,
		"back-in-stock": Sales, "birthday": Sales, "win-back": Sales,
	}
	got := map[string]Purpose{}
	for name, tpl := range defaults(t) {
		got[name] = tpl.Purpose
		for _, locale := range []string{"de", "en"} {
			for _, tone := range DefaultTones() {
				v, ok := tpl.Variants[locale][tone]
				if !ok || v.Subject == "" || v.Body == "" {
					t.Errorf("%s has no %s in %s", name, tone, locale)
				}
				if locale == "de" && v.Sie == nil {
					t.Errorf("%s/%s knows no Sie", name, tone)
				}
			}
		}
		for _, text := range []string{tpl.Title["de"], tpl.Title["en"], tpl.Description["de"], tpl.Description["en"]} {
			if text == "" {
				t.Errorf("%s lacks a title or a description", name)
			}
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestTheEmbeddedTemplatesHaveNoProblemAndNoWarning(t *testing.T) {
	for name, tpl := range defaults(t) {
		for _, p := range Lint(name+".yaml", tpl.Source()) {
			t.Error(p)
		}
	}
}

// each runs f on every wording of every embedded template, rendered with its
// examples.
func each(t *testing.T, f func(t *testing.T, tpl *Template, c Choice, m Message)) {
	t.Helper()
	for name, tpl := range defaults(t) {
		for _, locale := range tpl.Locales {
			for _, address := range []profile.Address{profile.Du, profile.Sie} {
				for _, channel := range tpl.Channels {
					all, err := tpl.Preview(locale, address, channel, Input{Name: "Anna Berger", Shop: "Weberei Lindt"})
					if err != nil {
						t.Fatal(name, err)
					}
					for tone, m := range all {
						c := Choice{Tone: tone, Locale: locale, Address: tpl.address(locale, tone, address), Channel: channel}
						f(t, tpl, c, m)
					}
				}
			}
		}
	}
}

var factForm = regexp.MustCompile(`https?://\S+|[0-9][0-9.,:]*|[A-Z]{4,}[0-9]+`)

// stated is every figure, address and code in a rendered text, once each.
func stated(m Message) []string {
	found := factForm.FindAllString(m.Subject+"\n"+m.Body, -1)
	for i := range found {
		found[i] = strings.TrimRight(found[i], ".,:")
	}
	return slices.Compact(slices.Sorted(slices.Values(found)))
}

func TestEveryToneStatesTheSameFacts(t *testing.T) {
	first := map[string][]string{}
	each(t, func(t *testing.T, tpl *Template, c Choice, m Message) {
		key := tpl.Name + "/" + c.Locale + "/" + string(c.Channel)
		if c.Channel == Email || c.Channel == OnSite {
			key = tpl.Name + "/" + c.Locale
		}
		facts := stated(m)
		if len(facts) == 0 {
			t.Errorf("%s %s states nothing", key, c.Tone)
		}
		if first[key] == nil {
			first[key] = facts
		}
		if diff := cmp.Diff(first[key], facts); diff != "" {
			t.Errorf("%s %s %s: %s", key, c.Tone, c.Address, diff)
		}
	})
}

func TestOneWordingAddressesOneWay(t *testing.T) {
	du := regexp.MustCompile(`(?i)(?:^|[^\p{L}])(du|dich|dir|dein\p{L}*)(?:[^\p{L}]|$)`)
	sie := regexp.MustCompile(`(?:^|[^\p{L}])(Sie|Ihnen|Ihr|Ihre[mnrs]?)(?:[^\p{L}]|$)`)
	each(t, func(t *testing.T, tpl *Template, c Choice, m Message) {
		if c.Locale != "de" {
			return
		}
		wrong := sie
		if c.Address == profile.Sie {
			wrong = du
		}
		if hit := wrong.FindString(m.Subject + "\n" + m.Body); hit != "" {
			t.Errorf("%s %s %s says %q", tpl.Name, c.Tone, c.Address, hit)
		}
	})
}

func TestCopyNeverNamesAMoodNorPresses(t *testing.T) {
	each(t, func(t *testing.T, tpl *Template, c Choice, m Message) {
		text := strings.ToLower(m.Subject + "\n" + m.Body)
		for _, x := range taboos[base(c.Locale)] {
			if from, to, found := x.find(text); found {
				t.Errorf("%s %s %s: %q %s", tpl.Name, c.Locale, c.Tone, text[from:to], x.why)
			}
		}
		for _, w := range profile.Words() {
			if w != profile.Content && w != profile.Mixed && strings.Contains(text, string(w)) {
				t.Errorf("%s %s %s names the mood %s", tpl.Name, c.Locale, c.Tone, w)
			}
		}
		if c.Tone != Enthusiastic && c.Tone != Warm && strings.Contains(text, "!") {
			t.Errorf("%s %s %s shouts", tpl.Name, c.Locale, c.Tone)
		}
	})
}

func TestMessagesAreShortAndComplete(t *testing.T) {
	each(t, func(t *testing.T, tpl *Template, c Choice, m Message) {
		where := tpl.Name + " " + c.Locale + " " + string(c.Tone) + " " + string(c.Channel)
		if n := len([]rune(m.Body)); c.Channel.short() && n > 160 || n > 900 {
			t.Errorf("%s has %d characters", where, n)
		}
		if n := len([]rune(m.Subject)); n > 78 || c.Channel != SMS && n == 0 {
			t.Errorf("%s: the subject has %d characters", where, n)
		}
		if strings.ContainsAny(m.Subject+m.Body, "{}[]") || strings.Contains(m.Body, "\n\n\n") {
			t.Errorf("%s is not clean:\n%s", where, m.Body)
		}
		if !c.Channel.short() && (!strings.Contains(m.HTML, "<p>") || !strings.Contains(m.HTML, `<a href="https://`)) {
			t.Errorf("%s has no proper HTML: %s", where, m.HTML)
		}
		if !c.Channel.short() && !strings.Contains(m.Body, "Anna Berger") {
			t.Errorf("%s does not greet", where)
		}
	})
}

func TestACustomerWithoutANameIsGreetedAllTheSame(t *testing.T) {
	for name, tpl := range defaults(t) {
		for _, locale := range tpl.Locales {
			all, err := tpl.Preview(locale, profile.Sie, "", Input{Shop: "Weberei"})
			if err != nil {
				t.Fatal(name, err)
			}
			for _, tone := range slices.Sorted(maps.Keys(all)) {
				if first, _, _ := strings.Cut(all[tone].Body, "\n"); !slices.Contains([]string{"Hallo,", "Guten Tag,", "Hi,", "Hello,", "Dear customer,"}, first) {
					t.Errorf("%s %s %s begins %q", name, locale, tone, first)
				}
			}
		}
	}
}
