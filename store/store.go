// Package store keeps customers and everything that belongs to them or to a
// shop.
//
// It is Tonfall's third socket: Store is the interface, bbolt (bolt.go) the
// embedded default; storetest is the promise both this and every further
// backend keep. Values are sealed by the backend through Codec before they
// touch the disk; keys are ids and keyed hashes, never names.
//
// Everything belongs to a customer or to a shop:
//
//	customer ── identities (unique)     claimed once, by keyed hash
//	   ├─────── ledger (append-only)    consents, hash-chained
//	   ├─────── records                 posts, readings, grants, exposures, tokens
//	   └─────── jobs                    leased, fenced
//	shop ─────── records                templates, clients, staff, quotas
//	   └─────── tickets                 short secrets, taken exactly once
//
// Writes to one customer go through UpdateCustomer and are atomic together.
package store

import (
	"context"
	"time"

	"tonfall/profile"
)

// Store is what every backend does. Safe for concurrent use.
//
// Errors are profile errors: NotFound, Conflict (a version or a unique name
// was taken meanwhile), Gone (a ticket taken before, a customer erased),
// Unavailable (closed, locked, disk full). Every call honours ctx. A call from
// within an UpdateCustomer callback fails at once with Internal; it never hangs.
type Store interface {
	// Claim binds an identity to a customer. The first claim wins for ever
	// (until Release or Erase); the winner's id is answered, to the same
	// claimer again and again.
	Claim(ctx context.Context, id profile.Identity, owner profile.CustomerID) (profile.CustomerID, error)
	// Owner finds the customer of an identity, or NotFound.
	Owner(ctx context.Context, id profile.Identity) (profile.CustomerID, error)
	// Release gives an identity up, if owner still holds it.
	Release(ctx context.Context, id profile.Identity, owner profile.CustomerID) error

	// Customer reads one; NotFound, or Gone where it was erased.
	Customer(ctx context.Context, key profile.Key) (profile.Customer, error)
	// Customers lists a shop's customers, oldest first: at most limit (1..1000)
	// after the cursor ("" at first); next is "" at the end.
	Customers(ctx context.Context, shop, cursor string, limit int) (page []profile.Customer, next string, err error)
	// ByReference finds a customer by the shop's own number, or NotFound.
	ByReference(ctx context.Context, shop, reference string) (profile.CustomerID, error)
	// UpdateCustomer runs fn on the customer and saves it together with all
	// that the change has queued, in one transaction: all or nothing. A
	// customer that does not exist comes as one with only its Key set, and is
	// created. fn may run again and must not call the store. An error from fn
	// is answered as it is, and nothing is saved. Gone where it was erased;
	// Conflict where Reference belongs to somebody else.
	UpdateCustomer(ctx context.Context, key profile.Key, fn func(*Change) error) error
	// Ledger reads a customer's consents, oldest first, in pages.
	Ledger(ctx context.Context, key profile.Key, afterSeq, limit int) ([]profile.Consent, error)
	// Erase removes the customer with identities, records, ledger and jobs and
	// leaves a tombstone, so that later writes answer Gone. Keep records are
	// written under the shop in the same transaction (proofs, suppressions).
	// Erasing twice answers the tombstone's receipt again; NotFound where
	// nothing is known of the customer.
	Erase(ctx context.Context, key profile.Key, now time.Time, keep []Record) (Erased, error)

	// Record reads one record; NotFound where there is none or it has expired.
	Record(ctx context.Context, at At) (Record, error)
	// Records lists records of one owner and kind.
	Records(ctx context.Context, q Query) (page []Record, next string, err error)
	// PutRecord writes a record if the stored one still has r.Version (0: there
	// is none), else Conflict; AnyVersion writes regardless. It answers the new
	// version. Records of customers are better written through UpdateCustomer.
	PutRecord(ctx context.Context, r Record) (version int64, err error)
	// DeleteRecord removes a record; there being none is no error.
	DeleteRecord(ctx context.Context, at At) error

	// PutTicket keeps a ticket. Conflict where its secret exists already.
	PutTicket(ctx context.Context, t Ticket) error
	// Ticket reads a ticket and leaves it; NotFound, or Gone where it was taken or expired.
	Ticket(ctx context.Context, shop, kind, secret string, now time.Time) (Ticket, error)
	// TakeTicket takes a ticket exactly once, however many try at the same
	// time. Later ones get Gone together with the ticket's Trace, until it is
	// swept: that is how a replay is seen. One that expired untaken is Gone
	// without its Trace.
	TakeTicket(ctx context.Context, shop, kind, secret string, now time.Time) (Ticket, error)

	// Enqueue adds a job unless one with its key waits or runs already (then
	// the earlier Due wins) or the owner was erased (Gone).
	Enqueue(ctx context.Context, j Job) error
	// Lease claims at most n due jobs until the time given, earliest first.
	// A lease that ran out is claimed again with a higher fence.
	Lease(ctx context.Context, kind string, now, until time.Time, n int) ([]Job, error)
	// Finish ends a leased job, or puts it back with j's Value when again is not
	// zero. Conflict where the lease was lost (another fence) or the job is gone.
	Finish(ctx context.Context, j Job, again time.Time) error
	// Jobs lists jobs of a shop, or of all for "": for the operator's eye.
	Jobs(ctx context.Context, shop, cursor string, limit int) (page []Job, next string, err error)

	// Sweep removes what has expired by now (tickets, records, traces) in small
	// transactions and answers how many.
	Sweep(ctx context.Context, now time.Time) (int, error)
	// Check reads everything and answers what is broken, a sentence each.
	Check(ctx context.Context) ([]string, error)
	// Backup writes a consistent copy while work goes on. Its format is the backend's.
	Backup(ctx context.Context, to string) error
	// Close ends all work. Later calls answer Unavailable.
	Close() error
}

// Change is what one UpdateCustomer call does: fn edits Customer in place and
// queues the rest.
type Change struct {
	Customer *profile.Customer
	Exists   bool // false: this call creates the customer

	Puts     []Record          // owner is set by the store; Version as in PutRecord
	Deletes  []At              // owner is set by the store
	DropKind []string          // all records of these kinds go (before Puts)
	Consents []profile.Consent // appended to the ledger: the store sets Seq, Prev and Hash, and the latest into Customer.Consents
	Jobs     []Job             // enqueued; owner is set by the store
}

// Kind of a record. A kind says who owns it: customers or shops.
const (
	KindPost     = "post"     // customer; Key: profile.Post.Item
	KindEvidence = "evidence" // customer; Key: profile.Evidence.Item
	KindGrant    = "grant"    // customer; Key: profile.Account.Ref
	KindExposure = "exposure" // customer; Key: exposure id
	KindToken    = "token"    // customer; Key: token id of the OpenID Provider
	KindSession  = "session"  // customer or staff
	KindTemplate = "template" // shop; Key: name
	KindStaff    = "staff"    // shop
	KindApp      = "app"      // shop; a registration at a provider's instance
	KindReplay   = "replay"   // shop; Idempotency-Key
	KindProof    = "proof"    // shop; what erasure leaves of the ledger
	KindSuppress = "suppress" // shop; keyed hash of an erased identity
	KindEnding   = "ending"   // shop; what came of a provider's call, by confirmation code
)

// At is where a record lies.
type At struct {
	Shop  string
	Owner profile.CustomerID // empty: the shop's own
	Kind  string
	Key   string // any string; it is personal: backends keep only a keyed hash of it in keys, the whole inside the sealed value
}

// Record is a value that belongs to a customer or a shop.
type Record struct {
	At
	Value   []byte    // any bytes; sealed by the backend
	Time    time.Time // its own time, by which lists are sorted; whole microseconds, UTC
	Expires time.Time // zero: never
	Version int64     // 1, 2, 3 …; see PutRecord
}

// AnyVersion as Record.Version writes whatever is stored.
const AnyVersion int64 = -1

// Query selects records of one owner and kind.
type Query struct {
	Shop   string
	Owner  profile.CustomerID
	Kind   string
	Newest bool      // newest first, else oldest first (by Time, then Key's hash)
	Since  time.Time // zero: all
	Cursor string    // from the page before
	Limit  int       // 1..5000
}

// Ticket is a short secret that is taken exactly once: a sign-in in progress,
// a provider's state, an authorization code, a studio sign-in link.
type Ticket struct {
	Shop    string
	Kind    string
	Secret  string             // at least 128 bits; only its keyed hash is stored
	Owner   profile.CustomerID // goes with its customer; may be empty
	Value   []byte             // sealed
	Trace   []byte             // what a replay may know: kept, sealed, until Expires
	Expires time.Time
}

// Job is work to be done at a time.
type Job struct {
	Shop    string
	Owner   profile.CustomerID // may be empty
	Kind    string             // "sync", "mood", "revoke", "webhook" …
	Key     string             // unique for shop, owner and kind
	Value   []byte             // sealed
	Due     time.Time
	Tries   int   // how often it was leased
	Fence   int64 // grows with each lease
	Created time.Time
	// Outlives keeps the job when its owner is erased: the end of a grant at
	// its provider must still happen.
	Outlives bool
}

// Erased counts what an erasure removed.
type Erased struct {
	At         time.Time      `json:"at"`
	Identities int            `json:"identities"`
	Consents   int            `json:"consents"`
	Jobs       int            `json:"jobs"`
	Records    map[string]int `json:"records"` // by kind
}

// Sealer seals what a backend writes. Associated data binds a sealed value to
// its place: shop, kind and key. internal/keys implements it with tink AEAD.
type Sealer interface {
	Seal(plain, associated []byte) ([]byte, error)
	Open(sealed, associated []byte) ([]byte, error)
	// Hash is a keyed hash, 16 bytes, the same for ever.
	Hash(fields ...string) []byte
}
