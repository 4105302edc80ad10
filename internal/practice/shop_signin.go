package practice

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"net/url"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// signin is GET /signin?connector=: to Tonfall, with PKCE, state and nonce.
func (s *Shop) signin(w http.ResponseWriter, r *http.Request) {
	p, err := s.discover(r.Context())
	if err != nil {
		s.fail(w, r, http.StatusBadGateway, "shop.unreachable", "The issuer's discovery document cannot be read.")
		return
	}
	st := start{state: rand.Text(), nonce: rand.Text(), verifier: oauth2.GenerateVerifier()}
	s.begin(w, st)
	with := []oauth2.AuthCodeOption{
		oauth2.S256ChallengeOption(st.verifier), oidc.Nonce(st.nonce),
		oauth2.SetAuthURLParam("ui_locales", s.pages.language(w, r, s.root)),
	}
	if c := r.URL.Query().Get("connector"); c != "" {
		with = append(with, oauth2.SetAuthURLParam("connector", c))
	}
	http.Redirect(w, r, s.client(p).AuthCodeURL(st.state, with...), http.StatusSeeOther)
}

// callback is where Tonfall sends the browser back to.
func (s *Shop) callback(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	st, ok := s.take(w, r)
	// RFC 9207: an answer that names another issuer is not for this sign-in.
	if iss := q.Get("iss"); !ok || !same(st.state, q.Get("state")) || iss != "" && iss != s.opts.Issuer {
		s.fail(w, r, http.StatusBadRequest, "shop.stale", "")
		return
	}
	switch q.Get("error") {
	case "":
	case "access_denied":
		http.Redirect(w, r, s.root+"/?cancelled=1", http.StatusSeeOther)
		return
	default:
		s.fail(w, r, http.StatusBadGateway, "shop.refused", q.Get("error_description"))
		return
	}
	g, err := s.identify(r.Context(), q.Get("code"), st)
	if err != nil {
		s.fail(w, r, http.StatusBadGateway, "shop.refused", err.Error())
		return
	}
	g.Letters = []letter{s.desk.write(r.Context(), g, s.pages.language(w, r, s.root), occasions()[0])}
	s.forget(w, r)
	s.admit(w, g)
	http.Redirect(w, r, s.root+"/", http.StatusSeeOther)
}

// identify exchanges the code and believes the ID token only after checking
// signature, issuer, audience, time, nonce and, where it is named, the access token.
func (s *Shop) identify(ctx context.Context, code string, st start) (guest, error) {
	ctx = oidc.ClientContext(ctx, s.opts.HTTP)
	p, err := s.discover(ctx)
	if err != nil {
		return guest{}, errors.New("the issuer's discovery document cannot be read")
	}
	tok, err := s.client(p).Exchange(ctx, code, oauth2.VerifierOption(st.verifier))
	if err != nil {
		return guest{}, errors.New("the code was not accepted")
	}
	raw, _ := tok.Extra("id_token").(string)
	id, err := p.VerifierContext(ctx, &oidc.Config{
		ClientID: s.opts.ClientID, Now: s.opts.Now,
		SupportedSigningAlgs: []string{oidc.ES256, oidc.EdDSA, oidc.RS256},
	}).Verify(ctx, raw)
	if err != nil {
		return guest{}, errors.New("the ID token is not valid")
	}
	if !same(id.Nonce, st.nonce) {
		return guest{}, errors.New("the ID token belongs to another sign-in")
	}
	if id.AccessTokenHash != "" && id.VerifyAccessToken(tok.AccessToken) != nil {
		return guest{}, errors.New("the access token belongs to another ID token")
	}
	var claims struct {
		Name      string `json:"name"`
		Preferred string `json:"preferred_username"`
		Locale    string `json:"locale"`
		Connector string `json:"tonfall:connector"`
	}
	if err := id.Claims(&claims); err != nil {
		return guest{}, errors.New("the ID token cannot be read")
	}
	g := guest{ID: id.Subject, Name: claims.Name, Locale: claims.Locale, Connector: claims.Connector, idToken: raw}
	if g.Name == "" {
		g.Name = claims.Preferred
	}
	return g, nil
}

// signout is POST /signout: here first, then at Tonfall (RP-initiated logout).
func (s *Shop) signout(w http.ResponseWriter, r *http.Request) {
	g, ok := s.forget(w, r)
	to := s.root + "/"
	if p, err := s.discover(r.Context()); ok && err == nil {
		var more struct {
			End string `json:"end_session_endpoint"`
		}
		if p.Claims(&more) == nil && more.End != "" {
			to = more.End + "?" + url.Values{
				"id_token_hint": {g.idToken}, "client_id": {s.opts.ClientID},
				"post_logout_redirect_uri": {s.opts.Base + "/"},
			}.Encode()
		}
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
}
