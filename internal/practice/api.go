package practice

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Limits of the API.
const (
	pageDefault = 40
	pageMost    = 100
	lookupMost  = 100
)

// window counts the calls of one token in a minute.
type window struct {
	since time.Time
	calls int
}

// api guards a call: faults first, then the bearer token, the rate limit and
// the scope.
func (n *Network) api(scope string, h func(http.ResponseWriter, *http.Request, *person)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if n.dropped() {
			panic(http.ErrAbortHandler)
		}
		if wait, limited := n.limitedByFault(); limited {
			tooMany(w, wait)
			return
		}
		bearer, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		key := digestOf(bearer)
		n.mu.Lock()
		t := n.tokens[key]
		good := t != nil && !t.refresh && n.alive(t)
		var wait time.Duration
		if good {
			wait = n.count(key)
		}
		n.mu.Unlock()
		switch {
		case !good:
			w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`)
			answer(w, http.StatusUnauthorized, problem{"invalid_token", "the access token is missing, wrong, expired or revoked"})
		case wait > 0:
			tooMany(w, wait)
		case !slices.Contains(t.family.scope, scope):
			w.Header().Set("WWW-Authenticate", `Bearer error="insufficient_scope"`)
			answer(w, http.StatusForbidden, problem{"insufficient_scope", "this call needs the scope " + scope})
		default:
			h(w, r, t.family.person)
		}
	}
}

// count notes a call and answers how long to wait, 0 where it may pass.
func (n *Network) count(key digest) time.Duration {
	now := n.opts.Now()
	w := n.calls[key]
	if now.Sub(w.since) >= time.Minute {
		w = window{since: now}
	}
	if w.calls >= n.opts.RateLimit {
		return w.since.Add(time.Minute).Sub(now)
	}
	w.calls++
	n.calls[key] = w
	return 0
}

// tooMany is 429, with whole seconds rounded up.
func tooMany(w http.ResponseWriter, wait time.Duration) {
	seconds := max(1, int((wait+time.Second-1)/time.Second))
	w.Header().Set("Retry-After", strconv.Itoa(seconds))
	answer(w, http.StatusTooManyRequests, problem{Code: "rate_limited"})
}

// me is GET /api/me: the account behind the token.
func (n *Network) me(w http.ResponseWriter, _ *http.Request, p *person) {
	var email *string
	if p.Email != "" {
		email = &p.Email
	}
	answer(w, http.StatusOK, map[string]any{
		"id": p.ID, "handle": p.Handle, "name": p.Name,
		"email": email, "email_verified": p.Verified,
		"picture": nil, "locale": p.Locale, "url": n.opts.Base + "/people/" + p.Handle,
	})
}

// posts is GET /api/posts?limit=&before=: the timeline, newest first.
func (n *Network) posts(w http.ResponseWriter, r *http.Request, p *person) {
	limit := pageDefault
	if s := r.URL.Query().Get("limit"); s != "" {
		v, err := strconv.Atoi(s)
		if err != nil || v < 1 {
			answer(w, http.StatusBadRequest, problem{"invalid_request", "limit is a number from 1 to 100"})
			return
		}
		limit = min(v, pageMost)
	}
	before := r.URL.Query().Get("before")
	if strings.Trim(before, "0123456789") != "" || len(before) > 32 {
		answer(w, http.StatusBadRequest, problem{"invalid_request", "before is a cursor from an earlier page"})
		return
	}
	n.mu.Lock()
	page := make([]Post, 0, limit)
	var next *string
	for _, x := range p.posts {
		if before != "" && x.ID >= before {
			continue
		}
		if len(page) == limit {
			next = &page[limit-1].ID
			break
		}
		page = append(page, x)
	}
	n.mu.Unlock()
	answer(w, http.StatusOK, map[string]any{"posts": page, "next": next})
}

// lookup is GET /api/posts/lookup?ids=a,b: those of the account's own posts
// that still exist.
func (n *Network) lookup(w http.ResponseWriter, r *http.Request, p *person) {
	ids := strings.Split(r.URL.Query().Get("ids"), ",")
	if len(ids) > lookupMost {
		answer(w, http.StatusBadRequest, problem{"invalid_request", "at most 100 ids at once"})
		return
	}
	n.mu.Lock()
	found := make([]Post, 0, len(ids))
	for _, x := range p.posts {
		if slices.Contains(ids, x.ID) {
			found = append(found, x)
		}
	}
	n.mu.Unlock()
	answer(w, http.StatusOK, map[string]any{"posts": found})
}
