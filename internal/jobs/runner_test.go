package jobs_test

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"tonfall/internal/jobs"
	"tonfall/profile"
	"tonfall/store"
	"tonfall/store/storetest"
)

// bench is a runner over a real store, with a clock that the test turns.
type bench struct {
	*jobs.Runner
	mu  sync.Mutex
	now time.Time
}

func (b *bench) clock() time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.now
}

func (b *bench) pass(d time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.now = b.now.Add(d)
}

func newBench(t *testing.T, work map[string]jobs.Worker) *bench {
	t.Helper()
	b := &bench{now: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)}
	b.Runner = &jobs.Runner{Store: storetest.Bolt(t, b.clock), Work: work, Now: b.clock, Log: slog.New(slog.DiscardHandler), Poll: time.Hour}
	return b
}

func (b *bench) queue(t *testing.T, key string, due time.Duration) {
	t.Helper()
	if err := b.Store.Enqueue(t.Context(), store.Job{Shop: "tea", Kind: "k", Key: key, Due: b.clock().Add(due), Created: b.clock()}); err != nil {
		t.Fatal(err)
	}
}

func (b *bench) drain(t *testing.T, limit, want int) {
	t.Helper()
	done, err := b.Drain(t.Context(), "k", limit)
	if err != nil || done != want {
		t.Errorf("%d jobs were done (%v), want %d", done, err, want)
	}
}

func TestWhatIsDueIsDoneOnceAndWhatIsNotWaits(t *testing.T) {
	var did atomic.Int64
	b := newBench(t, map[string]jobs.Worker{"k": func(context.Context, store.Job) (time.Time, error) { did.Add(1); return time.Time{}, nil }})
	for _, key := range []string{"a", "b", "c"} {
		b.queue(t, key, 0)
	}
	b.queue(t, "later", time.Hour)
	b.drain(t, 2, 2)
	b.drain(t, 0, 1)
	b.drain(t, 0, 0)
	b.pass(time.Hour)
	b.drain(t, 0, 1)
	if did.Load() != 4 {
		t.Errorf("the worker ran %d times, want 4", did.Load())
	}
}

func TestAJobThatIsToBeDoneAgainComesBack(t *testing.T) {
	var b *bench
	tries := 0
	b = newBench(t, map[string]jobs.Worker{"k": func(_ context.Context, j store.Job) (time.Time, error) {
		if tries++; tries != j.Tries {
			t.Errorf("the job tells try %d, it is try %d", j.Tries, tries)
		}
		if tries < 3 {
			return b.clock().Add(time.Minute), errors.New("not yet")
		}
		return time.Time{}, nil
	}})
	b.queue(t, "a", 0)
	for range 3 {
		b.drain(t, 0, 1)
		b.drain(t, 0, 0)
		b.pass(time.Minute)
	}
	b.drain(t, 0, 0)
}

func TestALateWorkerIsRefusedByItsFence(t *testing.T) {
	entered, leave := make(chan struct{}), make(chan struct{})
	b := newBench(t, map[string]jobs.Worker{"k": func(context.Context, store.Job) (time.Time, error) {
		close(entered)
		<-leave
		return time.Time{}, nil
	}})
	b.Lease = time.Hour // of real time for the worker; the clock of the lease is the test's
	b.queue(t, "a", 0)
	var late sync.WaitGroup
	late.Go(func() { b.drain(t, 1, 1) })
	<-entered
	b.pass(2 * time.Hour) // the lease runs out while the worker sleeps
	again, err := b.Store.Lease(t.Context(), "k", b.clock(), b.clock().Add(time.Hour), 1)
	if err != nil || len(again) != 1 {
		t.Fatalf("%d jobs are leased again (%v), want 1", len(again), err)
	}
	close(leave)
	late.Wait()
	if err := b.Store.Finish(t.Context(), again[0], time.Time{}); err != nil {
		t.Errorf("the second worker cannot finish: %v: the late one was not refused", err)
	}
}

func TestWorkStoppedFromOutsideIsDoneByWhoeverComesNext(t *testing.T) {
	entered := make(chan struct{})
	b := newBench(t, map[string]jobs.Worker{"k": func(ctx context.Context, _ store.Job) (time.Time, error) {
		close(entered)
		<-ctx.Done()
		return time.Time{}, ctx.Err()
	}})
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent()) // the store's own goroutine may stay
	b.queue(t, "a", 0)
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { b.Run(ctx) })
	b.Wake("k")
	<-entered
	cancel()
	running.Wait()
	done := false
	b.Work["k"] = func(context.Context, store.Job) (time.Time, error) { done = true; return time.Time{}, nil }
	b.drain(t, 0, 1)
	if !done {
		t.Error("the job is lost")
	}
}

func TestAFailureIsToldAndCounted(t *testing.T) {
	var told []error
	b := newBench(t, map[string]jobs.Worker{"k": func(context.Context, store.Job) (time.Time, error) {
		return time.Time{}, profile.Errorf(profile.Upstream, "broken on purpose")
	}})
	b.OnOutcome = func(_ store.Job, err error) { told = append(told, err) }
	b.queue(t, "a", 0)
	b.drain(t, 0, 1)
	if len(told) != 1 || !profile.Is(told[0], profile.Upstream) {
		t.Errorf("told is %v", told)
	}
	b.drain(t, 0, 0)
}
