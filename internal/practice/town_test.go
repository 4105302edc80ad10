package practice

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
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
