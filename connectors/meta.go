package connectors

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/oauth2"

	"tonfall/profile"
)

// meta is what Threads, Instagram and Facebook share: the Graph API, tokens
// that live for 60 days and renew themselves, and the callback by which a
// person takes everything back. How posts are read is in meta_posts.go, what
// errors mean in meta_errors.go. Facts, from Meta's documentation:
//
//	tokens of Threads: th_exchange_token, th_refresh_token after 24 hours, 60 days
//	    https://developers.facebook.com/docs/threads/get-started/long-lived-tokens
//	the code ends in "#_", which is not part of it
//	    https://developers.facebook.com/documentation/threads/get-started/get-access-tokens-and-permissions
//	tokens of Instagram: ig_exchange_token, ig_refresh_token
//	    https://developers.facebook.com/docs/instagram-platform/instagram-api-with-instagram-login/business-login
//	tokens of Facebook: fb_exchange_token
//	    https://developers.facebook.com/docs/facebook-login/guides/access-tokens/get-long-lived
//	appsecret_proof
//	    https://developers.facebook.com/docs/graph-api/guides/secure-requests
//	what platform data may be used for
//	    https://developers.facebook.com/terms
type meta struct {
	Connector // the sign-in
	Refresher
	code   Code
	graph  string // of the Graph API, with its version
	proof  bool   // calls carry appsecret_proof
	list   string // where the person's posts are, below graph
	fields string // of a post
}

var (
	_ PostReader   = (*meta)(nil)
	_ PostLister   = (*meta)(nil)
	_ Refresher    = (*meta)(nil)
	_ Deauthorizer = (*meta)(nil)
)

// graphVersion is the version of the Graph API that is asked for. Each lives for
// two years (https://developers.facebook.com/docs/graph-api/changelog/versions).
const graphVersion = "v26.0"

const metaTerms = "https://developers.facebook.com/terms"

// metaRules are the Platform Terms, which hold for all three.
func metaRules(o Options, title string) []Rule {
	return conditional(o, title,
		"platform data serves only what Meta's app review has seen and the privacy notice tells, and goes when the person says so (Meta Platform Terms)",
		"no profiling for surveillance, no decisions on housing, work, insurance, credit and the like, and only the uses that Meta's app review has approved (Meta Platform Terms, 3)", metaTerms)
}

// newMeta finishes a connector: code lacks what all three have in common.
func newMeta(o Options, code Code, m meta) *meta {
	code.ID, code.Secret, code.Extra, code.HTTP, code.Now = o.ClientID, o.ClientSecret, o.Scopes, o.HTTP, o.Now
	code.Special = metaSpecial(code.About.Title, o.Now)
	m.code, m.Connector, m.Refresher = code, code, code
	return &m
}

// version is the configured version of the Graph API, or ours.
func version(o Options) string {
	if o.API != "" {
		return o.API
	}
	return graphVersion
}

// longLived turns a code into a token for 60 days, and such a token into a
// fresh one, at Threads ("th") and Instagram ("ig"). token is the address for
// the code, graph that of the two exchanges, which know no version.
func longLived(o Options, prefix, token, graph string) func(context.Context, url.Values) (*oauth2.Token, error) {
	k := Code{HTTP: o.HTTP}
	get := func(ctx context.Context, path string, query url.Values) (*oauth2.Token, error) {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, graph+path+"?"+query.Encode(), nil)
		if err != nil {
			return nil, err
		}
		return lasting(k.ask(r))
	}
	return func(ctx context.Context, form url.Values) (*oauth2.Token, error) {
		if old := form.Get("refresh_token"); old != "" {
			return get(ctx, "/refresh_access_token", url.Values{"grant_type": {prefix + "_refresh_token"}, "access_token": {old}})
		}
		form.Set("code", strings.TrimSuffix(form.Get("code"), "#_"))
		form.Set("client_id", o.ClientID)
		form.Set("client_secret", o.ClientSecret)
		short, err := k.askForm(ctx, token, form)
		if err != nil {
			return nil, err
		}
		long, err := get(ctx, "/access_token", url.Values{"grant_type": {prefix + "_exchange_token"}, "client_secret": {o.ClientSecret}, "access_token": {short.AccessToken}})
		if err != nil {
			return nil, err
		}
		return long.WithExtra(map[string]any{"scope": short.Extra("scope")}), nil
	}
}

// lasting is a token that is renewed by itself: it is its own refresh token,
// and said to end at half its life, so that there is time to renew it.
func lasting(t *oauth2.Token, err error) (*oauth2.Token, error) {
	if err != nil {
		return nil, err
	}
	t.RefreshToken = t.AccessToken
	t.ExpiresIn /= 2
	return t, nil
}

// Client signs calls as the Graph API documents it, with access_token in the
// query.
func (m *meta) Client(g Grant, base http.RoundTripper) *http.Client {
	signed := m.code.Client(g, base)
	way := graphed{token: g.Access, base: base}
	if base == nil {
		way.base = m.code.HTTP.Transport
	}
	if m.proof {
		way.proof = appSecretProof(m.code.Secret, g.Access)
	}
	signed.Transport = way
	return signed
}

// appSecretProof shows that a call comes from who holds the app's secret: the
// HMAC-SHA256 of the token, keyed with the secret, in hex.
func appSecretProof(secret, token string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(token))
	return hex.EncodeToString(mac.Sum(nil))
}

type graphed struct {
	token, proof string
	base         http.RoundTripper
}

func (g graphed) RoundTrip(r *http.Request) (*http.Response, error) {
	signed := r.Clone(r.Context())
	query := signed.URL.Query()
	query.Set("access_token", g.token)
	if g.proof != "" {
		query.Set("appsecret_proof", g.proof)
	}
	signed.URL.RawQuery = query.Encode()
	return g.base.RoundTrip(signed)
}

// Deauthorized reads both of Meta's callbacks, deauthorize and data deletion:
// forms with a signed_request.
func (m *meta) Deauthorized(_ http.Header, body []byte) (string, error) {
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return "", profile.Errorf(profile.Invalid, "this is not a form")
	}
	signed, err := SignedRequest(m.code.Secret, form.Get("signed_request"))
	return signed.User, err
}
