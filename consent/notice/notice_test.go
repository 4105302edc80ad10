package notice_test

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tonfall/consent"
	"tonfall/consent/notice"
	"tonfall/profile"
)

const day = 24 * time.Hour

// tea is a shop with a network that is read, one that may not be, and one that
// only signs in. Every length of time is another.
func tea(t testing.TB) notice.Data {
	t.Helper()
	texts, err := consent.DefaultTexts()
	if err != nil {
		t.Fatal(err)
	}
	return notice.Data{
		Shop: profile.Shop{Slug: "tea", Name: "Teahouse", Home: "https://tea.example", Privacy: "https://tea.example/privacy"},
		Base: "https://id.tea.example", Texts: texts,
		Sources: []notice.Source{
			{Name: "bluesky", Title: "Bluesky", Posts: true, Scopes: map[profile.Purpose][]string{"": {"atproto"}}},
			{Name: "birdsong", Title: "Birdsong", Posts: true, Rules: []notice.Rule{
				{Purpose: profile.Posts, Allowed: true, Text: "posts may be read", Source: "https://birdsong.example/rules"},
				{Purpose: profile.MoodRead, Allowed: false, Text: "Birdsong forbids reading moods", Source: "https://birdsong.example/rules"},
			}},
			{Name: "company", Title: "Company login", Host: "https://login.example"},
		},
		Keeping: consent.Keeping{
			Posts: 31 * day, PostsBy: map[string]time.Duration{"birdsong": 0, consent.Shop: 8 * day}, Readings: 702 * day, Exposed: 303 * day, Proof: 1004 * day, Quiet: 25 * day,
		},
		Import: notice.Import{Every: 7 * time.Hour, Posts: 432, Age: 366 * day}, HalfLife: 60 * time.Hour,
		Engine: "native", Holdout: 0.125, Sales: notice.Cap{Most: 3, Days: 9},
		Programs: []notice.Program{{Name: "warehouse", Scopes: []string{"messages:render", "mood:read"}}},
		Cookies:  []notice.Cookie{{Name: "__Host-browser", For: notice.SignIn}, {Name: "__Host-session", For: notice.Stay, Life: 29 * day}, {Name: "__Host-studio", For: notice.Staff, Life: 11 * time.Hour}},
		Made:     time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC),
	}
}

func write(t testing.TB, d notice.Data, lang string, parts ...string) notice.Document {
	t.Helper()
	doc, err := notice.Write(d, lang, parts...)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// section is the Markdown under one heading.
func section(t testing.TB, markdown, heading string) string {
	t.Helper()
	_, rest, ok := strings.Cut(markdown, "### "+heading+"\n")
	if !ok {
		t.Fatalf("there is no section %q", heading)
	}
	text, _, _ := strings.Cut(rest, "\n### ")
	return text
}

func TestThePapersSayWhatIsConfigured(t *testing.T) {
	for lang, own := range map[string][]string{
		"en": {
			"the mood and what it stands on", "| texts from Bluesky | 31 days from import", "| texts from Birdsong | not kept",
			"| texts written to the shop | 8 days from import", "432 posts", "366 days", "7 hours", "60 hours", "29 days", "11 hours", "3 advertising messages in 9 days", "12.5 %",
		},
		"de": {
			"die Stimmung und worauf sie beruht", "| Texte von Bluesky | 31 Tage ab Abruf", "| Texte von Birdsong | nicht gespeichert",
			"| an den Shop geschriebene Texte | 8 Tage ab Übergabe", "432 Beiträge", "366 Tage", "7 Stunden", "60 Stunden", "29 Tage", "11 Stunden", "3 Werbenachrichten in 9 Tagen", "12,5 %",
		},
	} {
		d := tea(t)
		text := write(t, d, lang).Markdown()
		for _, want := range append(own,
			"Teahouse", "<https://tea.example/privacy>", "<https://id.tea.example/tea/me>", "<https://id.tea.example/tea/me/erase>",
			"Bluesky", "Birdsong", "Company login", "https://login.example", "warehouse", "forbids reading moods", "atproto",
			`\_\_Host-browser`, `\_\_Host-session`, `\_\_Host-studio`,
		) {
			if !strings.Contains(text, want) {
				t.Errorf("%s: %q is not said", lang, want)
			}
		}
		for _, p := range profile.Purposes() {
			original := d.Texts.Text(p, lang)
			asked := original.With("Teahouse", map[string]string{"en": "Bluesky or Birdsong", "de": "Bluesky oder Birdsong"}[lang])
			for _, w := range []string{asked.Title, asked.Body, original.Hash()[:12]} {
				if !strings.Contains(text, w) {
					t.Errorf("%s: of the consent to %s, %q is not said", lang, p, w)
				}
			}
		}
	}
}

func TestEveryKeepingTimeIsSaid(t *testing.T) {
	d := tea(t)
	d.Keeping.PostsBy = nil
	keeping := reflect.ValueOf(&d.Keeping).Elem()
	want := map[string]string{}
	for i := range keeping.NumField() {
		if f := keeping.Field(i); f.Type() == reflect.TypeFor[time.Duration]() {
			f.SetInt(int64(time.Duration(5000+i) * day))
			want[keeping.Type().Field(i).Name] = fmt.Sprint(5000 + i)
		}
	}
	for lang, unit := range map[string]string{"en": " days", "de": " Tage"} {
		for _, part := range []string{notice.Notice, notice.Record} {
			text := write(t, d, lang, part).Markdown()
			for name, days := range want {
				if !strings.Contains(text, days+unit) {
					t.Errorf("%s: how long %s is kept is not in the %s", lang, name, part)
				}
			}
		}
	}
}

func TestAnotherConfigurationIsAnotherNotice(t *testing.T) {
	for name, tc := range map[string]struct {
		change func(*notice.Data)
		gone   string
		come   string
	}{
		"texts are kept longer":        {func(d *notice.Data) { d.Keeping.Posts = 13 * day }, "31 days from import", "Bluesky | 13 days from import"},
		"one network is kept":          {func(d *notice.Data) { d.Keeping.PostsBy = map[string]time.Duration{"birdsong": 36 * time.Hour} }, "not kept", "Birdsong | 36 hours from import"},
		"score and forget":             {func(d *notice.Data) { d.Keeping.Posts = 0 }, "Bluesky | 31 days", "Bluesky | not kept"},
		"readings stay":                {func(d *notice.Data) { d.Keeping.Readings = 0 }, "702 days", "readings of texts | until withdrawal or erasure"},
		"messages stay":                {func(d *notice.Data) { d.Keeping.Exposed = 0 }, "303 days", "in which tone | until withdrawal or erasure"},
		"proof stays":                  {func(d *notice.Data) { d.Keeping.Proof = 0 }, "1004 days", "a keyed hash | without limit"},
		"no quiet time":                {func(d *notice.Data) { d.Keeping.Quiet = 0 }, "hard moment in life", "silent | not used"},
		"no holdout":                   {func(d *notice.Data) { d.Holdout = 0 }, "12.5 %", ""},
		"no sales messages":            {func(d *notice.Data) { d.Sales.Most = 0 }, "No customer gets more than", "No advertising messages go out"},
		"a network goes":               {func(d *notice.Data) { d.Sources = d.Sources[:2] }, "Company login", ""},
		"a program goes":               {func(d *notice.Data) { d.Programs = nil }, "warehouse", ""},
		"no network is read":           {func(d *notice.Data) { d.Sources = d.Sources[2:] }, "Reading own posts", "no posts are read"},
		"the other engine":             {func(d *notice.Data) { d.Engine = "bayes" }, "language model", "statistical program (bayes)"},
		"a network forbids its posts":  {func(d *notice.Data) { d.Sources[1].Rules[0].Allowed = false }, "texts from Birdsong", "no posts are read"},
		"a network allows reading now": {func(d *notice.Data) { d.Sources[1].Rules[1].Allowed = true }, "no mood is read from them", ""},
	} {
		t.Run(name, func(t *testing.T) {
			d := tea(t)
			before := write(t, d, "en").Markdown()
			tc.change(&d)
			after := write(t, d, "en").Markdown()
			if !strings.Contains(before, tc.gone) || strings.Contains(after, tc.gone) {
				t.Errorf("%q: was it said before? %v; is it still? %v", tc.gone, strings.Contains(before, tc.gone), strings.Contains(after, tc.gone))
			}
			if !strings.Contains(after, tc.come) || tc.come != "" && strings.Contains(before, tc.come) && !strings.Contains(tc.come, "no posts") {
				t.Errorf("%q is not what has changed", tc.come)
			}
		})
	}
}

// shape is a document without its words: what stands where.
func shape(doc notice.Document) []string {
	var out []string
	for _, part := range doc.Parts {
		for _, s := range part.Sections {
			line := part.ID + "/" + s.ID
			for _, b := range s.Blocks {
				line += fmt.Sprintf(" text:%v list:%d table:%dx%d", b.Text != "", len(b.List), len(b.Head), len(b.Cells))
			}
			out = append(out, line)
		}
	}
	return append(out, fmt.Sprint("gaps ", len(doc.Gaps.Blocks[1].List)))
}

func TestBothLanguagesSayTheSame(t *testing.T) {
	full, bare := tea(t), tea(t)
	bare.Sources, bare.Programs, bare.Holdout, bare.Keeping, bare.Sales.Most = bare.Sources[2:], nil, 0, consent.Keeping{}, 0
	for _, d := range []notice.Data{full, bare} {
		if diff := cmp.Diff(shape(write(t, d, "en")), shape(write(t, d, "de"))); diff != "" {
			t.Errorf("English (-) and German (+) differ:\n%s", diff)
		}
	}
}

// duties are what Articles 13, 14 and 30 ask for, by the section that answers.
var duties = map[string][]string{
	notice.Notice: {
		"controller", "sources", "purposes", "consents", "special", "logic", "quiet", "recipients", "transfers",
		"retention", "rights", "withdrawal", "erasure", "complaint", "age", "cookies", "ai",
	},
	notice.Record: {"controller", "signin", "posts", "mood", "messages", "shoptexts", "proof", "staff", "rules", "measures"},
}

func TestEveryDutyHasItsSection(t *testing.T) {
	for _, lang := range notice.Languages() {
		for _, part := range write(t, tea(t), lang).Parts {
			var ids []string
			for _, s := range part.Sections {
				ids = append(ids, s.ID)
			}
			for _, duty := range duties[part.ID] {
				if !slices.Contains(ids, duty) {
					t.Errorf("%s: the %s lacks %q", lang, part.ID, duty)
				}
			}
		}
	}
}

func TestGapsAreMarkedAndListed(t *testing.T) {
	doc := write(t, tea(t), "en", notice.Notice)
	text := doc.Markdown()
	body, list, ok := strings.Cut(text, "\n## You must fill in\n")
	if !ok {
		t.Fatal("there is no list of gaps")
	}
	marks := regexp.MustCompile(`\*\*\\\[.*?\\\]\*\*`)
	for _, mark := range marks.FindAllString(body, -1) {
		if strings.Count(list, mark) != 1 {
			t.Errorf("the gap %s is listed %d times", mark, strings.Count(list, mark))
		}
	}
	for _, mark := range marks.FindAllString(list, -1) {
		if !strings.Contains(body, mark) {
			t.Errorf("the list names %s, which is no gap of this part", mark)
		}
	}
	if !strings.Contains(list, "not legal advice") {
		t.Error("it does not say that it is no legal advice")
	}
}

func TestAPartCanStandAlone(t *testing.T) {
	doc := write(t, tea(t), "de", notice.Record)
	if len(doc.Parts) != 1 || doc.Parts[0].ID != notice.Record {
		t.Errorf("the record alone has the parts %v", doc.Parts)
	}
	for _, wrong := range [][2]string{{"de", "letter"}, {"fr", notice.Record}} {
		if _, err := notice.Write(tea(t), wrong[0], wrong[1]); !profile.Is(err, profile.Invalid) {
			t.Errorf("%v: the error is %v", wrong, err)
		}
	}
}

func TestWhatAPersonReadsOfAProhibition(t *testing.T) {
	row := ""
	for line := range strings.Lines(section(t, write(t, tea(t), "en").Markdown(), "Where data come from, and what is read")) {
		if strings.HasPrefix(line, "| **Birdsong**") {
			row = line
		}
	}
	if !strings.Contains(row, "no mood is read from them") {
		t.Errorf("the row of a network that forbids reading moods is %q", row)
	}
}
