package egress

import (
	"context"
	"errors"
	"io"
)

// counted is a body that ends with an error where it grows too large or takes
// too long, and frees the call's timer when it is closed.
type counted struct {
	guard  *guard
	body   io.ReadCloser
	left   int64
	outer  context.Context // the caller's
	ctx    context.Context // with our time limit
	cancel context.CancelFunc
}

// Read hands bytes on. One byte more than allowed is asked for, to tell a body
// that fits exactly from one that goes on.
func (c *counted) Read(p []byte) (int, error) {
	if c.left < 0 {
		return 0, ErrTooLarge
	}
	if int64(len(p)) > c.left+1 {
		p = p[:c.left+1]
	}
	n, err := c.body.Read(p)
	c.left -= int64(n)
	if c.left < 0 {
		return n - 1, ErrTooLarge
	}
	if err != nil && !errors.Is(err, io.EOF) {
		err = c.guard.explain(c.outer, c.ctx, err)
	}
	return n, err
}

// Close ends the call.
func (c *counted) Close() error {
	defer c.cancel()
	return c.body.Close()
}
