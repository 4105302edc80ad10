package api

import (
	"bytes"
	"cmp"
	"embed"
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"tonfall/profile"
	"tonfall/web/ui"
)

//go:embed templates words
var files embed.FS

// docsPage shows the OpenAPI document to people, without a line of script.
type docsPage struct {
	ui.Page
	About  string
	Groups []docsGroup
	Scopes []string
	Kinds  []docsKind
}

type docsGroup struct {
	Name  string
	Calls []docsCall
}

type docsCall struct {
	ID, Method, Path, About string
	Scopes                  string
	Params                  []docsParam
	Request, Answer         string // examples; empty where there is none
}

type docsParam struct{ Name, In, About string }

type docsKind struct {
	Kind   profile.Kind
	Status int
}

// newDocs renders the page once: it is the same for everybody.
func newDocs(doc *huma.OpenAPI, assets *ui.Assets) (http.Handler, error) {
	words, err := ui.LoadWords(files, "words")
	if err != nil {
		return nil, err
	}
	pages, err := ui.LoadPages(assets, words, files, "templates/*.html")
	if err != nil {
		return nil, err
	}
	page := docsPage{Page: pages.Page("en", "docs.title"), About: doc.Info.Description, Groups: groups(doc), Scopes: Scopes()}
	page.Wide = true
	page.Nav = []ui.Link{{Text: "openapi.json", URL: "/openapi.json"}}
	for _, kind := range []profile.Kind{profile.Invalid, profile.Unauthorized, profile.Forbidden, profile.NoConsent, profile.NotFound,
		profile.Conflict, profile.Gone, profile.TooMany, profile.Upstream, profile.Unavailable, profile.Internal} {
		page.Kinds = append(page.Kinds, docsKind{Kind: kind, Status: ui.Status(kind)})
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := pages.Render(w, http.StatusOK, "docs", page); err != nil {
			ui.WriteProblem(w, r, err)
		}
	}), nil
}

// groups puts the calls into the order of their operation ids' first words.
func groups(doc *huma.OpenAPI) []docsGroup {
	order := []string{"customers", "consents", "mood", "templates", "messages"}
	out := make([]docsGroup, len(order))
	for i, name := range order {
		out[i].Name = name
	}
	for path, item := range doc.Paths {
		for _, op := range []*huma.Operation{item.Get, item.Put, item.Post, item.Delete} {
			if op == nil {
				continue
			}
			if i := slices.Index(order, op.Tags[0]); i >= 0 {
				out[i].Calls = append(out[i].Calls, call(doc.Components.Schemas, path, op))
			}
		}
	}
	rank := []string{http.MethodGet, http.MethodPut, http.MethodPost, http.MethodDelete}
	for _, g := range out {
		slices.SortFunc(g.Calls, func(a, b docsCall) int {
			return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(slices.Index(rank, a.Method), slices.Index(rank, b.Method)))
		})
	}
	return out
}

func call(types huma.Registry, path string, op *huma.Operation) docsCall {
	c := docsCall{
		ID: op.OperationID, Method: op.Method, Path: path, About: op.Description,
		Scopes: strings.Join(routeOf(op).scopes, " or "),
	}
	for _, p := range op.Parameters {
		c.Params = append(c.Params, docsParam{Name: p.Name, In: p.In, About: cmp.Or(p.Description, p.Schema.Description)})
	}
	if op.RequestBody != nil {
		c.Request = example(types, op.RequestBody.Content["application/json"])
	}
	for _, status := range []string{"200", "202"} {
		if answer := op.Responses[status]; answer != nil {
			c.Answer = example(types, answer.Content["application/json"])
		}
	}
	return c
}

func example(types huma.Registry, media *huma.MediaType) string {
	if media == nil || media.Schema == nil {
		return ""
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if enc.Encode(sampleOf(types, media.Schema, 0)) != nil {
		return ""
	}
	return strings.TrimSpace(out.String())
}
