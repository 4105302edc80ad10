// Package consent is the gate: whoever reads or writes personal data passes
// here with customer, purpose and provider.
//
// Nothing else reaches the store's people; a test of the import graph keeps it
// so. The gate knows three things and joins them in every call: what the person
// decided (the ledger), what the platform allows (Rules) and what the law asks
// (age, keeping times, lineage):
//
//	web, enrich ──> Gate ──> Store
//	                 │
//	                 ├ may?     Allowed: decision, platform, age
//	                 ├ write    Import, Decide, Correct … in one transaction with the check
//	                 ├ lineage  evidence names the consents it came from
//	                 └ end      withdraw, erase, expire
//
// Consent is checked inside the transaction that writes, so a withdrawal in
// the middle of an import stops its next write.
package consent

import (
	"log/slog"
	"time"

	"github.com/google/uuid"

	"tonfall/profile"
	"tonfall/store"
)

// Gate guards one store for all shops. Its fields are set once, before use.
type Gate struct {
	Store   store.Store
	Texts   Texts                               // what people are asked, by version
	Rules   func(shop, connector string) []Rule // what each platform allows; nil: everything
	Keeping Keeping                             // how long each kind of data stays
	Folding profile.Folding                     // how readings become a mood
	Hash    func(fields ...string) []byte       // keyed hash, the same for ever
	Now     func() time.Time
	NewID   func() uuid.UUID // time-sorted: uuid.NewV7
	// Wake tells the job runner that a job of this kind was queued; may be nil.
	Wake func(kind string)
	Log  *slog.Logger
}

// Rule is one statement of a platform's policy on a purpose. Connectors hold
// the same data with text and source; the gate needs only this.
type Rule struct {
	Purpose profile.Purpose
	Allowed bool
	Text    string // "X forbids inferring …": shown to marketers as "not used: …"
}

// Keeping says how long each kind of data stays.
type Keeping struct {
	Posts    time.Duration            // texts of posts; 0: score and forget
	PostsBy  map[string]time.Duration // the same for single connectors
	Readings time.Duration            // evidence
	Exposed  time.Duration            // exposures
	Proof    time.Duration            // what erasure leaves of the ledger
	Quiet    time.Duration            // how long after a hard moment no sales message goes out
}
