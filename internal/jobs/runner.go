// Package jobs runs what is due: imports, moods that pass, grants to end.
//
// A job is leased, done, finished. A lease that outlives its worker is claimed
// again by somebody else with a higher fence, and the late worker's Finish is
// refused: jobs are delivered at least once and take effect once. Any number
// of processes may run the same queue.
package jobs

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"tonfall/profile"
	"tonfall/store"
)

// Worker does one job and says when it is to be done again; zero: it is done.
// Where err is not nil and again is zero, the job is given up, and logged.
type Worker func(ctx context.Context, j store.Job) (again time.Time, err error)

// Periodic is housekeeping: every process does it, so it must be harmless twice.
type Periodic struct {
	Name  string
	Every time.Duration
	Do    func(ctx context.Context) error
}

// Runner works a store's queue. Its fields are set once, before use.
type Runner struct {
	Store    store.Store
	Work     map[string]Worker // by kind of job
	Periodic []Periodic
	Parallel int           // jobs of one kind at a time; default 4
	Lease    time.Duration // longer than any job may take; default 5 min
	Poll     time.Duration // between two looks at the queue; default 5 s
	Now      func() time.Time
	Log      *slog.Logger
	// OnOutcome hears of every job that has ended, after it is finished: who
	// queues it again from then on has it done again. May be nil.
	OnOutcome func(j store.Job, err error)

	once sync.Once
	wake map[string]chan struct{}
}

// Run works until ctx ends, then waits for what is in hand.
func (r *Runner) Run(ctx context.Context) {
	r.once.Do(r.prepare)
	var all sync.WaitGroup
	for kind := range r.Work {
		all.Go(func() { r.loop(ctx, kind) })
	}
	for _, p := range r.Periodic {
		all.Go(func() { r.periodic(ctx, p) })
	}
	all.Wait()
}

// Wake has the kind looked at now instead of at the next poll. Safe to call
// before Run and from anywhere.
func (r *Runner) Wake(kind string) {
	r.once.Do(r.prepare)
	select {
	case r.wake[kind] <- struct{}{}:
	default: // woken already, or a kind that nobody works here
	}
}

func (r *Runner) prepare() {
	r.wake = map[string]chan struct{}{}
	for kind := range r.Work {
		r.wake[kind] = make(chan struct{}, 1)
	}
}

func (r *Runner) loop(ctx context.Context, kind string) {
	poll := r.Poll
	if poll == 0 {
		poll = 5 * time.Second
	}
	tick := time.NewTicker(poll)
	defer tick.Stop()
	for {
		if _, err := r.Drain(ctx, kind, 0); err != nil && ctx.Err() == nil {
			r.Log.LogAttrs(ctx, slog.LevelWarn, "the queue cannot be read", slog.String("kind", kind), slog.Any("error", err))
		}
		select {
		case <-ctx.Done():
			return
		case <-r.wake[kind]:
		case <-tick.C:
		}
	}
}

// Drain does what is due of one kind until nothing is left, or limit jobs are
// done (0: no limit), and answers how many it did.
func (r *Runner) Drain(ctx context.Context, kind string, limit int) (done int, err error) {
	parallel, lease := r.Parallel, r.Lease
	if parallel == 0 {
		parallel = 4
	}
	if lease == 0 {
		lease = 5 * time.Minute
	}
	for ctx.Err() == nil {
		n := parallel
		if limit > 0 {
			n = min(n, limit-done)
		}
		if n <= 0 {
			return done, nil
		}
		now := r.Now()
		leased, err := r.Store.Lease(ctx, kind, now, now.Add(lease), n)
		if err != nil || len(leased) == 0 {
			return done, err
		}
		var batch sync.WaitGroup
		for _, j := range leased {
			batch.Go(func() { r.do(ctx, j, lease) })
		}
		batch.Wait()
		done += len(leased)
	}
	return done, ctx.Err()
}

// do does one job under its lease and finishes it. A job that is stopped from
// outside stays leased and is done again when the lease has run out.
func (r *Runner) do(ctx context.Context, j store.Job, lease time.Duration) {
	timed, cancel := context.WithTimeout(ctx, lease)
	defer cancel()
	again, err := r.Work[j.Kind](timed, j)
	if ctx.Err() != nil {
		again, err = r.Now(), nil // our own stopping is not the job's failure: whoever comes next goes on
	}
	if err != nil {
		level := slog.LevelInfo
		if again.IsZero() {
			level = slog.LevelWarn
		}
		r.Log.LogAttrs(ctx, level, "a job failed", slog.String("kind", j.Kind), slog.String("shop", j.Shop),
			slog.String("customer", string(j.Owner)), slog.Time("again", again), slog.String("error_kind", string(profile.KindOf(err))), slog.Any("error", err))
	}
	finish, cancelFinish := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancelFinish()
	if err := r.Store.Finish(finish, j, again); err != nil && !profile.Is(err, profile.Conflict) {
		r.Log.LogAttrs(ctx, slog.LevelWarn, "a job cannot be finished", slog.String("kind", j.Kind), slog.Any("error", err))
	}
	if r.OnOutcome != nil {
		r.OnOutcome(j, err)
	}
}

func (r *Runner) periodic(ctx context.Context, p Periodic) {
	tick := time.NewTicker(p.Every)
	defer tick.Stop()
	for {
		if err := p.Do(ctx); err != nil && ctx.Err() == nil {
			r.Log.LogAttrs(ctx, slog.LevelWarn, "housekeeping failed", slog.String("name", p.Name), slog.Any("error", err))
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
