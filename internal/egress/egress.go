// Package egress is the one way out: every call that Tonfall makes to the
// world, above all to addresses that a person chose (a Mastodon instance, a
// Bluesky server, an avatar), leaves through its transport.
//
//	request -> scheme -> resolve -> address refused? -> connect -> count bytes
//
// It refuses everything that is not a public https address, pins the address
// that was checked, ends every call within a time and ends every answer that
// grows beyond a size. It reads no proxy from the environment and keeps no
// cookies.
package egress

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"time"
)

// Defaults of Options.
const (
	DefaultTimeout = 20 * time.Second
	DefaultMaxBody = 8 << 20
)

const (
	mostRedirects = 3
	dialTimeout   = 5 * time.Second
	maxHeader     = 64 << 10
)

// Options sets what a way out permits. The zero value is the strict one:
// public addresses over https, no redirects, the default limits.
type Options struct {
	// Timeout is the time for one whole call, from the lookup of the name to
	// the last byte of the body; 0 means DefaultTimeout.
	Timeout time.Duration
	// MaxBody is how many bytes a body may have, counted after decompression;
	// 0 means DefaultMaxBody. A longer one is ErrTooLarge, never cut short.
	MaxBody int64
	// AllowLoopback also permits this machine's own addresses, and plain http
	// to them: for tests and the demo.
	AllowLoopback bool
	// AllowHosts lists base URLs that the operator configured. Their scheme,
	// host and port are trusted, so that a company's own sign-in server in a
	// private network can be reached. Never put in what a visitor typed.
	AllowHosts []string
	// Redirects is how many redirects the client follows, each checked like a
	// first call: 0 to 3. With 0 the caller sees the redirect itself.
	Redirects int
	// UserAgent is sent where a call sets none.
	UserAgent string
	// Resolver looks names up; nil means the system's.
	Resolver *net.Resolver
	// TLS sets roots and the like; nil means the system's roots.
	TLS *tls.Config
}

// ErrTooLarge means that an answer was longer than MaxBody.
var ErrTooLarge = errors.New("the answer is larger than allowed")

// Refused is the error for a call that must not be made. It names the reason
// and never the address, which may hold a secret.
type Refused struct{ Reason string }

func (r *Refused) Error() string { return "the call was refused: " + r.Reason }

// Timeout is the error for a call that took longer than the whole of its time.
type Timeout struct{ After time.Duration }

func (t *Timeout) Error() string { return fmt.Sprintf("no complete answer within %v", t.After) }

// Is makes a Timeout equal to context.DeadlineExceeded for errors.Is.
func (t *Timeout) Is(target error) bool { return target == context.DeadlineExceeded }

// New makes a client whose every call goes through the guard. Its Transport
// alone does the same, redirects apart. Safe for concurrent use.
func New(o Options) *http.Client {
	if o.Timeout <= 0 {
		o.Timeout = DefaultTimeout
	}
	if o.MaxBody <= 0 {
		o.MaxBody = DefaultMaxBody
	}
	g := &guard{options: o}
	g.transport = &http.Transport{
		Proxy:                  nil, // a proxy would resolve names behind our back
		DialContext:            g.dial,
		TLSClientConfig:        o.TLS,
		ForceAttemptHTTP2:      true,
		TLSHandshakeTimeout:    dialTimeout,
		MaxIdleConnsPerHost:    4,
		IdleConnTimeout:        30 * time.Second,
		MaxResponseHeaderBytes: maxHeader,
	}
	return &http.Client{Transport: g, CheckRedirect: func(_ *http.Request, via []*http.Request) error {
		if len(via) > min(o.Redirects, mostRedirects) {
			return http.ErrUseLastResponse
		}
		return nil
	}}
}

// guard is the RoundTripper.
type guard struct {
	options   Options
	transport *http.Transport
}

// CloseIdleConnections lets http.Client.CloseIdleConnections through.
func (g *guard) CloseIdleConnections() { g.transport.CloseIdleConnections() }

// RoundTrip makes the call: checks the URL, bounds its time, counts its body.
func (g *guard) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := g.checkURL(r.URL); err != nil {
		if r.Body != nil {
			_ = r.Body.Close()
		}
		return nil, err
	}
	ctx, cancel := context.WithTimeout(r.Context(), g.options.Timeout)
	out := r.Clone(ctx)
	// The transport decompresses only what it asked for itself; a body that
	// the caller decompresses would be counted too small.
	out.Header.Del("Accept-Encoding")
	if out.Header.Get("User-Agent") == "" && g.options.UserAgent != "" {
		out.Header.Set("User-Agent", g.options.UserAgent)
	}
	answer, err := g.transport.RoundTrip(out)
	if err != nil {
		defer cancel()
		return nil, g.explain(r.Context(), ctx, err)
	}
	body := &counted{guard: g, body: answer.Body, left: g.options.MaxBody, outer: r.Context(), ctx: ctx, cancel: cancel}
	if answer.ContentLength > g.options.MaxBody {
		_ = body.Close() // nothing of it was read
		return nil, ErrTooLarge
	}
	answer.Body = body
	return answer, nil
}

// explain tells our own time limit from the caller's.
func (g *guard) explain(outer, ctx context.Context, err error) error {
	if outer.Err() == nil && errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return &Timeout{After: g.options.Timeout}
	}
	return err
}

// allowed reports whether the operator configured this origin.
func (g *guard) allowed(u *url.URL) bool {
	return slices.ContainsFunc(g.options.AllowHosts, func(base string) bool {
		b, err := url.Parse(base)
		return err == nil && b.Scheme == u.Scheme && hostPort(b) == hostPort(u)
	})
}
