package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"tonfall/profile"
	"tonfall/web/ui"
)

// Replays remembers answers by Idempotency-Key. Keys are unique in a shop.
type Replays interface {
	// Claim notes a call that begins, unless one with its key is there (and has
	// not expired): that one is answered then, and nothing is written.
	Claim(ctx context.Context, shop, key string, r Replay) (there *Replay, err error)
	// Keep writes the answer over the claim. Body is personal: it has to go with
	// r.Customer, where there is one, when that person is erased.
	Keep(ctx context.Context, shop, key string, r Replay) error
	// Drop gives a claim up: the call failed and may be tried again.
	Drop(ctx context.Context, shop, key string) error
}

// Replay is a remembered answer. Status is 0 while the call runs, and for calls
// that have no effect and are simply made again.
type Replay struct {
	Fingerprint string             `json:"fingerprint"` // of method, path and body
	Running     bool               `json:"running,omitempty"`
	Status      int                `json:"status,omitempty"`
	Type        string             `json:"type,omitempty"` // Content-Type
	Body        []byte             `json:"body,omitempty"`
	Customer    profile.CustomerID `json:"customer,omitempty"`
	Expires     time.Time          `json:"expires"`
}

const (
	replayKeep = 24 * time.Hour
	replayRun  = time.Minute // after this a running call counts as lost with its process
	replayMost = 1 << 20     // longer answers are not kept
)

// once runs a POST with an Idempotency-Key at most once: the same key with the
// same request gets the same answer, with another request it is refused.
func (a *API) once(w http.ResponseWriter, r *http.Request, c *caller, op *huma.Operation, run http.HandlerFunc) {
	header := r.Header.Get("Idempotency-Key")
	if r.Method != http.MethodPost || header == "" || routeOf(op).lines {
		run(w, r)
		return
	}
	claim, err := a.claim(r, header, op)
	if err != nil {
		ui.WriteProblem(w, r, err)
		return
	}
	key := c.Client + " " + header
	pure := routeOf(op).pure
	there, err := a.Replays.Claim(r.Context(), c.Shop, key, claim)
	switch {
	case err != nil:
		ui.WriteProblem(w, r, err)
	case there == nil:
		a.runOnce(w, r, c, key, claim, pure, run)
	case there.Fingerprint != claim.Fingerprint:
		ui.WriteProblem(w, r, profile.Errorf(profile.Conflict, "this Idempotency-Key was used for another request: take a new one"))
	case there.Running:
		ui.WriteProblem(w, r, profile.Errorf(profile.Conflict, "the first request with this Idempotency-Key is still running: ask again in a moment"))
	case there.Status == 0:
		run(w, r)
	default:
		w.Header().Set("Content-Type", there.Type)
		w.Header().Set("Idempotency-Replayed", "true")
		w.WriteHeader(there.Status)
		_, _ = w.Write(there.Body) //nolint:gosec // our own answer of before, with its own type; where the caller is gone, nobody is to tell
	}
}

// claim reads the body, which it puts back, and fingerprints the request.
func (a *API) claim(r *http.Request, key string, op *huma.Operation) (Replay, error) {
	if len(key) > 200 {
		return Replay{}, profile.Errorf(profile.Invalid, "an Idempotency-Key has at most 200 characters")
	}
	most := max(op.MaxBodyBytes, 1)
	body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, most))
	var tooLarge *http.MaxBytesError
	if err != nil && !errors.As(err, &tooLarge) {
		return Replay{}, profile.Wrap(profile.Invalid, err, "the request ended early: send it again")
	}
	r.Body = io.NopCloser(io.MultiReader(bytes.NewReader(body), r.Body))
	sum := sha256.Sum256([]byte(strings.Join([]string{r.Method, r.URL.Path, r.URL.RawQuery, string(body)}, "\x00")))
	return Replay{Fingerprint: hex.EncodeToString(sum[:]), Running: true, Expires: a.Now().Add(replayRun)}, nil
}

// runOnce runs the call and keeps its answer. What failed on our side, or
// broke off, may be tried again.
func (a *API) runOnce(w http.ResponseWriter, r *http.Request, c *caller, key string, claim Replay, pure bool, run http.HandlerFunc) {
	tee := &recorder{ResponseWriter: w, status: http.StatusOK}
	ended := false
	ctx := context.WithoutCancel(r.Context()) // the answer counts even if the caller has hung up
	defer func() {
		if ended && tee.status < 500 && tee.status != http.StatusTooManyRequests {
			return
		}
		a.note(a.Replays.Drop(ctx, c.Shop, key), "idempotency key not released")
	}()
	run(tee, r)
	ended = true
	if tee.status >= 500 || tee.status == http.StatusTooManyRequests {
		return
	}
	kept := Replay{Fingerprint: claim.Fingerprint, Expires: a.Now().Add(replayKeep)}
	if !tee.overflow && !pure {
		kept.Status, kept.Type, kept.Body, kept.Customer = tee.status, w.Header().Get("Content-Type"), tee.body.Bytes(), c.customer
	}
	a.note(a.Replays.Keep(ctx, c.Shop, key, kept), "idempotent answer not kept")
}

// recorder passes an answer on and remembers it.
type recorder struct {
	http.ResponseWriter
	status   int
	body     bytes.Buffer
	overflow bool
}

func (t *recorder) WriteHeader(status int) {
	t.status = status
	t.ResponseWriter.WriteHeader(status)
}

func (t *recorder) Write(p []byte) (int, error) {
	if t.overflow = t.overflow || t.body.Len()+len(p) > replayMost; !t.overflow {
		t.body.Write(p)
	}
	return t.ResponseWriter.Write(p)
}

// Unwrap lets http.ResponseController reach the connection.
func (t *recorder) Unwrap() http.ResponseWriter { return t.ResponseWriter }
