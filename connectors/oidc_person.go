package connectors

import (
	"cmp"
	"context"
	"crypto/subtle"
	"encoding/json"
	"net/http"
	"strings"

	"golang.org/x/oauth2"

	"tonfall/profile"
)

// claims are what an ID token or the userinfo endpoint says about a person.
type claims struct {
	Issuer   string          `json:"iss"`
	Subject  string          `json:"sub"`
	Name     string          `json:"name"`
	Username string          `json:"preferred_username"`
	Nickname string          `json:"nickname"`
	Email    string          `json:"email"`
	Verified json.RawMessage `json:"email_verified"` // true, and at some providers "true"
	Picture  string          `json:"picture"`
	Profile  string          `json:"profile"`
	Locale   string          `json:"locale"`
	Party    string          `json:"azp"`
	Tenant   string          `json:"tid"`      // Microsoft
	Owned    json.RawMessage `json:"xms_edov"` // Microsoft
}

// account verifies who came, and asks the userinfo endpoint for what the ID
// token leaves out.
func (p *openID) account(ctx context.Context, d discovery, c *http.Client, t *oauth2.Token, back Callback) (profile.Account, error) {
	said, err := p.verify(ctx, d, t, back.Nonce)
	if err != nil {
		return profile.Account{}, err
	}
	if d.UserInfoURL != "" && (said.Name == "" || said.Email == "") {
		more := claims{}
		if _, err := p.api().get(ctx, c, "userinfo", d.UserInfoURL, &more); err != nil {
			return profile.Account{}, err
		}
		if more.Subject != said.Subject { // OpenID Connect Core section 5.3.2
			return profile.Account{}, profile.Errorf(profile.Upstream, "%s told of two different people in one sign-in; please start again", p.about.Title)
		}
		said = said.with(more)
	}
	a := profile.Account{
		Provider: d.Issuer, Subject: said.Subject, Handle: cmp.Or(said.Username, said.Nickname, said.Email), Name: said.Name,
		Email: said.Email, EmailVerified: strings.Trim(string(said.Verified), `"`) == "true",
		Picture: said.Picture, URL: said.Profile, Locale: said.Locale,
	}
	if p.manner.person != nil {
		p.manner.person(said, back, &a)
	}
	return a, nil
}

// with fills what the ID token leaves out. An address keeps its own verification.
func (c claims) with(more claims) claims {
	if c.Email == "" {
		c.Email, c.Verified = more.Email, more.Verified
	}
	c.Name, c.Username, c.Nickname = cmp.Or(c.Name, more.Name), cmp.Or(c.Username, more.Username), cmp.Or(c.Nickname, more.Nickname)
	c.Picture, c.Profile, c.Locale = cmp.Or(c.Picture, more.Picture), cmp.Or(c.Profile, more.Profile), cmp.Or(c.Locale, more.Locale)
	return c
}

// verify checks the ID token as OpenID Connect Core section 3.1.3.7 asks.
func (p *openID) verify(ctx context.Context, d discovery, t *oauth2.Token, nonce string) (claims, error) {
	refused := func(err error) (claims, error) {
		return claims{}, profile.Wrap(profile.Upstream, err, p.about.Title+" did not prove who signed in; please start again")
	}
	raw, _ := t.Extra("id_token").(string)
	if raw == "" {
		return refused(&answerError{Code: "no_id_token"})
	}
	token, err := d.verifier.Verify(ctx, raw)
	if err != nil {
		return refused(&answerError{Code: "id_token_refused"}) // the cause may quote the token or an endless answer
	}
	var said claims
	if err := token.Claims(&said); err != nil {
		return refused(&answerError{Code: "id_token_unreadable"})
	}
	switch {
	case p.manner.tenants != nil && !p.manner.tenants.token(d.Issuer, said):
		return refused(&answerError{Code: "tenant_differs"})
	case nonce == "" || subtle.ConstantTimeCompare([]byte(token.Nonce), []byte(nonce)) != 1:
		return refused(&answerError{Code: "nonce_differs"})
	case len(token.Audience) > 1 && said.Party != p.o.ClientID:
		return refused(&answerError{Code: "azp_differs"})
	case token.AccessTokenHash != "" && token.VerifyAccessToken(t.AccessToken) != nil:
		return refused(&answerError{Code: "at_hash_differs"})
	}
	return said, nil
}
