package signin

import (
	"context"
	"time"

	"github.com/go-jose/go-jose/v4"

	"tonfall/enrich"
	"tonfall/profile"
)

// Ticket is a short secret that is taken exactly once. Field by field the
// store's ticket.
type Ticket struct {
	Shop    string
	Kind    string
	Secret  string
	Owner   profile.CustomerID // goes with its customer; may be empty
	Value   []byte
	Trace   []byte // what a replay may know
	Expires time.Time
}

// Tickets keeps tickets. Errors are profile errors: NotFound, and Gone for what
// was taken or has expired.
type Tickets interface {
	PutTicket(ctx context.Context, t Ticket) error
	// Ticket reads a ticket and leaves it.
	Ticket(ctx context.Context, shop, kind, secret string, now time.Time) (Ticket, error)
	// TakeTicket takes a ticket once, however many try at the same time; later
	// ones get Gone together with the ticket's Trace.
	TakeTicket(ctx context.Context, shop, kind, secret string, now time.Time) (Ticket, error)
}

// Kinds of records: sessions, visits and tokens go with their customer; tokens of a
// shop's back end belong to the shop.
const (
	KindSession = "session"
	KindVisit   = "visit"
	KindToken   = "token"
)

// Record is a value of a customer, or of the shop where Owner is empty.
type Record struct {
	Shop    string
	Owner   profile.CustomerID
	Kind    string
	Key     string
	Value   []byte
	Time    time.Time
	Expires time.Time
	Version int64 // 0: there must be none yet
}

// Records keeps sessions and tokens. Errors are profile errors: NotFound (also
// for what has expired), Conflict where Version is not the stored one, Gone
// where the owner was erased.
type Records interface {
	Record(ctx context.Context, shop string, owner profile.CustomerID, kind, key string) (Record, error)
	PutRecord(ctx context.Context, r Record) error
	DeleteRecord(ctx context.Context, shop string, owner profile.CustomerID, kind, key string) error
	// Records lists all records of one owner and kind.
	Records(ctx context.Context, shop string, owner profile.CustomerID, kind string) ([]Record, error)
}

// Tried is what somebody who looks once is shown.
type Tried struct {
	Customer profile.Key
	Lang     string
	Network  string // for people
	Trial    enrich.Trial
	Back     string // where to go on
}

// Clients knows the OpenID clients of shops; NotFound where there is none.
type Clients interface {
	Client(ctx context.Context, shop, id string) (Client, error)
}

// Shops knows the shops.
type Shops interface {
	Shop(slug string) (profile.Shop, bool)
}

// Signing holds the keys of ID tokens; *keys.Keyring is one.
type Signing interface {
	Signer(alg jose.SignatureAlgorithm) (jose.JSONWebKey, error)
	JWKS() jose.JSONWebKeySet
}

// Notice is a back-channel logout to be delivered: POST logout_token=Token, as
// a form, to URL (OpenID Connect Back-Channel Logout 1.0, 2.5).
type Notice struct {
	Shop   string
	Client string
	URL    string
	Token  string
}
