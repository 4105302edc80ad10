package store

import (
	"context"
	"runtime"
	"runtime/debug"
	"slices"

	bolt "go.etcd.io/bbolt"

	"tonfall/profile"
)

// mostWrites is how many writes share a commit at most.
const mostWrites = 1024

// write is one caller's change, waiting for a commit.
type write struct {
	run   func(*txn) error // may run again; nil for alone
	alone func() error     // runs between transactions, on its own
	err   error
	done  chan struct{}
}

// txn is the transaction that writes of several callers share. What a write
// puts is undone if it fails; one that has put nothing fails for free.
type txn struct {
	*bolt.Tx
	wrote bool // by the write that is running
}

func (t *txn) get(bucket string, k []byte) []byte { return t.Bucket([]byte(bucket)).Get(k) }

func (t *txn) put(bucket string, k, v []byte) error {
	t.wrote = true
	return t.Bucket([]byte(bucket)).Put(k, v)
}

func (t *txn) drop(bucket string, k []byte) error {
	t.wrote = true
	return t.Bucket([]byte(bucket)).Delete(k)
}

// update runs fn in a transaction and answers when it is safe on disk. fn may
// run more than once, on the committer's goroutine.
func (b *boltStore) update(ctx context.Context, fn func(*txn) error) error {
	if err := b.enter(ctx); err != nil {
		return err
	}
	return b.hand(ctx, &write{run: fn, done: make(chan struct{})})
}

// hand gives a write to the committer. Once it has taken it the outcome is
// waited for, whatever ctx says: an answer is never a guess.
func (b *boltStore) hand(ctx context.Context, w *write) error {
	select {
	case b.writes <- w:
		<-w.done
		return w.err
	case <-ctx.Done():
		return given(ctx)
	case <-b.quit:
		return closed()
	}
}

// commitAll is the committer: it takes what waits, up to mostWrites, and
// commits it together, with no delay when there is only one. A commit takes
// two fsyncs however much is in it, so the more wait the more is done at once.
func (b *boltStore) commitAll() {
	defer close(b.stopped)
	debug.SetPanicOnFault(true)
	for {
		select {
		case <-b.quit:
			return
		case w := <-b.writes:
			b.commit(b.gather(w))
		}
	}
}

func (b *boltStore) gather(first *write) []*write {
	group := []*write{first}
	runtime.Gosched() // those whom the last commit has set free may come again
	for len(group) < mostWrites {
		select {
		case w := <-b.writes:
			group = append(group, w)
		default:
			return group
		}
	}
	return group
}

// commit ends every write of the group.
func (b *boltStore) commit(group []*write) {
	for _, w := range group {
		if w.alone != nil {
			w.err = w.alone()
			close(w.done)
		}
	}
	group = slices.DeleteFunc(group, func(w *write) bool { return w.alone != nil })
	for len(group) > 0 {
		undone, err := b.attempt(group)
		if undone != nil {
			close(undone.done)
			group = slices.DeleteFunc(group, func(w *write) bool { return w == undone })
			continue
		}
		for _, w := range group {
			if err != nil {
				w.err = err
			}
			close(w.done)
		}
		return
	}
}

// attempt runs the group in one transaction. Where a write fails after it has
// put something, all is rolled back and that write is answered, to go on
// without it.
func (b *boltStore) attempt(group []*write) (undone *write, err error) {
	if b.failure != nil {
		return nil, b.failure
	}
	tx, err := b.db.Begin(true)
	if err != nil {
		return nil, b.explain(err)
	}
	committing := false
	defer func() {
		// After a commit this does nothing; after a failure or a panic it
		// frees bbolt's lock.
		_ = tx.Rollback()
		if err != nil && committing && !full(err) {
			b.failure = err
		}
	}()
	defer damaged(&err)

	t := &txn{Tx: tx}
	changed := false
	for _, w := range group {
		t.wrote = false
		if w.err = b.explain(b.runOne(w, t)); w.err != nil && t.wrote {
			return w, nil
		}
		changed = changed || t.wrote
	}
	if !changed {
		return nil, nil
	}
	committing = true
	if err := tx.Commit(); err != nil {
		return nil, b.commitFailed(err)
	}
	return nil, nil
}

// runOne runs one write; where it panics on a damaged page only it fails.
func (b *boltStore) runOne(w *write, t *txn) (err error) {
	defer func() {
		if r := recover(); r != nil {
			t.wrote = true // who knows
			err = isDamaged(r)
		}
	}()
	return w.run(t)
}

// commitFailed explains why nothing was saved. A full disk may have room
// again later. After any other failure nobody knows what the system has kept
// of the file in memory, so nothing is written any more until a restart reads
// the file anew.
func (b *boltStore) commitFailed(err error) error {
	if full(err) {
		return b.explain(err)
	}
	return profile.Wrap(profile.Unavailable, err,
		"the disk under "+b.path+" has failed, so nothing is written any more; check the disk, then restart")
}
