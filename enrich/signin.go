package enrich

import (
	"context"
	"encoding/json"
	"net/url"
	"slices"

	"tonfall/connectors"
	"tonfall/consent"
	"tonfall/profile"
)

// Begin is what a sign-in at a provider starts with.
type Begin struct {
	Redirect string            // callback URL, distinct for each shop and connector
	State    string            // opaque; the provider returns it
	Nonce    string            // for ID tokens
	Hint     string            // what the person typed, where Offer.Hint asks for it
	Locale   string            // BCP 47
	Wider    []profile.Purpose // empty for signing in; Settled.Wider for a second authorisation
}

// Begin says where to send the browser, and what to keep until it is back.
func (s *Service) Begin(ctx context.Context, shop, connector string, b Begin) (to string, keep []byte, err error) {
	c, err := s.connector(shop, connector)
	if err != nil {
		return "", nil, err
	}
	step, err := c.Begin(ctx, connectors.Start{
		Redirect: b.Redirect, State: b.State, Nonce: b.Nonce, Purposes: b.Wider, Hint: b.Hint, Locale: b.Locale,
	})
	return step.URL, step.Keep, err
}

// Callback is the browser's return from the provider.
type Callback struct {
	Params   url.Values
	Keep     []byte // from Begin
	Nonce    string // as begun
	Redirect string // as begun
}

// Arrival is a person who has signed in at a provider. It is JSON, and secret:
// it holds the grant.
type Arrival struct {
	Key       profile.Key      `json:"key"`
	New       bool             `json:"new"`
	Connector string           `json:"connector"`
	Account   profile.Account  `json:"account"`
	Posts     bool             `json:"posts"` // the connector reads posts
	Grant     json.RawMessage  `json:"grant"`
	Customer  profile.Customer `json:"-"` // as found or made just now
}

// Arrive turns the provider's callback into a customer, known or new. Nothing
// but who they are is imported.
func (s *Service) Arrive(ctx context.Context, shop, connector string, cb Callback) (Arrival, error) {
	c, err := s.connector(shop, connector)
	if err != nil {
		return Arrival{}, err
	}
	grant, account, err := c.Finish(ctx, connectors.Callback{Params: cb.Params, Keep: cb.Keep, Nonce: cb.Nonce, Redirect: cb.Redirect})
	if err != nil {
		return Arrival{}, err
	}
	account.Connector = connector
	if account.Provider == "" || account.Subject == "" {
		return Arrival{}, profile.Errorf(profile.Upstream, "%s did not say who signed in", c.Info().Title)
	}
	customer, isNew, err := s.Gate.SignIn(ctx, shop, bare(account))
	if err != nil {
		return Arrival{}, err
	}
	sealed, err := json.Marshal(grant)
	if err != nil {
		return Arrival{}, profile.Wrap(profile.Internal, err, "the sign-in could not be kept")
	}
	return Arrival{
		Key: customer.Key, New: isNew, Connector: connector, Account: account,
		Posts: c.Info().Posts, Grant: sealed, Customer: customer,
	}, nil
}

// bare is the account as a mere identity: nothing is granted by signing in.
func bare(a profile.Account) profile.Account {
	a.Scopes = nil
	return a
}

// Settled says what is left to do after the consents are decided.
type Settled struct {
	// Wider are consents whose scopes the grant lacks: a second authorisation is needed.
	Wider []profile.Purpose
}

// Settle acts on what the person decided. Where posts may be read, the grant
// is kept, unless a wider one is kept already, and the import begins: inline
// for about two seconds, the rest as a job. Where they may not, the grant is
// let go of. A failing import never fails the sign-in.
func (s *Service) Settle(ctx context.Context, a Arrival) (Settled, error) {
	c, err := s.connector(a.Key.Shop, a.Connector)
	if err != nil {
		return Settled{}, err
	}
	var grant connectors.Grant
	if err := json.Unmarshal(a.Grant, &grant); err != nil {
		return Settled{}, profile.Wrap(profile.Internal, err, "the sign-in could not be read again")
	}
	customer, err := s.Gate.Customer(ctx, a.Key)
	if err != nil {
		return Settled{}, err
	}
	reads := s.Gate.Allowed(&customer, profile.Posts, a.Connector, a.Account.Provider) == nil && a.Posts
	kept, keptErr := s.Gate.Grant(ctx, a.Key, a.Account)
	if keptErr != nil && !profile.Is(keptErr, profile.NotFound) {
		return Settled{}, keptErr
	}
	have := keptErr == nil && customer.Account(a.Account.Provider, a.Account.Subject).Problem == ""
	switch wide := covers(c.Info(), grant); {
	case !reads:
		return Settled{}, s.letGo(ctx, a, c, a.Grant)
	case wide:
		if err := s.keep(ctx, a, grant); err != nil {
			return Settled{}, err
		}
		if keptErr == nil && !sameGrant(kept, a.Grant) && !c.Info().RevokesAll {
			if err := s.letGo(ctx, a, c, kept); err != nil {
				return Settled{}, err
			}
		}
	default:
		if !c.Info().RevokesAll {
			if err := s.letGo(ctx, a, c, a.Grant); err != nil {
				return Settled{}, err
			}
		}
		if !have {
			return Settled{Wider: []profile.Purpose{profile.Posts}}, nil
		}
	}
	return Settled{}, s.startImport(ctx, a)
}

// covers reports whether the granted scopes suffice for reading posts.
// Providers that do not say what they granted are believed to have granted all.
func covers(info connectors.Info, g connectors.Grant) bool {
	if len(g.Scopes) == 0 {
		return true
	}
	for _, need := range info.Scopes[profile.Posts] {
		if !slices.Contains(g.Scopes, need) {
			return false
		}
	}
	return true
}

func (s *Service) keep(ctx context.Context, a Arrival, grant connectors.Grant) error {
	return s.Gate.SaveGrant(ctx, a.Key, a.Account, a.Grant, func(account *profile.Account) {
		account.Scopes = grant.Scopes
		account.Problem, account.Failures = "", 0
	})
}

// letGo ends a grant that nothing needs, where the provider has a way.
func (s *Service) letGo(ctx context.Context, a Arrival, c connectors.Connector, grant json.RawMessage) error {
	_, revokes := c.(connectors.Revoker)
	if !revokes || !a.Posts {
		return nil
	}
	return s.Gate.Revoke(ctx, a.Key.Shop, consent.Revocation{Connector: a.Connector, Provider: a.Account.Provider, Grant: grant})
}

// sameGrant reports whether two grants share a token: ending one would end both.
func sameGrant(a, b json.RawMessage) bool {
	var x, y connectors.Grant
	if json.Unmarshal(a, &x) != nil || json.Unmarshal(b, &y) != nil {
		return false
	}
	return x.Access == y.Access || x.Refresh != "" && x.Refresh == y.Refresh
}

// Disconnected reports whether posts may be read from the account and cannot:
// its grant is missing or dead, and only the person can renew it.
func (s *Service) Disconnected(ctx context.Context, c profile.Customer, a profile.Account) (bool, error) {
	if s.Gate.Allowed(&c, profile.Posts, a.Connector, a.Provider) != nil {
		return false, nil //nolint:nilerr // what may not be read is not missed
	}
	if a.Problem == profile.Reconnect {
		return true, nil
	}
	_, err := s.Gate.Grant(ctx, c.Key, a)
	if profile.Is(err, profile.NotFound) {
		return true, nil
	}
	return false, err
}
