package signin_test

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"tonfall/profile"
)

// raced runs f n times at once and answers how many came to nil.
func raced(n int, f func() error) int {
	var wg sync.WaitGroup
	var mu sync.Mutex
	fine, start := 0, make(chan struct{})
	for range n {
		wg.Go(func() {
			<-start
			if f() == nil {
				mu.Lock()
				fine++
				mu.Unlock()
			}
		})
	}
	close(start)
	wg.Wait()
	return fine
}

func TestOfFiftyExchangesOfOneCodeOneWinsAndItsTokensDie(t *testing.T) {
	w := newWorld(t)
	e := w.errand("web", "offline_access")
	code := e.back(w.signIn(newBrowser(t), e, 0))
	var mu sync.Mutex
	var won *oauth2.Token
	if fine := raced(50, func() error {
		token, err := e.exchange(code)
		if err == nil {
			mu.Lock()
			won = token
			mu.Unlock()
		}
		return err
	}); fine != 1 {
		t.Fatalf("%d exchanges were answered", fine)
	}
	if status, _ := w.userinfo(won.AccessToken); status != http.StatusUnauthorized {
		t.Errorf("after the replays userinfo answered %d", status)
	}
	if status, body := w.call("/demo/token", "web", shopSecret, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {won.RefreshToken}}); status != http.StatusBadRequest {
		t.Errorf("after the replays the refresh token gave %d %v", status, body)
	}
}

func TestAReplayedCodeRevokesWhatTheFirstUseGave(t *testing.T) {
	w := newWorld(t)
	e := w.errand("web")
	code := e.back(w.signIn(newBrowser(t), e, 0))
	token, _ := e.signedIn(code)
	if status, _ := w.userinfo(token.AccessToken); status != http.StatusOK {
		t.Fatalf("userinfo answered %d", status)
	}
	w.Clock = w.Clock.Add(5 * time.Minute) // long after the code has expired
	if _, err := e.exchange(code); err == nil {
		t.Fatal("a code was good twice")
	}
	if status, _ := w.userinfo(token.AccessToken); status != http.StatusUnauthorized {
		t.Errorf("after the replay userinfo answered %d", status)
	}
}

func TestOfFiftyRefreshesOfOneTokenOneWinsAndTheFamilyDies(t *testing.T) {
	w := newWorld(t)
	e := w.errand("web", "offline_access")
	token, _ := e.signedIn(e.back(w.signIn(newBrowser(t), e, 0)))
	form := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {token.RefreshToken}}
	var mu sync.Mutex
	var renewed map[string]any
	fine := raced(50, func() error {
		status, body := w.call("/demo/token", "web", shopSecret, form)
		if status == http.StatusOK {
			mu.Lock()
			renewed = body
			mu.Unlock()
			return nil
		}
		if body["error"] != "invalid_grant" {
			t.Errorf("a loser got %d %v", status, body)
		}
		return context.Canceled
	})
	if fine != 1 {
		t.Fatalf("%d refreshes were answered", fine)
	}
	if status, body := w.call("/demo/token", "web", shopSecret, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {renewed["refresh_token"].(string)}}); status != http.StatusBadRequest {
		t.Errorf("the newest refresh token still gave %d %v", status, body)
	}
	for _, access := range []string{token.AccessToken, renewed["access_token"].(string)} {
		if status, _ := w.userinfo(access); status != http.StatusUnauthorized {
			t.Errorf("an access token of the family still opened userinfo: %d", status)
		}
	}
	// the server answers on
	again := w.errand("web")
	again.signedIn(again.back(w.signIn(newBrowser(t), again, 1)))
}

func TestAnOldRefreshTokenEndsTheFamily(t *testing.T) {
	w := newWorld(t)
	e := w.errand("web", "offline_access")
	token, _ := e.signedIn(e.back(w.signIn(newBrowser(t), e, 0)))
	refresh := func(token any) (int, map[string]any) {
		return w.call("/demo/token", "web", shopSecret, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {token.(string)}})
	}
	_, first := refresh(token.RefreshToken)
	status, second := refresh(first["refresh_token"])
	if status != http.StatusOK {
		t.Fatalf("the second refresh answered %d %v", status, second)
	}
	if status, body := refresh(token.RefreshToken); status != http.StatusBadRequest || body["error"] != "invalid_grant" {
		t.Errorf("the first refresh token answered %d %v", status, body)
	}
	if status, _ := refresh(second["refresh_token"]); status != http.StatusBadRequest {
		t.Errorf("the newest refresh token still answers %d", status)
	}
	if status, _ := w.userinfo(second["access_token"].(string)); status != http.StatusUnauthorized {
		t.Errorf("the newest access token still answers %d", status)
	}
}

func TestRefreshTokensTurnOver(t *testing.T) {
	w := newWorld(t)
	e := w.errand("app", "offline_access")
	token, id := e.signedIn(e.back(w.signIn(newBrowser(t), e, 0)))
	for range 3 {
		w.Clock = w.Clock.Add(time.Hour)
		status, body := w.call("/demo/token", "", "", url.Values{"grant_type": {"refresh_token"}, "client_id": {"app"}, "refresh_token": {token.RefreshToken}})
		if status != http.StatusOK || body["refresh_token"] == token.RefreshToken {
			t.Fatalf("refresh answered %d %v", status, body)
		}
		token.RefreshToken = body["refresh_token"].(string)
		if status, info := w.userinfo(body["access_token"].(string)); status != http.StatusOK || info["sub"] != id.Subject {
			t.Errorf("userinfo %d %v", status, info)
		}
	}
	if status, body := w.call("/demo/token", "", "", url.Values{"grant_type": {"refresh_token"}, "client_id": {"app"}, "refresh_token": {token.RefreshToken}, "scope": {"openid customers:read"}}); status != http.StatusBadRequest || body["error"] != "invalid_scope" {
		t.Errorf("a growing scope gave %d %v", status, body)
	}
	w.Clock = w.Clock.Add(31 * 24 * time.Hour)
	if status, _ := w.call("/demo/token", "", "", url.Values{"grant_type": {"refresh_token"}, "client_id": {"app"}, "refresh_token": {token.RefreshToken}}); status != http.StatusBadRequest {
		t.Errorf("a refresh token that lay for a month gave %d", status)
	}
}

func TestAFailedVerifierBurnsTheCode(t *testing.T) {
	w := newWorld(t)
	e := w.errand("web")
	code := e.back(w.signIn(newBrowser(t), e, 0))
	right := e.verifier
	e.verifier = oauth2.GenerateVerifier()
	if _, err := e.exchange(code); err == nil {
		t.Fatal("a wrong verifier was accepted")
	}
	e.verifier = right
	if _, err := e.exchange(code); err == nil {
		t.Fatal("the code survived a failed verifier")
	}
}

func TestACodeIsGoodForItsClientRedirectAndMinuteOnly(t *testing.T) {
	w := newWorld(t)
	b := newBrowser(t)
	w.signIn(b, w.errand("web"), 0)
	fresh := func() (*errand, url.Values) {
		e := w.errand("web")
		return e, url.Values{"grant_type": {"authorization_code"}, "code": {e.back(b.get(e.url()).left())}, "redirect_uri": {redirect}, "code_verifier": {e.verifier}}
	}
	for name, spoil := range map[string]func(url.Values) (client, password string){
		"another client":   func(url.Values) (string, string) { return "old", "old-" + shopSecret },
		"another redirect": func(f url.Values) (string, string) { f.Set("redirect_uri", redirect+"/"); return "web", shopSecret },
		"no verifier":      func(f url.Values) (string, string) { f.Del("code_verifier"); return "web", shopSecret },
		"a short verifier": func(f url.Values) (string, string) { f.Set("code_verifier", "short"); return "web", shopSecret },
		"too late":         func(url.Values) (string, string) { w.Clock = w.Clock.Add(time.Minute); return "web", shopSecret },
	} {
		_, form := fresh()
		client, password := spoil(form)
		if status, body := w.call("/demo/token", client, password, form); status != http.StatusBadRequest || body["error"] != "invalid_grant" {
			t.Errorf("%s: %d %v", name, status, body)
		}
	}
	_, form := fresh()
	if status, body := w.call("/other/token", "web", shopSecret, form); status != http.StatusBadRequest || body["error"] != "invalid_grant" {
		t.Errorf("another shop: %d %v", status, body)
	}
	_, form = fresh()
	if status, _ := w.call("/demo/token?client_id=web&client_secret="+shopSecret, "", "", form); status == http.StatusOK {
		t.Error("a secret in the URL was read")
	}
}

func TestIDTokensAreSignedAsTheClientWants(t *testing.T) {
	w := newWorld(t)
	b := newBrowser(t)
	w.signIn(b, w.errand("web"), 0)
	for _, client := range []string{"web", "app", "old"} {
		e := w.errand(client)
		_, id := e.signedIn(e.back(b.get(e.url()).left()))
		if !slices.Equal(id.Audience, []string{client}) {
			t.Errorf("%s: audience %v", client, id.Audience)
		}
		var all map[string]any
		if err := id.Claims(&all); err != nil {
			t.Fatal(err)
		}
		for claim := range all {
			if !slices.Contains([]string{"iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "at_hash", "sid", "name", "preferred_username", "picture", "locale", "email", "email_verified", "tonfall:connector"}, claim) {
				t.Errorf("%s: claim %s", client, claim)
			}
		}
	}
}

func TestScopesDecideTheClaims(t *testing.T) {
	w := newWorld(t)
	b := newBrowser(t)
	w.signIn(b, w.errand("web"), 0)
	e := w.errand("web")
	e.config.Scopes = []string{"openid", "mood:read", "unheard-of"}
	token, _ := e.signedIn(e.back(b.get(e.url()).left()))
	if status, info := w.userinfo(token.AccessToken); status != http.StatusOK || len(info) != 2 {
		t.Errorf("with openid alone userinfo answered %d %v", status, info)
	}
	if got := token.Extra("scope"); got != "openid" {
		t.Errorf("granted %v", got)
	}
}

func TestRevokingAndIntrospectingHoldAtOnce(t *testing.T) {
	w := newWorld(t)
	e := w.errand("web", "offline_access")
	token, id := e.signedIn(e.back(w.signIn(newBrowser(t), e, 0)))
	active := func(token string) any {
		status, body := w.call("/demo/introspect", "backend", backendSecret, url.Values{"token": {token}})
		if status != http.StatusOK {
			t.Fatalf("introspection answered %d %v", status, body)
		}
		if body["active"] == true && (body["sub"] != id.Subject || body["client_id"] != "web") {
			t.Errorf("introspection says %v", body)
		}
		return body["active"]
	}
	if active(token.AccessToken) != true || active("tfa.demo..x.y") != false || active(token.RefreshToken) != false {
		t.Error("introspection is wrong about what is active")
	}
	if status, _ := w.call("/other/introspect", "web", shopSecret, url.Values{"token": {token.AccessToken}}); status != http.StatusOK {
		t.Errorf("the other shop's introspection answered %d", status)
	} else if _, body := w.call("/other/introspect", "web", shopSecret, url.Values{"token": {token.AccessToken}}); body["active"] != false {
		t.Error("another shop sees the token")
	}
	if status, _ := w.call("/demo/introspect", "", "", url.Values{"token": {token.AccessToken}, "client_id": {"app"}}); status/100 != 4 {
		t.Errorf("introspection without a secret answered %d", status)
	}
	if w.call("/demo/revoke", "old", "old-"+shopSecret, url.Values{"token": {token.AccessToken}}); active(token.AccessToken) != true {
		t.Error("another client revoked the token")
	}
	if w.call("/demo/revoke", "web", shopSecret, url.Values{"token": {token.AccessToken}}); active(token.AccessToken) != false {
		t.Error("the token outlived its revocation")
	}
	status, body := w.call("/demo/token", "web", shopSecret, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {token.RefreshToken}})
	if status != http.StatusOK {
		t.Fatalf("the family died with one access token: %d %v", status, body)
	}
	if w.call("/demo/revoke", "web", shopSecret, url.Values{"token": {body["refresh_token"].(string)}}); active(body["access_token"].(string)) != false {
		t.Error("the family outlived its refresh token")
	}
}

func TestErasingACustomerEndsSessionAndTokens(t *testing.T) {
	w := newWorld(t)
	b, e := newBrowser(t), w.errand("web", "offline_access")
	token, id := e.signedIn(e.back(w.signIn(b, e, 0)))
	if _, err := w.Gate.Erase(t.Context(), w.customer(id).Key, profile.Proof{How: "me"}); err != nil {
		t.Fatal(err)
	}
	if status, _ := w.userinfo(token.AccessToken); status != http.StatusUnauthorized {
		t.Errorf("userinfo answered %d", status)
	}
	if status, _ := w.call("/demo/token", "web", shopSecret, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {token.RefreshToken}}); status != http.StatusBadRequest {
		t.Errorf("refresh answered %d", status)
	}
	if got := b.get(e.url("prompt", "none")).left(); got.Get("error") != "login_required" {
		t.Errorf("the session lives on: %v", got)
	}
}
