package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"tonfall/profile"
)

// batchMost is how many messages one batch holds.
const batchMost = 1000

type batchInput struct {
	Posted
	RawBody []byte `contentType:"application/x-ndjson"`
}

// renderBatch answers each line as soon as it is done. What is wrong with one
// line is that line's problem, and the others go on.
func (a *API) renderBatch(ctx context.Context, in *batchInput) (*huma.StreamResponse, error) {
	lines := bytes.Split(bytes.TrimRight(in.RawBody, "\n"), []byte("\n"))
	if len(lines) > batchMost {
		return nil, profile.Errorf(profile.Invalid, "a batch has %d lines at most, this one %d: send it in pieces", batchMost, len(lines))
	}
	return &huma.StreamResponse{Body: func(h huma.Context) {
		h.SetHeader("Content-Type", "application/x-ndjson")
		for i, line := range lines {
			if ctx.Err() != nil {
				return
			}
			if _, err := h.BodyWriter().Write(a.lineOnce(ctx, in.Key, i, line)); err != nil {
				return
			}
		}
	}}, nil
}

// lineOnce answers a line, with an Idempotency-Key only once: the answers of a
// batch belong to different people, so each is kept with its own.
func (a *API) lineOnce(ctx context.Context, header string, i int, line []byte) []byte {
	if header == "" {
		return a.answerLine(ctx, line)
	}
	c := who(ctx)
	sum := sha256.Sum256(line)
	key := fmt.Sprintf("%s %s #%d", c.Client, header, i)
	claim := Replay{Fingerprint: hex.EncodeToString(sum[:]), Running: true, Expires: a.Now().Add(replayRun)}
	there, err := a.Replays.Claim(ctx, c.Shop, key, claim)
	switch {
	case err != nil:
		return encodeLine(problemOf(c.request, err))
	case there == nil:
		c.customer = ""
		body := a.answerLine(ctx, line)
		kept := Replay{Fingerprint: claim.Fingerprint, Status: http.StatusOK, Body: body, Customer: c.customer, Expires: a.Now().Add(replayKeep)}
		a.note(a.Replays.Keep(context.WithoutCancel(ctx), c.Shop, key, kept), "idempotent answer not kept")
		return body
	case there.Fingerprint != claim.Fingerprint:
		return encodeLine(problemOf(c.request, profile.Errorf(profile.Conflict, "this line was another one when the Idempotency-Key was first used: take a new key")))
	case there.Running:
		return encodeLine(problemOf(c.request, profile.Errorf(profile.Conflict, "this line of the first batch with the key is still running: ask again in a moment")))
	}
	return there.Body
}

// answerLine is the answer to one line: a Rendered or a Problem.
func (a *API) answerLine(ctx context.Context, line []byte) []byte {
	var o Order
	dec := json.NewDecoder(bytes.NewReader(line))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&o); err != nil {
		p := problemOf(who(ctx).request, profile.Errorf(profile.Invalid, "this line is no order: %s", err))
		p.Status = http.StatusUnprocessableEntity
		return encodeLine(p)
	}
	out, err := a.write(ctx, o)
	if err != nil {
		return encodeLine(problemOf(who(ctx).request, err))
	}
	return encodeLine(out)
}

func encodeLine(v any) []byte {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(v) // a struct of plain fields into memory: cannot fail
	return out.Bytes()
}
