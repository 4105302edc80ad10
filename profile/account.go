package profile

import "time"

// Account is a person at one provider, as the provider tells it, and the
// state of our reading there.
type Account struct {
	Connector string `json:"connector"` // name in the connectors' map: "mastodon"
	Provider  string `json:"provider"`  // Identity.Provider: the issuer or instance
	Subject   string `json:"subject"`   // the provider's immutable id

	Handle        string `json:"handle,omitempty"` // "anna@mastodon.social", "anna.bsky.social"
	Name          string `json:"name,omitempty"`
	Email         string `json:"email,omitempty"`
	EmailVerified bool   `json:"email_verified,omitempty"`
	Picture       string `json:"picture,omitempty"` // URL, shown only through our own proxy or not at all
	URL           string `json:"url,omitempty"`     // public profile page
	Locale        string `json:"locale,omitempty"`  // BCP 47

	Scopes    []string  `json:"scopes,omitempty"` // as granted, not as asked
	Connected time.Time `json:"connected"`
	Synced    time.Time `json:"synced,omitzero"`    // last import that ended well
	NextSync  time.Time `json:"next_sync,omitzero"` // not before; zero: no posts are read here
	Cursor    string    `json:"cursor,omitempty"`   // where the next incremental import starts
	Backfill  string    `json:"backfill,omitempty"` // where an unfinished first import goes on
	Failures  int       `json:"failures,omitempty"` // consecutive failed imports
	Problem   Kind      `json:"problem,omitempty"`  // Reconnect: only the person can renew the grant
}

// Identity is the account's unique triple in a shop.
func (a Account) Identity(shop string) Identity {
	return Identity{Shop: shop, Provider: a.Provider, Subject: a.Subject}
}

// Ref names the account among its customer's accounts, and the records that
// come from it: provider, a space, subject.
func (a Account) Ref() string { return a.Provider + " " + a.Subject }
