package messages

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tonfall/profile"
)

// sheet is a template document with one body.
func sheet(body string) []byte {
	var b strings.Builder
	b.WriteString(`name: sheet
purpose: service
channels: [email]
data:
  product: {type: text, example: Teeglas}
  count: {type: number, example: 2}
  gift: {type: flag, example: true, optional: true}
  note: {type: text, example: Danke, optional: true}
  until: {type: date, example: "2026-12-03"}
  url: {type: link, example: https://shop.example/}
  tags: {type: list, example: [rot, blau]}
  items:
    type: list
    of:
      title: {type: text}
      url: {type: link}
    example: [{title: Glas, url: https://shop.example/glas}]
variants:
  en:
    plain:
      subject: Subject
      body: |
`)
	for line := range strings.Lines(body) {
		b.WriteString("        " + line)
	}
	return []byte(b.String())
}

func TestACustomersNameStaysText(t *testing.T) {
	tpl, err := Parse("sheet.yaml", "", sheet("Hello{% if name %} {{ name }}{% endif %}, [{{ product }}]({{ url }})"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{
		"{{ shop.secret }}", "{% for i in (1..999999999) %}{% endfor %}", "{{ shop }}", "<script>alert(1)</script>",
		`"><img src=x onerror=alert(1)>`, "[click](javascript:alert(1))", "]({{ url }})", "Anna\r\nBcc: all@example.org", "An\u202ena",
	} {
		m, err := tpl.Render(Choice{Tone: Plain, Locale: "en"}, Input{Name: name, Shop: "SECRET-SHOP", Data: tpl.Example("en")})
		if err != nil {
			t.Fatal(name, err)
		}
		if want := "Hello " + clean(name) + ", Teeglas: https://shop.example/"; m.Body != want {
			t.Errorf("got %q, want %q", m.Body, want)
		}
		if strings.Contains(m.Body+m.HTML, "SECRET-SHOP") {
			t.Errorf("%q was run as a template: %s", name, m.Body)
		}
		if strings.Count(m.HTML, "<") != 4 || strings.Count(m.HTML, "<a ") != 1 { // <p> <a> </a> </p>
			t.Errorf("%q became markup: %s", name, m.HTML)
		}
		if strings.ContainsAny(m.Body, "\r\n\u202e") {
			t.Errorf("%q kept control characters", name)
		}
	}
}

func TestALinkLeadsOnlyToTheWeb(t *testing.T) {
	tpl, err := Parse("sheet.yaml", "", sheet("[go]({{ url }})"))
	if err != nil {
		t.Fatal(err)
	}
	for _, url := range []string{"javascript:alert(1)", "data:text/html,x", "//evil.example", "/path", "shop.example", "https://", "ftp://shop.example/"} {
		data := tpl.Example("en")
		data["url"] = url
		if _, err := tpl.Render(Choice{Tone: Plain, Locale: "en"}, Input{Data: data}); !profile.Is(err, profile.Invalid) {
			t.Errorf("%s was taken: %v", url, err)
		}
	}
}

func TestBombsAreRefusedBeforeTheyRun(t *testing.T) {
	for name, body := range map[string]string{
		"endless range":       "{% for i in (1..999999999) %}{% endfor %}",
		"empty loop":          "{% for i in tags %}{% for j in tags %}{% for k in tags %}{% endfor %}{% endfor %}{% endfor %}",
		"capture bomb":        strings.Repeat("{% capture a %}{{ a }}{{ a }}{% endcapture %}", 40),
		"doubling":            `{% assign a = "x" %}` + strings.Repeat("{% assign a = a | append: a %}", 40),
		"doubling under name": `{% assign a = product | append: product %}`,
		"replace bomb":        `{{ product | replace: "a", product }}`,
		"deep nesting":        strings.Repeat("{% if gift %}", 20_000) + strings.Repeat("{% endif %}", 20_000),
		"nesting in size":     strings.Repeat("{% if gift %}", 500) + strings.Repeat("{% endif %}", 500),
		"deep expression":     "{{ " + strings.Repeat("(", 2_000) + "product" + strings.Repeat(")", 2_000) + " }}",
		"long loop":           "{% for i in tags %}" + strings.Repeat("{{ i }}.", 200) + "{% endfor %}",
		"loop in a loop":      "{% for i in tags %}{% for j in tags %}{% endfor %}{% endfor %}",
		"hidden by warnings":  strings.Repeat("{{ note }}", 3*maxFaults) + "{% for i in (1..999999999) %}{% endfor %}",
		"hidden by mistakes":  strings.Repeat("{{ nobody }}", 3*maxFaults) + "{% for i in (1..999999999) %}{% endfor %}",
		"hidden by a link":    `{[% for i in (1..999999999) cols: "](https://x.example) {% comment " %}{% endfor %}{% comment %}{% endcomment %}`,
		"hidden in a comment": `{[% for i in (1..999999999) cols: "](https://x.example) {% comment %}" %}{% endfor %}{% comment %}{% endcomment %}`,
		"file":                `{% include "/etc/passwd" %}`,
		"partial":             `{% render "x" %}`,
		"raw":                 "{% raw %}{{ product }}{% endraw %}",
		"table":               "{% tablerow i in tags cols:2 %}{% endtablerow %}",
		"unsafe":              `{{ product | safe }}`,
		"endless cycle":       `{% cycle "a" %}`,
		"huge":                strings.Repeat("a", MaxSource+1),
	} {
		if _, err := Parse("sheet.yaml", "", sheet(body)); !profile.Is(err, profile.Invalid) {
			t.Errorf("%s was taken: %v", name, err)
		} else if n := strings.Count(err.Error(), "\n"); n > 3*maxFaults || len(err.Error()) > 20_000 {
			t.Errorf("%s fills the screen: %d lines", name, n)
		}
	}
}

func TestWhatPassesTheCheckIsBounded(t *testing.T) {
	data := map[string]Datum{"tags": {Type: List}}
	for text, steps := range map[string]int{
		"plain text":                                         1,
		"{% for i in tags %}{{ i }}{% endfor %}":             1 + MaxItems*2,
		"{% for i in tags %}{% endfor %}":                    1 + MaxItems,
		"a{% for i in tags %}{{ i }},{% endfor %}{{ shop }}": 2 + MaxItems*3 + 1,
	} {
		c := check(text, data)
		if len(c.faults) > 0 || c.steps != steps {
			t.Errorf("%q takes %d steps, want %d; %v", text, c.steps, steps, c.faults)
		}
	}
}

func TestALongOutputIsStopped(t *testing.T) {
	tpl, err := Parse("sheet.yaml", "", sheet(strings.Repeat("{% for i in tags %}{{ i }}{% endfor %}\n", 10)))
	if err != nil {
		t.Fatal(err)
	}
	long := make([]any, MaxItems)
	for i := range long {
		long[i] = strings.Repeat("x", MaxText)
	}
	data := tpl.Example("en")
	data["tags"] = long
	_, err = tpl.Render(Choice{Tone: Plain, Locale: "en"}, Input{Data: data})
	if !profile.Is(err, profile.Invalid) || !strings.Contains(profile.Message(err), "grows beyond") {
		t.Errorf("got %v", err)
	}
}

// Whatever text passes the check compiles, renders without an error from the
// engine and stays within the bounds: the check never reads a text differently
// from the engine.
func TestTheEngineNeverSurprisesTheCheck(t *testing.T) {
	data := map[string]Datum{
		"product": {Type: Text}, "count": {Type: Number}, "gift": {Type: Flag}, "url": {Type: Link},
		"tags": {Type: List}, "items": {Type: List, Of: map[string]Datum{"title": {Type: Text}, "url": {Type: Link}}},
	}
	vars := map[string]any{
		"name": "{{ product }}", "shop": "S", "locale": "en", "sie": true, "product": "P", "count": 2.0, "gift": false,
		"url": "https://shop.example/", "tags": []any{"a", "b"}, "items": []any{map[string]any{"title": "T", "url": "https://x.example/"}},
	}
	leaves := []string{
		"text ", "\n", "\n\n", "{{ count }}", "{{- shop -}}", " - ", "%", "}", "{", "\"", "'", "|", "é😀", "\x00", "[", "]", "(", ")", "{[", "[% for i in tags", "](https://x.example/)", "{% comment \" %}",
		"{{ tags | join: \", \" }}", "{{ tags | size }}", "{{ product | truncate: 2 | upcase }}", "{{ count | pluralize: \"a\", 'b' }}", "{{ name | default: 3 }}",
		"[a]({{ url }})", "[{{ product }}](https://x.example/?a=1&b=2)", "{{ true }}", "{{ -3.5 }}", "{{ tags.size }}", "{{ name }}", "{% comment %}{{ product }}{% endcomment %}",
		"{{ i }}", "{{ i.title }}", "{{ forloop.index }}", "{% else %}", "{% elsif name %}", "{% when 1, 2 %}", "{% when 'a' or nil %}", "{% endif %}",
		"{% raw %}", "{{ nil }}", "{{ in }}", "{{ and }}", "{{ product.size }}", "{{ product contains 1 }}", "{{ x }}", "{% assign x = count %}", "{{", "}}", "{%", "%}", "-%}", "{{ count\n}}", "{% if gift\n%}x{% endif %}", "{{ a }", "{{ 'a}}' }}",
	}
	blocks := [][2]string{
		{"{% if gift %}", "{% endif %}"}, {"{%- if count > 1 and gift -%}", "{%- endif -%}"}, {"{% if 3 < product or tags == count %}", "{% endif %}"},
		{"{% if product contains \"a\" %}", "{% endif %}"}, {"{% unless gift %}", "{% endunless %}"}, {"{% for i in tags %}", "{% endfor %}"},
		{"{% for i in items limit: 2 %}", "{% endfor %}"}, {"{% case count %}{% when 2 %}", "{% endcase %}"}, {"{% case product %}", "{% endcase %}"}, {"{% if name %}", "{% else %}-{% endif %}"},
	}
	var part func(t *rapid.T, deep int) string
	part = func(t *rapid.T, deep int) string {
		if deep == 0 || rapid.Bool().Draw(t, "leaf") {
			return rapid.SampledFrom(leaves).Draw(t, "text")
		}
		var b strings.Builder
		block := rapid.SampledFrom(blocks).Draw(t, "block")
		b.WriteString(block[0])
		for range rapid.IntRange(0, 2).Draw(t, "inside") {
			b.WriteString(part(t, deep-1))
		}
		return b.String() + block[1]
	}
	ran := 0
	rapid.Check(t, func(t *rapid.T) {
		text := part(t, 3) + part(t, 3)
		c := check(text, data)
		if broken(c.faults) {
			return
		}
		ran++
		for _, escape := range []bool{false, true} {
			p, err := compile(c.segs, escape)
			if errors.Is(err, errHidden) {
				return
			}
			if err != nil {
				t.Fatalf("%q passed and does not compile: %v", text, err)
			}
			out, err := p.run(vars)
			if err != nil {
				t.Fatalf("%q passed and does not render: %v", text, err)
			}
			if strings.Contains(strings.ReplaceAll(out, fmt.Sprint(vars["name"]), ""), "{{") {
				t.Fatalf("%q printed its own marks: %q", text, out)
			}
		}
	})
	if ran < 20 {
		t.Errorf("only %d texts passed the check: the test has lost its force", ran)
	}
}

func TestALinksBracketsHideNoMark(t *testing.T) {
	for _, text := range []string{"{[{{ shop }}](https://x.example/)", "[a](https://x.example/%)} {{ shop }}"} {
		c := check(text, nil)
		if _, err := compile(c.segs, false); !errors.Is(err, errHidden) {
			t.Errorf("%q compiles: %v", text, err)
		}
	}
}
