// Package api is the door for shops' back ends: REST under /v1, described by
// the OpenAPI document it serves.
//
// Every call passes the same way; routes.go lists them all:
//
//	request ── who? ── may? ── seen before? ── shape ── handler ── answer
//	           401     403     Idempotency-Key  422      Gate, Desk, Service
//
// A caller belongs to one shop, and whatever it names is looked for in that
// shop only: somebody else's customer is a 404 like one that never was. Errors
// are problem details (RFC 9457). Nothing here filters people by mood.
package api

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"tonfall/consent"
	"tonfall/enrich"
	"tonfall/profile"
	"tonfall/web/links"
	"tonfall/web/wording"
)

// API answers shops' back ends. Its fields are set once, before use.
type API struct {
	Gate    *consent.Gate
	Enrich  *enrich.Service
	Desk    *wording.Desk
	Auth    Authenticator
	Replays Replays
	// Links signs links into customers' own pages.
	Links *links.Links
	// Ready reports whether calls can be served now; nil: always.
	Ready   func(ctx context.Context) error
	Version string // of the program, for the OpenAPI document
	Now     func() time.Time
	Log     *slog.Logger
}

// Principal is who calls: a client of a shop.
type Principal struct {
	Shop    string
	Client  string
	Subject profile.CustomerID // empty for the shop's own back end
	Scopes  []string
}

// Authenticator finds out who calls, from the Authorization header.
// Unauthorized where there is nobody or the credential is bad.
type Authenticator interface {
	Authenticate(r *http.Request) (Principal, error)
}

// The scopes a call may ask for.
const (
	CustomersRead  = "customers:read"
	CustomersWrite = "customers:write"
	MoodRead       = "mood:read"
	MessagesRender = "messages:render"
	MessagesWrite  = "messages:write"
	Score          = "score"
)

// Scopes lists every scope, in the order of the documentation.
func Scopes() []string {
	return []string{CustomersRead, CustomersWrite, MoodRead, MessagesRender, MessagesWrite, Score}
}
