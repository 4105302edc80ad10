package messages

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tonfall/profile"
)

func TestAMistakeIsNamedWithItsPlaceAndItsMend(t *testing.T) {
	for body, want := range map[string]string{
		"One\nTwo {{ prodct }}":                         "sheet.yaml:24:13: unknown variable prodct; did you mean product? (declare it under data if it is new)",
		"{{ product | upcas }}":                         "sheet.yaml:23:9: unknown filter upcas; did you mean upcase?",
		"a\n\n{% iff gift %}x{% endif %}":               "sheet.yaml:25:9: unknown tag iff; did you mean if?",
		"{% if gift %}x":                                "sheet.yaml:23:9: {% if %} is never closed; close it with {% endif %}",
		"x {{ product":                                  "sheet.yaml:23:11: {{ is never closed; close it with }}",
		"x product }}":                                  "sheet.yaml:23:19: }} without {{; open it with {{, or take it out",
		"{% for i in product %}{{ i }}{% endfor %}":     "sheet.yaml:23:9: product is no list; declare it with type: list",
		"{% for i in items %}{{ i.titel }}{% endfor %}": "sheet.yaml:23:29: i has no titel; did you mean title?",
		"{{ items }}":                                   "sheet.yaml:23:9: items is a list; print it with {% for %}, or with | join: \", \"",
		"[here]({{ product }})":                         "sheet.yaml:23:16: product is no link, so nothing can lead there; declare it with type: link, and use it without filters",
		"[here](javascript:alert)":                      "sheet.yaml:23:16: a link leads to \"javascript:alert\"; write an address that begins with https://, or a variable of type link",
		"{% for i in tags %}{% for j in tags %}{% endfor %}{% endfor %}": "sheet.yaml:23:28: a loop stands inside a loop; close the first one before",
		"{{ product\n}}": "sheet.yaml:23:9: braces, per cent signs and line breaks cannot stand inside {{ }}; close it with }} on the same line",
		"{% endif %}":    "sheet.yaml:23:9: endif closes nothing; close blocks in the order in which they were opened",
		"{% if gift %}{% else %}{% elsif gift %}{% endif %}": "sheet.yaml:23:32: elsif stands behind else; put else last",
		"{% for i in tags %}{% assign x = i %}{% endfor %}":  "sheet.yaml:23:28: assign stands inside a loop; move it before the loop",
		"{{ note }}": "sheet.yaml:23:9: note may be missing; put it inside {% if note %}, or give it a default",
		"{% if note or gift %}{{ note }}{% endif %}": "sheet.yaml:23:30: note may be missing; put it inside {% if note %}, or give it a default",
		"Hurry up, {{ product }}":                    "sheet.yaml:23:9: \"hurry\" presses the customer; say what is so, without hurry",
		"So sad":                                     "sheet.yaml:23:12: \"sad\" names a feeling of the customer; leave feelings to the reader: say what happened and what comes next",
		"Größe: wellsadness, upset":                  "sheet.yaml:23:29: \"upset\" names a feeling of the customer; leave feelings to the reader: say what happened and what comes next",
		"Don’t miss {{ product }}":                   "sheet.yaml:23:9: \"don’t miss\" presses the customer; say what is so, without hurry",
		"Look!! {{ product }}":                       "sheet.yaml:23:13: more than one exclamation mark; one is enough",
	} {
		problems := Lint("sheet.yaml", sheet(body))
		if len(problems) != 1 || problems[0].String() != want {
			t.Errorf("%q: got %v, want %s", body, problems, want)
		}
	}
}

func TestAFileThatIsWrongIsExplained(t *testing.T) {
	good := "name: hello\npurpose: service\nchannels: [email]\nvariants:\n  en:\n    plain: {subject: Hi, body: Ho}\n"
	if problems := Lint("f", []byte(good)); len(problems) > 0 {
		t.Fatal(problems)
	}
	for change, want := range map[string]string{
		"":                                   "the file is empty",
		"name: [":                            "this is no YAML",
		"purpose: advert":                    "unknown purpose \"advert\"",
		"channels: [emial]":                  "did you mean email?",
		"channel: email":                     "did you mean channels?",
		"name: Hello World":                  "is no template's name",
		"name: hello\nname: hello":           "name is there twice",
		"data: {a: {type: text}}":            "variable a has no example",
		"data: {a: {type: txt, example: b}}": "did you mean text?",
		"data: {a: {type: money, example: \"5\"}}":            "the example of a is no money",
		"data: {a: {type: link, example: \"javascript:x\"}}":  "the example of a is no link",
		"data: {name: {type: text, example: b}}":              "cannot be a variable's name",
		"never: {gloomy: [warm]}":                             "unknown mood \"gloomy\"",
		"never: {any: [plain]}":                               "plain is always allowed",
		"title: &a x\ndescription: *a":                        "anchors and aliases are not read",
		"variants: {en: {warm: {subject: a, body: b}}}":       "the tone plain is missing in en",
		"variants: {en: {plain: {subject: a}}}":               "en/plain has no body",
		"variants: {en: {plain: {subject: a, bodi: b}}}":      "did you mean body?",
		"channels: [sms]":                                     "en/plain has no short",
		"variants: {English: {plain: {subject: a, body: b}}}": "is no language",
		"variants: {}": "there is no variant",
	} {
		document := change
		if key, _, ok := strings.Cut(change, ":"); ok && change != "name: [" {
			document = change + "\n"
			for _, part := range []string{"name: hello\n", "purpose: service\n", "channels: [email]\n", good[strings.Index(good, "variants"):]} {
				if !strings.HasPrefix(part, key+":") {
					document += part
				}
			}
		}
		_, err := Parse("f.yaml", "", []byte(document))
		if !profile.Is(err, profile.Invalid) || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "f.yaml:") {
			t.Errorf("%q: got %v, want %s", change, err, want)
		}
	}
}

func TestEveryMistakeOfAFileIsToldAtOnce(t *testing.T) {
	_, err := Parse("sheet.yaml", "other", sheet("{{ a1 }}\n{{ b2 }}\n{% iff %}"))
	if n := strings.Count(profile.Message(err), "\n") + 1; n != 4 {
		t.Errorf("told %d: %v", n, err)
	}
}

func TestTonesThatSayDifferentThingsAreSeen(t *testing.T) {
	for body, want := range map[string]string{
		"20 per cent off {{ product }}, see [it]({{ url }})": "",
		"30 per cent off {{ product }}, see [it]({{ url }})": "figure",
		"20 per cent off, see [it]({{ url }})":               "variable product",
		"20 per cent off {{ product }}, see {{ url }}":       "link url",
	} {
		document := string(sheet("20 per cent off {{ product }}, see [it]({{ url }})\n")) + "    warm:\n      subject: S\n      body: \"" + body + "\"\n"
		var got []string
		for _, p := range Lint("f", []byte(document)) {
			if !p.Warning {
				t.Fatal(p)
			}
			got = append(got, p.Msg)
		}
		if want == "" && len(got) > 0 || want != "" && !strings.Contains(strings.Join(got, "\n"), want) {
			t.Errorf("%q: %v", body, got)
		}
	}
}

func TestATemplateReadsTheSameFromItsOwnJSON(t *testing.T) {
	for name, tpl := range defaults(t) {
		document, err := json.Marshal(tpl)
		if err != nil {
			t.Fatal(err)
		}
		again, err := Parse(name, name, document)
		if err != nil {
			t.Fatal(err)
		}
		before, err1 := tpl.Preview("de", profile.Sie, "", Input{Shop: "S"})
		after, err2 := again.Preview("de", profile.Sie, "", Input{Shop: "S"})
		if diff := cmp.Diff(before, after); diff != "" || err1 != nil || err2 != nil {
			t.Error(name, diff, err1, err2)
		}
		if diff := cmp.Diff(tpl.Locales, again.Locales); diff != "" {
			t.Error(diff)
		}
	}
}
