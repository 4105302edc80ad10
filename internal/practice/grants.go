package practice

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"slices"
	"strings"
	"time"
)

// Lifetimes of what the authorization server hands out.
const (
	codeLife    = time.Minute
	accessLife  = time.Hour
	refreshLife = 90 * 24 * time.Hour
)

// The scopes that the network knows.
const (
	scopeProfile = "profile"
	scopePosts   = "posts:read"
)

// family is one permission and all tokens that ever came from it: they die
// together when a code or a rotated refresh token is used again (RFC 9700 §4.14).
type family struct {
	person  *person
	client  string
	scope   []string
	revoked bool
}

// code is an authorization code. A used one stays until it would have expired
// anyway, so that a replay is recognised.
type code struct {
	family    *family
	redirect  string
	challenge string
	expires   time.Time
	used      bool
}

// token is an access or a refresh token; a rotated refresh token stays as a
// used one, so that a replay is recognised.
type token struct {
	family  *family
	refresh bool
	expires time.Time
	used    bool
}

// issued is a fresh pair of tokens.
type issued struct{ access, refresh string }

// errGrant is every way in which a code or refresh token is no good. Which one
// is nobody's business but the network's.
var errGrant = errors.New("the code or refresh token is wrong, expired, used already or not yours")

// Authorize does what pressing "Allow" on the permission page does, and
// answers the authorization code: handle agrees that clientID, returning to
// redirect, gets scope (space-separated); challenge is the S256 PKCE challenge.
// The code is exchanged at the token endpoint within a minute.
func (n *Network) Authorize(handle, clientID, redirect, scope, challenge string) (string, error) {
	ask, fail := n.check(clientID, redirect, scope, challenge, "S256", "code")
	if fail != nil {
		return "", errors.New("practice: " + fail.Description)
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	p := n.byHandle[handle]
	if p == nil {
		return "", errNobody
	}
	return n.allow(p, ask), nil
}

// allow hands out a code for what was asked.
func (n *Network) allow(p *person, a asked) string {
	n.sweep()
	secret := rand.Text()
	n.codes[digestOf(secret)] = &code{
		family:   &family{person: p, client: a.client.ID, scope: a.scope},
		redirect: a.redirect, challenge: a.challenge,
		expires: n.opts.Now().Add(codeLife),
	}
	return secret
}

// exchange turns a code into tokens, once. Whatever is wrong with the attempt,
// the code is burnt; a second attempt takes the first one's tokens along.
func (n *Network) exchange(secret, client, redirect, verifier string) (*family, issued, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	c := n.codes[digestOf(secret)]
	if c == nil || c.family.client != client {
		return nil, issued{}, errGrant
	}
	if c.used {
		c.family.revoked = true
		return nil, issued{}, errGrant
	}
	c.used = true
	sum := sha256.Sum256([]byte(verifier))
	switch {
	case !n.opts.Now().Before(c.expires),
		c.redirect != redirect,
		len(verifier) < 43, len(verifier) > 128, // RFC 7636 §4.1
		!same(c.challenge, base64.RawURLEncoding.EncodeToString(sum[:])):
		return nil, issued{}, errGrant
	}
	return c.family, n.issue(c.family), nil
}

// rotate turns a refresh token into a new pair, once; a second attempt ends
// the whole family.
func (n *Network) rotate(secret, client string) (*family, issued, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	t := n.tokens[digestOf(secret)]
	switch {
	case t == nil || !t.refresh || t.family.client != client || t.family.revoked:
		return nil, issued{}, errGrant
	case t.used:
		t.family.revoked = true
		return nil, issued{}, errGrant
	case !n.opts.Now().Before(t.expires):
		return nil, issued{}, errGrant
	}
	t.used = true
	return t.family, n.issue(t.family), nil
}

// issue makes a pair of tokens.
func (n *Network) issue(f *family) issued {
	now := n.opts.Now()
	pair := issued{access: rand.Text(), refresh: rand.Text()}
	n.tokens[digestOf(pair.access)] = &token{family: f, expires: now.Add(accessLife)}
	n.tokens[digestOf(pair.refresh)] = &token{family: f, refresh: true, expires: now.Add(refreshLife)}
	return pair
}

// sweep forgets what has expired or been revoked, at most once a minute.
func (n *Network) sweep() {
	now := n.opts.Now()
	if now.Sub(n.swept) < time.Minute {
		return
	}
	n.swept = now
	for k, c := range n.codes {
		if !now.Before(c.expires) {
			delete(n.codes, k)
		}
	}
	for k, t := range n.tokens {
		if t.family.revoked || !now.Before(t.expires) {
			delete(n.tokens, k)
		}
	}
	for k, w := range n.calls {
		if now.Sub(w.since) >= time.Minute {
			delete(n.calls, k)
		}
	}
	for k, v := range n.sessions {
		if !now.Before(v.expires) {
			delete(n.sessions, k)
		}
	}
}

// Granted lists the scopes that an account's living grants give a client,
// sorted; empty where there is none, or where it was revoked.
func (n *Network) Granted(handle, clientID string) []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	var scopes []string
	for _, t := range n.tokens {
		if f := t.family; n.alive(t) && f.person.Handle == handle && f.client == clientID {
			scopes = append(scopes, f.scope...)
		}
	}
	slices.Sort(scopes)
	return slices.Compact(scopes)
}

// alive reports whether a token still opens anything.
func (n *Network) alive(t *token) bool {
	return !t.family.revoked && !t.used && n.opts.Now().Before(t.expires)
}

// end revokes every grant that a person gave a client.
func (n *Network) end(p *person, client string) {
	for _, t := range n.tokens {
		if t.family.person == p && t.family.client == client {
			t.family.revoked = true
		}
	}
}

// scopes splits what was asked for and reports whether the network knows it all.
func scopes(s string) ([]string, bool) {
	list := strings.Fields(s)
	for _, x := range list {
		if x != scopeProfile && x != scopePosts {
			return nil, false
		}
	}
	slices.Sort(list)
	return slices.Compact(list), len(list) > 0
}
