package profile

import (
	"slices"
	"time"
)

// Customer is one person at one shop.
type Customer struct {
	Key
	Reference string    `json:"reference,omitempty"` // the shop's own customer number
	Accounts  []Account `json:"accounts"`
	// Consents is the latest decision for each purpose and provider; the
	// ledger holds the history.
	Consents []Consent `json:"consents"`
	Wishes   Wishes    `json:"wishes"`
	Mood     Mood      `json:"mood"`
	// Revision grows with every change of the evidence, so that a mood folded
	// from what has changed meanwhile is seen as stale.
	Revision int64       `json:"revision"`
	Quiet    time.Time   `json:"quiet_until,omitzero"`  // no sales messages before; the reason is nowhere
	Lifted   time.Time   `json:"quiet_lifted,omitzero"` // the customer ended a silence: what was written before brings none back
	Sales    []time.Time `json:"sales,omitempty"`       // recent sales messages, for the frequency cap
	LastTone string      `json:"last_tone,omitempty"`   // for hysteresis between messages
	Created  time.Time   `json:"created"`
	Updated  time.Time   `json:"updated"`
	SignedIn time.Time   `json:"signed_in,omitzero"`
	Adult    bool        `json:"adult,omitempty"` // the person said they are 16 or older
}

// Wishes are what the customer has set on the own page. They outrank the model.
type Wishes struct {
	Plain       bool    `json:"plain,omitempty"`        // plain tone for good
	NoMarketing bool    `json:"no_marketing,omitempty"` // objection under GDPR Art. 21(2)
	Address     Address `json:"address,omitempty"`      // du or Sie; empty: as the shop has it
	Locale      string  `json:"locale,omitempty"`       // language of messages and pages
}

// Account finds the customer's account at a provider; nil where there is none.
func (c *Customer) Account(provider, subject string) *Account {
	i := slices.IndexFunc(c.Accounts, func(a Account) bool { return a.Provider == provider && a.Subject == subject })
	if i < 0 {
		return nil
	}
	return &c.Accounts[i]
}

// Name is what to call the person: the first account that has a name, else a
// handle, else empty.
func (c *Customer) Name() string {
	return c.first(func(a Account) string { return a.Name }, func(a Account) string { return a.Handle })
}

// Email is the first verified address, or empty. It is never an identity.
func (c *Customer) Email() string {
	return c.first(func(a Account) string {
		if a.EmailVerified {
			return a.Email
		}
		return ""
	})
}

// Locale is the customer's wish, else what the first account says, else empty.
func (c *Customer) Locale() string {
	if c.Wishes.Locale != "" {
		return c.Wishes.Locale
	}
	return c.first(func(a Account) string { return a.Locale })
}

func (c *Customer) first(fields ...func(Account) string) string {
	for _, field := range fields {
		for _, a := range c.Accounts {
			if v := field(a); v != "" {
				return v
			}
		}
	}
	return ""
}
