package consent

import (
	"context"
	"time"

	"tonfall/profile"
	"tonfall/store"
)

// Erase removes the person: customer, identities, texts, readings, mood,
// messages, tokens, ledger. What stays names nobody: a tombstone that no late
// job can undo, a keyed hash that stops a silent re-import, and of each
// decision a proof with purpose, text version and time. Grants are ended at
// their providers. Erasing twice answers the same counts.
func (g *Gate) Erase(ctx context.Context, key profile.Key, proof profile.Proof) (Receipt, error) {
	receipt := Receipt{Customer: key.ID}
	c, err := g.Store.Customer(ctx, key)
	if err != nil && !profile.Is(err, profile.Gone) {
		return receipt, err
	}
	keep, err := g.remains(ctx, c, proof.How)
	if err != nil {
		return receipt, err
	}
	if receipt.Revoking, err = g.letGo(ctx, c); err != nil {
		return receipt, err
	}
	erased, err := g.Store.Erase(ctx, key, g.Now(), keep)
	if err != nil {
		return receipt, err
	}
	receipt.At = erased.At
	receipt.Removed = map[string]int{"identities": erased.Identities, "consents": erased.Consents}
	for kind, n := range erased.Records {
		receipt.Removed[plural(kind)] = n
	}
	return g.sign(receipt), nil
}

// letGo queues the end of every grant the customer still has.
func (g *Gate) letGo(ctx context.Context, c profile.Customer) ([]string, error) {
	if c.ID == "" {
		return nil, nil
	}
	grants, err := g.grants(ctx, c.Key)
	if err != nil {
		return nil, err
	}
	var revoking []string
	for _, a := range c.Accounts {
		grant, ok := grants[a.Ref()]
		if !ok {
			continue
		}
		if err := g.Revoke(ctx, c.Shop, Revocation{Connector: a.Connector, Provider: a.Provider, Grant: grant}); err != nil {
			return nil, err
		}
		revoking = append(revoking, a.Provider)
	}
	return revoking, nil
}

// proofsLeft is what erasure leaves of a customer's ledger.
type proofsLeft struct {
	Erased    string      `json:"erased"` // how it was asked for: profile.Proof.How
	Decisions []proofLeft `json:"decisions"`
}

// proofLeft is what erasure leaves of one decision.
type proofLeft struct {
	Purpose     profile.Purpose  `json:"purpose"`
	Decision    profile.Decision `json:"decision"`
	TextVersion string           `json:"text_version"`
	At          time.Time        `json:"at"`
}

// remains makes the records that outlive the customer.
func (g *Gate) remains(ctx context.Context, c profile.Customer, how string) ([]store.Record, error) {
	if c.ID == "" {
		return nil, nil
	}
	ledger, err := g.Ledger(ctx, c.Key)
	if err != nil {
		return nil, err
	}
	var keep []store.Record
	left := make([]proofLeft, len(ledger))
	for i, x := range ledger {
		left[i] = proofLeft{Purpose: x.Purpose, Decision: x.Decision, TextVersion: x.TextVersion, At: x.At}
	}
	r, err := record(store.KindProof, encode(g.Hash("proof", c.Shop, string(c.ID))), proofsLeft{Erased: how, Decisions: left})
	if err != nil {
		return nil, err
	}
	r.Shop, r.Time = c.Shop, g.Now()
	if g.Keeping.Proof > 0 {
		r.Expires = g.Now().Add(g.Keeping.Proof)
	}
	keep = append(keep, r)
	for _, a := range c.Accounts {
		r, err := record(store.KindSuppress, g.suppressed(a.Identity(c.Shop)), struct{}{})
		if err != nil {
			return nil, err
		}
		r.Shop, r.Time = c.Shop, g.Now()
		keep = append(keep, r)
	}
	return keep, nil
}

// suppressed is the key under which an erased identity is remembered without
// being named.
func (g *Gate) suppressed(i profile.Identity) string {
	return encode(g.Hash("suppress", i.Shop, i.Provider, i.Subject))
}

// plural names a kind as people count it.
func plural(kind string) string {
	if kind == store.KindEvidence {
		return "readings"
	}
	return kind + "s"
}
