package connectors

import (
	"encoding/json"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Bounds of a rate limit's end.
const (
	defaultWait = time.Minute    // where the provider says nothing
	longestWait = 24 * time.Hour // no provider may put us off longer
)

// resetHeaders say when a rate limit ends, the most binding first: RFC 9110
// section 10.2.3; Bluesky and the IETF draft; Mastodon, GitHub and Reddit; X.
func resetHeaders() []string {
	return []string{"Retry-After", "RateLimit-Reset", "X-RateLimit-Reset", "X-Rate-Limit-Reset"}
}

// notBefore is the earliest time at which a call that was answered "too many"
// may be tried again. Providers say it as seconds left, as epoch seconds, as
// an ISO 8601 time, as an HTTP date, as a float in the body (Discord's
// retry_after), or not at all.
func notBefore(h http.Header, body []byte, now time.Time) time.Time {
	for _, name := range resetHeaders() {
		if at, ok := moment(h.Get(name), now); ok {
			return within(at, now)
		}
	}
	var said struct {
		RetryAfter json.Number `json:"retry_after"`
	}
	if json.Unmarshal(body, &said) == nil {
		if at, ok := moment(said.RetryAfter.String(), now); ok {
			return within(at, now)
		}
	}
	return now.Add(defaultWait)
}

// moment reads one form of "when".
func moment(text string, now time.Time) (time.Time, bool) {
	text = strings.TrimSpace(text)
	if n, err := strconv.ParseFloat(text, 64); err == nil {
		const epoch = 1e9 // seconds: 2001; nobody is put off for thirty years
		switch {
		case math.IsNaN(n), math.IsInf(n, 0), n < 0, n > 1e15:
			return time.Time{}, false
		case n >= epoch*1000:
			return time.UnixMilli(int64(n)), true
		case n >= epoch:
			return time.Unix(int64(math.Ceil(n)), 0), true
		}
		return now.Add(time.Duration(math.Ceil(n*1000)) * time.Millisecond), true
	}
	if at, err := time.Parse(time.RFC3339Nano, text); err == nil {
		return at, true
	}
	at, err := http.ParseTime(text)
	return at, err == nil
}

// within keeps a time between a second and a day from now: clocks differ, and
// providers err.
func within(at, now time.Time) time.Time {
	if least := now.Add(time.Second); at.Before(least) {
		return least
	}
	if most := now.Add(longestWait); at.After(most) {
		return most
	}
	return at
}
