package signin

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"time"

	"tonfall/enrich"
	"tonfall/profile"
)

// Kinds of tickets, and how long each lives.
const (
	kindFlow    = "flow"    // a sign-in in progress
	kindState   = "state"   // the browser is at the provider
	kindPosted  = "posted"  // parameters that a provider posted across sites
	kindConsent = "consent" // the consent page is open
	kindDone    = "done"    // the answer after the consent page
	kindCode    = "code"    // an authorization code

	flowLife    = 30 * time.Minute
	stateLife   = 20 * time.Minute
	postedLife  = 2 * time.Minute
	consentLife = 30 * time.Minute
	doneLife    = 5 * time.Minute
	codeLife    = time.Minute // RFC 6749 4.1.2 recommends ten at most
	codeTrace   = time.Hour   // how long a replay of a code is recognised
)

// flow is a sign-in in progress: what the shop asked for, or the page of ours
// that the customer wants to see.
type flow struct {
	Browser   string   `json:"browser"` // digest of the browser's cookie
	Lang      string   `json:"lang"`
	Client    string   `json:"client,omitempty"` // empty: for a page of ours
	Redirect  string   `json:"redirect,omitempty"`
	State     string   `json:"state,omitempty"`
	Nonce     string   `json:"nonce,omitempty"`
	Posts     bool     `json:"posts,omitempty"` // response_mode=form_post
	Scopes    []string `json:"scopes,omitempty"`
	Challenge string   `json:"challenge,omitempty"` // PKCE, S256
	Connector string   `json:"connector,omitempty"` // chosen by the shop
	Hint      string   `json:"hint,omitempty"`      // login_hint
	Review    bool     `json:"review,omitempty"`    // prompt=consent
	ReturnTo  string   `json:"return_to,omitempty"`
}

// away is the browser at a provider.
type away struct {
	Browser   string `json:"browser"`
	Flow      string `json:"flow"` // the flow's secret
	Connector string `json:"connector"`
	Nonce     string `json:"nonce"`
	Keep      []byte `json:"keep"`
	Hint      string `json:"hint,omitempty"` // what the person typed
	// Known is set in a second, wider authorisation: who has signed in already.
	Known *arrived `json:"known,omitempty"`
	// Try is where to go on after looking once; empty: this is a sign-in.
	Try string `json:"try,omitempty"`
}

// arrived is who signed in, and through which account.
type arrived struct {
	Key       profile.Key `json:"key"`
	Connector string      `json:"connector"`
	Provider  string      `json:"provider"`
	Subject   string      `json:"subject"`
}

// asking is the consent page while it is open.
type asking struct {
	Browser string         `json:"browser"`
	Flow    string         `json:"flow"`
	Arrival enrich.Arrival `json:"arrival"`
	Hint    string         `json:"hint,omitempty"` // what the person typed
	Asked   []question     `json:"asked"`
	Done    string         `json:"done"` // secret under which the answer will lie
}

// question is one checkbox of the consent page.
type question struct {
	Purpose  profile.Purpose `json:"purpose"`
	Provider string          `json:"provider,omitempty"`
	// Given: agreed to before, so that an untouched box says nothing.
	Given bool `json:"given,omitempty"`
}

// secret makes a new one: 130 bits.
func secret() string { return rand.Text() }

// digest is what is kept of a secret where only its presence is to be proven.
func digest(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

// same compares two digests in constant time.
func same(a, b string) bool { return a != "" && subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// put keeps a value as a ticket and answers its secret.
func (s *Site) put(ctx context.Context, t Ticket, life time.Duration, value any) (string, error) {
	if t.Secret == "" {
		t.Secret = secret()
	}
	raw, err := json.Marshal(value)
	if err != nil {
		return "", profile.Wrap(profile.Internal, err, "the sign-in could not be kept; please try again")
	}
	t.Value, t.Expires = raw, s.Now().Add(life)
	return t.Secret, s.Tickets.PutTicket(ctx, t)
}

// look reads a ticket's value and leaves it; take takes it.
func look[T any](ctx context.Context, s *Site, shop, kind, secret string) (T, error) {
	return read[T](s.Tickets.Ticket(ctx, shop, kind, secret, s.Now()))
}

func take[T any](ctx context.Context, s *Site, shop, kind, secret string) (T, error) {
	return read[T](s.Tickets.TakeTicket(ctx, shop, kind, secret, s.Now()))
}

func read[T any](t Ticket, err error) (value T, _ error) {
	if err != nil {
		return value, err
	}
	if err := json.Unmarshal(t.Value, &value); err != nil {
		return value, profile.Wrap(profile.Internal, err, "the sign-in could not be read again; please start anew")
	}
	return value, nil
}

// browserCookie binds tickets to the browser that began.
const browserCookie = "tonfall-browser"

// browser is the digest of the browser's cookie, which is set where there is none.
func (s *Site) browser(w http.ResponseWriter, r *http.Request) string {
	value := s.cookies.Get(r, browserCookie)
	if value == "" {
		value = secret()
		s.cookies.Set(w, browserCookie, value, 0)
	}
	return digest(value)
}

// sameBrowser is nil where the ticket began in this browser.
func (s *Site) sameBrowser(r *http.Request, bound string) error {
	if value := s.cookies.Get(r, browserCookie); value != "" && same(digest(value), bound) {
		return nil
	}
	return profile.Errorf(profile.Forbidden, "this sign-in began in another browser, or this browser keeps no cookies; start again from the shop")
}
