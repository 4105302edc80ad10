package connectors

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"
	"golang.org/x/oauth2"

	"tonfall/internal/egress"
	"tonfall/profile"
)

// openID signs people in at any OpenID Provider that is found by discovery
// (https://openid.net/specs/openid-connect-discovery-1_0.html): Google, a
// company's own, or a social network that offers it. Sign-in and profile only.
type openID struct {
	o      Options
	about  Info
	manner manner

	lock  sync.Mutex
	known discovery
	until time.Time

	keys      jose.JSONWebKeySet // for what the provider tells unasked
	keysUntil time.Time
}

var (
	_ Refresher = (*openID)(nil)
	_ Revoker   = (*openID)(nil)
)

// manner is how a provider departs from the specification, or uses what it
// leaves open. The zero value is a provider that does neither.
type manner struct {
	// params are added to the authorization request.
	params map[string]string
	// secret makes the client secret, where it is not simply the configured one.
	secret func() (string, error)
	// inForm sends the client's secret in the form, also where the header is offered.
	inForm bool
	// tenants is for providers whose issuer differs by person.
	tenants *tenants
	// person corrects what the claims say of the account.
	person func(said claims, back Callback, a *profile.Account)
}

// algorithms are the signatures accepted on ID tokens: public keys only, so
// that "none" and HMAC with a public key as its secret are refused.
func algorithms() []string {
	return []string{oidc.RS256, oidc.RS384, oidc.RS512, oidc.PS256, oidc.PS384, oidc.PS512, oidc.ES256, oidc.ES384, oidc.ES512, oidc.EdDSA}
}

const discoveryLife = time.Hour // how long a discovery document is believed

// discovery is the part of a provider's metadata that is used.
type discovery struct {
	Issuer      string   `json:"issuer"`
	AuthURL     string   `json:"authorization_endpoint"`
	TokenURL    string   `json:"token_endpoint"`
	KeysURL     string   `json:"jwks_uri"`
	UserInfoURL string   `json:"userinfo_endpoint"`
	RevokeURL   string   `json:"revocation_endpoint"`
	TokenAuth   []string `json:"token_endpoint_auth_methods_supported"`

	verifier *oidc.IDTokenVerifier // remembers the provider's keys
}

func newOIDC(o Options) (Connector, error) {
	p, err := discovered(o, manner{})
	if err != nil {
		return nil, err
	}
	p.about = Info{
		Name: o.Name, Title: titled(o, hostOf(o.BaseURL)),
		Powers:       []string{"refresh", "revoke"},
		Scopes:       openIDScopes(),
		Registration: "a client at the provider, with the callback URL of each shop",
		Rules:        signInRules("OpenID Connect", "https://openid.net/specs/openid-connect-core-1_0.html"),
	}
	return p, nil
}

// openIDScopes are what tells who a person is (OpenID Connect Core section 5.4).
func openIDScopes() map[profile.Purpose][]string {
	return map[profile.Purpose][]string{"": {"openid", "profile", "email"}}
}

// hostOf is the host of a URL, for people.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

// discovered is the sign-in at the issuer o.BaseURL. The caller adds Info.
func discovered(o Options, m manner) (*openID, error) {
	issuer, err := url.Parse(o.BaseURL)
	if err != nil || issuer.Host == "" || issuer.RawQuery != "" || issuer.Fragment != "" {
		return nil, profile.Errorf(profile.Invalid, "connector %s needs base_url, the issuer of its OpenID Provider, such as https://accounts.example.org", o.Name)
	}
	if issuer.Scheme != "https" && !(issuer.Scheme == "http" && o.AllowLoopback && egress.Loopback(issuer.Hostname())) {
		return nil, profile.Errorf(profile.Invalid, "the issuer of connector %s must begin with https://", o.Name)
	}
	if o.ClientID == "" {
		return nil, profile.Errorf(profile.Invalid, "connector %s needs client_id, from the registration at %s", o.Name, issuer.Host)
	}
	return &openID{o: o, manner: m}, nil
}

// Info describes the connector.
func (p *openID) Info() Info { return p.about }

// Begin asks for an ID token that is bound to the nonce of s.
func (p *openID) Begin(ctx context.Context, s Start) (Step, error) {
	if s.Nonce == "" {
		return Step{}, profile.Errorf(profile.Internal, "a sign-in by OpenID Connect needs a nonce")
	}
	k, err := p.code(ctx)
	if err != nil {
		return Step{}, err
	}
	k.Params = maps.Clone(p.manner.params)
	if s.Locale != "" {
		if k.Params == nil {
			k.Params = map[string]string{}
		}
		k.Params["ui_locales"] = s.Locale
	}
	return k.Begin(ctx, s)
}

// Finish checks the ID token: signature, issuer, audience, times, nonce.
func (p *openID) Finish(ctx context.Context, back Callback) (Grant, profile.Account, error) {
	k, err := p.code(ctx)
	if err != nil {
		return Grant{}, profile.Account{}, err
	}
	return k.Finish(ctx, back)
}

// Refresh renews a grant; the person is not asked for again.
func (p *openID) Refresh(ctx context.Context, g Grant) (Grant, error) {
	k, err := p.code(ctx)
	if err != nil {
		return Grant{}, err
	}
	return k.Refresh(ctx, g)
}

// Revoke ends a grant, where the provider has an endpoint for it.
func (p *openID) Revoke(ctx context.Context, g Grant) error {
	k, err := p.code(ctx)
	if err != nil {
		return err
	}
	return k.Revoke(ctx, g)
}

// Client signs calls with the bearer token.
func (p *openID) Client(g Grant, base http.RoundTripper) *http.Client {
	return Code{HTTP: p.o.HTTP}.Client(g, base)
}

// code is the sign-in with what discovery says.
func (p *openID) code(ctx context.Context) (Code, error) {
	d, err := p.discover(ctx)
	if err != nil {
		return Code{}, err
	}
	secret := p.o.ClientSecret
	if p.manner.secret != nil {
		if secret, err = p.manner.secret(); err != nil {
			return Code{}, err
		}
	}
	style := oauth2.AuthStyleInHeader // the default of OpenID Connect Core section 9
	if secret == "" || p.manner.inForm || len(d.TokenAuth) > 0 && !slices.Contains(d.TokenAuth, "client_secret_basic") {
		style = oauth2.AuthStyleInParams
	}
	sender := d.Issuer
	if p.manner.tenants != nil {
		sender = "" // the document does not name the tenant that answers
	}
	return Code{
		About: p.about, ID: p.o.ClientID, Secret: secret, Extra: p.o.Scopes, HTTP: p.o.HTTP, Now: p.o.Now,
		Endpoint: oauth2.Endpoint{AuthURL: d.AuthURL, TokenURL: d.TokenURL, AuthStyle: style},
		Revoking: d.RevokeURL, Issuer: sender,
		Account: func(ctx context.Context, c *http.Client, t *oauth2.Token, back Callback) (profile.Account, error) {
			return p.account(ctx, d, c, t, back)
		},
	}, nil
}

// discover reads the provider's metadata, at most once an hour. An issuer that
// is not exactly the configured one is refused: it would sign for somebody else.
func (p *openID) discover(ctx context.Context) (discovery, error) {
	p.lock.Lock()
	d, fresh := p.known, p.o.Now().Before(p.until)
	p.lock.Unlock()
	if fresh {
		return d, nil
	}
	d = discovery{}
	at := strings.TrimSuffix(p.o.BaseURL, "/") + "/.well-known/openid-configuration"
	if _, err := p.api().get(ctx, p.o.HTTP, "discovery", at, &d); err != nil {
		return discovery{}, err
	}
	if !p.expects(d.Issuer) {
		return discovery{}, profile.Errorf(profile.Upstream, "%s calls itself %.80q, which is not the configured issuer; both must be the same to the letter", p.about.Title, d.Issuer)
	}
	for _, endpoint := range []string{d.AuthURL, d.TokenURL, d.KeysURL} {
		if u, err := url.Parse(endpoint); err != nil || u.Host == "" || u.Scheme != "https" && !(u.Scheme == "http" && strings.HasPrefix(d.Issuer, "http:")) {
			return discovery{}, profile.Errorf(profile.Upstream, "%s does not say where to sign in", p.about.Title)
		}
	}
	// The keys are fetched in the background's name: they outlive this call.
	keys := oidc.NewRemoteKeySet(oidc.ClientContext(context.Background(), p.o.HTTP), d.KeysURL)
	d.verifier = oidc.NewVerifier(d.Issuer, keys, &oidc.Config{ClientID: p.o.ClientID, SupportedSigningAlgs: algorithms(), Now: p.o.Now, SkipIssuerCheck: p.manner.tenants != nil})
	p.lock.Lock()
	defer p.lock.Unlock()
	p.known, p.until = d, p.o.Now().Add(discoveryLife)
	return d, nil
}

// expects reports whether a discovery document may call itself by the issuer.
func (p *openID) expects(issuer string) bool {
	if p.manner.tenants != nil {
		return p.manner.tenants.document(issuer)
	}
	return issuer == p.o.BaseURL
}

func (p *openID) api() api { return api{title: p.about.Title, now: p.o.Now} }
