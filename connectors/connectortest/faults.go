package connectortest

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"tonfall/profile"
)

// fault is an answer that no provider should give, and some do.
type fault struct {
	name   string
	answer http.HandlerFunc
	slow   bool // it never ends
}

// says answers with status, JSON body and headers.
func says(status int, body string, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		for i := 0; i+1 < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// rubbish are the faults that all mean the same: the provider failed.
func rubbish() []fault {
	return []fault{
		{"server error", says(500, `{"error":"internal"}`), false},
		{"bad gateway page", says(502, `<html><h1>Bad Gateway</h1></html>`), false},
		{"unavailable", says(503, ``, "Retry-After", "30"), false},
		{"empty", says(200, ``), false},
		{"null", says(200, `null`), false},
		{"a page instead of JSON", says(200, `<!doctype html><title>Sign in</title>`), false},
		{"truncated JSON", says(200, `{"id":"1","posts":[{"id":"1`), false},
		{"a text instead of an object", says(200, `"all is well"`), false},
		{"200 with an error", says(200, `{"error":"server_error","error_description":"later"}`), false},
		{"200 with an error object", says(200, `{"error":{"code":"internal","message":"later"}}`), false},
		{"deep nesting", says(200, strings.Repeat(`[`, 100_000)), false},
		{"deep nesting inside", says(200, `{"error":`+strings.Repeat(`{"a":`, 100_000)), false},
		{"endless", endless, false},
		{"gzip bomb", bomb, false},
		{"slow drip", drip, true},
		{"silence", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, true},
		{"hung up", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, false},
		{"hung up in the middle", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			_, _ = io.WriteString(w, `{"id":"1"`)
			panic(http.ErrAbortHandler)
		}, false},
	}
}

func endless(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, `{"a":"`)
	row := bytes.Repeat([]byte("a"), 64<<10)
	for r.Context().Err() == nil {
		if _, err := w.Write(row); err != nil {
			return
		}
	}
}

// packed is 4 MiB of JSON in 4 KiB, made once for all tests.
var packed = sync.OnceValue(func() []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	row := bytes.Repeat([]byte("a"), 1<<20)
	_, _ = io.WriteString(w, `{"a":"`)
	for range 4 {
		_, _ = w.Write(row)
	}
	_, _ = io.WriteString(w, `"}`)
	_ = w.Close()
	return b.Bytes()
})

func bomb(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Encoding", "gzip")
	_, _ = w.Write(packed())
}

// drip begins well and then says nothing more.
func drip(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, `{"id":`)
	_ = http.NewResponseController(w).Flush()
	<-r.Context().Done()
}

func rubbishInPosts(t *testing.T, s *stage) {
	want := publish(s, 3, "a post")
	r := s.reader(t)
	for _, x := range rubbish() {
		t.Run(x.name, func(t *testing.T) {
			s.breaks("", x)
			began := time.Now()
			_, _, err := r.page(t.Context(), "")
			wantKind(t, err, profile.Upstream, r.grant.Access)
			if took := time.Since(began); took > Patient/2 {
				t.Errorf("it took %v", took)
			}
			s.mends()
			if got := r.all(t); len(got) != len(want) {
				t.Errorf("after the fault %d posts come, want %d", len(got), len(want))
			}
		})
	}
	t.Run("a redirect", func(t *testing.T) {
		elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the redirect was followed") }))
		defer elsewhere.Close()
		s.breaks("", fault{answer: says(307, ``, "Location", elsewhere.URL)})
		defer s.mends()
		_, _, err := r.page(t.Context(), "")
		wantKind(t, err, profile.Upstream)
	})
}

func refusals(t *testing.T, s *stage) {
	r := s.reader(t)
	for _, x := range []struct {
		name   string
		answer http.HandlerFunc
		want   profile.Kind
	}{
		{"401", says(401, `{"error":"invalid_token","error_description":"the token `+r.grant.Access+` is dead"}`), profile.Unauthorized},
		{"401 without JSON", says(401, `Unauthorized`), profile.Unauthorized},
		{"403", says(403, `{"error":"insufficient_scope"}`), profile.Forbidden},
		{"404", says(404, `{"error":"Record not found"}`), profile.Gone},
		{"410", says(410, ``), profile.Gone},
		{"418", says(418, `{"error":"short and stout, `+r.grant.Access+`"}`), profile.Upstream},
	} {
		t.Run(x.name, func(t *testing.T) {
			s.breaks("", fault{answer: x.answer})
			defer s.mends()
			_, _, err := r.page(t.Context(), "")
			wantKind(t, err, x.want, r.grant.Access)
		})
	}
}

// limits checks every form in which providers say when a limit ends.
func limits(t *testing.T, s *stage) {
	now := Now()
	r := s.reader(t)
	for _, x := range []struct {
		name         string
		header, body string
		value        string
		want         time.Time
	}{
		{"Retry-After in seconds", "Retry-After", `{}`, "17", now.Add(17 * time.Second)},
		{"Retry-After as a date", "Retry-After", ``, "Sun, 22 Nov 2026 12:05:00 GMT", now.Add(5 * time.Minute)},
		{"epoch seconds", "X-Rate-Limit-Reset", `{"title":"Too Many Requests"}`, "1795349400", time.Unix(1795349400, 0)},
		{"epoch seconds, RateLimit-Reset", "RateLimit-Reset", `{"error":"RateLimitExceeded","message":"Rate Limit Exceeded"}`, "1795349400", time.Unix(1795349400, 0)},
		{"ISO 8601", "X-RateLimit-Reset", `{"error":"Too many requests"}`, "2026-11-22T12:04:00.123456Z", now.Add(4*time.Minute + 123456*time.Microsecond)},
		{"seconds left", "X-Ratelimit-Reset", ``, "42.5", now.Add(42500 * time.Millisecond)},
		{"a float in the body", "", `{"message":"You are being rate limited.","retry_after":3.25,"global":false}`, "", now.Add(3250 * time.Millisecond)},
		{"nothing", "", ``, "", now.Add(time.Minute)},
		{"rubbish", "Retry-After", `{"retry_after":"soon"}`, "soon", now.Add(time.Minute)},
		{"the past", "X-RateLimit-Reset", ``, "2020-01-01T00:00:00Z", now.Add(time.Second)},
		{"for ever", "Retry-After", ``, "99999999", now.Add(24 * time.Hour)},
	} {
		t.Run(x.name, func(t *testing.T) {
			headers := []string{}
			if x.header != "" {
				headers = []string{x.header, x.value}
			}
			s.breaks("", fault{answer: says(429, x.body, headers...)})
			defer s.mends()
			_, _, err := r.page(t.Context(), "")
			wantKind(t, err, profile.TooMany, r.grant.Access)
			if got := notBefore(err); !got.Equal(x.want) {
				t.Errorf("not before %v, want %v", got, x.want)
			}
		})
	}
}
