package api

import (
	"time"

	"tonfall/profile"
)

// ByID is the customer in a path.
type ByID struct {
	ID string `path:"id" maxLength:"240" example:"ref:10042" doc:"The customer's id, a sub, or ref:NUMBER."`
}

// Posted is what every POST may carry.
type Posted struct {
	Key string `header:"Idempotency-Key" maxLength:"200" doc:"Any string of your own: for 24 hours the same request with the same key runs once and gets the same answer."`
}

// Paged asks for a page of a list.
type Paged struct {
	Cursor string `query:"cursor" maxLength:"500" doc:"next of the page before."`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50" doc:"How many at most."`
}

// list is a page of a list; next is null on the last one.
type list[T any] struct {
	Items []T     `json:"items" nullable:"false"`
	Next  *string `json:"next"`
}

// page makes a list of what a reader answers.
func page[T any](items []T, next string) *answer[list[T]] {
	out := list[T]{Items: items}
	if out.Items == nil {
		out.Items = []T{}
	}
	if next != "" {
		out.Next = &next
	}
	return &answer[list[T]]{Body: out}
}

// Customer is one of the shop's customers as its back end sees them: never
// the mood, never a text.
type Customer struct {
	ID        profile.CustomerID `json:"id"`
	Sub       profile.CustomerID `json:"sub" doc:"The same, under its OpenID Connect name."`
	Reference *string            `json:"reference" doc:"The shop's own customer number."`
	Name      string             `json:"name,omitempty"`
	Email     string             `json:"email,omitempty" doc:"A verified address."`
	Locale    string             `json:"locale,omitempty"`
	Wishes    Wishes             `json:"wishes"`
	Accounts  []Account          `json:"accounts" nullable:"false"`
	Consents  []Decision         `json:"consents" nullable:"false"`
	Freshness Freshness          `json:"freshness"`
	Created   time.Time          `json:"created"`
	SignedIn  *time.Time         `json:"signedIn"`
}

// Wishes are what the customer has set; they outrank everything.
type Wishes struct {
	Plain       bool            `json:"plain" doc:"Plain tone for good."`
	NoMarketing bool            `json:"noMarketing" doc:"Objects to direct marketing."`
	Address     profile.Address `json:"address" enum:",du,Sie"`
}

// Account is a network that the customer signs in with.
type Account struct {
	Connector string       `json:"connector" example:"mastodon"`
	Provider  string       `json:"provider"`
	Handle    string       `json:"handle,omitempty"`
	Name      string       `json:"name,omitempty"`
	URL       string       `json:"url,omitempty"`
	Posts     bool         `json:"posts" doc:"Posts are read here now."`
	Connected time.Time    `json:"connected"`
	Synced    *time.Time   `json:"synced"`
	Problem   profile.Kind `json:"problem,omitempty" doc:"reconnect-needed: only the customer can renew the connection, by signing in."`
}

// Decision is the latest word of the customer on one purpose.
type Decision struct {
	Purpose     profile.Purpose  `json:"purpose" enum:"posts,mood,messages,shop_texts,preview" doc:"preview: looked once at what would be derived; nothing was kept."`
	Provider    string           `json:"provider,omitempty" doc:"For posts and preview."`
	Decision    profile.Decision `json:"decision" enum:"granted,withdrawn,declined"`
	TextVersion string           `json:"textVersion"`
	Lang        string           `json:"lang"`
	At          time.Time        `json:"at"`
	How         string           `json:"how" doc:"How it was given: page, me, api, operator."`
}

// Freshness says how old what is known is.
type Freshness struct {
	Synced *time.Time `json:"synced" doc:"The last import that ended well, of any account."`
	Next   *time.Time `json:"next" doc:"The next import, not before."`
	Asked  *time.Time `json:"asked" doc:"The latest decision on a consent."`
}

func view(c profile.Customer) Customer {
	out := Customer{
		ID: c.ID, Sub: c.ID, Reference: filled(c.Reference), Name: c.Name(), Email: c.Email(), Locale: c.Locale(),
		Wishes:   Wishes{Plain: c.Wishes.Plain, NoMarketing: c.Wishes.NoMarketing, Address: c.Wishes.Address},
		Accounts: []Account{}, Consents: decisions(c.Consents), Created: c.Created, SignedIn: filled(c.SignedIn),
	}
	for _, a := range c.Accounts {
		out.Accounts = append(out.Accounts, Account{
			Connector: a.Connector, Provider: a.Provider, Handle: a.Handle, Name: a.Name, URL: a.URL,
			Posts:     !a.NextSync.IsZero() && c.Allows(profile.Posts, a.Provider),
			Connected: a.Connected, Synced: filled(a.Synced), Problem: a.Problem,
		})
		out.Freshness.Synced = latest(out.Freshness.Synced, a.Synced)
		if next := a.NextSync; !next.IsZero() && (out.Freshness.Next == nil || next.Before(*out.Freshness.Next)) {
			out.Freshness.Next = &next
		}
	}
	for _, x := range c.Consents {
		out.Freshness.Asked = latest(out.Freshness.Asked, x.At)
	}
	return out
}

func decisions(consents []profile.Consent) []Decision {
	out := []Decision{}
	for _, x := range consents {
		out = append(out, Decision{
			Purpose: x.Purpose, Provider: x.Provider, Decision: x.Decision,
			TextVersion: x.TextVersion, Lang: x.Lang, At: x.At, How: x.Evidence.How,
		})
	}
	return out
}

// filled is a pointer to v, or nil for its zero value: null in JSON.
func filled[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}

func latest(a *time.Time, b time.Time) *time.Time {
	if b.IsZero() || a != nil && !b.After(*a) {
		return a
	}
	return &b
}
