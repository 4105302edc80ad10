package connectors

import (
	"strings"

	"golang.org/x/net/html"
)

// plainText is the text of a post that comes as HTML, without other people's:
// quotations (blockquote, and the link line that Mastodon puts before a quoted
// post, class quote-inline) are left out. Paragraphs become blank lines, br and
// list items become lines. It reads token by token, so that deep nesting costs
// nothing.
func plainText(source string) string {
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(source))
	left, depth := "", 0 // the element being left out, and how often it is open
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			return strings.TrimSpace(b.String())
		}
		token := z.Token()
		switch {
		case left != "" && token.Data == left && kind == html.StartTagToken:
			depth++
		case left != "" && token.Data == left && kind == html.EndTagToken:
			if depth--; depth == 0 {
				left = ""
			}
		case left != "":
		case kind == html.StartTagToken && leftOut(token):
			left, depth = token.Data, 1
		case kind == html.TextToken:
			b.WriteString(strings.ReplaceAll(token.Data, "\n", " "))
		case token.Data == "br" && kind != html.EndTagToken, token.Data == "li" && kind == html.StartTagToken:
			b.WriteByte('\n')
		case token.Data == "p" && kind == html.EndTagToken:
			b.WriteString("\n\n")
		}
	}
}

// leftOut reports whether an element holds no words of the author.
func leftOut(t html.Token) bool {
	switch t.Data {
	case "blockquote", "script", "style", "template":
		return true
	}
	for _, a := range t.Attr {
		if a.Key == "class" && strings.Contains(" "+a.Val+" ", " quote-inline ") {
			return true
		}
	}
	return false
}
