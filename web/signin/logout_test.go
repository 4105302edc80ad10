package signin_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"tonfall/web/signin"
)

func TestSigningOutAsksWithoutAHint(t *testing.T) {
	w := newWorld(t)
	b, e := newBrowser(t), w.errand("web")
	token, _ := e.signedIn(e.back(w.signIn(b, e, 0)))
	out := w.base + "/demo/logout?" + url.Values{"client_id": {"web"}, "post_logout_redirect_uri": {"https://shop.example/bye"}, "state": {"s"}}.Encode()
	p := b.get(out).is(http.StatusOK, "Sign out?", "Stay signed in")
	if status, _ := w.userinfo(token.AccessToken); status != http.StatusOK {
		t.Fatalf("a mere visit signed out: %d", status)
	}
	p = p.submit("Sign out", nil).is(http.StatusOK).refresh()
	if p.out == nil || p.out.String() != "https://shop.example/bye?state=s" {
		t.Errorf("left for %v", p.out)
	}
	if status, _ := w.userinfo(token.AccessToken); status != http.StatusUnauthorized {
		t.Errorf("the access token outlived the session: %d", status)
	}
	if got := b.get(e.url("prompt", "none")).left(); got.Get("error") != "login_required" {
		t.Errorf("the session lives on: %v", got)
	}
}

func TestSigningOutWithTheHintGoesStraightAndTellsTheClients(t *testing.T) {
	w := newWorld(t)
	b, e := newBrowser(t), w.errand("web")
	token, id := e.signedIn(e.back(w.signIn(b, e, 0)))
	offline := w.errand("app", "offline_access")
	kept, _ := offline.signedIn(offline.back(b.get(offline.url()).left()))
	out := w.base + "/demo/logout?" + url.Values{"id_token_hint": {token.Extra("id_token").(string)}, "post_logout_redirect_uri": {"https://shop.example/bye"}}.Encode()
	if p := b.get(out); p.out == nil || p.out.String() != "https://shop.example/bye" {
		t.Errorf("left for %v", p.out)
	}
	if len(w.notices) != 1 || w.notices[0].Client != "web" || w.notices[0].URL != "https://shop.example/backchannel" {
		t.Fatalf("told %+v", w.notices)
	}
	checkLogoutToken(t, w, w.notices[0], id.Subject)
	if status, _ := w.userinfo(kept.AccessToken); status != http.StatusOK {
		t.Errorf("what was asked to outlive the session died: %d", status)
	}
	if p := b.get(out); p.out == nil {
		t.Error("signing out twice is an error")
	}
}

// checkLogoutToken reads it as a client does (Back-Channel Logout 1.0, 2.6).
func checkLogoutToken(t *testing.T, w *world, n signin.Notice, subject string) {
	t.Helper()
	signed, err := jose.ParseSignedCompact(n.Token, []jose.SignatureAlgorithm{jose.ES256})
	if err != nil {
		t.Fatal(err)
	}
	set := w.Keys.JWKS()
	payload, err := signed.Verify(set.Key(signed.Signatures[0].Protected.KeyID)[0])
	if err != nil {
		t.Fatal(err)
	}
	var claims map[string]any
	if err := json.Unmarshal(payload, &claims); err != nil {
		t.Fatal(err)
	}
	events, _ := claims["events"].(map[string]any)
	_, event := events["http://schemas.openid.net/event/backchannel-logout"]
	if claims["iss"] != w.base+"/demo" || claims["aud"] != n.Client || claims["sub"] != subject || claims["sid"] == "" || claims["nonce"] != nil || !event {
		t.Errorf("claims %v", claims)
	}
}

func TestAForcedSignOutIsRefusedOrAsksFirst(t *testing.T) {
	w := newWorld(t)
	victim, e := newBrowser(t), w.errand("web")
	w.signIn(victim, e, 0)
	attacker, mine := newBrowser(t), w.errand("web")
	token, _ := mine.signedIn(mine.back(w.signIn(attacker, mine, 1)))
	// somebody else's hint in the victim's browser: asks
	victim.get(w.base+"/demo/logout?"+url.Values{"id_token_hint": {token.Extra("id_token").(string)}}.Encode()).is(http.StatusOK, "Sign out?")
	// a form from another site
	victim.headers["Sec-Fetch-Site"] = "cross-site"
	victim.post(w.base+"/demo/signout", url.Values{}).is(http.StatusForbidden)
	delete(victim.headers, "Sec-Fetch-Site")
	silent := w.errand("web")
	silent.back(victim.get(silent.url("prompt", "none")).left())
}

func TestSigningOutLeadsToRegisteredPlacesOnly(t *testing.T) {
	w := newWorld(t)
	b := newBrowser(t)
	for _, to := range []string{"https://evil.example/", "//evil.example", `/\evil.example`, "javascript:alert(1)", "https://shop.example/bye/", "https://shop.example/bye?x=1", "https://shop.example/bye#x"} {
		for _, path := range []string{"/demo/logout", "/demo/signout"} {
			form := url.Values{"client_id": {"web"}, "post_logout_redirect_uri": {to}}
			if p := b.post(w.base+path, form); p.out != nil || p.status != http.StatusBadRequest {
				t.Errorf("%s to %s: %d, %v", path, to, p.status, p.out)
			}
		}
	}
	b.get(w.base+"/demo/logout").is(http.StatusOK, "You are signed out")
}
