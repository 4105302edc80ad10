package profile

import (
	"errors"
	"fmt"
	"time"
)

// Kind says what went wrong in a word a program can act on. One function in
// web/ui turns it into an HTTP status, one in cmd/tonfall into an exit code.
type Kind string

// The kinds of error.
const (
	Internal     Kind = "internal"         // a defect or a broken disk; the person can only try later
	Invalid      Kind = "invalid"          // the input is wrong; Msg says how to mend it
	Unauthorized Kind = "unauthorized"     // nobody, or a bad credential
	Forbidden    Kind = "forbidden"        // somebody, but not allowed to
	NoConsent    Kind = "no-consent"       // the customer has not agreed, or has withdrawn
	NotFound     Kind = "not-found"        // no such thing, or not yours
	Conflict     Kind = "conflict"         // changed meanwhile, or exists already
	Gone         Kind = "gone"             // was there: taken, erased or expired
	TooMany      Kind = "too-many"         // rate limited: try again at NotBefore
	Reconnect    Kind = "reconnect-needed" // the grant is dead: only the person can renew it
	Upstream     Kind = "upstream"         // a provider failed or answered rubbish
	Unavailable  Kind = "unavailable"      // ours, for now: locked, starting, stopping
)

// Error is the one error type that crosses package borders. It has three
// readers: Kind for the program, Msg for the person, Err for the log. Neither
// Msg nor Err ever holds a token, a code, a query string or a post's text.
type Error struct {
	Kind      Kind
	Msg       string    // a sentence for a person: what happened and what to do
	Err       error     // the cause, for the log
	NotBefore time.Time // for TooMany: when the call may be tried again; zero when unknown
}

// Error joins the sentence and the cause.
func (e *Error) Error() string {
	switch {
	case e.Err == nil:
		return e.Msg
	case e.Msg == "":
		return e.Err.Error()
	}
	return e.Msg + ": " + e.Err.Error()
}

// Unwrap gives the cause to errors.Is and errors.As.
func (e *Error) Unwrap() error { return e.Err }

// Errorf makes an Error from its sentence for a person. It takes no %w: a cause
// belongs into Wrap, where it stays out of the sentence.
func Errorf(kind Kind, format string, args ...any) error {
	return &Error{Kind: kind, Msg: fmt.Sprintf(format, args...)}
}

// Wrap gives a cause its kind and its sentence. A nil err gives nil.
func Wrap(kind Kind, err error, msg string) error {
	if err == nil {
		return nil
	}
	return &Error{Kind: kind, Msg: msg, Err: err}
}

// KindOf is the kind of the outermost Error in err's chain; Internal where
// there is none, empty for nil.
func KindOf(err error) Kind {
	var e *Error
	switch {
	case err == nil:
		return ""
	case errors.As(err, &e):
		return e.Kind
	}
	return Internal
}

// Is reports whether err is of the kind.
func Is(err error, kind Kind) bool { return err != nil && KindOf(err) == kind }

// Message is the sentence for a person: that of the outermost Error in err's
// chain, or a general one that gives nothing away.
func Message(err error) string {
	var e *Error
	if errors.As(err, &e) && e.Msg != "" {
		return e.Msg
	}
	return "something went wrong on our side; nothing was lost, please try again"
}
