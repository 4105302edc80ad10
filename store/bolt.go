package store

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	bolt "go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"tonfall/profile"
)

// BoltOptions are what OpenBolt needs.
type BoltOptions struct {
	Seal Sealer           // required
	Now  func() time.Time // default time.Now; tells which records have expired
	// Wait is how long to wait for a database that another process holds;
	// default half a second.
	Wait time.Duration
	// MaxBytes caps the file; 0: no cap. A write beyond it is Unavailable.
	MaxBytes int
}

// boltStore keeps everything in one bbolt file. It implements Store and Compactor.
//
// Reads are bbolt's own, on a snapshot. Writes go through one goroutine, which
// gathers what is waiting into one transaction (commit.go).
type boltStore struct {
	codec Codec
	now   func() time.Time
	path  string

	swap sync.RWMutex // held for reading while db is used, for writing when Compact replaces it
	db   *bolt.DB

	chores    chan struct{} // one place: Backup, Compact and Check take turns
	callbacks callbacks

	writes  chan *write
	quit    chan struct{} // closed by Close
	stopped chan struct{} // closed when the committer has ended
	closing sync.Once
	failure error // set once a commit has failed in a way that must not be retried; the committer's own
}

var (
	_ Store     = (*boltStore)(nil)
	_ Compactor = (*boltStore)(nil)
)

// Close ends all work and releases the file. Calls under way are finished.
func (b *boltStore) Close() error {
	var err error
	b.closing.Do(func() {
		close(b.quit)
		<-b.stopped
		b.swap.Lock()
		defer b.swap.Unlock()
		err = b.db.Close()
	})
	return profile.Wrap(profile.Unavailable, err, "the store could not be closed")
}

// enter is the first thing that every call does.
func (b *boltStore) enter(ctx context.Context) error {
	if err := b.callbacks.refuse(); err != nil {
		return err
	}
	return given(ctx)
}

// view reads from one snapshot. What fn gets from bbolt is valid inside it only.
func (b *boltStore) view(ctx context.Context, fn func(*bolt.Tx) error) error {
	if err := b.enter(ctx); err != nil {
		return err
	}
	b.swap.RLock()
	defer b.swap.RUnlock()
	return b.viewIn(b.db, fn)
}

func (b *boltStore) viewIn(db *bolt.DB, fn func(*bolt.Tx) error) (err error) {
	defer damaged(&err)
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	return b.explain(db.View(fn))
}

// damaged turns a panic into an error: on pages that are not what they should
// be bbolt panics, or reads beyond its map (a panic too, with SetPanicOnFault),
// and one bad page must not take the server down.
func damaged(err *error) {
	if r := recover(); r != nil {
		*err = isDamaged(r)
	}
}

func isDamaged(panicked any) error {
	return profile.Wrap(profile.Internal, fmt.Errorf("panic in the store: %v", panicked),
		"the database is damaged; run `tonfall store check` and restore it from a backup")
}

// explain gives bbolt's errors their kind and sentence.
func (b *boltStore) explain(err error) error {
	var ours *profile.Error
	switch {
	case err == nil || errors.As(err, &ours):
		return err
	case errors.Is(err, berrors.ErrDatabaseNotOpen):
		return closed()
	case full(err):
		return profile.Wrap(profile.Unavailable, err, "the disk is full, so nothing was saved; make room where "+b.path+" lies")
	}
	return profile.Wrap(profile.Internal, err, "the database "+b.path+" has failed")
}

// full reports whether there was no room. Where a file could not grow, bbolt
// gives the cause as text only.
func full(err error) bool {
	return errors.Is(err, berrors.ErrMaxSizeReached) || slices.ContainsFunc(
		[]error{syscall.ENOSPC, syscall.EDQUOT, syscall.EFBIG},
		func(cause error) bool {
			return errors.Is(err, cause) || strings.HasSuffix(err.Error(), ": "+cause.Error())
		})
}

func closed() error {
	return profile.Errorf(profile.Unavailable, "the store is closed: the program is stopping")
}

// given answers why ctx has given up, or nil.
func given(ctx context.Context) error {
	return profile.Wrap(profile.Unavailable, ctx.Err(), "this took too long or was called off; nothing was saved, please try again")
}
