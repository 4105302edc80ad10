package api

import (
	"encoding/json"
	"net/http"
	"reflect"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
)

// describe begins the OpenAPI document.
func describe(version string, types huma.Registry) *huma.OpenAPI {
	scopes := map[string]string{
		CustomersRead:  "read customers, their accounts and consents",
		CustomersWrite: "set numbers and consents, hand in texts, export, erase",
		MoodRead:       "read mood and readings",
		MessagesRender: "read templates, choose and render messages",
		MessagesWrite:  "change templates",
		Score:          "read texts without keeping anything",
	}
	return &huma.OpenAPI{
		OpenAPI: "3.1.0",
		Info: &huma.Info{
			Title: "Tonfall", Version: version,
			Description: "For a shop's back end: who its customers are, which tone fits them now and why, and messages in that tone. " +
				"Get a token with client_credentials at {issuer}/token. Errors are application/problem+json (RFC 9457). " +
				"An Idempotency-Key makes any POST safe to repeat for 24 hours.",
		},
		Components: &huma.Components{
			Schemas: types,
			SecuritySchemes: map[string]*huma.SecurityScheme{"backend": {
				Type: "oauth2", Description: "The shop's own client at its issuer, {base}/{shop}.",
				Flows: &huma.OAuthFlows{ClientCredentials: &huma.OAuthFlow{TokenURL: "/{shop}/token", Scopes: scopes}}, //nolint:gosec // an address, no secret
			}},
		},
	}
}

// document serves the OpenAPI document, encoded once.
func document(api *huma.OpenAPI) http.Handler {
	encoded := sync.OnceValues(func() ([]byte, error) { return json.MarshalIndent(api, "", " ") })
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		body, err := encoded()
		if err != nil {
			http.Error(w, "the OpenAPI document cannot be encoded", http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(body) // the reader is gone: nobody to tell
	})
}

// schemaName names a type in the document: page[CustomerView] becomes CustomerPage.
func schemaName(t reflect.Type, hint string) string {
	name := huma.DefaultSchemaNamer(t, hint)
	name = strings.TrimSuffix(name, "Struct")
	if t.Kind() == reflect.Struct && t.PkgPath() == "tonfall/messages" {
		return "Message" + name
	}
	return name
}
