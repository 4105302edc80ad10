package practice

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
)

// maxForm is how many bytes of a form are read.
const maxForm = 64 << 10

// problem is an error as RFC 6749 §5.2 and the API write it.
type problem struct {
	Code        string `json:"error"`
	Description string `json:"error_description,omitempty"`
}

// token is POST /oauth/token.
func (n *Network) token(w http.ResponseWriter, r *http.Request) {
	if n.dropped() {
		panic(http.ErrAbortHandler)
	}
	client, ok := n.client(w, r)
	if !ok {
		return
	}
	var (
		f    *family
		pair issued
		err  error
	)
	switch r.PostForm.Get("grant_type") {
	case "authorization_code":
		f, pair, err = n.exchange(r.PostForm.Get("code"), client.ID, r.PostForm.Get("redirect_uri"), r.PostForm.Get("code_verifier"))
	case "refresh_token":
		f, pair, err = n.rotate(r.PostForm.Get("refresh_token"), client.ID)
	default:
		answer(w, http.StatusBadRequest, problem{"unsupported_grant_type", "use authorization_code or refresh_token"})
		return
	}
	if err != nil {
		answer(w, http.StatusBadRequest, problem{"invalid_grant", err.Error()})
		return
	}
	answer(w, http.StatusOK, map[string]any{
		"access_token": pair.access, "token_type": "Bearer", "expires_in": int(accessLife.Seconds()),
		"refresh_token": pair.refresh, "scope": strings.Join(f.scope, " "),
	})
}

// revoke is POST /oauth/revoke (RFC 7009): either token ends the whole grant,
// and an unknown one is no error.
func (n *Network) revoke(w http.ResponseWriter, r *http.Request) {
	client, ok := n.client(w, r)
	if !ok {
		return
	}
	n.mu.Lock()
	if t := n.tokens[digestOf(r.PostForm.Get("token"))]; t != nil && t.family.client == client.ID {
		t.family.revoked = true
	}
	n.mu.Unlock()
	answer(w, http.StatusOK, struct{}{})
}

// client reads the form and finds out which client sent it, by
// client_secret_basic, client_secret_post, or none for a public client.
// Where that fails it has answered already.
func (n *Network) client(w http.ResponseWriter, r *http.Request) (Client, bool) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		answer(w, http.StatusBadRequest, problem{"invalid_request", "the form cannot be read"})
		return Client{}, false
	}
	id, secret := r.PostForm.Get("client_id"), r.PostForm.Get("client_secret")
	if user, pass, basic := r.BasicAuth(); basic {
		// RFC 6749 §2.3.1: both halves are form-encoded before they are joined.
		id, _ = url.QueryUnescape(user)
		secret, _ = url.QueryUnescape(pass)
	}
	c, known := n.clients[id]
	if right := same(c.Secret, secret); !known || !right {
		w.Header().Set("WWW-Authenticate", `Basic realm="piazza"`)
		answer(w, http.StatusUnauthorized, problem{"invalid_client", "unknown client, or wrong secret"})
		return Client{}, false
	}
	return c, true
}

// answer writes JSON that nobody may keep.
func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(v) //nolint:errcheck // the reader has gone away; there is nobody left to tell
}
