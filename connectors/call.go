package connectors

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"time"

	"tonfall/internal/egress"
	"tonfall/profile"
)

// maxAnswer bounds an answer also where the client has no guard.
const maxAnswer = egress.DefaultMaxBody

// api calls one provider's JSON endpoints and turns whatever goes wrong into a
// profile error that names the provider and the call:
//
//	401 Unauthorized · 403 Forbidden · 404, 410 Gone · 429 TooMany
//	everything else that is not an answer: Upstream
type api struct {
	title string // of the provider, for people
	now   func() time.Time
	// special tells errors that only this provider has. It answers a profile
	// error, or nil where the rules above hold; it may be nil itself.
	special func(call string, status int, h http.Header, body []byte) error
}

// answerError is the cause inside those errors: what the provider answered,
// reduced to what may stand in a log.
type answerError struct {
	Status int    // 0 where something else than a status was wrong
	Code   string // the answer's error code, where it has one and it looks like one
}

func (e *answerError) Error() string {
	switch {
	case e.Status == 0:
		return e.Code
	case e.Code == "":
		return fmt.Sprintf("status %d", e.Status)
	}
	return fmt.Sprintf("status %d, %s", e.Status, e.Code)
}

// get reads an endpoint. call names it for people and the log ("account",
// "posts"); target may hold a query, which no error repeats.
func (a api) get(ctx context.Context, c *http.Client, call, target string, into any) (http.Header, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, target, nil)
	if err != nil {
		return nil, profile.Errorf(profile.Invalid, "%s has no usable address for this call (%s)", a.title, call)
	}
	return a.do(c, call, r, into)
}

// postForm sends a form.
func (a api) postForm(ctx context.Context, c *http.Client, call, target string, form url.Values, into any) (http.Header, error) {
	return a.post(ctx, c, call, target, "application/x-www-form-urlencoded", []byte(form.Encode()), into)
}

// post sends a body of any type. A nil into leaves the answer's body unread.
func (a api) post(ctx context.Context, c *http.Client, call, target, contentType string, body []byte, into any) (http.Header, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, target, bytes.NewReader(body))
	if err != nil {
		return nil, profile.Errorf(profile.Invalid, "%s has no usable address for this call (%s)", a.title, call)
	}
	r.Header.Set("Content-Type", contentType)
	return a.do(c, call, r, into)
}

// do sends a request and decodes the answer into into.
func (a api) do(c *http.Client, call string, r *http.Request, into any) (http.Header, error) {
	r.Header.Set("Accept", "application/json")
	answer, err := c.Do(r)
	if err != nil {
		return nil, a.unreached(r.Context(), call, err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer+1))
	if err == nil && len(body) > maxAnswer {
		err = egress.ErrTooLarge
	}
	if err != nil && answer.StatusCode < 300 {
		return nil, a.unreached(r.Context(), call, err)
	}
	if err := a.judge(call, answer.StatusCode, answer.Header, body); err != nil {
		return answer.Header, err
	}
	if into == nil {
		return answer.Header, nil
	}
	if bytes.Equal(bytes.TrimSpace(body), []byte("null")) || json.Unmarshal(body, into) != nil {
		return answer.Header, profile.Wrap(profile.Upstream, &answerError{Status: answer.StatusCode, Code: "unreadable"},
			fmt.Sprintf("%s sent an answer that cannot be read (%s); please try again later", a.title, call))
	}
	return answer.Header, nil
}

// judge looks at the status first, then at the body: some providers answer 200
// with an error inside.
func (a api) judge(call string, status int, h http.Header, body []byte) error {
	if a.special != nil {
		if err := a.special(call, status, h, body); err != nil {
			return err
		}
	}
	cause := &answerError{Status: status, Code: errorCode(body)}
	fail := func(kind profile.Kind, sentence string) error {
		return &profile.Error{Kind: kind, Msg: fmt.Sprintf(sentence, a.title, call), Err: cause}
	}
	switch {
	case status == http.StatusTooManyRequests, cause.limited(),
		status == http.StatusForbidden && (h.Get("Retry-After") != "" || h.Get("X-RateLimit-Remaining") == "0"):
		return &profile.Error{Kind: profile.TooMany, Err: cause, NotBefore: notBefore(h, body, a.now()),
			Msg: fmt.Sprintf("%s asks for fewer calls for a while (%s); it goes on by itself later", a.title, call)}
	case status == http.StatusUnauthorized, status < 300 && cause.Code == "invalid_token":
		return fail(profile.Unauthorized, "%s no longer accepts this permission (%s)")
	case status == http.StatusForbidden:
		return fail(profile.Forbidden, "%s does not permit this call (%s) with the permission given")
	case status == http.StatusNotFound, status == http.StatusGone:
		return fail(profile.Gone, "%s no longer has what was asked for (%s)")
	case status >= 300 && status < 400:
		return fail(profile.Upstream, "%s sends this call (%s) elsewhere, which is not followed; check the configured address")
	case status >= 300, cause.Code != "":
		return fail(profile.Upstream, "%s could not answer (%s); please try again later")
	}
	return nil
}

// limited reports whether the code itself means a rate limit.
func (e *answerError) limited() bool {
	switch e.Code {
	case "rate_limited", "rate_limit_exceeded", "RateLimitExceeded", "too_many_requests", "slow_down":
		return true
	}
	return false
}

// unreached explains a call that brought no answer. The address is left out:
// its query may hold secrets.
func (a api) unreached(ctx context.Context, call string, err error) error {
	var refused *egress.Refused
	var wrapper *url.Error
	if errors.As(err, &wrapper) {
		err = wrapper.Err
	}
	switch {
	case errors.As(err, &refused):
		return profile.Wrap(profile.Invalid, refused, fmt.Sprintf("the address of %s is not one that may be called; check what was typed or configured", a.title))
	case errors.Is(ctx.Err(), context.Canceled):
		return profile.Wrap(profile.Unavailable, context.Canceled, fmt.Sprintf("the call to %s (%s) was given up", a.title, call))
	case errors.Is(err, context.DeadlineExceeded):
		return profile.Wrap(profile.Upstream, err, fmt.Sprintf("%s did not answer in time (%s); please try again later", a.title, call))
	case errors.Is(err, egress.ErrTooLarge):
		return profile.Wrap(profile.Upstream, err, fmt.Sprintf("%s sent more than can be taken (%s)", a.title, call))
	}
	return profile.Wrap(profile.Upstream, err, fmt.Sprintf("%s could not be reached (%s); please try again later", a.title, call))
}

// codeShape is what an error code looks like. Sentences and anything that could be
// a secret do not match.
var codeShape = regexp.MustCompile(`^[A-Za-z][A-Za-z_.-]{1,39}$`)

// errorCode finds the error in an answer's body: {"error":"code"},
// {"error":{"code":"…"}}, Instagram's {"error_type":"…"}; "error" where it is
// there and no code; empty where there is none. TikTok says
// {"error":{"code":"ok"}} when all is well.
func errorCode(body []byte) string {
	var said struct {
		Error json.RawMessage `json:"error"`
		Type  string          `json:"error_type"`
	}
	if json.Unmarshal(body, &said) != nil {
		return ""
	}
	if len(said.Error) == 0 {
		if codeShape.MatchString(said.Type) {
			return said.Type
		}
		return ""
	}
	var text string
	if json.Unmarshal(said.Error, &text) != nil {
		var inner struct {
			Code any    `json:"code"`
			Type string `json:"type"`
		}
		if json.Unmarshal(said.Error, &inner) != nil {
			return ""
		}
		if text, _ = inner.Code.(string); text == "" {
			text = inner.Type
		}
		if text == "" {
			text = "error"
		}
	} else if text == "" {
		return ""
	}
	switch {
	case text == "ok", string(said.Error) == "null":
		return ""
	case !codeShape.MatchString(text):
		return "error"
	}
	return text
}
