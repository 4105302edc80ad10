package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	bolt "go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"tonfall/profile"
)

// formatMark says what lies in the file. A change that this version could not
// read gets another.
const formatMark = "tonfall-store-1"

// OpenBolt opens the database file at path, and makes it (mode 0600) where
// there is none. It leaves a file alone that it cannot use: Unavailable where
// another process holds it, it is read-only or its folder is missing; Invalid
// where it is no database of Tonfall, is cut off, or was sealed with other keys.
func OpenBolt(path string, o BoltOptions) (Store, error) {
	if o.Seal == nil {
		return nil, profile.Errorf(profile.Invalid, "a store needs keys; make them with `tonfall init`")
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Wait <= 0 {
		o.Wait = 500 * time.Millisecond
	}
	codec := Codec{Sealer: o.Seal}
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		err = createBolt(path, codec)
	} else if err == nil {
		err = inspect(path, info)
	}
	if err != nil {
		return nil, unusable(path, err)
	}
	if err := probe(path, codec, o.Wait); err != nil {
		return nil, unusable(path, err)
	}
	db, err := openDB(path, boltOptions(o.Wait, o.MaxBytes))
	if err != nil {
		return nil, unusable(path, err)
	}
	// What a Compact that was killed has left. Nobody else can be at it while
	// the file is ours.
	left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), compacting(path)))
	for _, file := range left {
		_ = os.Remove(file)
	}
	b := &boltStore{
		codec: codec, now: o.Now, path: path, db: db,
		chores: make(chan struct{}, 1),
		writes: make(chan *write), quit: make(chan struct{}), stopped: make(chan struct{}),
	}
	go b.commitAll()
	return b, nil
}

// openDB reads the list of free pages too, which may be damaged.
func openDB(path string, o *bolt.Options) (db *bolt.DB, err error) {
	defer damaged(&err)
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	return bolt.Open(path, 0o600, o)
}

func boltOptions(wait time.Duration, most int) *bolt.Options {
	return &bolt.Options{
		Timeout: wait, FreelistType: bolt.FreelistMapType, NoStatistics: true, MaxSize: most,
		// A map this large need not be made anew while the file grows into it,
		// which would wait for every reader. It takes address space only.
		InitialMmapSize: 1 << 30,
	}
}

// createBolt makes a new database beside path and moves it there when it is
// whole. Where another process was faster, its file stays.
func createBolt(path string, codec Codec) error {
	temp, err := os.CreateTemp(filepath.Dir(path), ".tonfall-new-*")
	if err != nil {
		return err
	}
	defer os.Remove(temp.Name())
	if err := temp.Close(); err != nil {
		return err
	}
	db, err := bolt.Open(temp.Name(), 0o600, nil)
	if err != nil {
		return err
	}
	err = db.Update(func(tx *bolt.Tx) error {
		for _, name := range buckets() {
			if _, err := tx.CreateBucket([]byte(name)); err != nil {
				return err
			}
		}
		meta := tx.Bucket([]byte(inMeta))
		word, err := codec.Seal(keysPlace(), formatMark)
		if err != nil {
			return err
		}
		return errors.Join(meta.Put([]byte("format"), []byte(formatMark)), meta.Put([]byte("keys"), word))
	})
	if err := errors.Join(err, db.Close()); err != nil {
		return err
	}
	// Unlike a rename, a link fails where path exists.
	if err := os.Link(temp.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

func keysPlace() Place { return Place{Kind: "keys", Key: "keys"} }

// inspect reads the head of a file, without bbolt: bbolt maps a file that was
// cut off and dies at the first page that is missing.
func inspect(path string, info fs.FileInfo) error {
	switch {
	case !info.Mode().IsRegular():
		return profile.Errorf(profile.Invalid, "%s is not a file", path)
	case info.Mode().Perm()&0o200 == 0:
		return profile.Errorf(profile.Unavailable, "the database %s is read-only; allow its owner to write (chmod 600)", path)
	case info.Size() == 0:
		return profile.Errorf(profile.Invalid, "the database %s is empty: it was cut off. Restore it from a backup, or remove it to start anew", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	// The second page's place depends on the page size, which bbolt takes
	// from the system.
	size, known, err := sizeByMeta(f, 0)
	if err != nil {
		return err
	}
	for page := int64(1 << 10); page <= 1<<16; page <<= 1 {
		other, ok, err := sizeByMeta(f, page)
		if err != nil {
			return err
		}
		if ok && (!known || other.txid > size.txid) {
			size, known = other, true
		}
	}
	switch {
	case !known:
		return profile.Errorf(profile.Invalid, "%s is not a database of Tonfall, or its beginning is damaged. It was left as it is", path)
	case info.Size() < size.bytes:
		return profile.Errorf(profile.Invalid, "the database %s is cut off: %d of %d bytes are there. It was left as it is; restore it from a backup",
			path, info.Size(), size.bytes)
	}
	return nil
}

// extent is what one of bbolt's two meta pages says about the file.
type extent struct {
	bytes int64
	txid  uint64
}

// sizeByMeta reads bbolt's meta page at an offset: 16 bytes of page header,
// then magic 4, version 4, page size 4, flags 4, root 16, freelist 8,
// pages 8, txid 8, FNV-64a of all that 8.
func sizeByMeta(f io.ReaderAt, offset int64) (extent, bool, error) {
	var meta [64]byte
	if _, err := f.ReadAt(meta[:], offset+16); err != nil {
		if errors.Is(err, io.EOF) {
			err = nil
		}
		return extent{}, false, err
	}
	sum := fnv.New64a()
	_, _ = sum.Write(meta[:56]) // a hash takes everything
	order := binary.NativeEndian
	if order.Uint32(meta[:]) != 0xED0CDAED || order.Uint64(meta[56:]) != sum.Sum64() {
		return extent{}, false, nil
	}
	bytes := int64(order.Uint32(meta[8:])) * int64(order.Uint64(meta[40:]))
	return extent{bytes: bytes, txid: order.Uint64(meta[48:])}, true, nil
}

// probe looks, without any right to write, whether the file is ours and fits the keys.
func probe(path string, codec Codec, wait time.Duration) (err error) {
	defer damaged(&err)
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	db, err := bolt.Open(path, 0, &bolt.Options{ReadOnly: true, Timeout: wait, NoStatistics: true})
	if err != nil {
		return err
	}
	defer db.Close()
	return db.View(func(tx *bolt.Tx) error {
		meta := tx.Bucket([]byte(inMeta))
		if meta == nil || string(meta.Get([]byte("format"))) != formatMark {
			return profile.Errorf(profile.Invalid, "%s is a database of another program or another version. It was left as it is", path)
		}
		var word string
		if codec.Open(keysPlace(), meta.Get([]byte("keys")), &word) != nil || word != formatMark {
			return profile.Errorf(profile.Invalid, "the keys do not fit the database %s: it was sealed with another key file", path)
		}
		for _, name := range buckets() {
			if tx.Bucket([]byte(name)) == nil {
				return profile.Errorf(profile.Invalid, "the database %s is damaged: its %s are missing. Restore it from a backup", path, name)
			}
		}
		return nil
	})
}

// unusable explains why a file could not be opened.
func unusable(path string, err error) error {
	var ours *profile.Error
	say := func(kind profile.Kind, format string) error {
		return profile.Wrap(kind, err, fmt.Sprintf(format, path))
	}
	switch {
	case errors.As(err, &ours):
		return err
	case errors.Is(err, berrors.ErrTimeout):
		return say(profile.Unavailable, "the database %s is in use by another process, most likely `tonfall serve`: stop that one, or let it do the work")
	case errors.Is(err, fs.ErrNotExist):
		return say(profile.Unavailable, "the folder for the database %s does not exist; make it first")
	case errors.Is(err, fs.ErrPermission):
		return say(profile.Unavailable, "the database %s may not be read and written by this user")
	case full(err):
		return say(profile.Unavailable, "the disk is full: there is no room for the database %s")
	}
	return say(profile.Unavailable, "the database %s cannot be opened. It was left as it is")
}

func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
