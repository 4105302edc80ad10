// Package connectors signs people in at social networks and reads what they
// agreed to share.
//
// It is Tonfall's first socket. One provider is one file, one test and one line
// in the map of connectors.go:
//
//	Begin -> browser at the provider -> Finish -> Grant, Account
//	Client(Grant) -> Posts, page by page
//
// What a provider can do beyond signing in (refresh, posts, revoke) are second
// interfaces, found by assertion. What it is (title, scopes, platform rules)
// is data: Info.
package connectors

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"tonfall/profile"
)

// A Connector signs a person in at one provider. Bearer, DPoP and OAuth 1
// differ, so the whole flow is the connector's. Safe for concurrent use; it
// keeps no state between calls but what Keep and Grant carry.
//
// Errors are profile errors: Invalid (a hint the person can mend), Forbidden
// (the person said no at the provider), Upstream (the provider failed or
// answered rubbish; the message names provider and call), TooMany with
// NotBefore, Reconnect (the grant is dead).
type Connector interface {
	// Info describes the connector. It does no I/O.
	Info() Info
	// Begin prepares a sign-in and says where to send the browser.
	Begin(ctx context.Context, s Start) (Step, error)
	// Finish turns the provider's callback into a grant and an account.
	Finish(ctx context.Context, c Callback) (Grant, profile.Account, error)
	// Client signs every call with the grant. base carries timeouts, size caps
	// and the SSRF guard; nil means the connector's own. It never refreshes:
	// that is the token vault's.
	Client(g Grant, base http.RoundTripper) *http.Client
}

// Start is what a sign-in begins with.
type Start struct {
	Redirect string            // callback URL, distinct for each shop and connector
	State    string            // opaque, returned by the provider
	Nonce    string            // for ID tokens
	Purposes []profile.Purpose // beyond identity: decides the scopes asked for
	Hint     string            // what the person typed: a handle, an instance; may be empty
	Locale   string            // BCP 47 of the page
}

// Step is where a sign-in goes next.
type Step struct {
	URL  string // to send the browser to
	Keep []byte // the connector's own memory (PKCE verifier, keys), sealed in the ticket
}

// Callback is the browser's return from the provider.
type Callback struct {
	Params   url.Values // query or form parameters
	Keep     []byte     // from Step
	Nonce    string     // from Start
	Redirect string     // from Start
}

// Grant is a provider's permission. It is stored sealed, as JSON.
type Grant struct {
	Access  string    `json:"access"`
	Refresh string    `json:"refresh,omitempty"`
	Type    string    `json:"type,omitempty"`   // "Bearer", "DPoP"
	Expires time.Time `json:"expires,omitzero"` // zero: no expiry known
	Scopes  []string  `json:"scopes,omitempty"` // as granted
	// Extra is the connector's own: a DPoP key, the PDS, the instance.
	Extra map[string]string `json:"extra,omitempty"`
}

// Refresher is a connector whose grants expire. The caller saves the answer
// before it uses it, and never runs two refreshes of one grant at once.
// Reconnect means that the grant is dead.
type Refresher interface {
	Refresh(ctx context.Context, g Grant) (Grant, error)
}

// PostReader is a connector that reads its person's own posts, newest first.
type PostReader interface {
	// Posts answers one page. An empty cursor starts at the newest post; next
	// is empty at the end. Pages hold what the person wrote, likes and boosts
	// of others marked by Kind; texts are plain text, not HTML. The caller
	// stops where it meets posts that it knows. A page that fails leaves the
	// cursor valid.
	Posts(ctx context.Context, c *http.Client, a profile.Account, cursor string) (page []profile.Post, next string, err error)
}

// PostLister re-reads known posts, so that deletions and edits upstream are followed.
type PostLister interface {
	// Lookup answers those of the posts (by ID, at most 100) that still exist.
	Lookup(ctx context.Context, c *http.Client, a profile.Account, ids []string) ([]profile.Post, error)
}

// Revoker ends a grant at its provider. Revoking a dead grant is no error.
type Revoker interface {
	Revoke(ctx context.Context, g Grant) error
}

// Deauthorizer is a connector whose provider calls us when a person removes us
// there, or wants what we hold from there deleted.
type Deauthorizer interface {
	// Deauthorized verifies such a call, given its headers and its whole body,
	// and answers whom it is about (Account.Subject); empty for a genuine call
	// about something else. Unauthorized: the call is forged; Invalid: it is no
	// such call. Providers repeat their calls: acting twice must do no harm.
	Deauthorized(h http.Header, body []byte) (subject string, err error)
}

// Info describes a connector: what the chooser, `tonfall connectors` and
// docs/connectors.md show and the gate enforces.
type Info struct {
	Name  string `json:"name"`  // in URLs and configuration: "mastodon"
	Title string `json:"title"` // for people: "Mastodon"
	Posts bool   `json:"posts"` // reads posts; else sign-in and profile only
	// Provider is the Account.Provider that a Deauthorizer's subjects belong to;
	// empty for connectors that are none.
	Provider string                       `json:"provider,omitempty"`
	Powers   []string                     `json:"powers"`
	Scopes   map[profile.Purpose][]string `json:"scopes"`         // by purpose; "" is identity
	Hint     string                       `json:"hint,omitempty"` // what the person must type first: "handle", "instance"; empty: nothing
	// RevokesAll says that ending one token ends all that the person granted to us.
	RevokesAll   bool   `json:"revokes_all,omitempty"`
	Registration string `json:"registration"` // what the shop must register, in a sentence
	Rules        []Rule `json:"rules"`        // what the platform allows
}

// Rule is one statement of a platform's policy about what its data may be used for.
type Rule struct {
	Purpose profile.Purpose `json:"purpose"`
	Allowed bool            `json:"allowed"`
	Text    string          `json:"text"`   // in a sentence
	Source  string          `json:"source"` // URL
}
