package signin

import (
	"maps"
	"net/http"
	"net/url"
	"slices"

	"tonfall/web/ui"
)

// answer is what goes back to where the sign-in came from: to the shop's
// redirect URI with parameters, or to a page of ours without.
type answer struct {
	Redirect string            `json:"redirect"`
	Posts    bool              `json:"posts,omitempty"` // as a form that posts itself
	Params   map[string]string `json:"params,omitempty"`
	Browser  string            `json:"browser,omitempty"`
	Lang     string            `json:"lang,omitempty"`
}

// refuse is the answer to a request that fails.
func refuse(f flow, code, text string) answer {
	return answer{Redirect: f.Redirect, Posts: f.Posts, Lang: f.Lang, Params: map[string]string{
		"error": code, "error_description": text, "state": f.State,
	}}
}

// url is the answer as a redirect.
func (a answer) url() string {
	if len(a.Params) == 0 {
		return a.Redirect
	}
	to, err := url.Parse(a.Redirect)
	if err != nil { // registered redirects were parsed when they were registered
		return a.Redirect
	}
	query := to.Query()
	for name, value := range a.Params {
		if value != "" {
			query.Set(name, value)
		}
	}
	to.RawQuery = query.Encode()
	return to.String()
}

// asLink asks for the same again as a link: a form that comes from the shop's
// site carries none of our cookies, a link does.
func asLink(w http.ResponseWriter, r *http.Request) error {
	http.Redirect(w, r, r.URL.Path+"?"+r.Form.Encode(), http.StatusSeeOther)
	return nil
}

// FormPost is the page that posts the answer to the shop.
type FormPost struct {
	ui.Page
	Action string
	Fields []Field
}

// Field is a hidden field.
type Field struct{ Name, Value string }

// answer sends the browser back, with the issuer in every answer (RFC 9207).
func (s *Site) answer(w http.ResponseWriter, r *http.Request, a answer) error {
	if len(a.Params) > 0 {
		a.Params["iss"] = s.issuer(shopOf(r.Context()).Slug)
	}
	w.Header().Set("Cache-Control", "no-store")
	if !a.Posts {
		http.Redirect(w, r, a.url(), http.StatusSeeOther)
		return nil
	}
	lang := a.Lang
	if lang == "" {
		lang = s.lang(r)
	}
	page := FormPost{Page: s.page(r, lang, "formpost.title"), Action: a.Redirect}
	for _, name := range slices.Sorted(maps.Keys(a.Params)) {
		if a.Params[name] != "" {
			page.Fields = append(page.Fields, Field{name, a.Params[name]})
		}
	}
	ui.FormsTo(w, a.Redirect)
	return s.pages.Render(w, http.StatusOK, "formpost", page)
}
