// Package connectortest is the suite that every connector passes: what a
// sign-in, a page of posts, a deletion, a rate limit, a dead grant and every
// kind of rubbish must lead to.
//
// A connector's test describes its provider once, as a simulation that follows
// the provider's own documentation, and calls Run:
//
//	connectortest.Run(t, connectortest.Harness{Provider: …, Connector: …, Token: "/oauth/token"})
//
// The suite serves the simulation on loopback and puts the faults in front of
// it. Not tested here, because no connector can know it: a provider whose
// cursors run in a circle. The caller sees that where it dedupes by id, and stops.
package connectortest

import (
	"net/http"
	"testing"
	"time"

	"tonfall/connectors"
)

// Harness describes one connector to the suite.
type Harness struct {
	// Provider makes a fresh simulation, to be served at base
	// ("http://127.0.0.1:port"). Its clock must be Now.
	Provider func(t *testing.T, base string) Provider
	// Connector makes the connector for it. o holds HTTP, Now and
	// AllowLoopback; the harness adds what the kind needs.
	Connector func(t *testing.T, base string, o connectors.Options) connectors.Connector
	// Hint is what the person types first; nil means nothing.
	Hint func(base string) string
	// Redirect is the callback address; empty means one at tonfall.example.
	Redirect string
	// NoPKCE is why the provider's sign-in goes without PKCE; empty: it has PKCE.
	NoPKCE  string
	Code    string // the callback's parameter that holds the code; empty: "code"
	Token   string // path of the token endpoint
	Renew   string // path of the endpoint that renews a grant, where it is another
	Account string // path of the call that tells who the person is; empty: the token tells
	Longest int    // how many bytes a post may have; 0 means 200,000
}

// Provider is a simulated provider. Functions that it has no use for are nil.
type Provider struct {
	// Handler answers every request. The person is signed in there already and
	// agrees: the authorization page redirects to the callback at once, or is a
	// form that posts to it.
	Handler http.Handler
	Deny    func()                        // from now on the person says no
	Publish func(text string) (id string) // the person writes a post; "" where no such post can be
	Delete  func(id string)               // and deletes one
	Expire  func()                        // the access tokens of now die, their grants live
	Kill    func()                        // the person ends all grants at the provider
}

// Now is the suite's clock: it stands still.
func Now() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) }

// Limits of the client that the suite hands to connectors. Where a fault is
// that the provider never ends, it waits for Hasty only; where it ends, Patient
// leaves a loaded machine its time.
const (
	Patient = 10 * time.Second
	Hasty   = 100 * time.Millisecond
	MaxBody = 1 << 20
)

// Run runs the whole suite.
func Run(t *testing.T, h Harness) {
	t.Helper()
	t.Run("it describes itself", func(t *testing.T) { describes(t, begin(t, h)) })
	t.Run("a person signs in", func(t *testing.T) { signsIn(t, begin(t, h)) })
	t.Run("a person says no", func(t *testing.T) { saysNo(t, begin(t, h)) })
	t.Run("a foreign, empty or used callback is refused", func(t *testing.T) { refusesCallbacks(t, begin(t, h)) })
	t.Run("many sign in at once", func(t *testing.T) { manySignIn(t, begin(t, h)) })
	t.Run("rubbish at sign-in is an upstream error", func(t *testing.T) { rubbishAtSignIn(t, begin(t, h)) })
	t.Run("errors of the token endpoint are told apart", func(t *testing.T) { tokenErrors(t, begin(t, h)) })
	t.Run("a dead grant needs the person", func(t *testing.T) { deadGrant(t, begin(t, h)) })
	t.Run("a revoked grant is dead", func(t *testing.T) { revokes(t, begin(t, h)) })
	s := begin(t, h)
	if _, ok := s.Connector.(connectors.PostReader); !ok {
		return
	}
	t.Run("posts come page by page, newest first", func(t *testing.T) { pages(t, begin(t, h)) })
	t.Run("a post written meanwhile hides no other", func(t *testing.T) { writesMeanwhile(t, begin(t, h)) })
	t.Run("new posts come before those known", func(t *testing.T) { increments(t, begin(t, h)) })
	t.Run("any text arrives", func(t *testing.T) { anyText(t, begin(t, h)) })
	t.Run("a rate limit says when to go on", func(t *testing.T) { limits(t, begin(t, h)) })
	t.Run("refusals are told apart", func(t *testing.T) { refusals(t, begin(t, h)) })
	t.Run("rubbish is an upstream error and loses nothing", func(t *testing.T) { rubbishInPosts(t, begin(t, h)) })
	t.Run("a call given up ends at once", func(t *testing.T) { givesUp(t, begin(t, h)) })
	if _, ok := s.Connector.(connectors.PostLister); ok {
		t.Run("a post deleted upstream is missed", func(t *testing.T) { misses(t, begin(t, h)) })
	}
}
