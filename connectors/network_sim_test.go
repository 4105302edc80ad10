package connectors_test

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
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

// network is what the simulated social networks share: one person who agrees,
// codes that work once, tokens, and posts newest first. Shapes come from
// testdata; what differs is the handler of each network.
type network struct {
	t      *testing.T
	folder string // in testdata
	mux    *http.ServeMux

	lock   sync.Mutex
	deny   bool
	codes  map[string]url.Values // by code: the authorization request
	access map[string]bool
	fresh  map[string]bool // refresh tokens
	posts  []map[string]any
	serial int
	calls  map[string]int // requests by pattern
	// first is the newest number that a post may have; ids grow from it.
	first int
}

func newNetwork(t *testing.T, folder string) *network {
	return &network{t: t, folder: folder, mux: http.NewServeMux(), codes: map[string]url.Values{}, access: map[string]bool{}, fresh: map[string]bool{}, calls: map[string]int{}, first: 1900000000000000000}
}

// handle adds an endpoint; its requests come one after the other.
func (n *network) handle(pattern string, h http.HandlerFunc) {
	n.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		n.lock.Lock()
		defer n.lock.Unlock()
		n.calls[pattern]++
		h(w, r)
	})
}

// provider is the network as the suite sees it. publish makes a post of a text.
func (n *network) provider(publish func(text string) string) connectortest.Provider {
	locked := func(do func()) func() { return func() { n.lock.Lock(); defer n.lock.Unlock(); do() } }
	return connectortest.Provider{
		Handler: n.mux,
		Deny:    locked(func() { n.deny = true }),
		Publish: publish,
		Delete: func(id string) {
			n.lock.Lock()
			defer n.lock.Unlock()
			n.posts = slices.DeleteFunc(n.posts, func(p map[string]any) bool { return p["id"] == id })
		},
		Expire: locked(func() { clear(n.access) }),
		Kill:   locked(func() { clear(n.access); clear(n.fresh) }),
	}
}

// shape loads a recording.
func (n *network) shape(name string) map[string]any {
	text, err := os.ReadFile(filepath.Join("testdata", n.folder, name+".json"))
	if err != nil {
		n.t.Fatal(err)
	}
	var v map[string]any
	if err := json.Unmarshal(text, &v); err != nil {
		n.t.Fatal(err)
	}
	return v
}

// write publishes a recording of a post with a new id, changed as said. at
// puts the time in, since each network writes it otherwise.
func (n *network) write(name string, at func(p map[string]any, t time.Time), changes map[string]any) string {
	n.lock.Lock()
	defer n.lock.Unlock()
	n.serial++
	p := n.shape(name)
	id := strconv.Itoa(n.first + n.serial*1000) // above 2^53
	p["id"] = id
	at(p, connectortest.Now().Add(time.Duration(n.serial-10_000)*time.Second))
	maps.Copy(p, changes)
	n.posts = append([]map[string]any{p}, n.posts...)
	return id
}

// find answers a post.
func (n *network) find(id string) map[string]any {
	if i := slices.IndexFunc(n.posts, func(p map[string]any) bool { return p["id"] == id }); i >= 0 {
		return n.posts[i]
	}
	return nil
}

// before answers a page of posts older than an id (empty: from the newest),
// and whether more follow.
func (n *network) before(id string, limit int) ([]map[string]any, bool) {
	from := 0
	if id != "" {
		from = slices.IndexFunc(n.posts, func(p map[string]any) bool { return p["id"].(string) < id })
		if from < 0 {
			from = len(n.posts)
		}
	}
	to := min(from+limit, len(n.posts))
	return append([]map[string]any{}, n.posts[from:to]...), to < len(n.posts)
}

// authorize sends the browser back, with what follows the code.
func (n *network) authorize(client string, tail string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		back := url.Values{"state": {q.Get("state")}}
		switch {
		case q.Get(client) != "app-id" || q.Get("response_type") != "code" || q.Get("scope") == "":
			n.t.Errorf("the authorization request lacks something: %v", q)
		case n.deny:
			back.Set("error", "access_denied")
		default:
			back.Set("code", rand.Text())
			n.codes[back.Get("code")] = q
		}
		http.Redirect(w, r, q.Get("redirect_uri")+"?"+back.Encode()+tail, http.StatusFound)
	}
}

// redeem takes a code, once; nil where it is no good.
func (n *network) redeem(form url.Values, pkce bool) url.Values {
	asked := n.codes[form.Get("code")]
	delete(n.codes, form.Get("code"))
	challenge := sha256.Sum256([]byte(form.Get("code_verifier")))
	if asked == nil || asked.Get("redirect_uri") != form.Get("redirect_uri") ||
		pkce && asked.Get("code_challenge") != base64.RawURLEncoding.EncodeToString(challenge[:]) {
		return nil
	}
	return asked
}

// rotate takes a refresh token, once.
func (n *network) rotate(token string) bool {
	known := n.fresh[token]
	delete(n.fresh, token)
	return known
}

// bearer lets through who holds a token in the header.
func (n *network) bearer(refuse func(http.ResponseWriter), h http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !n.access[strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")] {
			refuse(w)
			return
		}
		h(w, r)
	}
}

// raw answers a recording as it is.
func raw(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = fmt.Fprint(w, body)
}
