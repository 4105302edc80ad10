package signin_test

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"golang.org/x/oauth2"

	"tonfall/profile"
)

func TestForgedHintsAreRefused(t *testing.T) {
	w := newWorld(t)
	b, e := newBrowser(t), w.errand("web")
	token, id := e.signedIn(e.back(w.signIn(b, e, 0)))
	genuine := token.Extra("id_token").(string)
	parts := strings.Split(genuine, ".")
	set := w.Keys.JWKS()
	own, err := w.Keys.Signer(jose.ES256)
	if err != nil {
		t.Fatal(err)
	}
	encode := func(v any) string {
		raw, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return base64.RawURLEncoding.EncodeToString(raw)
	}
	sign := func(alg jose.SignatureAlgorithm, key any, header map[jose.HeaderKey]any, claims map[string]any) string {
		signer, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: key}, &jose.SignerOptions{ExtraHeaders: header})
		if err != nil {
			t.Fatal(err)
		}
		raw, err := json.Marshal(claims)
		if err != nil {
			t.Fatal(err)
		}
		signed, err := signer.Sign(raw)
		if err != nil {
			t.Fatal(err)
		}
		compact, err := signed.CompactSerialize()
		if err != nil {
			t.Fatal(err)
		}
		return compact
	}
	claims := func(changes ...any) map[string]any {
		c := map[string]any{"iss": w.base + "/demo", "sub": id.Subject, "aud": "web", "sid": "x", "exp": 1}
		for i := 0; i+1 < len(changes); i += 2 {
			c[changes[i].(string)] = changes[i+1]
		}
		return c
	}
	jwt := map[jose.HeaderKey]any{"typ": "JWT"}
	public, err := x509.MarshalPKIXPublicKey(set.Key(own.KeyID)[0].Key)
	if err != nil {
		t.Fatal(err)
	}
	for name, forged := range map[string]string{
		"alg none":              encode(map[string]string{"alg": "none", "typ": "JWT"}) + "." + parts[1] + ".",
		"HS256 by public key":   sign(jose.HS256, jose.JSONWebKey{Key: public, KeyID: own.KeyID}, jwt, claims()),
		"another claim":         parts[0] + "." + encode(claims()) + "." + parts[2],
		"unknown kid":           sign(jose.ES256, jose.JSONWebKey{Key: own.Key, KeyID: "unknown"}, jwt, claims()),
		"kid of another alg":    sign(jose.ES256, jose.JSONWebKey{Key: own.Key, KeyID: set.Keys[2].KeyID}, jwt, claims()),
		"own key in jwk":        sign(jose.ES256, own, map[jose.HeaderKey]any{"typ": "JWT", "jku": "https://evil.example/keys"}, claims("iss", "https://evil.example")),
		"another shop's":        sign(jose.ES256, own, jwt, claims("iss", w.base+"/other")),
		"a logout token":        sign(jose.ES256, own, map[jose.HeaderKey]any{"typ": "logout+jwt"}, claims()),
		"an access token":       token.AccessToken,
		"rubbish":               "x.y.z",
		"no customer's":         sign(jose.ES256, own, jwt, claims("sub", "../../etc")),
		"genuine but shortened": genuine[:len(genuine)-8],
	} {
		if p := b.get(w.base + "/demo/logout?" + url.Values{"id_token_hint": {forged}}.Encode()); p.status != http.StatusBadRequest {
			t.Errorf("%s: %d", name, p.status)
		}
	}
	if status, _ := w.userinfo(genuine); status != http.StatusUnauthorized {
		t.Errorf("an ID token as access token: %d", status)
	}
	// an expired one is still a hint
	w.Clock = w.Clock.Add(time.Hour)
	if got := b.get(e.url("prompt", "none", "id_token_hint", genuine)).left(); got.Get("code") == "" {
		t.Errorf("a genuine hint was refused: %v", got)
	}
}

func TestTokensThatAreAlteredOpenNothing(t *testing.T) {
	w := newWorld(t)
	e := w.errand("web", "offline_access")
	token, id := e.signedIn(e.back(w.signIn(newBrowser(t), e, 0)))
	fields := strings.Split(token.AccessToken, ".")
	for name, forged := range map[string]string{
		"refresh as access": token.RefreshToken, "no secret": strings.Join(append(fields[:4:4], ""), "."), "another secret": strings.Join(append(fields[:4:4], "AAAA"), "."),
		"another shop": strings.Replace(token.AccessToken, ".demo.", ".other.", 1), "empty": "", "longer": token.AccessToken + ".x", "huge": strings.Repeat("a.", 5000),
		"the shop's own": strings.Replace(token.AccessToken, id.Subject, "", 1), "an odd shop": strings.Replace(token.AccessToken, ".demo.", ".../..", 1),
	} {
		if status, _ := w.userinfo(forged); status != http.StatusUnauthorized {
			t.Errorf("%s: %d", name, status)
		}
		r, _ := http.NewRequest(http.MethodGet, "/v1/customers", nil)
		r.Header.Set("Authorization", "Bearer "+forged)
		if _, err := w.site.Authenticate(r); !profile.Is(err, profile.Unauthorized) && !profile.Is(err, profile.Invalid) {
			t.Errorf("%s: the API was told %v", name, err)
		}
	}
	if status, _ := w.call("/demo/token", "web", shopSecret, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {token.AccessToken}}); status != http.StatusBadRequest {
		t.Errorf("access as refresh: %d", status)
	}
	if status, _ := w.call("/demo/token", "old", "old-"+shopSecret, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {token.RefreshToken}}); status != http.StatusBadRequest {
		t.Errorf("another client's refresh token: %d", status)
	}
	if status, _ := w.userinfo(token.AccessToken); status != http.StatusOK {
		t.Errorf("the attempts cost the honest client its token: %d", status)
	}
}

func TestAPublicClientCannotPretendToHaveASecret(t *testing.T) {
	w := newWorld(t)
	b := newBrowser(t)
	w.signIn(b, w.errand("web"), 0)
	e := w.errand("app")
	e.config.ClientSecret, e.config.Endpoint.AuthStyle = "anything", oauth2.AuthStyleInParams
	if _, err := e.exchange(e.back(b.get(e.url()).left())); err == nil {
		t.Error("a public client was believed with a secret")
	}
	if _, body := w.call("/demo/token", "", "", url.Values{"grant_type": {"client_credentials"}, "client_id": {"backend"}}); body["error"] != "invalid_client" {
		t.Errorf("a back end without its secret: %v", body)
	}
}
