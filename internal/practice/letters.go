package practice

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"strings"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

// letter is one that was written, or why not.
type letter struct {
	Template               string
	Subject, Variant, Tone string
	Locale                 string // that it is written in
	Lines                  []line
	Reasons                []reason
	Suppressed             string // "quiet", "permission", "objection", or empty
	Problem                string // a sentence where Tonfall could not; else empty
}

// line is one line of a letter; where it leads somewhere, Text is the label.
type line struct{ Text, Link string }

// reason is why a wording was chosen, in two languages.
type reason struct {
	Text   string `json:"text"`
	German string `json:"text_de"`
}

// desk is the shop's back end: it asks Tonfall for messages in its own name.
type desk struct {
	shop   *Shop
	tokens oauth2.TokenSource // guarded by shop.mu
}

// answerMost is how many bytes of an answer are read.
const answerMost = 256 << 10

// write has a message written to a customer. What goes wrong stands in the
// letter: a shop whose letters fail still sells tea.
func (d *desk) write(ctx context.Context, g guest, lang string, o occasion) letter {
	locale := cmp.Or(g.Locale, lang)
	out := letter{Template: o.template}
	token, err := d.token(ctx)
	if err != nil {
		out.Problem = "The shop's own client got no access token."
		return out
	}
	order := map[string]any{
		"customer": g.ID, "template": o.template, "channel": o.channel,
		"locale": locale, "data": o.data(d.shop.house(locale)),
	}
	if g.Newsletter {
		order["permission"] = "ticked by the customer on the shop's own page"
	}
	body, err := json.Marshal(order)
	if err != nil {
		out.Problem = "The order for this letter cannot be written as JSON."
		return out
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, d.shop.opts.APIBase+"/v1/messages/render", bytes.NewReader(body))
	if err != nil {
		out.Problem = "The address of the API is no URL."
		return out
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Idempotency-Key", rand.Text())
	token.SetAuthHeader(req)
	res, err := d.shop.opts.HTTP.Do(req)
	if err != nil {
		out.Problem = "Tonfall did not answer."
		return out
	}
	defer res.Body.Close()
	out.read(res)
	return out
}

// read takes the answer in.
func (l *letter) read(res *http.Response) {
	var got struct {
		Subject, Body, Variant, Tone, Locale string
		Reasons                              []reason
		Suppressed                           *string
		Title, Detail                        string // of problem+json (RFC 9457)
	}
	err := json.NewDecoder(io.LimitReader(res.Body, answerMost)).Decode(&got)
	switch {
	case res.StatusCode >= 400:
		l.Problem = res.Status
		if text := cmp.Or(got.Detail, got.Title); text != "" {
			l.Problem += ": " + text
		}
		return
	case err != nil:
		l.Problem = "Tonfall's answer cannot be read."
		return
	}
	l.Subject, l.Variant, l.Tone, l.Locale = got.Subject, got.Variant, got.Tone, got.Locale
	l.Reasons, l.Lines = got.Reasons, lines(got.Body)
	if got.Suppressed != nil {
		l.Suppressed = *got.Suppressed
	}
}

// token is the back end's own, kept until it expires.
func (d *desk) token(ctx context.Context) (*oauth2.Token, error) {
	p, err := d.shop.discover(ctx)
	if err != nil {
		return nil, err
	}
	d.shop.mu.Lock()
	if d.tokens == nil {
		o := d.shop.opts
		c := clientcredentials.Config{
			ClientID: o.BackendID, ClientSecret: o.BackendSecret, TokenURL: p.Endpoint().TokenURL,
			Scopes: []string{"customers:read", "messages:render"}, AuthStyle: oauth2.AuthStyleInHeader,
		}
		// The source outlives the visit that made it, so it gets no request's context.
		d.tokens = c.TokenSource(context.WithValue(context.Background(), oauth2.HTTPClient, o.HTTP))
	}
	source := d.tokens
	d.shop.mu.Unlock()
	return source.Token()
}

// linked is a line that ends with an address, as Tonfall writes links in plain text.
var linked = regexp.MustCompile(`^(.{1,200}): (https?://\S+)$`)

// lines takes a plain text apart.
func lines(body string) []line {
	var list []line
	for text := range strings.SplitSeq(strings.TrimSpace(body), "\n") {
		if m := linked.FindStringSubmatch(text); m != nil {
			list = append(list, line{m[1], m[2]})
		} else {
			list = append(list, line{Text: text})
		}
	}
	return list
}
