package hooks_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"tonfall/connectors"
	"tonfall/consent"
	"tonfall/internal/housetest"
	"tonfall/internal/kept"
	"tonfall/profile"
	"tonfall/web/hooks"
)

const secret = "app-secret"

// world is a house whose demo shop has every network that calls, and the key
// by which Apple and Google sign.
type world struct {
	*housetest.House
	t       *testing.T
	handler http.Handler
	key     *rsa.PrivateKey
	issuer  string // where Google's and Apple's keys lie
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{House: housetest.New(t), t: t}
	var err error
	w.key, err = rsa.GenerateKey(rand.Reader, 2048)
	w.must(err)
	server := httptest.NewServer(http.HandlerFunc(w.publish))
	t.Cleanup(server.Close)
	w.issuer = server.URL
	var demo []connectors.Connector
	for _, kind := range []string{"facebook", "instagram", "threads", "tiktok", "google", "apple", "reddit"} {
		o := connectors.Options{ClientID: "tonfall", ClientSecret: secret, AllowLoopback: true, Now: w.Now}
		switch kind {
		case "google":
			o.BaseURL = w.issuer
		case "apple":
			o.BaseURL, o.Team, o.KeyID, o.ClientSecret = w.issuer, "team", "key", w.appleKey()
		}
		c, err := connectors.New(kind, o)
		w.must(err)
		demo = append(demo, c)
	}
	w.Enrich.Connectors = func(shop string) []connectors.Connector {
		if shop == housetest.Demo {
			return demo
		}
		return nil
	}
	site := &hooks.Site{
		Base: "https://id.example", Gate: w.Gate, Enrich: w.Enrich, Shop: w.Shop,
		Endings: kept.Endings{Store: w.Store}, Now: w.Now, Log: w.Log,
	}
	w.handler, err = site.Handler(w.Assets)
	w.must(err)
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) appleKey() string {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	w.must(err)
	der, err := x509.MarshalPKCS8PrivateKey(key)
	w.must(err)
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

// publish is an issuer's discovery document and its keys.
func (w *world) publish(out http.ResponseWriter, r *http.Request) {
	out.Header().Set("Content-Type", "application/json")
	if strings.HasPrefix(r.URL.Path, "/.well-known/") {
		_ = json.NewEncoder(out).Encode(map[string]string{
			"issuer": w.issuer, "authorization_endpoint": w.issuer + "/authorize", "token_endpoint": w.issuer + "/token", "jwks_uri": w.issuer + "/keys",
		})
		return
	}
	_ = json.NewEncoder(out).Encode(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: w.key.Public(), KeyID: "k1", Algorithm: "RS256", Use: "sig"}}})
}

// person signs somebody in at a network, agrees to everything, keeps a grant
// and reads three posts.
func (w *world) person(network, provider, subject string) profile.Customer {
	w.t.Helper()
	ctx := context.Background()
	account := profile.Account{
		Connector: network, Provider: provider, Subject: subject,
		Handle: "anna", Name: "Anna Beispiel", Email: "anna@example.org", EmailVerified: true, Locale: "de",
	}
	c, _, err := w.Gate.SignIn(ctx, housetest.Demo, account)
	w.must(err)
	w.agree(c, provider, true)
	w.must(w.Gate.SaveGrant(ctx, c.Key, account, json.RawMessage(`{"access":"token"}`), nil))
	batch := consent.Batch{Connector: network, Provider: provider, Subject: subject}
	for i := range 3 {
		at := w.Clock.AddDate(0, 0, -i-1)
		post := profile.Post{
			Connector: network, Provider: provider, Subject: subject, ID: fmt.Sprint(i),
			Kind: profile.Original, Text: "Ein schöner Tag", At: at, Fetched: w.Clock,
		}
		batch.Posts = append(batch.Posts, post)
		batch.Evidence = append(batch.Evidence, profile.Evidence{
			Reading: profile.Reading{Lang: "de", Valence: 0.5, Mood: profile.Content, Confidence: 0.9, Engine: "native", Version: "test", Sentiment: profile.Positive},
			Item:    post.Item(), Connector: network, Provider: provider, Kind: profile.Original, At: at, Scored: w.Clock,
		})
	}
	_, err = w.Gate.Import(ctx, c.Key, batch)
	w.must(err)
	return w.Again(c)
}

func (w *world) agree(c profile.Customer, provider string, to bool) {
	w.t.Helper()
	choices := []consent.Choice{{Purpose: profile.Posts, Provider: provider, Granted: to, Lang: "de"}, {Purpose: profile.MoodRead, Granted: to, Lang: "de"}}
	_, err := w.Gate.Decide(context.Background(), c.Key, choices, profile.Proof{How: "page"})
	w.must(err)
}

// call is what a provider sends.
type call struct{ path, kind, body, header string }

func (w *world) send(c call) *httptest.ResponseRecorder {
	w.t.Helper()
	r := httptest.NewRequestWithContext(w.t.Context(), http.MethodPost, "/hooks/"+c.path, strings.NewReader(c.body))
	r.Header.Set("Content-Type", c.kind)
	if c.header != "" {
		r.Header.Set("TikTok-Signature", c.header)
	}
	out := httptest.NewRecorder()
	w.handler.ServeHTTP(out, r)
	return out
}

func mac(key, text string) []byte {
	m := hmac.New(sha256.New, []byte(key))
	m.Write([]byte(text))
	return m.Sum(nil)
}

// fromMeta is a signed_request about a subject.
func (w *world) fromMeta(path, key, subject string) call {
	payload := base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, `{"user_id":%q,"algorithm":"HMAC-SHA256","issued_at":%d}`, subject, w.Clock.Unix()))
	signed := base64.RawURLEncoding.EncodeToString(mac(key, payload)) + "." + payload
	return call{path: path, kind: "application/x-www-form-urlencoded", body: url.Values{"signed_request": {signed}}.Encode()}
}

func (w *world) fromTikTok(key, event, subject string) call {
	body := fmt.Sprintf(`{"client_key":"tonfall","event":%q,"create_time":%d,"user_openid":%q,"content":"{\"reason\":1}"}`, event, w.Clock.Unix(), subject)
	stamp := fmt.Sprint(w.Clock.Unix())
	return call{path: "demo/tiktok", kind: "application/json", body: body, header: "t=" + stamp + ",s=" + hex.EncodeToString(mac(key, stamp+"."+body))}
}

func (w *world) fromGoogle(event, subject string) call {
	token := w.token(map[string]any{
		"iss": "https://accounts.google.com/", "aud": "tonfall", "iat": w.Clock.Unix(), "jti": "g1",
		"events": map[string]any{event: map[string]any{"subject": map[string]any{"subject_type": "iss-sub", "iss": "https://accounts.google.com/", "sub": subject}}},
	})
	return call{path: "demo/google/risc", kind: "application/secevent+jwt", body: token}
}

func (w *world) fromApple(event, subject string) call {
	token := w.token(map[string]any{
		"iss": "https://appleid.apple.com", "aud": "tonfall", "iat": w.Clock.Unix(), "exp": w.Clock.Unix() + 3600, "jti": "a1",
		"events": fmt.Sprintf(`{"type":%q,"sub":%q,"event_time":%d}`, event, subject, w.Clock.UnixMilli()),
	})
	return call{path: "demo/apple", kind: "application/json", body: `{"payload":"` + token + `"}`}
}

func (w *world) token(claims map[string]any) string {
	w.t.Helper()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: w.key, KeyID: "k1"}}, nil)
	w.must(err)
	text, err := jwt.Signed(signer).Claims(claims).Serialize()
	w.must(err)
	return text
}
