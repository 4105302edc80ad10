package connectors_test

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"tonfall/connectors"
	"tonfall/connectors/connectortest"
	"tonfall/profile"
)

func TestTikTok(t *testing.T) {
	connectortest.Run(t, connectortest.Harness{
		Provider: func(t *testing.T, _ string) connectortest.Provider {
			n := newTikTokNetwork(t)
			return n.provider(n.publish)
		},
		Connector: tiktokConnector,
		NoPKCE:    "TikTok documents PKCE for mobile and desktop apps only",
		Token:     "/v2/oauth/token/",
		Account:   "/v2/user/info/",
		Longest:   2200,
	})
}

func tiktokConnector(_ *testing.T, base string, o connectors.Options) connectors.Connector {
	o.BaseURL, o.ClientID, o.ClientSecret = base, "app-id", "app-secret"
	return must(connectors.New("tiktok", o))
}

// tiktokNetwork is TikTok with one person on it.
type tiktokNetwork struct{ *network }

func newTikTokNetwork(t *testing.T) *tiktokNetwork {
	n := &tiktokNetwork{newNetwork(t, "tiktok")}
	authorize := n.authorize("client_key", "")
	n.handle("GET /v2/auth/authorize/", func(w http.ResponseWriter, r *http.Request) {
		if q := r.URL.Query(); strings.Contains(q.Get("scope"), " ") || q.Has("client_id") || q.Has("code_challenge") {
			t.Errorf("not TikTok's terms: %v", q)
		}
		authorize(w, r)
	})
	n.handle("POST /v2/oauth/token/", n.token)
	n.handle("POST /v2/oauth/revoke/", func(w http.ResponseWriter, r *http.Request) {
		switch {
		case !n.known(r):
			raw(w, 401, `{"error":"invalid_client","error_description":"Client key or secret is incorrect.","log_id":"1"}`)
		case !n.access[r.PostFormValue("token")]:
			raw(w, 400, `{"error":"invalid_grant","error_description":"Access token is invalid or expired.","log_id":"1"}`)
		default:
			clear(n.access)
			clear(n.fresh)
			w.WriteHeader(http.StatusOK)
		}
	})
	refuse := func(w http.ResponseWriter) {
		raw(w, 401, `{"error":{"code":"access_token_invalid","message":"The access token is invalid or not found in the request.","log_id":"1"}}`)
	}
	n.handle("GET /v2/user/info/", n.bearer(refuse, func(w http.ResponseWriter, _ *http.Request) { answer(w, 200, n.shape("user")) }))
	n.handle("POST /v2/video/list/", n.bearer(refuse, n.list))
	n.handle("POST /v2/video/query/", n.bearer(refuse, n.query))
	return n
}

func (n *tiktokNetwork) known(r *http.Request) bool {
	return r.PostFormValue("client_key") == "app-id" && r.PostFormValue("client_secret") == "app-secret"
}

func (n *tiktokNetwork) publish(text string) string {
	return n.write("video", func(p map[string]any, at time.Time) { p["create_time"] = at.Unix() }, map[string]any{"video_description": text})
}

// token answers as documented: errors in OAuth's form, with status 200.
func (n *tiktokNetwork) token(w http.ResponseWriter, r *http.Request) {
	scope := "user.info.basic,video.list"
	switch {
	case !n.known(r):
		raw(w, 200, `{"error":"invalid_client","error_description":"Client key or secret is incorrect.","log_id":"1"}`)
		return
	case r.PostFormValue("grant_type") == "refresh_token":
		if !n.rotate(r.PostFormValue("refresh_token")) {
			raw(w, 200, `{"error":"invalid_grant","error_description":"Refresh token is invalid or expired.","log_id":"1"}`)
			return
		}
	default:
		asked := n.redeem(r.PostForm, false)
		if asked == nil {
			raw(w, 200, `{"error":"invalid_grant","error_description":"Authorization code is expired.","log_id":"1"}`)
			return
		}
		scope = asked.Get("scope")
	}
	token := n.shape("token")
	token["access_token"], token["refresh_token"], token["scope"] = "act."+rand.Text(), "rft."+rand.Text(), scope
	n.access[token["access_token"].(string)], n.fresh[token["refresh_token"].(string)] = true, true
	answer(w, 200, token)
}

// ok wraps data as every answer is wrapped.
func ok(data map[string]any) map[string]any {
	return map[string]any{"data": data, "error": map[string]any{"code": "ok", "message": "", "log_id": "20220829194722CBE87ED59D524E727021"}}
}

func (n *tiktokNetwork) list(w http.ResponseWriter, r *http.Request) {
	var asked struct {
		Max    int   `json:"max_count"`
		Cursor int64 `json:"cursor"`
	}
	if json.NewDecoder(r.Body).Decode(&asked) != nil || asked.Max > 20 || !strings.Contains(r.URL.Query().Get("fields"), "id") {
		raw(w, 400, `{"error":{"code":"invalid_params","message":"max_count","log_id":"1"}}`)
		return
	}
	rest := slices.DeleteFunc(slices.Clone(n.posts), func(p map[string]any) bool {
		return asked.Cursor > 0 && p["create_time"].(int64)*1000 >= asked.Cursor
	})
	page := rest[:min(asked.Max, len(rest))]
	data := map[string]any{"videos": page, "has_more": len(rest) > len(page), "cursor": 0}
	if len(page) > 0 {
		data["cursor"] = page[len(page)-1]["create_time"].(int64) * 1000
	}
	answer(w, 200, ok(data))
}

func (n *tiktokNetwork) query(w http.ResponseWriter, r *http.Request) {
	var asked struct {
		Filters struct {
			IDs []string `json:"video_ids"`
		}
	}
	if json.NewDecoder(r.Body).Decode(&asked) != nil || len(asked.Filters.IDs) > 20 {
		raw(w, 400, `{"error":{"code":"invalid_params","message":"video_ids","log_id":"1"}}`)
		return
	}
	found := []map[string]any{}
	for _, id := range asked.Filters.IDs {
		if p := n.find(id); p != nil {
			found = append(found, p)
		}
	}
	answer(w, 200, ok(map[string]any{"videos": found}))
}

func TestAScopeNotGivenAtTikTokIsNoDeadToken(t *testing.T) {
	for _, x := range []struct {
		status int
		body   string
		want   profile.Kind
	}{
		{401, `{"error":{"code":"scope_not_authorized","message":"The user did not authorize the scope","log_id":"1"}}`, profile.Forbidden},
		{400, `{"error":{"code":"scope_permission_missed","message":"","log_id":"1"}}`, profile.Forbidden},
		{401, `{"error":{"code":"access_token_invalid","message":"","log_id":"1"}}`, profile.Unauthorized},
		{200, `{"error":{"code":"access_token_invalid","message":"","log_id":"1"}}`, profile.Unauthorized},
		{429, `{"error":{"code":"rate_limit_exceeded","message":"","log_id":"1"}}`, profile.TooMany},
		{200, `{"data":{"videos":[]}}`, profile.Upstream}, // nobody said "ok"
		{200, `{}`, profile.Upstream},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { raw(w, x.status, x.body) }))
		c := tiktokConnector(t, server.URL, connectors.Options{AllowLoopback: true})
		_, _, err := c.(connectors.PostReader).Posts(t.Context(), c.Client(connectors.Grant{Access: "token"}, nil), profile.Account{}, "")
		if !profile.Is(err, x.want) {
			t.Errorf("%d %s: got %v", x.status, x.body, err)
		}
		server.Close()
	}
}

func TestTikToksWebhookIsVerified(t *testing.T) {
	now := connectortest.Now()
	const body = `{"client_key":"app-id","event":"authorization.removed","create_time":1615338610,"user_openid":"act.example12345","content":"{\"reason\": 1 }"}`
	sign := func(secret string, at time.Time, body string) string {
		mac := hmac.New(sha256.New, []byte(secret))
		_, _ = fmt.Fprintf(mac, "%d.%s", at.Unix(), body)
		return fmt.Sprintf("t=%d,s=%s", at.Unix(), hex.EncodeToString(mac.Sum(nil)))
	}
	good := sign("app-secret", now, body)
	other := strings.Replace(body, "authorization.removed", "video.publish.completed", 1)
	foreign := strings.Replace(body, "app-id", "other", 1)
	for _, x := range []struct {
		name, header, body string
		want               profile.Kind
		subject            string
	}{
		{"a genuine one", good, body, "", "act.example12345"},
		{"repeated a day later", sign("app-secret", now.Add(-24*time.Hour), body), body, "", "act.example12345"},
		{"another event", sign("app-secret", now, other), other, "", ""},
		{"another person put in", good, strings.Replace(body, "12345", "54321", 1), profile.Unauthorized, ""},
		{"another secret", sign("guess", now, body), body, profile.Unauthorized, ""},
		{"a changed time", strings.Replace(good, "t=1", "t=2", 1), body, profile.Unauthorized, ""},
		{"an old one", sign("app-secret", now.Add(-100*time.Hour), body), body, profile.Unauthorized, ""},
		{"from the future", sign("app-secret", now.Add(48*time.Hour), body), body, profile.Unauthorized, ""},
		{"no signature", "", body, profile.Unauthorized, ""},
		{"half a signature", "t=1,s=zz", body, profile.Unauthorized, ""},
		{"for another app", sign("app-secret", now, foreign), foreign, profile.Invalid, ""},
		{"not JSON", sign("app-secret", now, "hello"), "hello", profile.Invalid, ""},
	} {
		c := tiktokConnector(t, "", connectors.Options{Now: connectortest.Now}).(connectors.Deauthorizer)
		subject, err := c.Deauthorized(http.Header{"Tiktok-Signature": {x.header}}, []byte(x.body))
		if profile.KindOf(err) != x.want || subject != x.subject {
			t.Errorf("%s: got %q, %v", x.name, subject, err)
		}
	}
}
