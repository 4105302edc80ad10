package practice

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/oauth2"
)

const testRedirect = "http://shop.test/callback"

// town is a running network with a clock that tests turn.
type town struct {
	*Network
	t   *testing.T
	url string

	mu  sync.Mutex
	now time.Time
}

func newTown(t *testing.T, change func(*NetworkOptions)) *town {
	t.Helper()
	tn := &town{t: t, now: time.Date(2026, 11, 20, 15, 4, 0, 0, time.UTC)}
	var network http.Handler
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { network.ServeHTTP(w, r) }))
	t.Cleanup(srv.Close)
	o := NetworkOptions{
		Base: srv.URL + "/practice", Customers: 12, Seed: 7,
		Now: func() time.Time { tn.mu.Lock(); defer tn.mu.Unlock(); return tn.now },
		Clients: []Client{
			{ID: "tonfall", Secret: "s:cret&", Name: "Tonfall", Redirects: []string{testRedirect}},
			{ID: "other", Secret: "other", Redirects: []string{testRedirect}},
		},
	}
	if change != nil {
		change(&o)
	}
	tn.Network = NewNetwork(o)
	tn.url, network = o.Base, tn.Network
	return tn
}

func (tn *town) pass(d time.Duration) { tn.mu.Lock(); tn.now = tn.now.Add(d); tn.mu.Unlock() }

func (tn *town) config(scopes ...string) *oauth2.Config {
	return &oauth2.Config{
		ClientID: "tonfall", ClientSecret: "s:cret&", RedirectURL: testRedirect, Scopes: scopes,
		Endpoint: oauth2.Endpoint{AuthURL: tn.url + "/oauth/authorize", TokenURL: tn.url + "/oauth/token", AuthStyle: oauth2.AuthStyleInHeader},
	}
}

// token signs an account in without a browser.
func (tn *town) token(handle string, scopes ...string) *oauth2.Token {
	tn.t.Helper()
	v := oauth2.GenerateVerifier()
	code, err := tn.Authorize(handle, "tonfall", testRedirect, strings.Join(scopes, " "), oauth2.S256ChallengeFromVerifier(v))
	if err != nil {
		tn.t.Fatal(err)
	}
	tok, err := tn.config().Exchange(tn.t.Context(), code, oauth2.VerifierOption(v))
	if err != nil {
		tn.t.Fatal(err)
	}
	return tok
}

// call makes an API call and answers status, header and body.
func (tn *town) call(access, path string) (int, http.Header, string) {
	tn.t.Helper()
	req, _ := http.NewRequest("GET", tn.url+path, nil)
	req.Header.Set("Authorization", "Bearer "+access)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		tn.t.Fatal(err)
	}
	defer res.Body.Close()
	b, _ := io.ReadAll(res.Body)
	return res.StatusCode, res.Header, string(b)
}

// browser keeps cookies and stops at the client's address.
func browser(t *testing.T) *http.Client {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if r.URL.Host == "shop.test" {
			return http.ErrUseLastResponse
		}
		return nil
	}}
}

func read(t *testing.T, res *http.Response, err error) string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// press signs in as an account on the network's pages and presses a button of
// the permission page; it answers where the browser is sent.
func (tn *town) press(c *http.Client, authURL, handle, decision string) url.Values {
	tn.t.Helper()
	asked, _ := url.Parse(authURL)
	page := read2(tn.t, c, authURL)
	if !strings.Contains(page, `name="password"`) {
		tn.t.Fatalf("no sign-in page:\n%s", page)
	}
	res, err := c.PostForm(tn.url+"/signin", url.Values{"handle": {"@" + handle}, "password": {handle + "-demo"}, "next": {asked.RequestURI()}})
	if page = read(tn.t, res, err); !strings.Contains(page, `value="allow"`) {
		tn.t.Fatalf("no permission page:\n%s", page)
	}
	form := asked.Query()
	form.Set("decision", decision)
	res, err = c.PostForm(tn.url+"/oauth/authorize", form)
	read(tn.t, res, err)
	to, err := res.Location()
	if err != nil {
		tn.t.Fatal(err)
	}
	return to.Query()
}

func read2(t *testing.T, c *http.Client, address string) string {
	t.Helper()
	res, err := c.Get(address)
	return read(t, res, err)
}

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

type postsPage struct {
	Posts []Post
	Next  *string
}

func (tn *town) page(access, path string) postsPage {
	tn.t.Helper()
	status, _, body := tn.call(access, path)
	var p postsPage
	if err := json.Unmarshal([]byte(body), &p); err != nil || status != 200 {
		tn.t.Fatalf("%s: %d %s", path, status, body)
	}
	return p
}

func TestPagesReachEveryPostNewestFirstEvenWhileSomeVanish(t *testing.T) {
	tn := newTown(t, nil)
	tok := tn.token("mila", "posts:read")
	want := tn.Scripted("mila")
	var got []Post
	cursor := ""
	for {
		p := tn.page(tok.AccessToken, "/api/posts?limit=7&before="+cursor)
		got = append(got, p.Posts...)
		if p.Next == nil {
			break
		}
		if cursor = *p.Next; len(got)%2 == 0 {
			continue
		}
		if err := tn.Delete("mila", cursor); err != nil {
			t.Fatal(err)
		}
	}
	if len(got) != len(want) {
		t.Fatalf("%d posts read, %d written", len(got), len(want))
	}
	for i := range got {
		if got[i].ID != want[i].ID {
			t.Fatalf("post %d is %s, not %s", i, got[i].ID, want[i].ID)
		}
		if i > 0 && got[i].CreatedAt.After(got[i-1].CreatedAt) {
			t.Fatalf("post %d is newer than the one before", i)
		}
	}
	for _, bad := range []string{"?limit=0", "?limit=x", "?before=../x"} {
		if status, _, body := tn.call(tok.AccessToken, "/api/posts"+bad); status != 400 || !strings.Contains(body, "invalid_request") {
			t.Errorf("%s: %d %s", bad, status, body)
		}
	}
}

func TestLookupAnswersOnlyOwnPostsThatStillExist(t *testing.T) {
	tn := newTown(t, nil)
	tok := tn.token("mila", "posts:read")
	mine, theirs := tn.Scripted("mila"), tn.Scripted("jonas")
	if err := tn.Delete("mila", mine[1].ID); err != nil {
		t.Fatal(err)
	}
	fresh, err := tn.Post("mila", "Neu!", tn.opts.Now())
	if err != nil {
		t.Fatal(err)
	}
	p := tn.page(tok.AccessToken, fmt.Sprintf("/api/posts/lookup?ids=%s,%s,%s,%s,nope", mine[0].ID, mine[1].ID, theirs[0].ID, fresh.ID))
	if len(p.Posts) != 2 || p.Posts[0].ID != fresh.ID || p.Posts[1].ID != mine[0].ID {
		t.Errorf("found %v", p.Posts)
	}
}

func TestAScopeOpensOnlyItsOwnCalls(t *testing.T) {
	tn := newTown(t, nil)
	tok := tn.token("mila", "profile")
	if status, _, body := tn.call(tok.AccessToken, "/api/posts"); status != 403 || !strings.Contains(body, "insufficient_scope") {
		t.Errorf("posts with profile alone: %d %s", status, body)
	}
	if status, _, _ := tn.call(tok.RefreshToken, "/api/me"); status != 401 {
		t.Errorf("a refresh token as a bearer token: %d", status)
	}
}

func TestTooManyCallsAreToldWhenToComeBack(t *testing.T) {
	tn := newTown(t, func(o *NetworkOptions) { o.RateLimit = 3 })
	tok := tn.token("mila", "profile")
	for range 3 {
		if status, _, _ := tn.call(tok.AccessToken, "/api/me"); status != 200 {
			t.Fatalf("within the limit: %d", status)
		}
	}
	tn.pass(20 * time.Second)
	status, head, body := tn.call(tok.AccessToken, "/api/me")
	if status != 429 || head.Get("Retry-After") != "40" || !strings.Contains(body, `"error":"rate_limited"`) {
		t.Errorf("above the limit: %d %q %s", status, head.Get("Retry-After"), body)
	}
	tn.pass(40 * time.Second)
	if status, _, _ := tn.call(tok.AccessToken, "/api/me"); status != 200 {
		t.Errorf("a minute later: %d", status)
	}
	tn.LimitNext(1, 7*time.Second)
	if status, head, _ := tn.call(tok.AccessToken, "/api/me"); status != 429 || head.Get("Retry-After") != "7" {
		t.Errorf("by order: %d %q", status, head.Get("Retry-After"))
	}
	tn.DropNext(1)
	req, _ := http.NewRequest("POST", tn.url+"/oauth/token", nil)
	if res, err := http.DefaultClient.Do(req); err == nil {
		t.Errorf("a dropped connection answered %d", res.StatusCode)
	}
}
