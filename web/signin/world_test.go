package signin_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"tonfall/connectors"
	"tonfall/internal/housetest"
	"tonfall/internal/kept"
	"tonfall/internal/practice"
	"tonfall/profile"
	"tonfall/web/signin"
)

const (
	shopSecret    = "canary-shop-secret-0123456789"
	backendSecret = "canary-backend-secret-0123456789"
	redirect      = "https://shop.example/callback"
)

// world is the door with all that it needs, real: store, gate, pipeline, a
// social network, and a shop that is an ordinary OpenID client.
type world struct {
	*housetest.House
	t       *testing.T
	site    *signin.Site
	base    string
	network *practice.Network
	upper   string // the network's address
	clients clients
	logs    *logbook

	mu      sync.Mutex
	notices []signin.Notice
}

// shops gives the house's shops to the door.
type shops struct{ *housetest.House }

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{House: housetest.New(t), t: t, logs: &logbook{}}
	w.Log = newLog(w.logs)
	lower, upper := httptest.NewUnstartedServer(nil), httptest.NewUnstartedServer(nil)
	w.base, w.upper = "http://"+lower.Listener.Addr().String(), "http://"+upper.Listener.Addr().String()

	w.network = practice.NewNetwork(practice.NetworkOptions{
		Base: w.upper, Customers: 5, Seed: 1, Now: w.Now,
		Clients: []practice.Client{{ID: "tonfall", Secret: "canary-upstream-secret", Redirects: []string{
			w.base + "/demo/callback/practice", w.base + "/demo/callback/piazza", w.base + "/other/callback/practice",
		}}},
	})
	var offered []connectors.Connector
	for _, name := range []string{"practice", "piazza"} {
		c, err := connectors.New("practice", connectors.Options{
			Name: name, Title: strings.ToUpper(name[:1]) + name[1:], BaseURL: w.upper, ClientID: "tonfall", ClientSecret: "canary-upstream-secret", AllowLoopback: true, Now: w.Now,
		})
		if err != nil {
			t.Fatal(err)
		}
		offered = append(offered, c)
	}
	bluesky, err := connectors.New("bluesky", connectors.Options{AllowLoopback: true, Now: w.Now})
	if err != nil {
		t.Fatal(err)
	}
	offered = append(offered, bluesky)
	w.Enrich.Connectors = func(shop string) []connectors.Connector {
		if shop == housetest.Other {
			return offered[:1]
		}
		return offered
	}
	w.Enrich.Limits.Posts, w.Enrich.Limits.Inline = 20, 5*time.Second

	w.clients = clients{
		housetest.Demo: {
			"web":     {ID: "web", SecretHash: signin.HashSecret(shopSecret), Redirects: []string{redirect}, PostLogout: []string{"https://shop.example/bye"}, BackChannel: "https://shop.example/backchannel"},
			"app":     {ID: "app", Redirects: []string{"https://app.example/in"}, Algorithm: "EdDSA"},
			"old":     {ID: "old", SecretHash: signin.HashSecret("old-" + shopSecret), Redirects: []string{redirect}, Algorithm: "RS256"},
			"backend": {ID: "backend", SecretHash: signin.HashSecret(backendSecret), Scopes: []string{"customers:read", "score"}},
		},
		housetest.Other: {
			"web": {ID: "web", SecretHash: signin.HashSecret(shopSecret), Redirects: []string{"https://other.example/callback"}},
		},
	}
	w.site = &signin.Site{
		Base: w.base, Gate: w.Gate, Enrich: w.Enrich, Shops: shops{w.House}, Clients: w.clients,
		Tickets: kept.Tickets{Store: w.Store}, Records: kept.Records{Store: w.Store}, Signing: w.Keys, Links: w.Links, Assets: w.Assets,
		Notify: func(_ context.Context, n signin.Notice) error {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.notices = append(w.notices, n)
			return nil
		},
		Now: w.Now, Log: w.Log,
	}
	w.site.Me = http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		key, _, there := w.site.Session(r)
		if !there {
			back := url.Values{"return_to": {r.URL.RequestURI()}}
			http.Redirect(rw, r, "/"+r.PathValue("shop")+"/signin?"+back.Encode(), http.StatusSeeOther)
			return
		}
		_, _ = io.WriteString(rw, "<p>this is "+key.String()+"</p>")
	})
	if err := w.site.Open(); err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/assets/", w.Assets)
	mux.Handle("/{shop}/", w.site)
	lower.Config.Handler, upper.Config.Handler = w.site.Guard(mux), w.network
	lower.Start()
	upper.Start()
	t.Cleanup(lower.Close)
	t.Cleanup(upper.Close)
	return w
}

// errand is a sign-in as the shop sees it.
type errand struct {
	w        *world
	config   oauth2.Config
	state    string
	nonce    string
	verifier string
	provider *oidc.Provider
}

// errand begins one for a client of the shop demo, or of another.
func (w *world) errand(client string, scopes ...string) *errand {
	return w.errandAt(housetest.Demo, client, scopes...)
}

func (w *world) errandAt(shop, client string, scopes ...string) *errand {
	w.t.Helper()
	provider, err := oidc.NewProvider(context.Background(), w.base+"/"+shop)
	if err != nil {
		w.t.Fatal(err)
	}
	known := w.clients[shop][client]
	e := &errand{w: w, state: "the-state", nonce: "the-nonce", verifier: oauth2.GenerateVerifier(), provider: provider}
	e.config = oauth2.Config{ClientID: client, Endpoint: provider.Endpoint(), RedirectURL: known.Redirects[0], Scopes: append([]string{"openid", "profile", "email"}, scopes...)}
	switch {
	case client == "old":
		e.config.ClientSecret = "old-" + shopSecret
		e.config.Endpoint.AuthStyle = oauth2.AuthStyleInParams
	case len(known.SecretHash) > 0:
		e.config.ClientSecret = shopSecret
		e.config.Endpoint.AuthStyle = oauth2.AuthStyleInHeader
	}
	return e
}

// url is where the shop sends the browser; more are name, value pairs.
func (e *errand) url(more ...string) string {
	with := []oauth2.AuthCodeOption{oauth2.S256ChallengeOption(e.verifier), oidc.Nonce(e.nonce)}
	for i := 0; i+1 < len(more); i += 2 {
		with = append(with, oauth2.SetAuthURLParam(more[i], more[i+1]))
	}
	return e.config.AuthCodeURL(e.state, with...)
}

// back checks the answer at the shop, and gives the code.
func (e *errand) back(answer url.Values) string {
	e.w.t.Helper()
	if answer.Get("state") != e.state || answer.Get("iss") == "" || answer.Get("error") != "" || answer.Get("code") == "" {
		e.w.t.Fatalf("the shop was answered %v", answer)
	}
	return answer.Get("code")
}

func (e *errand) exchange(code string) (*oauth2.Token, error) {
	return e.config.Exchange(context.Background(), code, oauth2.VerifierOption(e.verifier))
}

// signedIn exchanges the code and verifies the ID token as a shop does.
func (e *errand) signedIn(code string) (*oauth2.Token, *oidc.IDToken) {
	e.w.t.Helper()
	token, err := e.exchange(code)
	if err != nil {
		e.w.t.Fatal(err)
	}
	raw, _ := token.Extra("id_token").(string)
	id, err := e.provider.Verifier(&oidc.Config{
		ClientID: e.config.ClientID, Now: e.w.Now, SupportedSigningAlgs: []string{"ES256", "EdDSA", "RS256"},
	}).Verify(context.Background(), raw)
	if err != nil {
		e.w.t.Fatal(err)
	}
	if id.Nonce != e.nonce {
		e.w.t.Fatalf("nonce %q", id.Nonce)
	}
	if err := id.VerifyAccessToken(token.AccessToken); err != nil {
		e.w.t.Fatal(err)
	}
	return token, id
}

// atNetwork signs in as a person of the network and allows.
func (w *world) atNetwork(p *page, who int) *page {
	w.t.Helper()
	return w.known(p, who).submit("Allow", nil)
}

// known signs in at the network, where nobody is signed in yet.
func (w *world) known(p *page, who int) *page {
	w.t.Helper()
	account := w.network.Accounts()[who]
	if strings.Contains(p.body, `name="password"`) {
		p = p.submit("Sign in", map[string]string{"handle": account.Handle, "password": account.Password})
	}
	return p
}

// signIn takes a browser all the way; ticks are the boxes ticked.
func (w *world) signIn(b *browser, e *errand, who int, ticks ...string) url.Values {
	w.t.Helper()
	p := w.atNetwork(b.get(e.url("connector", "practice")), who)
	if p.out != nil { // nothing to ask
		return p.left()
	}
	p = p.is(http.StatusOK, "Continue without").submit("Agree", nil, ticks...).is(http.StatusOK).refresh()
	if p.out == nil { // once more, for the posts
		p = w.atNetwork(p, who)
	}
	return p.left()
}

// customer is who the ID token names.
func (w *world) customer(id *oidc.IDToken) profile.Customer {
	w.t.Helper()
	c, err := w.Gate.Customer(context.Background(), profile.Key{Shop: housetest.Demo, ID: profile.CustomerID(id.Subject)})
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

// call posts a form to an endpoint as a client.
func (w *world) call(path, client, password string, form url.Values) (int, map[string]any) {
	w.t.Helper()
	r, err := http.NewRequest(http.MethodPost, w.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		w.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if client != "" {
		r.SetBasicAuth(client, password)
	}
	return w.answer(r)
}

// userinfo asks for it with a token.
func (w *world) userinfo(token string) (int, map[string]any) {
	w.t.Helper()
	r, err := http.NewRequest(http.MethodGet, w.base+"/demo/userinfo", nil)
	if err != nil {
		w.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	return w.answer(r)
}

func (w *world) answer(r *http.Request) (int, map[string]any) {
	w.t.Helper()
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		w.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	var out map[string]any
	if len(body) > 0 {
		if err := json.Unmarshal(body, &out); err != nil {
			w.t.Fatalf("%s answered %d and no JSON: %.200s", r.URL.Path, resp.StatusCode, body)
		}
	}
	return resp.StatusCode, out
}
