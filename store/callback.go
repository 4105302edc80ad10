package store

import (
	"bytes"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"

	"tonfall/profile"
)

// callbacks knows which goroutines are inside an UpdateCustomer callback, so
// that a store call from there fails instead of working on what it is part of.
// See docs/decisions/020-callbacks-and-goroutines.md.
type callbacks struct {
	count atomic.Int64
	ids   sync.Map // goroutine number → nothing
}

// run calls fn, marked.
func (c *callbacks) run(fn func() error) error {
	id := goroutine()
	c.ids.Store(id, nil)
	c.count.Add(1)
	defer func() {
		c.count.Add(-1)
		c.ids.Delete(id)
	}()
	return fn()
}

// refuse answers Internal to whoever calls from inside a callback.
func (c *callbacks) refuse() error {
	if c.count.Load() == 0 {
		return nil // spares every other call the microsecond below
	}
	if _, inside := c.ids.Load(goroutine()); inside {
		return profile.Errorf(profile.Internal, "a callback of UpdateCustomer has called the store; it must only change what it is given")
	}
	return nil
}

// goroutine is the number of the running goroutine, as the runtime prints it:
// "goroutine 12 [running]:".
func goroutine() uint64 {
	var buf [64]byte
	text := bytes.TrimPrefix(buf[:runtime.Stack(buf[:], false)], []byte("goroutine "))
	digits, _, _ := bytes.Cut(text, []byte(" "))
	id, err := strconv.ParseUint(string(digits), 10, 64)
	if err != nil {
		panic("store: the runtime prints stacks in a new way")
	}
	return id
}
