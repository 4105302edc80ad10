package api

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/danielgtaylor/huma/v2/validation"

	"tonfall/profile"
	"tonfall/web/ui"
)

// Problem is an error as callers get it: problem details (RFC 9457), piece by
// piece where several things are wrong with a request.
type Problem struct {
	ui.Problem
	Errors []FieldProblem `json:"errors,omitempty"`

	retry time.Time
}

// FieldProblem is one thing wrong in a request. It never repeats the value.
type FieldProblem struct {
	Location string `json:"location" example:"body.template"`
	Message  string `json:"message"`
}

// Error is the sentence.
func (p *Problem) Error() string { return p.Detail }

// GetStatus is the HTTP status.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType makes JSON problem JSON.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// GetHeaders tells when to try again.
func (p *Problem) GetHeaders() http.Header {
	h := http.Header{}
	if !p.retry.IsZero() {
		h.Set("Retry-After", p.retry.UTC().Format(http.TimeFormat))
	}
	return h
}

// problemOf turns any error into what callers may see of it.
func problemOf(r *http.Request, err error) *Problem {
	var ready *Problem
	if errors.As(err, &ready) {
		return ready
	}
	p := &Problem{Problem: ui.ProblemOf(r, err)}
	var e *profile.Error
	if errors.As(err, &e) {
		p.retry = e.NotBefore
	}
	return p
}

// plainProblems turns the framework's own errors (wrong shapes, bodies that are
// too large or no JSON) into ours: no value is repeated, and an unknown field
// is answered with the nearest right name.
func plainProblems(types huma.Registry) huma.Transformer {
	return func(ctx huma.Context, _ string, v any) (any, error) {
		e, ok := v.(*huma.ErrorModel)
		if !ok {
			return v, nil
		}
		r, _ := humago.Unwrap(ctx)
		p := problemOf(r, profile.Errorf(profile.Invalid, ""))
		p.Status = e.Status
		for _, d := range e.Errors {
			p.Errors = append(p.Errors, FieldProblem{Location: d.Location, Message: mend(types, ctx.Operation(), d)})
		}
		p.Detail = sentence(e, p.Errors)
		return p, nil
	}
}

func sentence(e *huma.ErrorModel, errs []FieldProblem) string {
	switch {
	case e.Status == http.StatusRequestEntityTooLarge:
		return "the request is larger than this call takes: send it in pieces"
	case e.Status == http.StatusBadRequest && len(errs) == 0:
		return "the request needs a body: send JSON"
	case e.Status == http.StatusBadRequest:
		return "the body is no valid JSON: " + errs[0].Message
	case e.Status == http.StatusUnsupportedMediaType:
		return "send the body as application/json"
	case len(errs) == 0:
		return "the request could not be read"
	}
	first := errs[0].Location + ": " + errs[0].Message
	if len(errs) > 1 {
		first += " (and " + strconv.Itoa(len(errs)-1) + " more)"
	}
	return "the request does not have the right shape: " + first
}

// mend is the message, for an unknown field with the nearest right name.
func mend(types huma.Registry, op *huma.Operation, d *huma.ErrorDetail) string {
	if d.Message != validation.MsgUnexpectedProperty {
		return d.Message
	}
	path := strings.Split(d.Location, ".")
	unknown := path[len(path)-1]
	if right := nearest(unknown, fieldsAt(types, op, path[1:len(path)-1])); right != "" {
		return "unknown field; did you mean " + strconv.Quote(right) + "?"
	}
	return "unknown field"
}

func writeProblem(w http.ResponseWriter, p *Problem) {
	w.Header().Set("Content-Type", p.ContentType(""))
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // the caller is gone: nobody to tell
}
