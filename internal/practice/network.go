// Package practice is what the demo and the tests speak to instead of the
// world: a small social network, Piazza, with seeded people who write as people
// write, and a small shop, Kranich & Kessel, that signs its customers in through
// Tonfall.
//
//	browser -> Shop -> Tonfall (OpenID Provider) -> Network (OAuth 2 + PKCE) -> back
//	           Shop -> Tonfall (REST: render a message)  Tonfall -> Network (posts)
//
// Both are real HTTP: whatever speaks to them learns nothing that it could not
// learn from a stranger's server. Everything is kept in memory and is gone with
// the process. Nothing here is fit to hold a real person's data.
package practice

import (
	"cmp"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// NetworkOptions is what a Network is made with. Base is required.
type NetworkOptions struct {
	// Base is the external URL under which the handler is mounted, without a
	// slash at the end: "http://127.0.0.1:8080/practice". Mount the handler at
	// Base's path plus "/", without http.StripPrefix.
	Base    string
	Clients []Client // who may ask for permissions
	// Customers is how many accounts are seeded: 1..MaxCustomers, 50 where it is 0.
	Customers int
	Seed      int64 // the same seed and the same Now give the same people and posts
	// RateLimit is the number of API calls a minute for each access token; 300 where it is 0.
	RateLimit int
	Now       func() time.Time // time.Now where nil
}

// MaxCustomers is the most accounts that a network seeds.
const MaxCustomers = 5000

// Client is an application registered at the network. A client without a
// secret is a public one: PKCE alone protects it.
type Client struct {
	ID        string
	Secret    string
	Name      string   // shown on the permission page; ID where empty
	Redirects []string // compared byte for byte
}

// Network is the practice social network: pages, an OAuth 2 authorization
// server and an API. Safe for concurrent use.
type Network struct {
	opts    NetworkOptions
	root    string // path of Base
	clients map[string]Client
	handler http.Handler
	pages   *pages

	mu       sync.Mutex // guards everything below
	people   []*person  // in the order of seeding
	byHandle map[string]*person
	sequence int // makes post ids unique
	codes    map[digest]*code
	tokens   map[digest]*token
	swept    time.Time
	sessions map[digest]visit
	calls    map[digest]window
	faults   faults
}

// NewNetwork seeds a network. A Base that is no absolute URL, or a number of
// customers outside 1..MaxCustomers, is a defect of the caller and panics.
func NewNetwork(o NetworkOptions) *Network {
	o.Base = strings.TrimSuffix(o.Base, "/")
	base, err := url.Parse(o.Base)
	if err != nil || base.Host == "" {
		panic("practice: Base must be an absolute URL")
	}
	o.Customers = cmp.Or(o.Customers, 50)
	if o.Customers < 1 || o.Customers > MaxCustomers {
		panic("practice: Customers must lie between 1 and 5000")
	}
	o.RateLimit = cmp.Or(o.RateLimit, 300)
	if o.Now == nil {
		o.Now = time.Now
	}
	n := &Network{
		opts: o, root: base.Path,
		pages:    loadPages(),
		clients:  map[string]Client{},
		byHandle: map[string]*person{},
		codes:    map[digest]*code{},
		tokens:   map[digest]*token{},
		sessions: map[digest]visit{},
		calls:    map[digest]window{},
	}
	for _, c := range o.Clients {
		c.Name = cmp.Or(c.Name, c.ID)
		n.clients[c.ID] = c
	}
	n.seed()
	n.handler = n.routes()
	return n
}

// ServeHTTP answers everything under Base.
func (n *Network) ServeHTTP(w http.ResponseWriter, r *http.Request) { n.handler.ServeHTTP(w, r) }

// routes is every address of the network. What programs call is exempt from
// the cross-origin check that guards the forms: it carries no cookie.
func (n *Network) routes() http.Handler {
	pages := http.NewServeMux()
	page := func(method, path string, h func(http.ResponseWriter, *http.Request)) {
		pages.HandleFunc(method+" "+n.root+path, h)
	}
	page("GET", "/{$}", n.home)
	page("GET", "/signin", n.signinPage)
	page("POST", "/signin", n.signin)
	page("POST", "/signout", n.signout)
	page("GET", "/people/{handle}", n.timeline)
	page("POST", "/people/{handle}/posts", n.write)
	page("POST", "/people/{handle}/posts/{id}/delete", n.remove)
	page("POST", "/people/{handle}/apps/{client}/disconnect", n.disconnect)
	page("GET", "/oauth/authorize", n.authorizePage)
	page("POST", "/oauth/authorize", n.decide)
	page("GET", "/assets/{file}", serveAsset)
	page("GET", "/", n.missing)

	mux := http.NewServeMux()
	mux.Handle(n.root+"/", http.NewCrossOriginProtection().Handler(pages))
	mux.HandleFunc("POST "+n.root+"/oauth/token", n.token)
	mux.HandleFunc("POST "+n.root+"/oauth/revoke", n.revoke)
	mux.HandleFunc("GET "+n.root+"/api/me", n.api(scopeProfile, n.me))
	mux.HandleFunc("GET "+n.root+"/api/posts", n.api(scopePosts, n.posts))
	mux.HandleFunc("GET "+n.root+"/api/posts/lookup", n.api(scopePosts, n.lookup))
	return mux
}
