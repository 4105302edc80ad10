package store

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"

	"tonfall/profile"
)

// Chain makes c the entry after prev (the zero Consent where c is the first):
// it sets Seq, Prev and Hash, and brings the rest into the form in which JSON
// gives it back, so that the hash holds for ever. A time that JSON cannot hold
// (after the year 9999) leaves Hash empty; saving such an entry fails.
func Chain(prev, c profile.Consent) profile.Consent {
	c.Seq, c.Prev, c.Hash = prev.Seq+1, prev.Hash, ""
	c.At = c.At.UTC()
	// There and back: bytes that are no UTF-8 come back as another character,
	// which must be the one that is hashed.
	if text, err := json.Marshal(c); err != nil || json.Unmarshal(text, &c) != nil {
		return c
	}
	c.Hash = consentHash(c)
	return c
}

// consentHash is the hex SHA-256 of the entry's JSON without its hash.
func consentHash(c profile.Consent) string {
	text, err := json.Marshal(struct {
		profile.Consent
		Hash *string `json:"hash,omitempty"` // hides the hash
	}{Consent: c})
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// VerifyLedger checks a whole ledger, oldest entry first: numbered from 1
// without a gap, each entry's hash its own, each Prev the hash before.
// Internal, naming the first entry that does not fit.
func VerifyLedger(ledger []profile.Consent) error {
	var prev profile.Consent
	for i, c := range ledger {
		switch {
		case c.Seq != i+1:
			return profile.Errorf(profile.Internal, "the consent ledger is broken: entry %d is missing", i+1)
		case c.Prev != prev.Hash:
			return profile.Errorf(profile.Internal, "the consent ledger is broken: entry %d does not follow the one before", c.Seq)
		case c.Hash == "" || c.Hash != consentHash(c):
			return profile.Errorf(profile.Internal, "the consent ledger is broken: entry %d was altered", c.Seq)
		}
		prev = c
	}
	return nil
}

// latest puts c into the newest decisions, in place of an older one on the
// same purpose at the same provider. It leaves the slice given alone.
func latest(decisions []profile.Consent, c profile.Consent) []profile.Consent {
	decisions = slices.Clone(decisions)
	i := slices.IndexFunc(decisions, func(x profile.Consent) bool { return x.Purpose == c.Purpose && x.Provider == c.Provider })
	if i < 0 {
		return append(decisions, c)
	}
	decisions[i] = c
	return decisions
}
