package ui

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"tonfall/profile"
)

// Status is the HTTP status of an error's kind. It is the only place that
// knows; 200 for "".
func Status(kind profile.Kind) int {
	switch kind {
	case "":
		return http.StatusOK
	case profile.Invalid:
		return http.StatusBadRequest
	case profile.Unauthorized:
		return http.StatusUnauthorized
	case profile.Forbidden, profile.NoConsent:
		return http.StatusForbidden
	case profile.NotFound:
		return http.StatusNotFound
	case profile.Conflict, profile.Reconnect:
		return http.StatusConflict
	case profile.Gone:
		return http.StatusGone
	case profile.TooMany:
		return http.StatusTooManyRequests
	case profile.Upstream:
		return http.StatusBadGateway
	case profile.Unavailable:
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

// Problem is an error as a program reads it: RFC 9457.
type Problem struct {
	Type     string `json:"type"`               // "urn:tonfall:error:" and the kind
	Title    string `json:"title"`              // the same for each type
	Status   int    `json:"status"`             // HTTP status
	Detail   string `json:"detail,omitempty"`   // what happened here, and what to do
	Instance string `json:"instance,omitempty"` // "urn:tonfall:request:" and the id in the log
}

// ProblemOf is the problem that an error tells. It never shows the cause.
func ProblemOf(r *http.Request, err error) Problem {
	kind := kindOf(err)
	p := Problem{
		Type:   "urn:tonfall:error:" + string(kind),
		Title:  strings.ReplaceAll(string(kind), "-", " "),
		Status: Status(kind),
		Detail: message(err),
	}
	if id := RequestID(r.Context()); id != "" {
		p.Instance = "urn:tonfall:request:" + id
	}
	return p
}

// WriteProblem answers a program with the error as application/problem+json.
func WriteProblem(w http.ResponseWriter, r *http.Request, err error) {
	note(r.Context(), err)
	p := ProblemOf(r, err)
	retryAfter(w, err)
	if p.Status == http.StatusUnauthorized && w.Header().Get("WWW-Authenticate") == "" {
		w.Header().Set("WWW-Authenticate", `Bearer realm="tonfall"`)
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // the client has gone: nobody is left to tell
}

// kindOf adds to profile.KindOf the errors that net/http has of its own.
func kindOf(err error) profile.Kind {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return profile.Invalid
	}
	return profile.KindOf(err)
}

func message(err error) string {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return "the request is larger than " + strconv.FormatInt(large.Limit, 10) + " bytes; send less"
	}
	return profile.Message(err)
}

func retryAfter(w http.ResponseWriter, err error) {
	var e *profile.Error
	if errors.As(err, &e) && !e.NotBefore.IsZero() {
		w.Header().Set("Retry-After", e.NotBefore.UTC().Format(http.TimeFormat))
	} else if kindOf(err) == profile.Unavailable {
		w.Header().Set("Retry-After", strconv.Itoa(int((5 * time.Second).Seconds())))
	}
}

// ForPeople reports whether the answer is read by a person in a browser:
// browsers name text/html in Accept, programs do not.
func ForPeople(r *http.Request) bool {
	return strings.Contains(r.Header.Get("Accept"), "text/html")
}
