package signin_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// browser is a small one: cookies, links, forms, meta refresh; no scripts. It
// stops where it would leave for the shop.
type browser struct {
	t       *testing.T
	client  *http.Client
	headers map[string]string
}

// page is what the browser shows: a document, or the way out to the shop.
type page struct {
	b      *browser
	url    *url.URL
	status int
	header http.Header
	body   string
	doc    *html.Node
	out    *url.URL // to the shop; nil while here
}

var errLeaving = errors.New("leaving for the shop")

func newBrowser(t *testing.T) *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	b := &browser{t: t, headers: map[string]string{"Accept": "text/html", "Accept-Language": "en"}}
	b.client = &http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if strings.HasSuffix(r.URL.Hostname(), ".example") {
			return errLeaving
		}
		for name, value := range b.headers {
			r.Header.Set(name, value)
		}
		return nil
	}}
	return b
}

func (b *browser) get(to string) *page {
	b.t.Helper()
	r, err := http.NewRequest(http.MethodGet, to, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	return b.send(r)
}

func (b *browser) post(to string, form url.Values) *page {
	b.t.Helper()
	r, err := http.NewRequest(http.MethodPost, to, strings.NewReader(form.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.send(r)
}

func (b *browser) send(r *http.Request) *page {
	b.t.Helper()
	for name, value := range b.headers {
		r.Header.Set(name, value)
	}
	resp, err := b.client.Do(r)
	if errors.Is(err, errLeaving) {
		to, err := resp.Location()
		if err != nil {
			b.t.Fatal(err)
		}
		return &page{b: b, url: resp.Request.URL, status: resp.StatusCode, header: resp.Header, out: to}
	}
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	p := &page{b: b, url: resp.Request.URL, status: resp.StatusCode, header: resp.Header, body: string(body)}
	if p.doc, err = html.Parse(strings.NewReader(p.body)); err != nil {
		b.t.Fatal(err)
	}
	return p
}

func attr(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

// all finds the elements of a tag below n.
func all(n *html.Node, tag string) []*html.Node {
	var found []*html.Node
	for d := range n.Descendants() {
		if d.Type == html.ElementNode && d.Data == tag {
			found = append(found, d)
		}
	}
	return found
}

func text(n *html.Node) string {
	var s strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			s.WriteString(d.Data)
		}
	}
	return strings.Join(strings.Fields(s.String()), " ")
}

func (p *page) to(ref string) string {
	u, err := p.url.Parse(ref)
	if err != nil {
		p.b.t.Fatal(err)
	}
	return u.String()
}

// click follows the link whose text contains what is given.
func (p *page) click(words string) *page {
	p.b.t.Helper()
	for _, a := range all(p.doc, "a") {
		if href, ok := attr(a, "href"); ok && strings.Contains(text(a), words) {
			return p.b.get(p.to(href))
		}
	}
	p.b.t.Fatalf("%s has no link %q:\n%s", p.url.Path, words, text(p.doc))
	return nil
}

// submit presses the button of a form whose text contains what is given, the
// form being filled as a person would: values for fields, ticks for boxes.
func (p *page) submit(button string, fill map[string]string, ticks ...string) *page {
	p.b.t.Helper()
	for _, f := range all(p.doc, "form") {
		for _, press := range all(f, "button") {
			if strings.Contains(text(press), button) {
				return p.b.post(p.to(value(attr(f, "action"))), filled(f, press, fill, ticks))
			}
		}
	}
	p.b.t.Fatalf("%s has no button %q:\n%s", p.url.Path, button, text(p.doc))
	return nil
}

// value is an attribute, empty where there is none.
func value(v string, _ bool) string { return v }

func filled(f, press *html.Node, fill map[string]string, ticks []string) url.Values {
	form := url.Values{}
	for _, in := range all(f, "input") {
		name, typed := value(attr(in, "name")), value(attr(in, "value"))
		if kind, _ := attr(in, "type"); kind == "checkbox" && !slices.Contains(ticks, typed) {
			continue
		}
		if v, ok := fill[name]; ok {
			typed = v
		}
		form.Add(name, typed)
	}
	if name, ok := attr(press, "name"); ok {
		form.Set(name, value(attr(press, "value")))
	}
	return form
}

// refresh follows the page's meta refresh, as browsers do.
func (p *page) refresh() *page {
	p.b.t.Helper()
	for _, m := range all(p.doc, "meta") {
		if content, ok := attr(m, "content"); ok && value(attr(m, "http-equiv")) == "refresh" {
			_, to, _ := strings.Cut(content, "url=")
			u, err := p.url.Parse(to)
			if err != nil {
				p.b.t.Fatal(err)
			}
			if strings.HasSuffix(u.Hostname(), ".example") {
				return &page{b: p.b, url: p.url, status: p.status, out: u}
			}
			return p.b.get(u.String())
		}
	}
	p.b.t.Fatalf("%s does not go on:\n%s", p.url.Path, text(p.doc))
	return nil
}

// is fails unless the page has the status and contains the words.
func (p *page) is(status int, words ...string) *page {
	p.b.t.Helper()
	if p.out != nil {
		p.b.t.Fatalf("left for %s instead of showing a page", p.out)
	}
	if p.status != status {
		p.b.t.Fatalf("%s answered %d, want %d:\n%s", p.url.Path, p.status, status, text(p.doc))
	}
	for _, w := range words {
		if !strings.Contains(text(p.doc), w) {
			p.b.t.Fatalf("%s lacks %q:\n%s", p.url.Path, w, text(p.doc))
		}
	}
	return p
}

// left fails unless the browser has left for the shop, and answers with what.
func (p *page) left() url.Values {
	p.b.t.Helper()
	if p.out == nil {
		p.b.t.Fatalf("still here, at %s (%d):\n%s", p.url, p.status, text(p.doc))
	}
	return p.out.Query()
}
