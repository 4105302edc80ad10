package connectors_test

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"tonfall/connectors/connectortest"
)

// fediverse is a server that speaks the Mastodon API, with one person on it.
type fediverse struct {
	t    *testing.T
	base string
	gts  bool // behave as GoToSocial
	mux  *http.ServeMux

	lock   sync.Mutex
	deny   bool
	apps   map[string]map[string]string // by client_id: secret, redirect, scopes
	codes  map[string]url.Values
	tokens map[string]bool // true: of the person, false: of an application
	posts  []map[string]any
	serial int
	calls  map[string]int // requests by pattern
}

func newFediverse(t *testing.T, base string, gts bool) *fediverse {
	f := &fediverse{t: t, base: base, gts: gts, mux: http.NewServeMux(), apps: map[string]map[string]string{}, codes: map[string]url.Values{}, tokens: map[string]bool{}, calls: map[string]int{}}
	handle := func(pattern string, h http.HandlerFunc) {
		f.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			f.lock.Lock()
			defer f.lock.Unlock()
			f.calls[pattern]++
			h(w, r)
		})
	}
	handle("POST /api/v1/apps", f.register)
	handle("GET /oauth/authorize", f.authorize)
	handle("POST /oauth/token", f.token)
	handle("POST /oauth/revoke", f.revoke)
	handle("GET /api/v1/accounts/verify_credentials", f.signed(func(w http.ResponseWriter, _ *http.Request) { answer(w, 200, f.shape("account")) }))
	handle("GET /api/v1/accounts/{id}/statuses", f.signed(f.statuses))
	handle("GET /api/v1/statuses/{id}", f.signed(f.status))
	if !gts {
		handle("GET /.well-known/oauth-authorization-server", func(w http.ResponseWriter, _ *http.Request) {
			answer(w, 200, map[string]any{"issuer": base + "/", "scopes_supported": []string{"read", "profile", "write"}, "code_challenge_methods_supported": []string{"S256"}})
		})
	}
	return f
}

func (f *fediverse) provider() connectortest.Provider {
	return connectortest.Provider{
		Handler: f.mux,
		Deny:    func() { f.lock.Lock(); defer f.lock.Unlock(); f.deny = true },
		Publish: func(text string) string { return f.publish(text, nil) },
		Delete: func(id string) {
			f.lock.Lock()
			defer f.lock.Unlock()
			f.posts = slices.DeleteFunc(f.posts, func(p map[string]any) bool { return p["id"] == id })
		},
		Kill: func() { f.lock.Lock(); defer f.lock.Unlock(); clear(f.tokens) },
	}
}

// shape loads an example of the documentation.
func (f *fediverse) shape(name string) map[string]any {
	text, err := os.ReadFile(filepath.Join("testdata", "mastodon", name+".json"))
	if err != nil {
		f.t.Fatal(err)
	}
	var v map[string]any
	if err := json.Unmarshal(text, &v); err != nil {
		f.t.Fatal(err)
	}
	return v
}

// publish writes a status as the server renders it, changed as said.
func (f *fediverse) publish(text string, changes map[string]any) string {
	f.lock.Lock()
	defer f.lock.Unlock()
	f.serial++
	id := strconv.Itoa(115000000000000000 + f.serial*1000) // above 2^53
	if f.gts {
		id = fmt.Sprintf("01J%023d", f.serial)
	}
	p := f.shape("status")
	rendered := html.EscapeString(text)
	rendered = strings.ReplaceAll(strings.ReplaceAll(rendered, "\n\n", "</p><p>"), "\n", "<br />")
	if p["content"] = "<p>" + rendered + "</p>"; text == "" {
		p["content"] = ""
	}
	p["id"], p["created_at"] = id, connectortest.Now().Add(time.Duration(f.serial)*time.Second).Format("2006-01-02T15:04:05.000Z")
	maps.Copy(p, changes)
	f.posts = append([]map[string]any{p}, f.posts...)
	return id
}

func (f *fediverse) register(w http.ResponseWriter, r *http.Request) {
	if r.PostFormValue("client_name") == "" || r.PostFormValue("redirect_uris") == "" {
		answer(w, 422, map[string]string{"error": "Validation failed: Redirect URI must be an absolute URI."})
		return
	}
	app := f.shape("application")
	app["client_id"], app["client_secret"] = rand.Text(), rand.Text()
	f.apps[app["client_id"].(string)] = map[string]string{"secret": app["client_secret"].(string), "redirect": r.PostFormValue("redirect_uris"), "scopes": r.PostFormValue("scopes")}
	answer(w, 200, app)
}

func (f *fediverse) authorize(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	app := f.apps[q.Get("client_id")]
	if app == nil || app["redirect"] != q.Get("redirect_uri") {
		answer(w, 401, map[string]string{"error": "invalid_client"})
		return
	}
	back := url.Values{"state": {q.Get("state")}}
	for _, scope := range strings.Fields(q.Get("scope")) {
		if !slices.Contains(strings.Fields(app["scopes"]), scope) {
			back.Set("error", "invalid_scope")
		}
	}
	if f.deny {
		back.Set("error", "access_denied")
	}
	if !back.Has("error") {
		back.Set("code", rand.Text())
		f.codes[back.Get("code")] = q
	}
	http.Redirect(w, r, q.Get("redirect_uri")+"?"+back.Encode(), http.StatusFound)
}

func (f *fediverse) token(w http.ResponseWriter, r *http.Request) {
	id := r.PostFormValue("client_id")
	if app := f.apps[id]; app == nil || app["secret"] != r.PostFormValue("client_secret") {
		answer(w, 401, map[string]string{"error": "invalid_client", "error_description": "Client authentication failed due to unknown client, no client authentication included, or unsupported authentication method."})
		return
	}
	token := f.shape("token")
	token["access_token"], token["scope"] = rand.Text(), r.PostFormValue("scope")
	if r.PostFormValue("grant_type") == "authorization_code" {
		asked, known := f.codes[r.PostFormValue("code")]
		delete(f.codes, r.PostFormValue("code"))
		challenge := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
		if !known || asked.Get("client_id") != id || asked.Get("redirect_uri") != r.PostFormValue("redirect_uri") || asked.Get("code_challenge") != base64.RawURLEncoding.EncodeToString(challenge[:]) {
			if f.gts {
				answer(w, 400, map[string]string{"error": "sql: no rows in result set"})
				return
			}
			answer(w, 400, map[string]string{"error": "invalid_grant", "error_description": "The provided authorization grant is invalid, expired, revoked, does not match the redirection URI used in the authorization request, or was issued to another client."})
			return
		}
		token["scope"] = asked.Get("scope")
	}
	f.tokens[token["access_token"].(string)] = r.PostFormValue("grant_type") == "authorization_code"
	answer(w, 200, token)
}

func (f *fediverse) revoke(w http.ResponseWriter, r *http.Request) {
	if app := f.apps[r.PostFormValue("client_id")]; app == nil || app["secret"] != r.PostFormValue("client_secret") {
		answer(w, 403, map[string]string{"error": "unauthorized_client", "error_description": "You are not authorized to revoke this token"})
		return
	}
	delete(f.tokens, r.PostFormValue("token"))
	answer(w, 200, struct{}{})
}

func (f *fediverse) signed(h http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !f.tokens[strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")] {
			answer(w, 401, map[string]string{"error": "The access token was revoked"})
			return
		}
		h(w, r)
	}
}

// statuses pages as https://docs.joinmastodon.org/methods/accounts/#statuses
// says: max_id gives the newest below, min_id the oldest above, both exclusive
// and newest first.
func (f *fediverse) statuses(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	limit, err := strconv.Atoi(q.Get("limit"))
	if err != nil || limit > 40 || r.PathValue("id") != "109302436954721982" || q.Get("exclude_reblogs") != "true" {
		answer(w, 404, map[string]string{"error": "Record not found"})
		return
	}
	all := slices.DeleteFunc(slices.Clone(f.posts), func(p map[string]any) bool {
		id := p["id"].(string)
		return q.Has("max_id") && id >= q.Get("max_id") || q.Has("min_id") && id <= q.Get("min_id")
	})
	page := all[:min(limit, len(all))]
	if q.Has("min_id") {
		page = all[max(0, len(all)-limit):]
	}
	if len(page) > 0 {
		at := f.base + r.URL.Path + "?exclude_reblogs=true&limit=40&"
		prev := fmt.Sprintf(`<%smin_id=%s>; rel="prev"`, at, page[0]["id"])
		next := fmt.Sprintf(`<%smax_id=%s>; rel="next", `, at, page[len(page)-1]["id"])
		if !f.gts && len(page) < limit {
			next = "" // Mastodon knows that this was the last page, GoToSocial does not
		}
		w.Header().Set("Link", next+prev)
	}
	answer(w, 200, append([]map[string]any{}, page...))
}

func (f *fediverse) status(w http.ResponseWriter, r *http.Request) {
	i := slices.IndexFunc(f.posts, func(p map[string]any) bool { return p["id"] == r.PathValue("id") })
	if i < 0 {
		answer(w, 404, map[string]string{"error": "Record not found"})
		return
	}
	answer(w, 200, f.posts[i])
}
