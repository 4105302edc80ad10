package messages

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tonfall/profile"
)

func TestSumsAndDatesAreWrittenAsTheLanguageDoes(t *testing.T) {
	for _, c := range []struct{ kind, value, locale, want string }{
		{"money", "49.90 EUR", "de", "49,90\u00a0€"},
		{"money", "1249.9 EUR", "de-AT", "1.249,90\u00a0€"},
		{"money", "49.90 EUR", "en", "€49.90"},
		{"money", "1249.00 GBP", "en-GB", "£1,249.00"},
		{"money", "-5 USD", "en", "-$5.00"},
		{"money", "1500 JPY", "en", "¥1,500"},
		{"date", "2026-12-03", "de", "Donnerstag, 3. Dezember"},
		{"date", "2026-12-03", "en", "Thursday, 3 December"},
		{"date", "2026-12-03", "fr", "2026-12-03"},
	} {
		got, err := (&binder{locale: c.locale}).value(c.value, Datum{Type: Type(c.kind)})
		if err != nil || got != c.want && got != strings.Replace(c.want, "1.249", "1\u00a0249", 1) {
			t.Errorf("%s in %s: %q, want %q, %v", c.value, c.locale, got, c.want, err)
		}
	}
}

func TestDataThatDoesNotFitIsRefusedByName(t *testing.T) {
	tpl, err := Parse("sheet.yaml", "", sheet("{{ product }}"))
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		value any
		want  string
	}{
		"prodct":  {"x", "unknown variable \"prodct\"; did you mean product?"},
		"product": {nil, "variable product is missing; send it in data, for example Teeglas"},
		"count":   {"many", "variable count is no number; write it like 2"},
		"gift":    {"yes", "variable gift is no flag"},
		"until":   {"3.12.2026", "variable until is no date; write it like 2026-12-03"},
		"url":     {"javascript:alert(1)", "variable url is no link"},
		"note":    {strings.Repeat("x", MaxText+1), "has more than 500 characters"},
		"tags":    {make([]any, MaxItems+1), "has 51 items; 50 is the most"},
		"items":   {[]any{map[string]any{"title": "a"}}, "item 1: url is no link"},
	} {
		data := tpl.Example("en")
		data[name] = c.value
		_, err := tpl.Render(Choice{Tone: Plain, Locale: "en"}, Input{Data: data})
		if !profile.Is(err, profile.Invalid) || !strings.Contains(profile.Message(err), c.want) {
			t.Errorf("%s: got %v, want %s", name, err, c.want)
		}
	}
	big := tpl.Example("en")
	long := make([]any, MaxItems)
	for i := range long {
		long[i] = strings.Repeat("ü", MaxText)
	}
	big["tags"] = long
	if _, err := tpl.Render(Choice{Tone: Plain, Locale: "en"}, Input{Data: big}); !profile.Is(err, profile.Invalid) {
		t.Errorf("50 KB of text were taken: %v", err)
	}
}

func TestRenderNamesWhatItDoesNotKnow(t *testing.T) {
	tpl, err := Parse("sheet.yaml", "", sheet("{{ product }}"))
	if err != nil {
		t.Fatal(err)
	}
	in := Input{Data: tpl.Example("en")}
	if _, err := tpl.Render(Choice{Tone: Warm, Locale: "en"}, in); !profile.Is(err, profile.NotFound) {
		t.Errorf("a missing tone: %v", err)
	}
	if _, err := tpl.Render(Choice{Tone: Plain, Locale: "en", Channel: SMS}, in); !profile.Is(err, profile.Invalid) {
		t.Errorf("a foreign channel: %v", err)
	}
	if _, err := tpl.Preview("fr", "", "", in); !profile.Is(err, profile.NotFound) {
		t.Errorf("a foreign language: %v", err)
	}
}

func TestTagsLeaveNoTraceAndLinesStay(t *testing.T) {
	tpl, err := Parse("sheet.yaml", "", sheet(`
Hello{% if name %} {{ name }}{% endif %},

{% if gift %}
A gift is inside.
{% endif %}
{% comment %} for us {% endcomment %}
{% for i in items %}
- [{{ i.title }}]({{ i.url }})
{% endfor %}
{% assign many = tags | join: " & " %}
{{ count }} {{ count | pluralize: "bag", "bags" }}: {{ many }}
{% case count %}{% when 1 %}one{% when 2, 3 %}few{% else %}many{% endcase %} <until> {{ until }}`))
	if err != nil {
		t.Fatal(err)
	}
	data := tpl.Example("en")
	data["count"] = 2.0 // as JSON gives it
	got, err := tpl.Render(Choice{Tone: Plain, Locale: "en"}, Input{Name: "Zoë", Data: data})
	if err != nil {
		t.Fatal(err)
	}
	want := Message{
		Subject: "Subject",
		Body:    "Hello Zoë,\n\nA gift is inside.\n\n- Glas: https://shop.example/glas\n2 bags: rot & blau\nfew <until> Thursday, 3 December",
		HTML: "<p>Hello Zoë,</p>\n<p>A gift is inside.</p>\n<p>- <a href=\"https://shop.example/glas\">Glas</a><br>\n2 bags: rot &amp; blau<br>\n" +
			"few &lt;until&gt; Thursday, 3 December</p>\n",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAnOutcomeCountsOnce(t *testing.T) {
	tpl := defaults(t)["birthday"]
	e := NewExposure("e1", tpl, Choose(DefaultPolicy(), tpl, ready(mood(profile.Content, 0.8, 0))), sunday)
	if e.Variant != "de/warm/du" || e.Purpose != Sales || e.Channel != Email || len(e.Reasons) == 0 {
		t.Errorf("%+v", e)
	}
	for _, c := range []struct {
		result Result
		added  bool
		kind   profile.Kind
	}{{Delivered, true, ""}, {Clicked, true, ""}, {Clicked, false, ""}, {"opened", false, profile.Invalid}} {
		added, err := e.Add(Outcome{Result: c.result, At: sunday})
		if added != c.added || profile.KindOf(err) != c.kind {
			t.Errorf("%s: %v %v", c.result, added, err)
		}
	}
	if len(e.Outcomes) != 2 {
		t.Errorf("%d outcomes", len(e.Outcomes))
	}
}
