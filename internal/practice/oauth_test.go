package practice

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/oauth2"
)

func TestAPersonSignsInAllowsAndIsRead(t *testing.T) {
	tn := newTown(t, nil)
	v := oauth2.GenerateVerifier()
	q := tn.press(browser(t), tn.config("profile", "posts:read").AuthCodeURL("st&te", oauth2.S256ChallengeOption(v)), "mila", "allow")
	if q.Get("state") != "st&te" {
		t.Errorf("state came back as %q", q.Get("state"))
	}
	tok, err := tn.config().Exchange(t.Context(), q.Get("code"), oauth2.VerifierOption(v))
	if err != nil {
		t.Fatal(err)
	}
	if s, _ := tok.Extra("scope").(string); s != "posts:read profile" {
		t.Errorf("scope %q", s)
	}
	_, _, body := tn.call(tok.AccessToken, "/api/me")
	for _, want := range []string{`"handle":"mila"`, `"name":"Mila Berger"`, `"email_verified":true`, `"locale":"de-DE"`, `"picture":null`, `"id":"p_`} {
		if !strings.Contains(body, want) {
			t.Errorf("me lacks %s: %s", want, body)
		}
	}
	if got := tn.Granted("mila", "tonfall"); !slices.Equal(got, []string{"posts:read", "profile"}) {
		t.Errorf("granted %v", got)
	}
}

func TestDenyingTellsTheClient(t *testing.T) {
	tn := newTown(t, nil)
	q := tn.press(browser(t), tn.config("profile").AuthCodeURL("s", oauth2.S256ChallengeOption(oauth2.GenerateVerifier())), "jonas", "deny")
	if q.Get("error") != "access_denied" || q.Get("state") != "s" || q.Has("code") {
		t.Errorf("answer %v", q)
	}
}

func TestABadRequestIsToldToTheClientOnlyWhereItsAddressIsTrue(t *testing.T) {
	tn := newTown(t, nil)
	good := url.Values{
		"response_type": {"code"}, "client_id": {"tonfall"}, "redirect_uri": {testRedirect}, "scope": {"profile"}, "state": {"s"},
		"code_challenge": {oauth2.S256ChallengeFromVerifier(oauth2.GenerateVerifier())}, "code_challenge_method": {"S256"},
	}
	for name, c := range map[string]struct {
		change url.Values
		want   string // error code at the client; empty: a page
	}{
		"no PKCE":         {url.Values{"code_challenge": {""}, "code_challenge_method": {""}}, "invalid_request"},
		"plain PKCE":      {url.Values{"code_challenge_method": {"plain"}}, "invalid_request"},
		"short challenge": {url.Values{"code_challenge": {"abc"}}, "invalid_request"},
		"implicit":        {url.Values{"response_type": {"token"}}, "unsupported_response_type"},
		"unknown scope":   {url.Values{"scope": {"profile admin"}}, "invalid_scope"},
		"no scope":        {url.Values{"scope": {""}}, "invalid_scope"},
		"unknown client":  {url.Values{"client_id": {"nobody"}}, ""},
		"slash added":     {url.Values{"redirect_uri": {testRedirect + "/"}}, ""},
		"query added":     {url.Values{"redirect_uri": {testRedirect + "?x=1"}}, ""},
		"other host":      {url.Values{"redirect_uri": {"http://evil.test/callback"}}, ""},
		"no redirect":     {url.Values{"redirect_uri": {""}}, ""},
	} {
		q := url.Values{}
		for k := range good {
			q.Set(k, good.Get(k))
		}
		for k := range c.change {
			q.Set(k, c.change.Get(k))
		}
		res, err := browser(t).Get(tn.url + "/oauth/authorize?" + q.Encode())
		read(t, res, err)
		to, err := res.Location()
		switch {
		case c.want == "" && (res.StatusCode != 400 || err == nil):
			t.Errorf("%s: status %d, redirect %v", name, res.StatusCode, to)
		case c.want != "" && (err != nil || to.Query().Get("error") != c.want || to.Query().Get("state") != "s"):
			t.Errorf("%s: status %d, redirect %v", name, res.StatusCode, to)
		}
	}
}

func TestACodeIsGoodOnceForItsOwnClientAndVerifier(t *testing.T) {
	tn := newTown(t, nil)
	v := oauth2.GenerateVerifier()
	fresh := func() string {
		code, err := tn.Authorize("mila", "tonfall", testRedirect, "profile", oauth2.S256ChallengeFromVerifier(v))
		if err != nil {
			t.Fatal(err)
		}
		return code
	}
	refused := func(name string, cfg *oauth2.Config, code, verifier string) {
		t.Helper()
		_, err := cfg.Exchange(t.Context(), code, oauth2.VerifierOption(verifier))
		var e *oauth2.RetrieveError
		if !errors.As(err, &e) || e.ErrorCode != "invalid_grant" {
			t.Errorf("%s: %v", name, err)
		}
	}
	code := fresh()
	refused("wrong verifier", tn.config(), code, oauth2.GenerateVerifier())
	refused("burnt by the wrong verifier", tn.config(), code, v)
	refused("no verifier", tn.config(), fresh(), "")

	other := tn.config()
	other.ClientID, other.ClientSecret = "other", "other"
	code = fresh()
	refused("another client", other, code, v)
	elsewhere := tn.config()
	elsewhere.RedirectURL = testRedirect + "2"
	refused("another redirect", elsewhere, code, v)

	code = fresh()
	tn.pass(codeLife)
	refused("late", tn.config(), code, v)

	code = fresh()
	tok, err := tn.config().Exchange(t.Context(), code, oauth2.VerifierOption(v))
	if err != nil {
		t.Fatal(err)
	}
	if status, _, _ := tn.call(tok.AccessToken, "/api/me"); status != 200 {
		t.Fatalf("fresh token: %d", status)
	}
	refused("replay", tn.config(), code, v)
	if status, _, body := tn.call(tok.AccessToken, "/api/me"); status != 401 || !strings.Contains(body, "invalid_token") {
		t.Errorf("the replay left the token alive: %d %s", status, body)
	}
	if _, err := tn.config().TokenSource(t.Context(), &oauth2.Token{RefreshToken: tok.RefreshToken}).Token(); err == nil {
		t.Error("the replay left the refresh token alive")
	}
}

func TestACodeRacedByFiftyIsExchangedOnce(t *testing.T) {
	tn := newTown(t, nil)
	v := oauth2.GenerateVerifier()
	code, err := tn.Authorize("mila", "tonfall", testRedirect, "profile", oauth2.S256ChallengeFromVerifier(v))
	if err != nil {
		t.Fatal(err)
	}
	won := make(chan *oauth2.Token, 50)
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			if tok, err := tn.config().Exchange(context.Background(), code, oauth2.VerifierOption(v)); err == nil {
				won <- tok
			}
		})
	}
	wg.Wait()
	if len(won) != 1 {
		t.Fatalf("%d exchanges won", len(won))
	}
	if status, _, _ := tn.call((<-won).AccessToken, "/api/me"); status != 401 {
		t.Errorf("after the replays the token still opens: %d", status)
	}
}

func TestARotatedRefreshTokenUsedAgainEndsTheFamily(t *testing.T) {
	tn := newTown(t, nil)
	first := tn.token("mila", "profile")
	renew := func(refresh string) (*oauth2.Token, error) {
		return tn.config().TokenSource(t.Context(), &oauth2.Token{RefreshToken: refresh}).Token()
	}
	second, err := renew(first.RefreshToken)
	if err != nil {
		t.Fatal(err)
	}
	if second.RefreshToken == first.RefreshToken {
		t.Fatal("the refresh token was not rotated")
	}
	if _, err := renew(first.RefreshToken); err == nil {
		t.Fatal("the old refresh token still works")
	}
	if _, err := renew(second.RefreshToken); err == nil {
		t.Error("the family survived the replay")
	}
	if status, _, _ := tn.call(second.AccessToken, "/api/me"); status != 401 {
		t.Errorf("an access token of the family answers %d", status)
	}
}

func TestTokensExpireAndAreRevoked(t *testing.T) {
	tn := newTown(t, nil)
	tok := tn.token("mila", "profile")
	tn.ExpireTokens("mila")
	if status, _, _ := tn.call(tok.AccessToken, "/api/me"); status != 401 {
		t.Errorf("expired by order: %d", status)
	}
	tok, err := tn.config().TokenSource(t.Context(), &oauth2.Token{RefreshToken: tok.RefreshToken}).Token()
	if err != nil {
		t.Fatal(err)
	}
	tn.pass(accessLife)
	if status, _, _ := tn.call(tok.AccessToken, "/api/me"); status != 401 {
		t.Errorf("after an hour: %d", status)
	}
	for _, secret := range []string{tok.RefreshToken, "unknown"} {
		req, _ := http.NewRequest("POST", tn.url+"/oauth/revoke", strings.NewReader(url.Values{"token": {secret}}.Encode()))
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.SetBasicAuth("tonfall", url.QueryEscape("s:cret&"))
		res, err := http.DefaultClient.Do(req)
		if read(t, res, err); res.StatusCode != 200 {
			t.Errorf("revoking answers %d", res.StatusCode)
		}
	}
	if got := tn.Granted("mila", "tonfall"); len(got) != 0 {
		t.Errorf("after revoking %v is still granted", got)
	}
}

func TestAWrongClientSecretIsRefusedEitherWay(t *testing.T) {
	tn := newTown(t, nil)
	for _, style := range []oauth2.AuthStyle{oauth2.AuthStyleInHeader, oauth2.AuthStyleInParams} {
		cfg := tn.config()
		cfg.Endpoint.AuthStyle = style
		for secret, want := range map[string]string{"s:cret&": "invalid_grant", "wrong": "invalid_client", "": "invalid_client"} {
			cfg.ClientSecret = secret
			_, err := cfg.Exchange(t.Context(), "none", oauth2.VerifierOption("v"))
			var e *oauth2.RetrieveError
			if !errors.As(err, &e) || e.ErrorCode != want {
				t.Errorf("style %d, secret %q: %v", style, secret, err)
			}
		}
	}
}
