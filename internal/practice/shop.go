package practice

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// ShopOptions is what a Shop is made with. Everything but Buttons,
// HTTP and Now is required.
type ShopOptions struct {
	// Base is the same as the network's: "http://127.0.0.1:8080/practice". The
	// shop lives below it, at Base + "/shop".
	Base          string
	Issuer        string // Tonfall's issuer for this shop: "http://127.0.0.1:8080/demo"
	ClientID      string // for signing people in
	ClientSecret  string
	RedirectURI   string // Base + "/shop/callback"
	APIBase       string // where /v1 is: "http://127.0.0.1:8080"
	BackendID     string // for the shop's own server (client_credentials)
	BackendSecret string
	Buttons       []Button         // one without a connector where empty
	HTTP          *http.Client     // ten seconds a call where nil
	Now           func() time.Time // time.Now where nil
}

// Button is one way to sign in.
type Button struct {
	Connector string // "practice", "mastodon"; empty: Tonfall's chooser
	Label     string // "Piazza"; empty: no name on the button
}

// Shop is a small shop that signs its customers in through Tonfall and has it
// write to them. Register Base + "/shop/callback" as its redirect address and
// Base + "/shop/" as its post-logout one. Safe for concurrent use.
type Shop struct {
	opts    ShopOptions
	root    string // path of Base + "/shop"
	pages   *pages
	handler http.Handler
	desk    desk

	mu       sync.Mutex // guards everything below
	guests   map[digest]*guest
	starts   map[digest]start
	provider *oidc.Provider
}

// NewShop makes a shop. It speaks to nobody before the first visitor signs
// in. A Base that is no absolute URL is a defect of the caller and panics.
func NewShop(o ShopOptions) *Shop {
	o.Base = strings.TrimSuffix(o.Base, "/") + "/shop"
	base, err := url.Parse(o.Base)
	if err != nil || base.Host == "" {
		panic("practice: Base must be an absolute URL")
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.HTTP == nil {
		o.HTTP = &http.Client{Timeout: 10 * time.Second}
	}
	if len(o.Buttons) == 0 {
		o.Buttons = []Button{{}}
	}
	s := &Shop{opts: o, root: base.Path, pages: loadPages(), guests: map[digest]*guest{}, starts: map[digest]start{}}
	s.desk.shop = s
	s.handler = s.routes()
	return s
}

// ServeHTTP answers everything under Base + "/shop".
func (s *Shop) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// routes is every address of the shop.
func (s *Shop) routes() http.Handler {
	mux := http.NewServeMux()
	at := func(method, path string, h http.HandlerFunc) { mux.HandleFunc(method+" "+s.root+path, h) }
	at("GET", "/{$}", s.front)
	at("GET", "/signin", s.signin)
	at("GET", "/callback", s.callback)
	at("POST", "/signout", s.signout)
	at("POST", "/letters", s.send)
	at("POST", "/newsletter", s.newsletter)
	at("GET", "/assets/{file}", serveAsset)
	at("GET", "/", func(w http.ResponseWriter, r *http.Request) {
		s.fail(w, r, http.StatusNotFound, "shop.missing", "")
	})
	return http.NewCrossOriginProtection().Handler(mux)
}

// discover reads the issuer's own description, once it can be had.
func (s *Shop) discover(ctx context.Context) (*oidc.Provider, error) {
	s.mu.Lock()
	p := s.provider
	s.mu.Unlock()
	if p != nil {
		return p, nil
	}
	p, err := oidc.NewProvider(oidc.ClientContext(ctx, s.opts.HTTP), s.opts.Issuer)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.provider = cmp.Or(s.provider, p)
	return s.provider, nil
}

// client is the shop as an OpenID client.
func (s *Shop) client(p *oidc.Provider) *oauth2.Config {
	endpoint := p.Endpoint()
	// Said outright: the library would otherwise find out by trying, and a
	// failed try burns the code.
	endpoint.AuthStyle = oauth2.AuthStyleInHeader
	return &oauth2.Config{
		ClientID: s.opts.ClientID, ClientSecret: s.opts.ClientSecret, RedirectURL: s.opts.RedirectURI,
		Endpoint: endpoint, Scopes: []string{oidc.ScopeOpenID, "profile", "email"},
	}
}
