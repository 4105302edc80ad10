package connectors

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"

	"github.com/dghubble/go-twitter/twitter"
	"golang.org/x/oauth2"

	"tonfall/internal/egress"
	"tonfall/profile"
)

// v11Way is the libraries' way to X. It brings what they lack: the call's
// context, the configured address, a cap on the answer, and errors without
// tokens. An answer that it lets through is good.
type v11Way struct {
	ctx   context.Context
	call  string
	x     *xV11
	base  http.RoundTripper
	judge func(ctx context.Context, call string, answer *http.Response, body []byte) error
}

// twitter is the library with the way in front of a signed client.
func (c *xV11) twitter(ctx context.Context, call string, signed *http.Client) *twitter.Client {
	return twitter.NewClient(&http.Client{Transport: v11Way{ctx: ctx, call: call, x: c, base: signed.Transport, judge: c.apiAnswer}})
}

func (w v11Way) RoundTrip(r *http.Request) (*http.Response, error) {
	to := r.Clone(w.ctx)
	to.URL.Scheme, to.URL.Host, to.Host = w.x.base.Scheme, w.x.base.Host, ""
	answer, err := w.base.RoundTrip(to)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer+1))
	if err == nil && len(body) > maxAnswer {
		err = egress.ErrTooLarge
	}
	if err != nil && answer.StatusCode < 300 {
		return nil, err
	}
	if err := w.judge(w.ctx, w.call, answer, body); err != nil {
		return nil, err
	}
	answer.Body = io.NopCloser(bytes.NewReader(body))
	return answer, nil
}

// apiAnswer lets JSON through that is no error.
func (c *xV11) apiAnswer(_ context.Context, call string, answer *http.Response, body []byte) error {
	if err := c.api().judge(call, answer.StatusCode, answer.Header, body); err != nil {
		return err
	}
	if !json.Valid(body) || string(bytes.TrimSpace(body)) == "null" { // the library takes both for an empty list
		return c.unreadable(call)
	}
	return nil
}

// tokenAnswer lets the forms of the token endpoints through.
func (c *xV11) tokenAnswer(ctx context.Context, call string, answer *http.Response, body []byte) error {
	code := errorCode(body)
	switch {
	case answer.StatusCode < 300 && code == "":
		return nil
	case answer.StatusCode == http.StatusUnauthorized && code == "" && c.problem(call, answer.StatusCode, answer.Header, body) == nil:
		return profile.Wrap(profile.Invalid, &answerError{Status: answer.StatusCode}, "the sign-in at "+c.About.Title+" took too long or was used before; please start again")
	}
	return c.tokenError(ctx, call, profile.Invalid, &oauth2.RetrieveError{Response: answer, Body: body})
}

// problem tells the numbered errors of v1.1 that matter.
func (c *xV11) problem(call string, status int, h http.Header, body []byte) error {
	var said struct {
		Errors []struct{ Code int }
	}
	switch {
	case status < 300:
		return nil
	case bytes.Contains(body, []byte(`<error code="415">`)): // the one error that comes as XML
		said.Errors = append(said.Errors, struct{ Code int }{415})
	case !reads(body, &said):
		return nil
	}
	for _, e := range said.Errors {
		cause := &answerError{Status: status, Code: "code " + strconv.Itoa(e.Code)}
		switch e.Code {
		case 453:
			return profile.Wrap(profile.Forbidden, cause, "this key has no v1.1 access at "+c.About.Title+": set api: v2")
		case 415:
			return profile.Wrap(profile.Upstream, cause, c.About.Title+" does not know this shop's callback address; it has to be entered in the app's settings there")
		case 88:
			return &profile.Error{Kind: profile.TooMany, Err: cause, NotBefore: notBefore(h, body, c.Now()),
				Msg: c.About.Title + " asks for fewer calls for a while (" + call + "); it goes on by itself later"}
		case 89:
			return profile.Wrap(profile.Unauthorized, cause, c.About.Title+" no longer accepts this permission ("+call+")")
		}
	}
	return nil
}

// failed is the profile error inside what a library made of it. Its own text
// is dropped: it may hold the address with its query, or the answer.
func (c *xV11) failed(ctx context.Context, call string, err error) error {
	var told *profile.Error
	var way interface{ Timeout() bool }
	switch {
	case errors.As(err, &told):
		return told
	case errors.As(err, &way), errors.Is(err, egress.ErrTooLarge), ctx.Err() != nil:
		return c.api().unreached(ctx, call, err)
	}
	return c.unreadable(call)
}

func (c *xV11) unreadable(call string) error {
	return profile.Wrap(profile.Upstream, &answerError{Code: "unreadable"}, c.About.Title+" sent an answer that cannot be read ("+call+"); please try again later")
}
