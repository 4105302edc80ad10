package main

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"tonfall/config"
	"tonfall/consent"
	"tonfall/enrich"
	"tonfall/internal/jobs"
	"tonfall/internal/keys"
	"tonfall/messages"
	"tonfall/profile"
	"tonfall/sentiment"
	"tonfall/sentiment/moments"
	"tonfall/store"
	"tonfall/web/wording"
)

// house is the product with its rooms joined and its store open.
type house struct {
	config  config.Config
	shops   *shops
	keys    *keys.Keyring
	store   store.Store
	gate    *consent.Gate
	service *enrich.Service
	catalog *messages.Catalog
	desk    *wording.Desk
	runner  *jobs.Runner
	now     func() time.Time

	outcomes outcomes
	reports  sync.Map // turn → enrich.Report, between an import's end and its job's
	metrics  *metrics
	serving  atomic.Bool // a server runs on this house
	log      *slog.Logger
}

// openHouse joins the rooms. What it opens, close closes.
func openHouse(ctx context.Context, c config.Config, log *slog.Logger, now func() time.Time) (*house, error) {
	ring, err := keys.LoadFile(c.Keys)
	if err != nil {
		return nil, err
	}
	scorer, err := sentiment.New(c.Engine)
	if err != nil {
		return nil, profile.Wrap(profile.Internal, err, "the engine is not ready")
	}
	db, err := store.Open(ctx, c.Store, store.Options{Seal: ring, Now: now})
	if err != nil {
		return nil, err
	}
	h := &house{config: c, keys: ring, store: db, now: now, log: log, metrics: newMetrics()}
	if err := h.join(scorer); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return h, nil
}

func (h *house) join(scorer sentiment.Scorer) (err error) {
	if h.shops, err = openShops(h.config, h.store, h.now); err != nil {
		return err
	}
	texts, err := consent.DefaultTexts()
	if err != nil {
		return err
	}
	wake := func(kind string) { h.runner.Wake(kind) }
	h.gate = &consent.Gate{
		Store: h.store, Texts: texts, Rules: h.shops.rules, Keeping: keeping(h.config),
		Folding: profile.Folding{HalfLife: time.Duration(h.config.Mood.HalfLife)},
		Hash:    h.keys.Hash, Now: h.now, NewID: newID, Wake: wake, Log: h.log,
	}
	h.service = &enrich.Service{
		Gate: h.gate, Connectors: h.shops.connectors, Scorer: scorer, Sensitive: moments.New().Sensitive,
		Limits: limits(h.config), Now: h.now, Wake: wake, Log: h.log,
	}
	folders, err := h.shops.folders()
	if err != nil {
		return err
	}
	var problems []messages.Problem
	h.catalog, problems = messages.Open(folders, templates{h.store})
	for _, p := range problems {
		h.log.Warn("a template was left out", slog.String("problem", p.String()))
	}
	h.desk = &wording.Desk{
		Gate: h.gate, Catalog: h.catalog, Shop: h.shops.shop, Policy: h.shops.policy,
		HoldoutKey: h.keys.Hash("holdout"), Now: h.now,
	}
	h.runner = h.jobs()
	return nil
}

// close ends the store's work. The runner ends with its context.
func (h *house) close() error { return h.store.Close() }

// newID is a time-sorted id.
func newID() uuid.UUID { return uuid.Must(uuid.NewV7()) } // fails only where the system has no randomness

func keeping(c config.Config) consent.Keeping {
	by := map[string]time.Duration{}
	for name, d := range c.Posts.By {
		by[name] = time.Duration(d)
	}
	return consent.Keeping{
		Posts: time.Duration(c.Posts.Keep), PostsBy: by, Readings: time.Duration(c.Keep.Readings),
		Exposed: time.Duration(c.Keep.Exposures), Proof: time.Duration(c.Keep.Proof), Quiet: time.Duration(c.Keep.Quiet),
	}
}

func limits(c config.Config) enrich.Limits {
	return enrich.Limits{
		Inline: time.Duration(c.Sync.Inline), Sync: time.Duration(c.Sync.Run), Every: time.Duration(c.Sync.Every),
		Posts: c.Sync.Posts, Age: time.Duration(c.Sync.Age),
	}
}

// jobs is the table of everything that runs by itself.
func (h *house) jobs() *jobs.Runner {
	owned := func(do func(ctx context.Context, key profile.Key) (again time.Time, err error)) jobs.Worker {
		return func(ctx context.Context, j store.Job) (time.Time, error) {
			again, err := do(ctx, profile.Key{Shop: j.Shop, ID: j.Owner})
			switch {
			case profile.Is(err, profile.Gone), profile.Is(err, profile.NotFound):
				return time.Time{}, nil
			case err != nil:
				return h.now().Add(min(time.Minute<<min(j.Tries, 8), time.Hour)), err
			}
			return again, nil
		}
	}
	return &jobs.Runner{
		Store: h.store, Now: h.now, Log: h.log, OnOutcome: h.ended,
		Work: map[string]jobs.Worker{
			enrich.JobSync: h.syncJob,
			jobNotice:      h.deliverNotice,
			consent.JobMood: owned(func(ctx context.Context, key profile.Key) (time.Time, error) {
				mood, err := h.gate.Refold(ctx, key)
				return mood.Until, err // what Refold queues meets the job that runs, and is not taken
			}),
			consent.JobPrune: owned(func(ctx context.Context, key profile.Key) (time.Time, error) {
				_, err := h.gate.Prune(ctx, key)
				return time.Time{}, err
			}),
			consent.JobRevoke: func(ctx context.Context, j store.Job) (time.Time, error) {
				again, gaveUp, err := h.service.DoRevoke(ctx, j.Shop, j.Value, j.Created, j.Tries)
				if gaveUp != nil {
					h.log.Error("a grant could not be ended at its provider: end it there by hand", slog.String("shop", j.Shop), slog.Any("error", gaveUp))
				}
				return again, errors.Join(err, gaveUp)
			},
		},
		Periodic: []jobs.Periodic{
			{Name: "sweep", Every: 5 * time.Minute, Do: func(ctx context.Context) error { _, err := h.store.Sweep(ctx, h.now()); return err }},
		},
	}
}

// templateFolder opens a shop's own folder of templates.
func templateFolder(path string) (fs.FS, error) {
	info, err := os.Stat(path)
	if err != nil || !info.IsDir() {
		return nil, profile.Errorf(profile.Invalid, "there is no folder %s for message templates", path)
	}
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, profile.Wrap(profile.Invalid, err, "the folder of message templates cannot be opened")
	}
	return root.FS(), nil
}

// boltPath is the database file of a bolt:// URL.
func boltPath(url string) string { return filepath.Clean(strings.TrimPrefix(url, "bolt://")) }
