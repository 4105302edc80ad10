package connectortest

import (
	"net/http"
	"net/url"
	"testing"

	"golang.org/x/net/html"
)

// Returned is where the provider's page sends the browser, and with which
// parameters: by a redirect, or by a form that posts itself
// (https://openid.net/specs/oauth-v2-form-post-response-mode-1_0.html).
func Returned(t *testing.T, page *http.Response) (string, url.Values) {
	t.Helper()
	if page.Header.Get("Location") != "" {
		to, err := url.Parse(page.Header.Get("Location"))
		if err != nil {
			t.Fatalf("the provider sent the browser nowhere: %v", err)
		}
		return to.String(), to.Query()
	}
	to, params := "", url.Values{}
	for z := html.NewTokenizer(page.Body); z.Next() != html.ErrorToken; {
		token := z.Token()
		of := map[string]string{}
		for _, a := range token.Attr {
			of[a.Key] = a.Val
		}
		switch {
		case token.Data == "form" && of["method"] == "post":
			to = of["action"]
		case token.Data == "input" && of["name"] != "":
			params.Set(of["name"], of["value"])
		}
	}
	return to, params
}
