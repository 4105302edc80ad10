package main

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"tonfall/enrich"
	"tonfall/profile"
	"tonfall/store"
)

// resyncOrder is what `tonfall resync` asks for.
type resyncOrder struct {
	Due      bool          `json:"due"`      // only what is due by itself
	Shop     string        `json:"shop"`     // empty: all
	Customer string        `json:"customer"` // empty: all
	Limit    int           `json:"limit"`    // accounts at most; 0: all
	Most     time.Duration `json:"most"`     // 0: as long as it takes
	DryRun   bool          `json:"dry_run"`
}

// resyncTally is the summary, and the state of things on the way to it.
type resyncTally struct {
	Accounts int     `json:"accounts"` // to be brought up to date
	OK       int     `json:"ok"`
	Failed   int     `json:"failed"`
	Left     int     `json:"left"` // not reached in the time given: they stay queued
	New      int     `json:"new"`
	Edited   int     `json:"edited"`
	Gone     int     `json:"gone"`
	Seconds  float64 `json:"seconds"`
	Done     bool    `json:"done"`
}

func (t *resyncTally) add(s synced) {
	if s.err != nil {
		t.Failed++
	} else {
		t.OK++
	}
	t.New += s.report.New
	t.Edited += s.report.Edited
	t.Gone += s.report.Gone
}

// target is one account to be brought up to date.
type target struct {
	key profile.Key
	ref string
}

// resync queues the accounts asked for and streams how far they are, a JSON
// tally a line, the last one with Done. The work itself is the runner's, under
// leases: two resyncs at once, or one beside the server, do nothing twice.
func (h *house) resync(w http.ResponseWriter, r *http.Request) error {
	var order resyncOrder
	if err := json.NewDecoder(r.Body).Decode(&order); err != nil {
		return profile.Wrap(profile.Invalid, err, "the order cannot be read")
	}
	ctx := r.Context()
	targets, err := h.targets(ctx, order)
	if err != nil {
		return err
	}
	tally := resyncTally{Accounts: len(targets)}
	out := json.NewEncoder(w)
	flush := http.NewResponseController(w).Flush
	say := func() error {
		if err := out.Encode(tally); err != nil {
			return err
		}
		_ = flush() // a writer that cannot is one that need not
		return nil
	}
	if order.DryRun || len(targets) == 0 {
		tally.Done, tally.Left = true, len(targets)
		return say()
	}
	began := time.Now()
	if order.Most > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, order.Most)
		defer cancel()
	}
	feed, stop := h.outcomes.watch()
	defer stop()
	waiting := map[target]bool{}
	for _, t := range targets {
		waiting[t] = true
		if err := h.gate.Later(ctx, t.key, enrich.JobSync, t.ref, h.now()); err != nil && !profile.Is(err, profile.Gone) {
			return err
		}
	}
	h.runner.Wake(enrich.JobSync)
	if err := say(); err != nil {
		return err
	}
	for len(waiting) > 0 && ctx.Err() == nil {
		select {
		case s := <-feed:
			if t := (target{s.key, s.ref}); waiting[t] {
				delete(waiting, t)
				tally.add(s)
				tally.Seconds = time.Since(began).Seconds()
				if err := say(); err != nil {
					return err
				}
			}
		case <-ctx.Done():
		}
	}
	tally.Left, tally.Done, tally.Seconds = len(waiting), true, time.Since(began).Seconds()
	return say()
}

// targets finds the accounts that an order means.
func (h *house) targets(ctx context.Context, order resyncOrder) ([]target, error) {
	var out []target
	full := func() bool { return order.Limit > 0 && len(out) >= order.Limit }
	add := func(c profile.Customer) {
		for _, a := range c.Accounts {
			if !full() && h.gate.Allowed(&c, profile.Posts, a.Connector, a.Provider) == nil {
				out = append(out, target{c.Key, a.Ref()})
			}
		}
	}
	for _, slug := range h.shops.order {
		if order.Shop != "" && order.Shop != slug {
			continue
		}
		if order.Customer != "" {
			key, err := h.gate.Resolve(ctx, slug, order.Customer)
			if profile.Is(err, profile.NotFound) {
				continue
			}
			if err != nil {
				return nil, err
			}
			c, err := h.gate.Customer(ctx, key)
			if err != nil {
				return nil, err
			}
			add(c)
			return out, nil
		}
		if order.Due {
			due, err := h.due(ctx, slug)
			if err != nil {
				return nil, err
			}
			out = append(out, due...)
			continue
		}
		for cursor := ""; ; {
			page, next, err := h.gate.Customers(ctx, slug, cursor, 500, "")
			if err != nil {
				return nil, err
			}
			for _, c := range page {
				add(c)
			}
			if cursor = next; cursor == "" || full() {
				break
			}
		}
	}
	if order.Customer != "" {
		return nil, profile.Errorf(profile.NotFound, "there is no such customer")
	}
	if order.Limit > 0 {
		out = out[:min(len(out), order.Limit)]
	}
	return out, nil
}

// due lists the queued imports of a shop whose time has come.
func (h *house) due(ctx context.Context, slug string) ([]target, error) {
	var out []target
	for cursor := ""; ; {
		page, next, err := h.store.Jobs(ctx, slug, cursor, 500)
		if err != nil {
			return nil, err
		}
		for _, j := range page {
			if j.Kind == enrich.JobSync && !j.Due.After(h.now()) {
				out = append(out, target{profile.Key{Shop: j.Shop, ID: j.Owner}, j.Key})
			}
		}
		if cursor = next; cursor == "" {
			return out, nil
		}
	}
}

// syncJob does one import. Its report waits for the job to be finished.
func (h *house) syncJob(ctx context.Context, j store.Job) (time.Time, error) {
	report, next, err := h.service.DoSync(ctx, profile.Key{Shop: j.Shop, ID: j.Owner}, j.Key)
	h.reports.Store(turnOf(j), report)
	return next, err
}

// ended counts a job, and tells whoever watches of an import.
func (h *house) ended(j store.Job, err error) {
	h.metrics.job(j, err)
	if j.Kind != enrich.JobSync {
		return
	}
	report, _ := h.reports.LoadAndDelete(turnOf(j))
	outcome := synced{key: profile.Key{Shop: j.Shop, ID: j.Owner}, ref: j.Key, err: err}
	outcome.report, _ = report.(enrich.Report)
	h.metrics.synced(outcome)
	h.outcomes.tell(outcome)
}

// turn is one doing of one job.
type turn struct {
	target
	fence int64
}

func turnOf(j store.Job) turn {
	return turn{target{profile.Key{Shop: j.Shop, ID: j.Owner}, j.Key}, j.Fence}
}
