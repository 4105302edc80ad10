package connectors

import (
	"strings"
	"testing"
)

func TestPlainTextIsWhatTheAuthorWrote(t *testing.T) {
	for source, want := range map[string]string{
		"":          "",
		"no markup": "no markup",
		"<p>one</p><p>two<br>three<br />four</p>":                   "one\n\ntwo\nthree\nfour",
		"<p>5 &lt; 6 &amp;&amp; 7 &gt; 6</p>":                       "5 < 6 && 7 > 6",
		"<p>a\nb</p>":                                               "a b",
		"<blockquote>theirs</blockquote>mine":                       "mine",
		"<blockquote>a<blockquote>b</blockquote>c</blockquote>mine": "mine",
		"mine<blockquote>never closed <p>theirs</p>":                "mine",
		"</blockquote>mine":                                         "mine",
		`<p class="a quote-inline b">RE: x</p>mine`:                 "mine",
		"<style>p{}</style><script>x<y</script>mine":                "mine",
		"<p>torn <b":                        "torn",
		"<!-- theirs -->mine &nosuch; &#0;": "mine &nosuch; \uFFFD",
	} {
		if got := plainText(source); got != want {
			t.Errorf("%q\n got %q\nwant %q", source, got, want)
		}
	}
	for _, piece := range []string{"<p>", "<blockquote>", "<", "&", "<a b=c ", "</p>", "<!--"} {
		plainText(strings.Repeat(piece, 20_000)) // neither panics nor hangs
	}
}
