package connectors

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"tonfall/profile"
)

// Code is the sign-in of an ordinary OAuth 2 provider: authorization code with
// PKCE (RFC 7636, S256), bearer tokens, refresh, revocation (RFC 7009).
// A provider is one literal of it; one that reads posts embeds it in a struct
// that adds the methods of PostReader.
type Code struct {
	About    Info // what Info answers; Scopes there decide what is asked for
	ID       string
	Secret   string
	Endpoint oauth2.Endpoint
	Revoking string   // RFC 7009 endpoint; empty: the provider has none
	Issuer   string   // checked against the callback's iss (RFC 9207); empty: not checked
	Extra    []string // scopes beyond those of the purposes
	// NoPKCE leaves PKCE away, for the few providers that refuse or do not know it.
	NoPKCE bool
	// Params are added to the authorization request.
	Params map[string]string
	HTTP   *http.Client
	Now    func() time.Time
	// Exchange asks the token endpoint in the provider's own way; nil means as
	// RFC 6749 says. form is what the RFC would send, without the client:
	// grant_type with code, redirect_uri and, with PKCE, code_verifier; or with
	// refresh_token. Errors are as x/oauth2 makes them (ask).
	Exchange func(ctx context.Context, form url.Values) (*oauth2.Token, error)
	// Special tells errors that only this provider has (api.special).
	Special func(call string, status int, h http.Header, body []byte) error
	// Account asks the provider who the person is. c is signed with the grant;
	// token is the whole answer of the token endpoint. Connector, Scopes and
	// Connected are filled in by Finish.
	Account func(ctx context.Context, c *http.Client, token *oauth2.Token, back Callback) (profile.Account, error)
}

// kept is what a Code remembers between Begin and Finish.
type kept struct {
	Verifier string   `json:"verifier"`
	Scopes   []string `json:"scopes"`
}

// Info describes the connector.
func (k Code) Info() Info { return k.About }

// Begin builds the authorization request. It does no I/O.
func (k Code) Begin(_ context.Context, s Start) (Step, error) {
	keep := kept{Verifier: oauth2.GenerateVerifier(), Scopes: k.scopes(s.Purposes)}
	var options []oauth2.AuthCodeOption
	if !k.NoPKCE {
		options = append(options, oauth2.S256ChallengeOption(keep.Verifier))
	}
	if s.Nonce != "" && slices.Contains(keep.Scopes, "openid") {
		options = append(options, oauth2.SetAuthURLParam("nonce", s.Nonce))
	}
	for name, value := range k.Params {
		options = append(options, oauth2.SetAuthURLParam(name, value))
	}
	memory, err := json.Marshal(keep)
	if err != nil {
		return Step{}, profile.Wrap(profile.Internal, err, "the sign-in could not be prepared")
	}
	return Step{URL: k.config(s.Redirect, keep.Scopes).AuthCodeURL(s.State, options...), Keep: memory}, nil
}

// scopes are the fewest that the purposes need.
func (k Code) scopes(purposes []profile.Purpose) []string {
	list := append(slices.Clone(k.About.Scopes[""]), k.Extra...)
	for _, p := range purposes {
		list = append(list, k.About.Scopes[p]...)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

func (k Code) config(redirect string, scopes []string) *oauth2.Config {
	return &oauth2.Config{ClientID: k.ID, ClientSecret: k.Secret, Endpoint: k.Endpoint, RedirectURL: redirect, Scopes: scopes}
}

// Finish exchanges the code and asks who came.
func (k Code) Finish(ctx context.Context, back Callback) (Grant, profile.Account, error) {
	var keep kept
	if err := json.Unmarshal(back.Keep, &keep); err != nil || keep.Verifier == "" {
		return Grant{}, profile.Account{}, profile.Errorf(profile.Invalid, "this sign-in was not begun here; please start again")
	}
	if err := k.returned(back.Params); err != nil {
		return Grant{}, profile.Account{}, err
	}
	token, err := k.exchange(ctx, back, keep.Verifier)
	if err != nil {
		return Grant{}, profile.Account{}, k.tokenError(ctx, "sign-in", profile.Invalid, err)
	}
	grant := k.grant(token, Grant{Scopes: keep.Scopes})
	account, err := k.Account(ctx, k.Client(grant, nil), token, back)
	if err != nil {
		return Grant{}, profile.Account{}, err
	}
	if account.Subject == "" || account.Provider == "" {
		return Grant{}, profile.Account{}, profile.Errorf(profile.Upstream, "%s did not say who signed in; please try again later", k.About.Title)
	}
	account.Connector, account.Scopes, account.Connected = k.About.Name, grant.Scopes, k.Now().UTC()
	return grant, account, nil
}

// exchange turns the code into a token.
func (k Code) exchange(ctx context.Context, back Callback, verifier string) (*oauth2.Token, error) {
	code := back.Params.Get("code")
	if k.Exchange != nil {
		form := url.Values{"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {back.Redirect}}
		if !k.NoPKCE {
			form.Set("code_verifier", verifier)
		}
		return k.Exchange(ctx, form)
	}
	var proof []oauth2.AuthCodeOption
	if !k.NoPKCE {
		proof = append(proof, oauth2.VerifierOption(verifier))
	}
	return k.config(back.Redirect, nil).Exchange(k.context(ctx), code, proof...)
}

// returned reads what the browser brought back.
func (k Code) returned(params url.Values) error {
	if iss := params.Get("iss"); iss != "" && k.Issuer != "" && strings.TrimSuffix(iss, "/") != strings.TrimSuffix(k.Issuer, "/") {
		return profile.Errorf(profile.Invalid, "the answer came from another provider than %s; please start again", k.About.Title)
	}
	switch params.Get("error") {
	case "":
	case "access_denied", "user_cancelled_login", "user_cancelled_authorize", "consent_required", "login_required":
		return profile.Errorf(profile.Forbidden, "%s was not allowed to tell who you are; nothing was read", k.About.Title)
	case "temporarily_unavailable", "server_error":
		return profile.Errorf(profile.Upstream, "%s cannot sign anybody in at the moment; please try again later", k.About.Title)
	default:
		said, _ := json.Marshal(map[string]string{"error": params.Get("error")})
		return profile.Wrap(profile.Upstream, &answerError{Code: errorCode(said)}, k.About.Title+" refused the sign-in; the shop's registration there may be wrong")
	}
	if params.Get("code") == "" {
		return profile.Errorf(profile.Invalid, "the answer of %s is incomplete; please start again", k.About.Title)
	}
	return nil
}

// grant reads a token endpoint's answer. What the answer leaves out stays as it
// was asked for or granted before (RFC 6749 sections 5.1 and 6).
func (k Code) grant(t *oauth2.Token, before Grant) Grant {
	g := Grant{Access: t.AccessToken, Refresh: cmp.Or(t.RefreshToken, before.Refresh), Type: t.Type(), Expires: t.Expiry.UTC(), Scopes: before.Scopes, Extra: before.Extra}
	if t.ExpiresIn > 0 {
		g.Expires = k.Now().Add(time.Duration(t.ExpiresIn) * time.Second).UTC()
	}
	if scope, ok := t.Extra("scope").(string); ok && scope != "" {
		g.Scopes = strings.FieldsFunc(scope, func(r rune) bool { return r == ' ' || r == ',' })
	}
	return g
}

// context carries the connector's client to x/oauth2, whose default one has no
// time limit.
func (k Code) context(ctx context.Context) context.Context {
	return context.WithValue(ctx, oauth2.HTTPClient, k.HTTP)
}

// Client signs calls with the bearer token. A nil base means the connector's
// own way out.
func (k Code) Client(g Grant, base http.RoundTripper) *http.Client {
	if base == nil {
		base = k.HTTP.Transport
	}
	// A redirect would carry the token elsewhere.
	return &http.Client{Transport: bearer{token: g.Access, base: base}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// bearer sets the Authorization header (RFC 6750 section 2.1).
type bearer struct {
	token string
	base  http.RoundTripper
}

func (b bearer) RoundTrip(r *http.Request) (*http.Response, error) {
	signed := r.Clone(r.Context())
	signed.Header.Set("Authorization", "Bearer "+b.token)
	return b.base.RoundTrip(signed)
}
