package connectors_test

import (
	"crypto/elliptic"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"tonfall/connectors"
	"tonfall/profile"
)

func TestAnUnknownKindNamesThoseThereAre(t *testing.T) {
	_, err := connectors.New("myspace", connectors.Options{})
	if !profile.Is(err, profile.Invalid) {
		t.Fatalf("got %v", err)
	}
	for _, kind := range connectors.Kinds() {
		if !strings.Contains(err.Error(), kind) {
			t.Errorf("%q does not name %s", err, kind)
		}
	}
}

func TestAConnectorHasItsConfiguredNameAndTitle(t *testing.T) {
	for _, kind := range connectors.Kinds() {
		o := connectors.Options{Name: "mine", Title: "My own", BaseURL: "https://accounts.example.org", ClientID: "x", ClientMetadataURL: "https://tonfall.example/demo/client.json"}
		if kind == "apple" {
			_, o.ClientSecret = p8(t, elliptic.P256())
			o.Team, o.KeyID = "team", "key"
		}
		c, err := connectors.New(kind, o)
		if err != nil {
			t.Errorf("%s: %v", kind, err)
			continue
		}
		info := c.Info()
		if info.Name != "mine" || info.Title != "My own" || !slices.Equal(info.Powers, connectors.Powers(c)) {
			t.Errorf("%s: %+v", kind, info)
		}
	}
}

func TestOnlyTheConfiguredAddressMayBePrivate(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		answer(w, 200, map[string]any{"id": "p_1", "handle": "mila"})
	}))
	defer server.Close()
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("another private server was called") }))
	defer other.Close()
	c := must(connectors.New("practice", connectors.Options{BaseURL: server.URL + "/practice"}))
	client := c.Client(connectors.Grant{Access: "token"}, nil)
	if r, err := client.Get(server.URL); err != nil {
		t.Errorf("the configured address: %v", err)
	} else {
		r.Body.Close()
	}
	if r, err := client.Get(other.URL); err == nil {
		r.Body.Close()
	}
}
