package signin_test

import (
	"net/http"
	"net/url"
	"slices"
	"testing"

	"tonfall/profile"
)

func TestABackEndGetsATokenThatTheAPIBelieves(t *testing.T) {
	w := newWorld(t)
	form := url.Values{"grant_type": {"client_credentials"}, "scope": {"customers:read"}}
	status, body := w.call("/demo/token", "backend", backendSecret, form)
	if status != http.StatusOK || body["refresh_token"] != nil || body["id_token"] != nil {
		t.Fatalf("answered %d %v", status, body)
	}
	r, _ := http.NewRequest(http.MethodGet, "/v1/customers", nil)
	r.Header.Set("Authorization", "Bearer "+body["access_token"].(string))
	who, err := w.site.Authenticate(r)
	if err != nil || who.Shop != "demo" || who.Client != "backend" || who.Subject != "" || !slices.Equal(who.Scopes, []string{"customers:read"}) {
		t.Errorf("principal %+v (%v)", who, err)
	}
	if status, _ := w.userinfo(body["access_token"].(string)); status != http.StatusUnauthorized {
		t.Errorf("userinfo for a back end answered %d", status)
	}
	delete(w.clients["demo"], "backend")
	if _, err := w.site.Authenticate(r); !profile.Is(err, profile.Unauthorized) {
		t.Errorf("a removed client is still believed: %v", err)
	}
}

func TestABackEndMayNotAskForMoreThanItHas(t *testing.T) {
	w := newWorld(t)
	for name, c := range map[string]struct{ client, password, scope, want string }{
		"a scope it lacks":  {"backend", backendSecret, "customers:read mood:read", "invalid_scope"},
		"a customer scope":  {"backend", backendSecret, "openid", "invalid_scope"},
		"a wrong secret":    {"backend", backendSecret + "x", "score", "invalid_client"},
		"no secret":         {"backend", "", "score", "invalid_client"},
		"an unknown client": {"nobody", backendSecret, "score", "invalid_client"},
		"a web client":      {"web", shopSecret, "score", "unauthorized_client"},
		"a public client":   {"app", "", "score", "unauthorized_client"},
	} {
		status, body := w.call("/demo/token", c.client, c.password, url.Values{"grant_type": {"client_credentials"}, "scope": {c.scope}})
		if status/100 != 4 || body["error"] != c.want {
			t.Errorf("%s: %d %v", name, status, body)
		}
		if c.want == "invalid_client" && status != http.StatusUnauthorized {
			t.Errorf("%s: status %d", name, status)
		}
	}
	status, body := w.call("/demo/token", "backend", backendSecret, url.Values{"grant_type": {"client_credentials"}})
	if status != http.StatusOK || body["scope"] != "customers:read score" {
		t.Errorf("without a scope: %d %v", status, body)
	}
}

func TestOtherGrantsDoNotExist(t *testing.T) {
	w := newWorld(t)
	for _, grant := range []string{"password", "urn:ietf:params:oauth:grant-type:jwt-bearer", "urn:ietf:params:oauth:grant-type:token-exchange", "urn:ietf:params:oauth:grant-type:device_code", "implicit"} {
		form := url.Values{"grant_type": {grant}, "username": {"anna"}, "password": {"secret"}, "assertion": {"x"}, "subject_token": {"x"}, "subject_token_type": {"urn:ietf:params:oauth:token-type:access_token"}, "device_code": {"x"}}
		if status, body := w.call("/demo/token", "web", shopSecret, form); status/100 != 4 || body["access_token"] != nil {
			t.Errorf("%s: %d %v", grant, status, body)
		}
	}
}
