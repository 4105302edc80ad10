package notice_test

import (
	"regexp"
	"strings"
	"testing"

	"tonfall/consent/notice"
)

func page(t testing.TB, doc notice.Document) string {
	t.Helper()
	var b strings.Builder
	if err := doc.HTML(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestHostileNamesStayWords(t *testing.T) {
	d := tea(t)
	d.Shop.Name = "<script>alert(1)</script>\n# Heading | cell [x](javascript:alert(2)) `code` \uE000gap\uE001 **loud**"
	d.Shop.Home = "javascript:alert(3)"
	d.Shop.Privacy = `https://tea.example/"onmouseover="alert(4)`
	d.Sources[0].Title = `<img src=x onerror=alert(5)>`
	d.Sources[1].Rules[0].Text = "</table><iframe src=//x>"
	for _, lang := range notice.Languages() {
		doc := write(t, d, lang)
		html := page(t, doc)
		for _, bad := range []string{"<script", "<img", "<iframe", `href="javascript:`, `" onmouseover`, `"onmouseover=`, "<mark>gap"} {
			if strings.Contains(html, bad) {
				t.Errorf("%s: the page holds %q", lang, bad)
			}
		}
		for line := range strings.Lines(doc.Markdown()) {
			for _, bad := range []string{"<script", "<img", "<iframe", "](", "<javascript:"} {
				if regexp.MustCompile(`(^|[^\\])` + regexp.QuoteMeta(bad)).MatchString(line) {
					t.Errorf("%s: the Markdown holds %q: %s", lang, bad, line)
				}
			}
			if strings.HasPrefix(line, "# Heading") {
				t.Errorf("%s: a name begins a heading", lang)
			}
		}
	}
}

func TestThePageNeedsNothingElse(t *testing.T) {
	html := page(t, write(t, tea(t), "de"))
	for _, bad := range []string{"<script", "<link", "<img", "@import", "url(", "src=", " on", "\uE000", "\uE002", "\uE004", "{{"} {
		if bad == " on" {
			if m := regexp.MustCompile(`<[^>]* on[a-z]+=`).FindString(html); m != "" {
				t.Errorf("the page holds a handler: %s", m)
			}
			continue
		}
		if strings.Contains(html, bad) {
			t.Errorf("the page holds %q", bad)
		}
	}
	if !strings.Contains(html, `<html lang="de">`) || !strings.Contains(html, "@media print") {
		t.Error("the page lacks its language or its print style")
	}
}
