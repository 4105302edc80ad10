package enrich

import (
	"context"
	"net/http"
	"time"

	"tonfall/connectors"
	"tonfall/consent"
	"tonfall/profile"
)

// Report counts what a sync did.
type Report struct {
	Pages  int  `json:"pages"`
	New    int  `json:"new"`
	Edited int  `json:"edited"`
	Scored int  `json:"scored"`
	Gone   int  `json:"gone"`
	Done   bool `json:"done"` // nothing is left to fetch; false: the time was up
}

// Sync brings one account up to date: what is new since the last time, then
// the rest of an unfinished first import, then whether what is kept still
// exists upstream. Each page is saved before the next is fetched, so whatever
// ends the sync loses nothing. NoConsent where the person has withdrawn.
func (s *Service) Sync(ctx context.Context, key profile.Key, a profile.Account) (Report, error) {
	var r Report
	c, err := s.connector(key.Shop, a.Connector)
	if err != nil {
		return r, err
	}
	reader, ok := c.(connectors.PostReader)
	if !ok {
		r.Done = true
		return r, nil
	}
	customer, err := s.Gate.Customer(ctx, key)
	if err != nil {
		return r, err
	}
	if err := s.Gate.Allowed(&customer, profile.Posts, a.Connector, a.Provider); err != nil {
		return r, err
	}
	known, err := s.Gate.Known(ctx, key, a.Provider, a.Subject)
	if err != nil {
		return r, err
	}
	run := &syncing{Service: s, key: key, account: a, connector: c, reader: reader, known: known, report: &r}
	return r, run.all(ctx)
}

// syncing is one run of Sync.
type syncing struct {
	*Service
	key       profile.Key
	account   profile.Account
	connector connectors.Connector
	reader    connectors.PostReader
	known     map[string]consent.Item
	report    *Report
}

func (s *syncing) all(ctx context.Context) error {
	first := s.account.Synced.IsZero() && s.account.Backfill == ""
	if err := s.walk(ctx, "", first); err != nil {
		return err
	}
	if s.account.Backfill != "" && !first {
		if err := s.walk(ctx, s.account.Backfill, true); err != nil {
			return err
		}
	}
	if err := s.rescore(ctx); err != nil {
		return err
	}
	if err := s.follow(ctx); err != nil {
		return err
	}
	s.report.Done = true
	return s.save(ctx, consent.Batch{}, func(a *profile.Account) {
		a.Synced, a.Failures, a.Problem = s.Now().UTC(), 0, ""
	})
}

// walk fetches pages from the cursor on, newest first. A backfill goes on to
// the limits of count and age and notes where it stands; otherwise the walk
// ends at the first page that holds nothing new.
func (s *syncing) walk(ctx context.Context, cursor string, backfill bool) error {
	limits := s.Limits.filled()
	oldest := s.Now().Add(-limits.Age)
	seen := map[string]bool{cursor: true}
	for {
		page, next, err := s.page(ctx, cursor)
		if err != nil {
			return err
		}
		s.report.Pages++
		batch, err := s.batch(ctx, page, oldest)
		if err != nil {
			return err
		}
		ended := next == "" || seen[next] || !backfill && len(batch.Posts) == 0 ||
			backfill && (len(s.known) >= limits.Posts || allOlder(page, oldest))
		err = s.save(ctx, batch, func(a *profile.Account) {
			switch {
			case backfill && ended:
				a.Backfill = ""
			case backfill:
				a.Backfill = next
			}
		})
		if err != nil || ended {
			return err
		}
		seen[next] = true
		cursor = next
	}
}

// page fetches one page with a client that is signed in.
func (s *syncing) page(ctx context.Context, cursor string) (page []profile.Post, next string, err error) {
	err = s.call(ctx, s.key, s.account, s.connector, func(client *http.Client) error {
		page, next, err = s.reader.Posts(ctx, client, s.account, cursor)
		return err
	})
	return page, next, err
}

// batch takes from a page what is new or edited, in the customer's own words,
// and scores it where the mood may be read.
func (s *syncing) batch(ctx context.Context, page []profile.Post, oldest time.Time) (consent.Batch, error) {
	var posts []profile.Post
	for _, p := range page {
		p, ok := s.own(p)
		if !ok || p.At.Before(oldest) {
			continue
		}
		had, isKnown := s.known[p.Item()]
		if isKnown && had.Hash == p.Hash {
			continue
		}
		if isKnown {
			s.report.Edited++
		} else {
			s.report.New++
		}
		s.known[p.Item()] = consent.Item{ID: p.ID, Hash: p.Hash, At: p.At}
		posts = append(posts, p)
	}
	evidence, err := s.read(ctx, s.key, posts)
	s.report.Scored += len(evidence)
	return consent.Batch{Posts: posts, Evidence: evidence, Moments: s.moments(posts)}, err
}

// save writes a batch of this account through the gate.
func (s *syncing) save(ctx context.Context, b consent.Batch, edit func(*profile.Account)) error {
	b.Connector, b.Provider, b.Subject = s.account.Connector, s.account.Provider, s.account.Subject
	b.Account = func(a *profile.Account) {
		edit(a)
		s.account = *a
	}
	done, err := s.Gate.Import(ctx, s.key, b)
	s.report.Gone += done.Gone
	return err
}

func allOlder(page []profile.Post, than time.Time) bool {
	for _, p := range page {
		if !p.At.Before(than) {
			return false
		}
	}
	return true
}
