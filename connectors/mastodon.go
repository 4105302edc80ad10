package connectors

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"

	"golang.org/x/oauth2"

	"tonfall/internal/egress"
	"tonfall/profile"
)

// mastodon signs people in at any server that speaks the Mastodon API:
// Mastodon, GoToSocial, Pleroma and their kin. The person types the server,
// and Tonfall registers there by itself (mastodon_app.go). Reading is in
// mastodon_posts.go. Facts: https://docs.joinmastodon.org/methods/oauth/.
type mastodon struct {
	o     Options
	fixed *url.URL // the one instance offered; nil: any
	about Info
}

var (
	_ PostReader = (*mastodon)(nil)
	_ PostLister = (*mastodon)(nil)
	_ Refresher  = (*mastodon)(nil)
	_ Revoker    = (*mastodon)(nil)
)

func newMastodon(o Options) (Connector, error) {
	m := &mastodon{o: o, about: Info{
		Name: o.Name, Title: titled(o, "Mastodon"), Posts: true, Hint: "instance",
		Powers: []string{"posts", "lookup", "refresh", "revoke"},
		// Servers before Mastodon 4.3 know no scope "profile": they are asked
		// for "read:accounts" (https://docs.joinmastodon.org/api/oauth-scopes/).
		Scopes:       map[profile.Purpose][]string{"": {"profile"}, profile.Posts: {"read:statuses"}},
		Registration: "none: Tonfall registers at each server by itself",
		Rules:        allowed("the software sets no rule; each server has its own terms, and the person decides about the own posts", "https://docs.joinmastodon.org/client/intro/"),
	}}
	if o.BaseURL == "" {
		return m, nil
	}
	fixed, err := url.Parse(o.BaseURL)
	if err != nil || fixed.Host == "" || (fixed.Path != "" && fixed.Path != "/") {
		return nil, profile.Errorf(profile.Invalid, "base_url of connector %s must be the address of a server, such as https://mastodon.social, or be left out for any server", o.Name)
	}
	m.fixed, m.about.Hint = fixed, ""
	return m, nil
}

// memo is what a sign-in remembers: Code's own memory, and where and as whom
// it was begun.
type memo struct {
	Host string          `json:"host"`
	App  application     `json:"app"`
	Code json.RawMessage `json:"code"`
}

// Keys of Grant.Extra.
const (
	extraInstance = "instance"
	extraID       = "client_id"
	extraSecret   = "client_secret"
)

// Info describes the connector.
func (m *mastodon) Info() Info { return m.about }

// Begin finds the server, registers there where it is new, and sends the
// person to it.
func (m *mastodon) Begin(ctx context.Context, s Start) (Step, error) {
	host, err := m.host(s.Hint)
	if err != nil {
		return Step{}, err
	}
	app, err := m.application(ctx, host, s.Redirect)
	if err != nil {
		return Step{}, err
	}
	k := m.code(host, app)
	if s.Locale != "" {
		k.Params = map[string]string{"lang": s.Locale}
	}
	step, err := k.Begin(ctx, s)
	if err != nil {
		return Step{}, err
	}
	keep, err := json.Marshal(memo{Host: host, App: app, Code: step.Keep})
	return Step{URL: step.URL, Keep: keep}, profile.Wrap(profile.Internal, err, "the sign-in could not be prepared")
}

func (m *mastodon) host(typed string) (string, error) {
	if m.fixed != nil {
		return m.fixed.Host, nil
	}
	return instanceHost(typed, m.o.AllowLoopback)
}

// base is the address of a server.
func (m *mastodon) base(host string) string {
	switch {
	case m.fixed != nil && m.fixed.Host == host:
		return m.fixed.Scheme + "://" + host
	case m.o.AllowLoopback && egress.Loopback((&url.URL{Host: host}).Hostname()):
		return "http://" + host
	}
	return "https://" + host
}

// api calls a server; its name stands in the errors.
func (m *mastodon) api(host string) api { return api{title: host, now: m.o.Now} }

// code is the sign-in at one server. PKCE is sent to all: servers before
// Mastodon 4.3 ignore it, as RFC 6749 section 3.1 asks of them. The endpoints
// have been the same on every server ever since; metadata that names others
// could lead a code astray, and is not asked.
func (m *mastodon) code(host string, app application) Code {
	about := m.about
	about.Title = host
	about.Scopes = map[profile.Purpose][]string{"": {app.Identity}, profile.Posts: m.about.Scopes[profile.Posts]}
	base := m.base(host)
	return Code{
		About: about, ID: app.ID, Secret: app.Secret, Extra: m.o.Scopes, HTTP: m.o.HTTP, Now: m.o.Now,
		Endpoint: oauth2.Endpoint{AuthURL: base + "/oauth/authorize", TokenURL: base + "/oauth/token", AuthStyle: oauth2.AuthStyleInParams},
		Revoking: base + "/oauth/revoke", Issuer: base,
		Account: func(ctx context.Context, c *http.Client, _ *oauth2.Token, _ Callback) (profile.Account, error) {
			return m.account(ctx, c, host)
		},
	}
}

// Finish exchanges the code where it was asked for.
func (m *mastodon) Finish(ctx context.Context, back Callback) (Grant, profile.Account, error) {
	var keep memo
	if err := json.Unmarshal(back.Keep, &keep); err != nil || keep.Host == "" {
		return Grant{}, profile.Account{}, profile.Errorf(profile.Invalid, "this sign-in was not begun here; please start again")
	}
	redirect := back.Redirect
	back.Keep = keep.Code
	grant, account, err := m.code(keep.Host, keep.App).Finish(ctx, back)
	if codeOf(err) == "invalid_client" {
		// The server forgot us: the next sign-in registers anew.
		if forget := m.forget(ctx, keep.Host, redirect); forget != nil {
			return Grant{}, profile.Account{}, forget
		}
		return Grant{}, profile.Account{}, profile.Wrap(profile.Upstream, err, keep.Host+" has forgotten this shop; please start again, it will work then")
	}
	if err != nil {
		return Grant{}, profile.Account{}, err
	}
	grant.Extra = map[string]string{extraInstance: keep.Host, extraID: keep.App.ID, extraSecret: keep.App.Secret}
	return grant, account, nil
}

// granted is the sign-in that a grant came from. A token belongs to the client
// that it was given to, also after a new registration.
func (m *mastodon) granted(g Grant) Code {
	return m.code(g.Extra[extraInstance], application{ID: g.Extra[extraID], Secret: g.Extra[extraSecret]})
}

// Refresh renews a grant at the few servers whose tokens expire.
func (m *mastodon) Refresh(ctx context.Context, g Grant) (Grant, error) {
	return m.granted(g).Refresh(ctx, g)
}

// Revoke ends a grant.
func (m *mastodon) Revoke(ctx context.Context, g Grant) error { return m.granted(g).Revoke(ctx, g) }

// Client signs calls with the bearer token.
func (m *mastodon) Client(g Grant, base http.RoundTripper) *http.Client {
	return Code{HTTP: m.o.HTTP}.Client(g, base)
}

// account asks who the person is
// (https://docs.joinmastodon.org/methods/accounts/#verify_credentials).
func (m *mastodon) account(ctx context.Context, c *http.Client, host string) (profile.Account, error) {
	var who struct {
		ID       string `json:"id"`
		Username string `json:"username"`
		Name     string `json:"display_name"`
		Avatar   string `json:"avatar"`
		URL      string `json:"url"`
		Source   struct {
			Language string `json:"language"`
		} `json:"source"`
	}
	if _, err := m.api(host).get(ctx, c, "account", m.base(host)+"/api/v1/accounts/verify_credentials", &who); err != nil {
		return profile.Account{}, err
	}
	return profile.Account{
		Provider: host, Subject: who.ID, Handle: who.Username + "@" + host, Name: who.Name,
		Picture: who.Avatar, URL: who.URL, Locale: who.Source.Language,
	}, nil
}
