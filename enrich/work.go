package enrich

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"time"

	"tonfall/connectors"
	"tonfall/consent"
	"tonfall/profile"
)

// JobSync brings one account up to date: owner's, Key is the account's Ref.
const JobSync = "sync"

// startImport reads posts for about two seconds and leaves the rest to a job,
// which is queued first: a crash in between loses nothing.
func (s *Service) startImport(ctx context.Context, a Arrival) error {
	limits := s.Limits.filled()
	if err := s.Gate.Later(ctx, a.Key, JobSync, a.Account.Ref(), s.Now().Add(limits.Inline)); err != nil {
		return err
	}
	customer, err := s.Gate.Customer(ctx, a.Key)
	if err != nil {
		return err
	}
	account := customer.Account(a.Account.Provider, a.Account.Subject)
	inline, cancel := context.WithTimeout(ctx, limits.Inline)
	defer cancel()
	if _, err := s.Sync(inline, a.Key, *account); err != nil && inline.Err() == nil {
		s.Log.LogAttrs(ctx, slog.LevelInfo, "import at sign-in goes on as a job",
			slog.String("customer", a.Key.String()), slog.String("connector", a.Connector), slog.String("kind", string(profile.KindOf(err))))
	}
	return nil
}

// Resync queues a sync of all of the customer's accounts now.
func (s *Service) Resync(ctx context.Context, key profile.Key) error {
	c, err := s.Gate.Customer(ctx, key)
	if err != nil {
		return err
	}
	for _, a := range c.Accounts {
		if s.Gate.Allowed(&c, profile.Posts, a.Connector, a.Provider) != nil {
			continue
		}
		if err := s.Gate.Later(ctx, key, JobSync, a.Ref(), s.Now()); err != nil {
			return err
		}
	}
	if s.Wake != nil {
		s.Wake(JobSync)
	}
	return nil
}

// DoSync does a JobSync and says when to do the next; zero: never again, for
// the person has withdrawn, gone, or has to connect again.
func (s *Service) DoSync(ctx context.Context, key profile.Key, ref string) (Report, time.Time, error) {
	c, err := s.Gate.Customer(ctx, key)
	if err != nil {
		return Report{}, time.Time{}, ended(err)
	}
	for _, a := range c.Accounts {
		if a.Ref() != ref {
			continue
		}
		limits := s.Limits.filled()
		timed, cancel := context.WithTimeout(ctx, limits.Sync)
		defer cancel()
		report, err := s.Sync(timed, key, a)
		if timed.Err() != nil && ctx.Err() == nil {
			return report, s.Now(), nil // our time was up, not the provider's: pages are saved, go on from there
		}
		next, err := s.after(ctx, key, a, err)
		return report, next, err
	}
	return Report{}, time.Time{}, nil
}

// ended turns "the customer is no longer there" into a job that is done.
func ended(err error) error {
	if profile.Is(err, profile.Gone) || profile.Is(err, profile.NotFound) {
		return nil
	}
	return err
}

// after says when to sync again, and notes on the account what went wrong.
func (s *Service) after(ctx context.Context, key profile.Key, a profile.Account, err error) (time.Time, error) {
	limits := s.Limits.filled()
	now := s.Now()
	next := now.Add(limits.Every)
	var e *profile.Error
	switch {
	case err == nil:
	case profile.Is(err, profile.NoConsent), profile.Is(err, profile.Gone):
		return time.Time{}, nil
	case profile.Is(err, profile.Reconnect):
		next = time.Time{}
	case errors.As(err, &e) && e.Kind == profile.TooMany && e.NotBefore.After(now):
		next = e.NotBefore
	default:
		next = now.Add(backoff(a.Failures, limits.Every))
	}
	edit := func(account *profile.Account) {
		account.NextSync = next.UTC()
		if err != nil {
			account.Failures++
			account.Problem = profile.KindOf(err)
		}
	}
	return next, errors.Join(err, ended(s.Gate.EditAccount(context.WithoutCancel(ctx), key, a, edit)))
}

// backoff doubles from a minute with each failure, up to the usual interval.
func backoff(failures int, most time.Duration) time.Duration {
	return min(time.Minute<<min(failures, 20), most)
}

// DoRevoke does a consent.JobRevoke: it ends a grant at its provider. It is
// tried for 72 hours; tries counts from 1. gaveUp asks for an operator's eye.
func (s *Service) DoRevoke(ctx context.Context, shop string, value []byte, created time.Time, tries int) (again time.Time, gaveUp error, err error) {
	var r consent.Revocation
	if err := json.Unmarshal(value, &r); err != nil {
		return time.Time{}, nil, profile.Wrap(profile.Internal, err, "a queued revocation is damaged")
	}
	c, err := s.connector(shop, r.Connector)
	if err != nil {
		return time.Time{}, err, nil
	}
	revoker, ok := c.(connectors.Revoker)
	if !ok {
		return time.Time{}, nil, nil
	}
	var g connectors.Grant
	if err := json.Unmarshal(r.Grant, &g); err != nil {
		return time.Time{}, nil, profile.Wrap(profile.Internal, err, "a queued revocation is damaged")
	}
	if err = revoker.Revoke(ctx, g); err == nil {
		return time.Time{}, nil, nil
	}
	if s.Now().Sub(created) > 72*time.Hour {
		return time.Time{}, err, nil
	}
	return s.Now().Add(backoff(tries-1, 6*time.Hour)), nil, err
}
