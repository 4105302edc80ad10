package connectors_test

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"strconv"
	"testing"
	"time"

	"tonfall/connectors"
	"tonfall/connectors/connectortest"
)

// graph is one of Meta's networks with one person on it.
type graph struct {
	*network
	base  string
	proof bool            // every call must carry appsecret_proof
	short map[string]bool // tokens that are good for the exchange only
	// declined are permissions that the person takes out in the dialog.
	declined map[string]bool
}

// Errors as the Graph API words them.
const (
	graphDead = `{"error":{"message":"Error validating access token: The session has been invalidated because the user changed their password or Meta has changed the session for security reasons.","type":"OAuthException","code":190,"error_subcode":460,"fbtrace_id":"EJplcsCHuLu"}}`
	graphGone = `{"error":{"message":"Unsupported get request. Object with ID does not exist, cannot be loaded due to missing permissions, or does not support this operation","type":"GraphMethodException","code":100,"error_subcode":33,"fbtrace_id":"EJplcsCHuLu"}}`
	graphUsed = `{"error":{"message":"This authorization code has been used.","type":"OAuthException","code":100,"error_subcode":36009,"fbtrace_id":"EJplcsCHuLu"}}`
	shortUsed = `{"error_type":"OAuthException","code":400,"error_message":"Invalid authorization code"}`
)

func newGraph(t *testing.T, folder, base string) *graph {
	return &graph{network: newNetwork(t, folder), base: base, short: map[string]bool{}, declined: map[string]bool{}}
}

// longLived adds the three token endpoints of Threads and Instagram.
func (g *graph) longLived(prefix string) {
	g.handle("GET /oauth/authorize", g.authorize("client_id", "#_"))
	g.handle("POST /oauth/access_token", func(w http.ResponseWriter, r *http.Request) {
		if r.PostFormValue("client_id") != "app-id" || r.PostFormValue("client_secret") != "app-secret" || g.redeem(r.PostForm, false) == nil {
			raw(w, 400, shortUsed)
			return
		}
		token := rand.Text()
		g.short[token] = true
		said := g.shape("short_token")
		if list, ok := said["data"].([]any); ok {
			list[0].(map[string]any)["access_token"] = token
		} else {
			said["access_token"] = token
		}
		answer(w, 200, said)
	})
	g.handle("GET /access_token", func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		if q.Get("grant_type") != prefix+"_exchange_token" || q.Get("client_secret") != "app-secret" || !g.short[q.Get("access_token")] {
			raw(w, 400, graphDead)
			return
		}
		g.issue(w)
	})
	g.handle("GET /refresh_access_token", func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		if q.Get("grant_type") != prefix+"_refresh_token" || !g.access[q.Get("access_token")] {
			raw(w, 400, graphDead)
			return
		}
		g.issue(w)
	})
}

func (g *graph) issue(w http.ResponseWriter) {
	said := g.shape("long_token")
	said["access_token"] = rand.Text()
	g.access[said["access_token"].(string)] = true
	answer(w, 200, said)
}

// api adds the endpoints below a version.
func (g *graph) api(version, list string) {
	g.handle("GET /"+version+"/me", g.signed(func(w http.ResponseWriter, _ *http.Request) { answer(w, 200, g.shape("me")) }))
	g.handle("GET /"+version+"/me/"+list, g.signed(func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		limit, err := strconv.Atoi(q.Get("limit"))
		if err != nil || limit > 100 || q.Get("fields") == "" {
			raw(w, 400, `{"error":{"message":"(#100) limit","type":"OAuthException","code":100,"fbtrace_id":"A"}}`)
			return
		}
		page, more := g.before(q.Get("after"), limit)
		paging := map[string]any{}
		if len(page) > 0 {
			oldest := page[len(page)-1]["id"].(string)
			paging["cursors"] = map[string]any{"before": page[0]["id"], "after": oldest}
			if more { // with the token, as Meta does
				q.Set("after", oldest)
				paging["next"] = g.base + r.URL.Path + "?" + q.Encode()
			}
		}
		answer(w, 200, map[string]any{"data": page, "paging": paging})
	}))
	g.handle("GET /"+version+"/{id}", g.signed(func(w http.ResponseWriter, r *http.Request) {
		if p := g.find(r.PathValue("id")); p != nil {
			answer(w, 200, p)
			return
		}
		raw(w, 400, graphGone)
	}))
}

func (g *graph) signed(h http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		token := r.URL.Query().Get("access_token")
		if !g.access[token] {
			raw(w, 400, graphDead)
			return
		}
		mac := hmac.New(sha256.New, []byte("app-secret"))
		mac.Write([]byte(token))
		if g.proof && r.URL.Query().Get("appsecret_proof") != hex.EncodeToString(mac.Sum(nil)) {
			raw(w, 400, `{"error":{"message":"API calls from the server require an appsecret_proof argument","type":"GraphMethodException","code":100,"fbtrace_id":"A"}}`)
			return
		}
		h(w, r)
	}
}

// publish writes a post; field holds its words and is left out without any.
func (g *graph) publish(field, time string) func(text string) string {
	return func(text string) string {
		changes := map[string]any{field: text}
		if text == "" {
			changes = nil
		}
		return g.post(field, time, changes)
	}
}

func (g *graph) post(field, clock string, changes map[string]any) string {
	return g.write("post", func(p map[string]any, at time.Time) {
		delete(p, field)
		p[clock] = at.Format("2006-01-02T15:04:05-0700")
	}, changes)
}

func metaConnector(kind string) func(*testing.T, string, connectors.Options) connectors.Connector {
	return func(_ *testing.T, base string, o connectors.Options) connectors.Connector {
		o.BaseURL, o.ClientID, o.ClientSecret = base, "app-id", "app-secret"
		return must(connectors.New(kind, o))
	}
}

// network of each kind, as the suite sees it.
func newThreadsNetwork(t *testing.T, base string) *graph {
	g := newGraph(t, "threads", base)
	g.longLived("th")
	g.api("v1.0", "threads")
	return g
}

func newInstagramNetwork(t *testing.T, base string) *graph {
	g := newGraph(t, "instagram", base)
	g.longLived("ig")
	g.api("v26.0", "media")
	return g
}

func newFacebookNetwork(t *testing.T, base string) *graph {
	g := newGraph(t, "facebook", base)
	g.proof = true
	g.handle("GET /v26.0/dialog/oauth", g.authorize("client_id", ""))
	g.handle("POST /v26.0/oauth/access_token", func(w http.ResponseWriter, r *http.Request) {
		known := r.PostFormValue("client_id") == "app-id" && r.PostFormValue("client_secret") == "app-secret"
		switch {
		case !known:
			raw(w, 400, `{"error":{"message":"Error validating client secret.","type":"OAuthException","code":1,"fbtrace_id":"A"}}`)
		case r.PostFormValue("grant_type") == "fb_exchange_token":
			if old := r.PostFormValue("fb_exchange_token"); !g.short[old] && !g.access[old] {
				raw(w, 400, graphDead)
				return
			}
			g.issue(w)
		default:
			if g.redeem(r.PostForm, true) == nil {
				raw(w, 400, graphUsed)
				return
			}
			token := rand.Text()
			g.short[token] = true
			answer(w, 200, map[string]any{"access_token": token, "token_type": "bearer", "expires_in": 5183944})
		}
	})
	g.handle("GET /v26.0/me/permissions", g.signed(func(w http.ResponseWriter, _ *http.Request) {
		var list []map[string]string
		for _, name := range []string{"email", "public_profile", "user_posts"} {
			status := "granted"
			if g.declined[name] {
				status = "declined"
			}
			list = append(list, map[string]string{"permission": name, "status": status})
		}
		answer(w, 200, map[string]any{"data": list})
	}))
	g.handle("DELETE /v26.0/me/permissions", g.signed(func(w http.ResponseWriter, _ *http.Request) {
		clear(g.access)
		raw(w, 200, `{"success":true}`)
	}))
	g.api("v26.0", "posts")
	return g
}

// metaSuite is the harness of one of the three.
func metaSuite(kind string, build func(t *testing.T, base string) *graph, field, clock string, h connectortest.Harness) connectortest.Harness {
	h.Provider = func(t *testing.T, base string) connectortest.Provider {
		g := build(t, base)
		p := g.provider(g.publish(field, clock))
		p.Expire = nil // a token that has ended cannot be renewed
		return p
	}
	h.Connector = metaConnector(kind)
	return h
}

// form is a callback's body.
func form(values ...string) []byte {
	v := url.Values{}
	for i := 0; i+1 < len(values); i += 2 {
		v.Set(values[i], values[i+1])
	}
	return []byte(v.Encode())
}
