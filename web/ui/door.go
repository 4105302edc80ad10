package ui

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"tonfall/profile"
)

// Handler is an http.Handler that may fail. An error answers the client with
// its kind's status; nothing may have been written before.
type Handler func(w http.ResponseWriter, r *http.Request) error

// Door turns handlers into http.Handlers and guards all of them together.
type Door struct {
	Pages *Pages // the room's, or any: it has the page "error"
	Log   *slog.Logger
	HTTPS bool // the outside address is https: sets HSTS
	Now   func() time.Time
}

// Handle makes a handler that answers its errors as a page for people and as
// problem+json for programs.
func (d *Door) Handle(h Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := h(w, r); err != nil {
			d.Fail(w, r, err)
		}
	})
}

// Fail answers with an error.
func (d *Door) Fail(w http.ResponseWriter, r *http.Request, err error) {
	if !ForPeople(r) {
		WriteProblem(w, r, err)
		return
	}
	note(r.Context(), err)
	retryAfter(w, err)
	kind := kindOf(err)
	if !d.Pages.words.Has("error." + string(kind) + ".title") {
		kind = profile.Internal
	}
	page := ErrorPage{Page: d.Pages.Page(Lang(r, ""), "error."+string(kind)+".title")}
	page.Heading = page.Title
	page.Advice = page.T("error." + string(kind) + ".advice")
	page.Detail = message(err)
	page.Request = RequestID(r.Context())
	if failed := d.Pages.Render(w, Status(kindOf(err)), "error", page); failed != nil {
		note(r.Context(), errors.Join(err, failed))
		http.Error(w, page.Heading, http.StatusInternalServerError)
	}
}

// ErrorPage is what a person sees when something went wrong.
type ErrorPage struct {
	Page
	Heading string // what happened
	Advice  string // what to do next
	Detail  string // the error's own sentence, in English; may be empty
	Request string // id to tell support
	Links   []Link // ways to go on, the best first
}

// GoingPage sends the browser on after a form, where a redirect would be
// refused: Chrome and Safari apply the policy's form-action to redirects that
// follow a form. Set Page.Refresh to the same URL as To.
type GoingPage struct {
	Page
	Heading string
	To      Link
}

// Guard wraps everything that is served: panics end in an error page, each
// request leaves one line in the log (ids only; never a query, a name or a
// token), every answer carries the security headers, and forms from other
// sites are refused where exempt says nothing else.
func (d *Door) Guard(next http.Handler, exempt func(*http.Request) bool) http.Handler {
	return d.logged(d.recovered(headers(d.HTTPS, d.sameOrigin(next, exempt))))
}

// Limit caps the body of every request at n bytes.
func Limit(n int64, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, n)
		next.ServeHTTP(w, r)
	})
}

func (d *Door) recovered(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			caught := recover()
			if caught == nil {
				return
			}
			if caught == http.ErrAbortHandler { //nolint:errorlint // a panic value: net/http compares it so
				panic(caught)
			}
			d.Log.ErrorContext(r.Context(), "panic", "request", RequestID(r.Context()), "type", fmt.Sprintf("%T", caught), "stack", string(debug.Stack()))
			d.Fail(w, r, profile.Errorf(profile.Internal, "something went wrong on our side; nothing was lost, please try again"))
		}()
		next.ServeHTTP(w, r)
	})
}

type contextKey struct{}

// entry is what one request will leave in the log.
type entry struct {
	id  string
	err error
}

// RequestID is the id under which the log knows the request; empty outside one.
func RequestID(ctx context.Context) string {
	if e, ok := ctx.Value(contextKey{}).(*entry); ok {
		return e.id
	}
	return ""
}

// note keeps an error for the request's line in the log.
func note(ctx context.Context, err error) {
	if e, ok := ctx.Value(contextKey{}).(*entry); ok {
		e.err = err
	}
}

func (d *Door) logged(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := d.Now()
		e := &entry{id: rand.Text()[:12]}
		seen := &watched{ResponseWriter: w, status: http.StatusOK}
		seen.Header().Set("X-Request-Id", e.id)
		next.ServeHTTP(seen, r.WithContext(context.WithValue(r.Context(), contextKey{}, e)))
		level := slog.LevelInfo
		attrs := []slog.Attr{
			slog.String("request", e.id), slog.String("method", r.Method), slog.String("path", r.URL.Path),
			slog.Int("status", seen.status), slog.Duration("took", d.Now().Sub(start)),
		}
		if e.err != nil {
			attrs = append(attrs, slog.String("kind", string(kindOf(e.err))), slog.String("error", e.err.Error()))
		}
		if seen.status >= http.StatusInternalServerError {
			level = slog.LevelError
		}
		d.Log.LogAttrs(r.Context(), level, "request", attrs...)
	})
}

// watched remembers the status of an answer.
type watched struct {
	http.ResponseWriter
	status int
	wrote  bool
}

func (w *watched) WriteHeader(status int) {
	if !w.wrote {
		w.status, w.wrote = status, true
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *watched) Write(b []byte) (int, error) {
	w.wrote = true
	return w.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach flushing and deadlines.
func (w *watched) Unwrap() http.ResponseWriter { return w.ResponseWriter }
