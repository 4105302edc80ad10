package connectors_test

import (
	"crypto"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"tonfall/connectors/connectortest"
)

const simDID = "did:plc:aaaabbbbccccddddeeeeffff"

// bsky simulates a Bluesky server, its sign-in server and the directory in
// one, from https://atproto.com/specs/oauth, RFC 9126 and RFC 9449. It refuses
// every proof that is not exactly right, and wants another nonce each time.
type bsky struct {
	t    *testing.T
	base string
	now  func() time.Time

	// What a test changes to make it lie.
	document  map[string]any // of the DID
	resource  map[string]any
	server    map[string]any
	sub       string
	broken    bool             // single records cannot be read
	clientKey *jose.JSONWebKey // expected of a confidential client

	lock     sync.Mutex
	denied   bool
	nonces   map[string]bool // handed out and not yet used: each is good once
	seen     map[string]bool // jti
	pushed   map[string]url.Values
	codes    map[string]url.Values
	sessions map[string]*bskySession // by refresh token and by access token
	posts    []map[string]any        // oldest first
}

// bskySession is a grant as the server sees it.
type bskySession struct {
	key             string // thumbprint that tokens are bound to
	client          string
	access, refresh string
	expired, dead   bool
}

func newBsky(t *testing.T, base string) *bsky {
	return &bsky{
		t: t, base: base, now: connectortest.Now, sub: simDID,
		document: map[string]any{
			"id": simDID, "alsoKnownAs": []string{"at://anna.test"},
			"service": []any{
				map[string]any{"id": "#other", "type": "Other", "serviceEndpoint": map[string]any{"any": "thing"}},
				map[string]any{"id": "#atproto_pds", "type": "AtprotoPersonalDataServer", "serviceEndpoint": base},
			},
		},
		resource: map[string]any{"resource": base, "authorization_servers": []string{base}},
		server: map[string]any{
			"issuer": base, "authorization_endpoint": base + "/oauth/authorize", "token_endpoint": base + "/oauth/token",
			"pushed_authorization_request_endpoint": base + "/oauth/par", "revocation_endpoint": base + "/oauth/revoke",
		},
		nonces: map[string]bool{}, seen: map[string]bool{}, pushed: map[string]url.Values{}, codes: map[string]url.Values{}, sessions: map[string]*bskySession{},
	}
}

func (b *bsky) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b.lock.Lock()
	defer b.lock.Unlock()
	q := r.URL.Query()
	switch r.URL.Path {
	case "/xrpc/com.atproto.identity.resolveHandle":
		switch q.Get("handle") {
		case "anna.test":
			b.answer(w, 200, map[string]any{"did": simDID})
		case "president.test":
			b.answer(w, 200, map[string]any{"did": otherDID})
		default:
			b.answer(w, 400, map[string]any{"error": "InvalidRequest", "message": "Unable to resolve handle"})
		}
	case "/plc/" + simDID:
		b.answer(w, 200, b.document)
	case "/.well-known/oauth-protected-resource":
		if b.resource == nil {
			http.NotFound(w, r)
			return
		}
		b.answer(w, 200, b.resource)
	case "/.well-known/oauth-authorization-server":
		b.answer(w, 200, b.server)
	case "/oauth/par":
		b.par(w, r)
	case "/oauth/authorize":
		b.authorize(w, r)
	case "/oauth/token":
		b.token(w, r)
	case "/oauth/revoke":
		if b.proven(w, r, 400, "") != "" {
			if s := b.sessions[r.FormValue("token")]; s != nil {
				s.dead = true
			}
			b.answer(w, 200, map[string]any{})
		}
	case "/xrpc/com.atproto.server.getSession":
		if b.authorized(w, r) {
			b.answer(w, 200, map[string]any{"did": simDID, "handle": "anna.test", "active": true})
		}
	case "/xrpc/com.atproto.repo.listRecords":
		b.list(w, q)
	case "/xrpc/com.atproto.repo.getRecord":
		if b.broken {
			b.answer(w, 502, map[string]any{"error": "UpstreamFailure"})
			return
		}
		uri := "at://" + q.Get("repo") + "/" + q.Get("collection") + "/" + q.Get("rkey")
		if i := slices.IndexFunc(b.posts, func(p map[string]any) bool { return p["uri"] == uri }); i >= 0 {
			b.answer(w, 200, b.posts[i])
			return
		}
		b.answer(w, 400, map[string]any{"error": "RecordNotFound", "message": "Could not locate record: " + uri})
	default:
		http.NotFound(w, r)
	}
}

func (b *bsky) answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

// proven checks a request's proof and answers its key's thumbprint; else it
// has answered with an error.
func (b *bsky) proven(w http.ResponseWriter, r *http.Request, status int, access string) string {
	nonce := rand.Text()
	w.Header().Set("DPoP-Nonce", nonce)
	defer func() { b.nonces[nonce] = true }()
	refuse := func(code, why string) string {
		w.Header().Set("WWW-Authenticate", `DPoP error="`+code+`"`)
		b.answer(w, status, map[string]any{"error": code, "error_description": why})
		return ""
	}
	proof, err := jwt.ParseSigned(r.Header.Get("DPoP"), []jose.SignatureAlgorithm{jose.ES256})
	if err != nil || len(proof.Headers) != 1 || proof.Headers[0].JSONWebKey == nil || !proof.Headers[0].JSONWebKey.IsPublic() ||
		proof.Headers[0].ExtraHeaders["typ"] != "dpop+jwt" {
		return refuse("invalid_dpop_proof", fmt.Sprint("no proof: ", err))
	}
	var claims struct {
		JTI   string `json:"jti"`
		HTM   string `json:"htm"`
		HTU   string `json:"htu"`
		Nonce string `json:"nonce"`
		ATH   string `json:"ath"`
		IAT   int64  `json:"iat"`
	}
	hash := sha256.Sum256([]byte(access))
	ath := base64.RawURLEncoding.EncodeToString(hash[:])
	if access == "" {
		ath = ""
	}
	switch err := proof.Claims(proof.Headers[0].JSONWebKey, &claims); {
	case err != nil:
		return refuse("invalid_dpop_proof", "signature")
	case claims.HTM != r.Method || claims.HTU != b.base+r.URL.Path || claims.IAT != b.now().Unix() || claims.ATH != ath:
		return refuse("invalid_dpop_proof", fmt.Sprintf("%+v", claims))
	case claims.JTI == "" || b.seen[claims.JTI]:
		return refuse("invalid_dpop_proof", "replayed")
	}
	b.seen[claims.JTI] = true
	if !b.nonces[claims.Nonce] {
		return refuse("use_dpop_nonce", "")
	}
	delete(b.nonces, claims.Nonce)
	thumb, err := proof.Headers[0].JSONWebKey.Thumbprint(crypto.SHA256)
	if err != nil {
		b.t.Error(err)
	}
	return string(thumb)
}

// client checks who asks, as far as a server would.
func (b *bsky) client(r *http.Request) bool {
	id := r.FormValue("client_id")
	if b.clientKey == nil {
		return strings.HasPrefix(id, "https://tonfall.example/") || strings.HasPrefix(id, "http://localhost?")
	}
	assertion, err := jwt.ParseSigned(r.FormValue("client_assertion"), []jose.SignatureAlgorithm{jose.ES256})
	if err != nil || assertion.Headers[0].KeyID != b.clientKey.KeyID ||
		r.FormValue("client_assertion_type") != "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" {
		return false
	}
	var claims jwt.Claims
	return assertion.Claims(b.clientKey.Key, &claims) == nil && claims.Issuer == id && claims.Subject == id && claims.ID != "" &&
		claims.ValidateWithLeeway(jwt.Expected{AnyAudience: jwt.Audience{b.base}, Time: b.now()}, 0) == nil
}

func (b *bsky) par(w http.ResponseWriter, r *http.Request) {
	key := b.proven(w, r, 400, "")
	switch {
	case key == "":
	case !b.client(r):
		b.answer(w, 401, map[string]any{"error": "invalid_client"})
	case r.FormValue("response_type") != "code" || r.FormValue("code_challenge_method") != "S256" || len(r.FormValue("code_challenge")) != 43 ||
		!slices.Contains(strings.Fields(r.FormValue("scope")), "atproto") || r.FormValue("state") == "":
		b.answer(w, 400, map[string]any{"error": "invalid_request"})
	default:
		uri := "urn:ietf:params:oauth:request_uri:req-" + rand.Text()
		b.pushed[uri] = r.Form
		r.Form.Set("key", key)
		b.answer(w, 201, map[string]any{"request_uri": uri, "expires_in": 299})
	}
}

// authorize is the browser's visit: the person is signed in and agrees.
func (b *bsky) authorize(w http.ResponseWriter, r *http.Request) {
	form := b.pushed[r.URL.Query().Get("request_uri")]
	if form == nil || len(r.URL.Query()) != 2 || form.Get("client_id") != r.URL.Query().Get("client_id") {
		http.Error(w, "unknown request", http.StatusBadRequest)
		return
	}
	back := url.Values{"iss": {b.base}, "state": {form.Get("state")}}
	if b.denied {
		back.Set("error", "access_denied")
	} else {
		code := "cod-" + rand.Text()
		b.codes[code] = form
		back.Set("code", code)
	}
	http.Redirect(w, r, form.Get("redirect_uri")+"?"+back.Encode(), http.StatusSeeOther)
}

func (b *bsky) token(w http.ResponseWriter, r *http.Request) {
	key := b.proven(w, r, 400, "")
	if key == "" {
		return
	}
	if !b.client(r) {
		b.answer(w, 401, map[string]any{"error": "invalid_client"})
		return
	}
	var s *bskySession
	scope := "atproto"
	switch r.FormValue("grant_type") {
	case "authorization_code":
		form := b.codes[r.FormValue("code")]
		delete(b.codes, r.FormValue("code"))
		verifier := sha256.Sum256([]byte(r.FormValue("code_verifier")))
		if form != nil && form.Get("key") == key && form.Get("redirect_uri") == r.FormValue("redirect_uri") && form.Get("client_id") == r.FormValue("client_id") &&
			form.Get("code_challenge") == base64.RawURLEncoding.EncodeToString(verifier[:]) {
			s = &bskySession{key: key, client: form.Get("client_id")}
		}
	case "refresh_token":
		old := b.sessions[r.FormValue("refresh_token")]
		switch {
		case old == nil || old.dead || old.key != key || old.client != r.FormValue("client_id"):
		case old.refresh != r.FormValue("refresh_token"): // a replay ends the session
			old.dead = true
		default:
			s = old
		}
	}
	if s == nil {
		b.answer(w, 400, map[string]any{"error": "invalid_grant"})
		return
	}
	s.access, s.refresh, s.expired = "access-"+rand.Text(), "ref-"+rand.Text(), false
	b.sessions[s.access], b.sessions[s.refresh] = s, s
	b.answer(w, 200, map[string]any{"access_token": s.access, "refresh_token": s.refresh, "token_type": "DPoP", "scope": scope, "sub": b.sub, "expires_in": 3599})
}

// authorized checks token and proof together.
func (b *bsky) authorized(w http.ResponseWriter, r *http.Request) bool {
	access, ok := strings.CutPrefix(r.Header.Get("Authorization"), "DPoP ")
	s := b.sessions[access]
	if !ok || s == nil || s.dead || s.expired || s.access != access {
		w.Header().Set("WWW-Authenticate", `DPoP error="invalid_token"`)
		b.answer(w, 401, map[string]any{"error": "InvalidToken", "message": "no session"})
		return false
	}
	key := b.proven(w, r, 401, access)
	if key != "" && key != s.key {
		b.t.Error("the proof is by another key than the token's")
	}
	return key == s.key
}

func (b *bsky) list(w http.ResponseWriter, q url.Values) {
	limit, _ := strconv.Atoi(q.Get("limit"))
	page := []map[string]any{}
	for i := len(b.posts) - 1; i >= 0 && len(page) < limit; i-- {
		key := b.posts[i]["uri"].(string)
		if key = key[strings.LastIndex(key, "/")+1:]; q.Get("cursor") == "" || key < q.Get("cursor") {
			page = append(page, b.posts[i])
		}
	}
	answer := map[string]any{"records": page}
	if len(page) > 0 {
		last := page[len(page)-1]["uri"].(string)
		answer["cursor"] = last[strings.LastIndex(last, "/")+1:]
	}
	b.answer(w, 200, answer)
}

// publish writes a post: a time and a key later than those before.
func (b *bsky) publish(text string) string {
	b.lock.Lock()
	defer b.lock.Unlock()
	n := 1
	if len(b.posts) > 0 {
		n = b.posts[len(b.posts)-1]["n"].(int) + 1
	}
	at := b.now().Add(time.Duration(n-1_000_000) * time.Second)
	key := tid(at)
	b.posts = append(b.posts, map[string]any{
		"n": n, "uri": "at://" + simDID + "/app.bsky.feed.post/" + key, "cid": "bafy",
		"value": map[string]any{"$type": "app.bsky.feed.post", "text": text, "createdAt": at.Format(time.RFC3339)},
	})
	return key
}

// tid is the record key of a time.
func tid(at time.Time) string {
	n := uint64(at.UnixMicro()) << 10
	var key [13]byte
	for i := len(key) - 1; i >= 0; i-- {
		key[i] = "234567abcdefghijklmnopqrstuvwxyz"[n&31]
		n >>= 5
	}
	return string(key[:])
}

func (b *bsky) delete(id string) {
	b.lock.Lock()
	defer b.lock.Unlock()
	b.posts = slices.DeleteFunc(b.posts, func(p map[string]any) bool { return strings.HasSuffix(p["uri"].(string), "/"+id) })
}

// each changes every session.
func (b *bsky) each(change func(*bskySession)) {
	b.lock.Lock()
	defer b.lock.Unlock()
	for _, s := range b.sessions {
		change(s)
	}
}
