package config

import (
	"fmt"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// Reserved are the slugs that the door uses itself.
func Reserved() []string {
	return strings.Fields("v1 studio hooks practice healthz readyz metrics openapi.json docs assets")
}

var slug = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{1,31}$`)

// check finds what the types alone do not see.
func (c *Config) check(lines map[string]int) Problems {
	k := &checker{lines: lines}
	k.url("base", c.Base)
	if strings.HasSuffix(c.Base, "/") {
		k.problem("base", "take the slash off its end")
	}
	if _, err := netip.ParseAddrPort(c.Listen); err != nil && !strings.HasPrefix(c.Listen, "localhost:") && !strings.HasPrefix(c.Listen, ":") {
		k.problem("listen", "write an address and a port, like 127.0.0.1:8080")
	}
	if !strings.HasPrefix(c.Store, "bolt://") {
		k.problem("store", "write bolt:// and a path, like bolt:///var/lib/tonfall/tonfall.db")
	}
	k.oneOf("engine", c.Engine, "native", "bayes")
	seen := map[string]bool{}
	for i, s := range c.Shops {
		at := fmt.Sprintf("shops[%d]", i)
		if seen[s.Slug] {
			k.problem(at+".slug", "another shop has the slug %q", s.Slug)
		}
		seen[s.Slug] = true
		k.shop(at, s)
	}
	return k.problems
}

type checker struct {
	lines    map[string]int
	problems Problems
}

func (k *checker) problem(path, format string, args ...any) {
	k.problems = append(k.problems, Problem{Line: k.lines[path], Path: path, Text: fmt.Sprintf(format, args...)})
}

func (k *checker) oneOf(path, value string, allowed ...string) {
	if !slices.Contains(allowed, value) {
		k.problem(path, "%q is not one of %s", value, strings.Join(allowed, ", "))
	}
}

// url wants https, or http on this machine.
func (k *checker) url(path, value string) {
	u, err := url.Parse(value)
	switch {
	case err != nil || u.Host == "" || u.User != nil:
		k.problem(path, "%q is no web address: write one like https://login.example.org", value)
	case u.Scheme == "https":
	case u.Scheme == "http" && slices.Contains([]string{"localhost", "127.0.0.1", "::1"}, u.Hostname()):
	default:
		k.problem(path, "use https; http is for this machine only (localhost, 127.0.0.1)")
	}
}

func (k *checker) shop(at string, s Shop) {
	if !slug.MatchString(s.Slug) {
		k.problem(at+".slug", "%q: use 2 to 32 of a-z, 0-9 and hyphens", s.Slug)
	} else if slices.Contains(Reserved(), s.Slug) {
		k.problem(at+".slug", "%q is used by Tonfall itself: choose another", s.Slug)
	}
	for name, value := range map[string]string{".home": s.Home, ".privacy": s.Privacy} {
		if value != "" {
			k.url(at+name, value)
		}
	}
	k.oneOf(at+".address", s.Address, "du", "Sie")
	if s.Holdout < 0 || s.Holdout > 1 {
		k.problem(at+".holdout", "a share lies between 0 and 1")
	}
	if s.SalesCap < 0 {
		k.problem(at+".sales_cap", "a number of messages is not below 0")
	}
	k.connectors(at, s.Connectors)
	k.programs(at, s)
}

func (k *checker) connectors(at string, list []Connector) {
	seen := map[string]bool{}
	for i, c := range list {
		name := c.Name
		if name == "" {
			name = c.Kind
		}
		path := fmt.Sprintf("%s.connectors[%d]", at, i)
		if !slug.MatchString(name) {
			k.problem(path+".name", "%q: use 2 to 32 of a-z, 0-9 and hyphens", name)
		}
		if seen[name] {
			k.problem(path, "another connector is called %q: give one of them a name", name)
		}
		seen[name] = true
		if c.BaseURL != "" {
			k.url(path+".base_url", c.BaseURL)
		}
	}
}

func (k *checker) programs(at string, s Shop) {
	seen := map[string]bool{}
	once := func(path, id string) {
		if seen[id] {
			k.problem(path+".id", "another client or backend has the id %q", id)
		}
		seen[id] = true
	}
	for i, c := range s.Clients {
		path := fmt.Sprintf("%s.clients[%d]", at, i)
		once(path, c.ID)
		k.oneOf(path+".algorithm", c.Algorithm, "ES256", "EdDSA", "RS256")
		for j, redirect := range c.Redirects {
			where := fmt.Sprintf("%s.redirect_uris[%d]", path, j)
			k.url(where, redirect)
			if strings.ContainsAny(redirect, "*#") {
				k.problem(where, "a redirect is compared letter by letter: no * and no fragment")
			}
		}
		if c.BackChannel != "" {
			k.url(path+".backchannel_logout_uri", c.BackChannel)
		}
	}
	for i, b := range s.Backends {
		path := fmt.Sprintf("%s.backends[%d]", at, i)
		once(path, b.ID)
		for j, scope := range b.Scopes {
			k.oneOf(fmt.Sprintf("%s.scopes[%d]", path, j), scope, Scopes()...)
		}
	}
}

// Scopes are what a backend may be allowed to do.
func Scopes() []string {
	return strings.Fields("customers:read customers:write mood:read messages:render messages:write score")
}
