package enrich

import (
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"time"

	"tonfall/connectors"
	"tonfall/profile"
)

// vault hands out clients that are signed in as an account. A grant is
// refreshed by one caller at a time, and the rotated token is saved before it
// is used: at some providers a replayed refresh token kills the whole session.
type vault struct {
	mu    sync.Mutex
	locks map[string]*sync.Mutex // by customer and account; never more than accounts in work
}

// lock takes the account's turn.
func (v *vault) lock(name string) (unlock func()) {
	v.mu.Lock()
	if v.locks == nil {
		v.locks = map[string]*sync.Mutex{}
	}
	l := v.locks[name]
	if l == nil {
		l = &sync.Mutex{}
		v.locks[name] = l
	}
	v.mu.Unlock()
	l.Lock()
	return l.Unlock
}

// early is how long before its expiry a token is refreshed.
const early = time.Minute

// client is an HTTP client signed in as the account. stale is the access token
// that a call has just been refused with, or empty.
func (s *Service) client(ctx context.Context, key profile.Key, a profile.Account, c connectors.Connector, stale string) (*http.Client, string, error) {
	defer s.vault.lock(key.String() + " " + a.Ref())()
	sealed, err := s.Gate.Grant(ctx, key, a)
	if profile.Is(err, profile.NotFound) {
		return nil, "", profile.Errorf(profile.Reconnect, "the connection to %s has ended: the customer has to connect again", c.Info().Title)
	}
	if err != nil {
		return nil, "", err
	}
	var g connectors.Grant
	if err := json.Unmarshal(sealed, &g); err != nil {
		return nil, "", profile.Wrap(profile.Internal, err, "a kept grant is damaged")
	}
	expired := !g.Expires.IsZero() && !s.Now().Before(g.Expires.Add(-early))
	if g.Access == stale || expired {
		if g, err = s.refresh(ctx, key, a, c, g); err != nil {
			return nil, "", err
		}
	}
	return c.Client(g, s.Transport), g.Access, nil
}

// refresh renews a grant and saves it. The save is not stopped by the caller's
// going away: a rotated token that is lost is a connection that is lost.
func (s *Service) refresh(ctx context.Context, key profile.Key, a profile.Account, c connectors.Connector, g connectors.Grant) (connectors.Grant, error) {
	r, ok := c.(connectors.Refresher)
	if !ok {
		return g, profile.Errorf(profile.Reconnect, "%s refuses the connection: the customer has to connect again", c.Info().Title)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
	defer cancel()
	renewed, err := r.Refresh(ctx, g)
	if err != nil {
		return g, err
	}
	sealed, err := json.Marshal(renewed)
	if err != nil {
		return g, profile.Wrap(profile.Internal, err, "the renewed grant could not be kept")
	}
	return renewed, s.Gate.SaveGrant(ctx, key, a, sealed, nil)
}

// call runs fn with a signed-in client; where the provider refuses the token,
// once more after a refresh. A second refusal means that the grant is dead.
func (s *Service) call(ctx context.Context, key profile.Key, a profile.Account, c connectors.Connector, fn func(*http.Client) error) error {
	client, access, err := s.client(ctx, key, a, c, "")
	if err != nil {
		return err
	}
	if err = fn(client); !profile.Is(err, profile.Unauthorized) {
		return err
	}
	if client, _, err = s.client(ctx, key, a, c, access); err != nil {
		return err
	}
	if err = fn(client); profile.Is(err, profile.Unauthorized) {
		return profile.Wrap(profile.Reconnect, err, c.Info().Title+" refuses the renewed connection: the customer has to connect again")
	}
	return err
}
