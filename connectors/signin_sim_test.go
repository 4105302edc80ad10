package connectors_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"html/template"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"tonfall/connectors/connectortest"
)

// gate is a simulated provider that one person signs in at. Its answers are
// the recordings in testdata/<folder>; what the provider does otherwise than
// RFC 6749 and OpenID Connect say stands in the fields.
type gate struct {
	t      *testing.T
	base   string
	folder string

	authorize, token, account, revoke string // paths
	documents                         map[string]string
	authenticates                     func(r *http.Request) bool
	offline                           func(asked url.Values) bool    // nil: always a refresh token
	complete                          func(c map[string]any)         // nil: no ID token
	posted                            func(asked, answer url.Values) // not nil: answers by a form, which it completes
	denial                            string                         // default access_denied
	dead                              func(w http.ResponseWriter)    // answers a dead access token
	noPKCE                            bool                           // PKCE is refused
	change                            func(document string) string   // alters the documents
	person                            func(asked map[string]any)     // completes the account's answer

	lock    sync.Mutex
	deny    bool
	codes   map[string]url.Values
	alive   map[string]string // access tokens, by refresh token where there is one
	renewed map[string]bool   // refresh tokens
}

// signingKey is the one key of all gates: RSA keys take long to make.
var signingKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

// recording is a file of the folder, as it is or as an object.
func (g *gate) recording(name string, into any) string {
	g.t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", g.folder, name))
	if err != nil {
		g.t.Fatal(err)
	}
	filled := strings.ReplaceAll(string(text), "https://provider.example", g.base)
	if into != nil {
		if err := json.Unmarshal([]byte(filled), into); err != nil {
			g.t.Fatal(err)
		}
	}
	return filled
}

func (g *gate) provider() connectortest.Provider {
	g.codes, g.alive, g.renewed = map[string]url.Values{}, map[string]string{}, map[string]bool{}
	locked := func(f func()) func() {
		return func() { g.lock.Lock(); defer g.lock.Unlock(); f() }
	}
	p := connectortest.Provider{Handler: g, Deny: locked(func() { g.deny = true })}
	if g.offline == nil || g.offline(url.Values{"access_type": {"offline"}}) {
		p.Expire = locked(func() { clear(g.alive) })
		p.Kill = locked(func() { clear(g.alive); clear(g.renewed) })
	}
	return p
}

// ServeHTTP is the provider's whole website.
func (g *gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	g.lock.Lock()
	defer g.lock.Unlock()
	switch name, isDocument := g.documents[r.URL.Path]; {
	case isDocument && name == "keys":
		answer(w, 200, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: signingKey().Public(), KeyID: "k1", Algorithm: "RS256", Use: "sig"}}})
	case isDocument:
		w.Header().Set("Content-Type", "application/json")
		text := g.recording(name, nil)
		if g.change != nil {
			text = g.change(text)
		}
		_, _ = w.Write([]byte(text))
	case r.URL.Path == g.authorize && r.Method == http.MethodGet:
		g.agree(w, r)
	case r.URL.Path == g.token && r.Method == http.MethodPost:
		g.exchange(w, r)
	case r.URL.Path == g.account && r.Method == http.MethodGet:
		g.tell(w, r)
	case r.URL.Path == g.revoke && r.Method == http.MethodPost:
		g.end(w, r)
	default:
		http.NotFound(w, r)
	}
}

func (g *gate) agree(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	back := url.Values{"state": {q.Get("state")}}
	switch {
	case g.deny && g.denial != "":
		back.Set("error", g.denial)
	case g.deny:
		back.Set("error", "access_denied")
	case q.Get("client_id") != "tonfall" || q.Get("response_type") != "code" || q.Has("code_challenge") == g.noPKCE:
		back.Set("error", "invalid_request")
	default:
		code := rand.Text()
		g.codes[code] = q
		back.Set("code", code)
	}
	if g.posted == nil {
		http.Redirect(w, r, q.Get("redirect_uri")+"?"+back.Encode(), http.StatusFound)
		return
	}
	g.posted(q, back)
	page := template.Must(template.New("").Parse(`<!doctype html><body onload="document.forms[0].submit()"><form method="post" action="{{.To}}">{{range $n, $v := .Answer}}<input type="hidden" name="{{$n}}" value="{{index $v 0}}">{{end}}</form>`))
	_ = page.Execute(w, map[string]any{"To": q.Get("redirect_uri"), "Answer": back})
}

func (g *gate) exchange(w http.ResponseWriter, r *http.Request) {
	if !g.authenticates(r) || g.noPKCE && r.PostFormValue("code_verifier") != "" {
		answer(w, 401, map[string]string{"error": "invalid_client"})
		return
	}
	var fresh map[string]any
	g.recording("token.json", &fresh)
	fresh["access_token"] = rand.Text()
	var asked url.Values
	switch r.PostFormValue("grant_type") {
	case "authorization_code":
		code := r.PostFormValue("code")
		asked = g.codes[code]
		delete(g.codes, code)
		challenge := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
		proved := g.noPKCE || asked.Get("code_challenge") == base64.RawURLEncoding.EncodeToString(challenge[:])
		if asked == nil || !proved || asked.Get("redirect_uri") != r.PostFormValue("redirect_uri") {
			answer(w, 400, map[string]string{"error": "invalid_grant"})
			return
		}
		if g.offline == nil || g.offline(asked) {
			fresh["refresh_token"] = rand.Text()
		} else {
			delete(fresh, "refresh_token")
		}
		if g.complete != nil {
			fresh["id_token"] = g.idToken(asked)
		}
	case "refresh_token":
		if !g.renewed[r.PostFormValue("refresh_token")] {
			answer(w, 400, map[string]string{"error": "invalid_grant"})
			return
		}
		fresh["refresh_token"] = r.PostFormValue("refresh_token")
	}
	refresh, _ := fresh["refresh_token"].(string)
	g.alive[fresh["access_token"].(string)] = refresh
	g.renewed[refresh] = refresh != ""
	answer(w, 200, fresh)
}

// idToken is the recording with what differs for each sign-in.
func (g *gate) idToken(asked url.Values) string {
	var c map[string]any
	g.recording("id_token.json", &c)
	c["aud"], c["nonce"] = "tonfall", asked.Get("nonce")
	c["iat"], c["exp"] = connectortest.Now().Unix(), connectortest.Now().Add(time.Hour).Unix()
	g.complete(c)
	return signed(g.t, jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: signingKey(), KeyID: "k1"}}, c)
}

// signed is a JWT with the claims.
func signed(t *testing.T, key jose.SigningKey, c map[string]any) string {
	t.Helper()
	signer, err := jose.NewSigner(key, nil)
	if err != nil {
		t.Fatal(err)
	}
	text, err := jwt.Signed(signer).Claims(c).Serialize()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func (g *gate) tell(w http.ResponseWriter, r *http.Request) {
	if _, alive := g.alive[strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")]; !alive {
		answer(w, 401, map[string]string{"error": "invalid_token"})
		return
	}
	var me map[string]any
	g.recording("account.json", &me)
	if g.person != nil {
		g.person(me)
	}
	answer(w, 200, me)
}

// end revokes a token and all that belongs to it.
func (g *gate) end(w http.ResponseWriter, r *http.Request) {
	token := r.PostFormValue("token")
	_, access := g.alive[token]
	if !access && !g.renewed[token] {
		if g.dead != nil {
			g.dead(w)
		}
		return
	}
	delete(g.renewed, g.alive[token])
	delete(g.renewed, token)
	for a, refresh := range g.alive {
		if a == token || refresh == token {
			delete(g.alive, a)
		}
	}
}
