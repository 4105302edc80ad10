package store

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"

	bolt "go.etcd.io/bbolt"

	"tonfall/profile"
)

// chore waits until no other long piece of work (Backup, Compact, Check) is
// under way, and answers how to make room for the next.
func (b *boltStore) chore(ctx context.Context) (free func(), err error) {
	if err := b.enter(ctx); err != nil {
		return nil, err
	}
	select {
	case b.chores <- struct{}{}:
		return func() { <-b.chores }, nil
	case <-ctx.Done():
		return nil, given(ctx)
	case <-b.quit:
		return nil, closed()
	}
}

// Backup writes a copy of the whole file, which OpenBolt opens with the same
// keys (mode 0600). An older backup at the same path is replaced, whole or not
// at all. Invalid where to is the database itself.
func (b *boltStore) Backup(ctx context.Context, to string) error {
	free, err := b.chore(ctx)
	if err != nil {
		return err
	}
	defer free()
	if same(to, b.path) {
		return profile.Errorf(profile.Invalid, "a backup must not be written over the database itself")
	}
	temp, err := os.CreateTemp(filepath.Dir(to), ".tonfall-backup-*")
	if err != nil {
		return unwritten(to, err)
	}
	defer os.Remove(temp.Name())
	err = b.viewIn(b.db, func(tx *bolt.Tx) error {
		_, err := tx.WriteTo(&stoppable{ctx: ctx, to: temp})
		return err
	})
	if err := errors.Join(err, temp.Sync(), temp.Close()); err != nil {
		if ctx.Err() != nil {
			return given(ctx)
		}
		return unwritten(to, err)
	}
	return unwritten(to, errors.Join(os.Rename(temp.Name(), to), syncFolder(filepath.Dir(to))))
}

func unwritten(to string, err error) error {
	if err != nil && full(err) {
		return profile.Wrap(profile.Unavailable, err, "the disk is full: there is no room for the backup "+to)
	}
	return profile.Wrap(profile.Unavailable, err, "the backup "+to+" could not be written")
}

func same(one, other string) bool {
	a, err := os.Stat(one)
	if err != nil {
		return false
	}
	b, err := os.Stat(other)
	return err == nil && os.SameFile(a, b)
}

// stoppable is a writer that stops with its context.
type stoppable struct {
	ctx context.Context
	to  io.Writer
}

func (s *stoppable) Write(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.to.Write(p)
}

// Compact copies what is alive into a new file and puts it in the place of the
// old one. Until it is there whole, the old one stays as it is; the new one is
// locked from its beginning, so that no other process gets between.
func (b *boltStore) Compact(ctx context.Context) error {
	free, err := b.chore(ctx)
	if err != nil {
		return err
	}
	defer free()
	return b.hand(ctx, &write{done: make(chan struct{}), alone: func() error { return b.compact() }})
}

// compacting is the pattern of the files in which Compact writes its copy.
func compacting(path string) string { return "." + filepath.Base(path) + ".compact-*" }

// compact runs on the committer's goroutine: nothing is written meanwhile.
func (b *boltStore) compact() (err error) {
	defer damaged(&err)
	if b.failure != nil {
		return b.failure
	}
	temp, err := os.CreateTemp(filepath.Dir(b.path), compacting(b.path))
	if err != nil {
		return b.explain(err)
	}
	defer os.Remove(temp.Name())
	if err := temp.Close(); err != nil {
		return b.explain(err)
	}
	fresh, err := bolt.Open(temp.Name(), 0o600, boltOptions(0, b.db.MaxSize))
	if err != nil {
		return b.explain(err)
	}
	fresh.NoSync = true // nobody reads it before the Sync below
	err = errors.Join(bolt.Compact(fresh, b.db, 1<<20), fresh.Sync())
	fresh.NoSync = false
	if err == nil {
		err = os.Rename(temp.Name(), b.path)
	}
	if err != nil {
		return b.explain(errors.Join(err, fresh.Close()))
	}
	b.swap.Lock()
	old := b.db
	b.db = fresh
	b.swap.Unlock()
	return b.explain(errors.Join(syncFolder(filepath.Dir(b.path)), old.Close()))
}
