package signin

import (
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"tonfall/profile"
	"tonfall/web/ui"
)

// request is a valid authorization request.
type request struct {
	flow
	Prompt []string
	MaxAge time.Duration // negative: no limit
	Hinted string        // subject of the id_token_hint; empty: none given
	Silent bool          // prompt=none
}

// refusal is an error that the shop is told, at its redirect URI (RFC 6749
// 4.1.2.1, OpenID Connect Core 3.1.2.6).
type refusal struct{ code, text string }

func (e *refusal) Error() string { return e.code + ": " + e.text }

// longestRequest is how much of a shop's request is kept for half an hour.
const longestRequest = 8 << 10

// authorize begins a sign-in for a shop. What cannot be trusted to reach the
// shop (unknown client, foreign redirect) is a page; all else goes back to it.
func (s *Site) authorize(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return profile.Wrap(profile.Invalid, err, "the sign-in request cannot be read")
	}
	if len(r.Form.Encode()) > longestRequest {
		return profile.Errorf(profile.Invalid, "the shop's sign-in link is longer than %d characters; the shop has to shorten its state", longestRequest)
	}
	if r.Method == http.MethodPost {
		return asLink(w, r)
	}
	back, err := s.origin(r)
	if err != nil {
		return err
	}
	req, err := s.understand(r, back)
	var refused *refusal
	if errors.As(err, &refused) {
		return s.answer(w, r, refuse(back, refused.code, refused.text))
	}
	if err != nil {
		return err
	}
	passed, err := s.returning(w, r, req)
	if passed || err != nil {
		return err
	}
	if req.Silent {
		return s.answer(w, r, refuse(back, "login_required", "the customer has to sign in"))
	}
	return s.start(w, r, req.flow)
}

// origin finds who asks and where the answer may go: the client and its
// redirect URI, exactly as registered.
func (s *Site) origin(r *http.Request) (flow, error) {
	for _, name := range []string{"client_id", "redirect_uri"} {
		if len(r.Form[name]) != 1 {
			return flow{}, profile.Errorf(profile.Invalid, "the shop's sign-in link must name %s once; the shop has to mend its link", name)
		}
	}
	client, err := s.Clients.Client(r.Context(), shopOf(r.Context()).Slug, r.Form.Get("client_id"))
	if profile.Is(err, profile.NotFound) {
		return flow{}, profile.Errorf(profile.Invalid, "the shop's sign-in link names a client_id that is not registered; the shop has to mend its link")
	}
	if err != nil {
		return flow{}, err
	}
	redirect := r.Form.Get("redirect_uri")
	if !slices.Contains(client.Redirects, redirect) {
		return flow{}, profile.Errorf(profile.Invalid, "the shop's sign-in link names a redirect_uri that is not registered for it, letter by letter; the shop has to mend its link or register it")
	}
	back := flow{Client: client.ID, Redirect: redirect, Posts: r.Form.Get("response_mode") == "form_post"}
	if len(r.Form["state"]) == 1 {
		back.State = r.Form.Get("state")
	}
	return back, nil
}

// understand reads the rest of the request.
func (s *Site) understand(r *http.Request, back flow) (request, error) {
	form := r.Form
	req := request{flow: back, MaxAge: -1}
	for name, values := range form {
		if len(values) > 1 {
			return req, &refusal{"invalid_request", "a parameter is given twice: " + name}
		}
	}
	req.Prompt = strings.Fields(form.Get("prompt"))
	req.Silent = slices.Contains(req.Prompt, "none")
	req.Review = slices.Contains(req.Prompt, "consent")
	req.Nonce, req.Hint, req.Connector = form.Get("nonce"), form.Get("login_hint"), form.Get("connector")
	req.Challenge = form.Get("code_challenge")
	req.Lang = ui.Lang(r, form.Get("ui_locales"), shopOf(r.Context()).Locales...)
	for _, check := range []func(url.Values, *request) *refusal{plainRequest, provenRequest, promptRequest} {
		if refused := check(form, &req); refused != nil {
			return req, refused
		}
	}
	if req.Connector != "" {
		if _, there := s.offer(shopOf(r.Context()).Slug, req.Connector); !there {
			return req, &refusal{"invalid_request", "the shop has no such connector"}
		}
	}
	if hint := form.Get("id_token_hint"); hint != "" {
		claims, err := s.readHint(r.Context(), hint)
		if err != nil {
			return req, &refusal{"invalid_request", "the id_token_hint is none of ours"}
		}
		req.Hinted = claims.Subject
	}
	return req, nil
}

// plainRequest checks type, mode and scope.
func plainRequest(form url.Values, req *request) *refusal {
	switch {
	case form.Has("request"):
		return &refusal{"request_not_supported", "request objects are not read"}
	case form.Has("request_uri"):
		return &refusal{"request_uri_not_supported", "request objects are not read"}
	case form.Get("response_type") != "code":
		return &refusal{"unsupported_response_type", "response_type must be code"}
	}
	if mode := form.Get("response_mode"); mode != "" && mode != "query" && mode != "form_post" {
		return &refusal{"invalid_request", "response_mode must be query or form_post"}
	}
	for _, scope := range strings.Fields(form.Get("scope")) {
		if slices.Contains(CustomerScopes(), scope) && !slices.Contains(req.Scopes, scope) {
			req.Scopes = append(req.Scopes, scope)
		}
	}
	if !slices.Contains(req.Scopes, "openid") {
		return &refusal{"invalid_scope", "scope must contain openid"}
	}
	return nil
}

// provenRequest insists on PKCE with S256 (RFC 7636, RFC 9700 2.1.1).
func provenRequest(form url.Values, req *request) *refusal {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(req.Challenge)
	switch {
	case req.Challenge == "":
		return &refusal{"invalid_request", "PKCE is required: send code_challenge"}
	case form.Get("code_challenge_method") != "S256":
		return &refusal{"invalid_request", "code_challenge_method must be S256"}
	case err != nil || len(raw) != 32:
		return &refusal{"invalid_request", "code_challenge is not the S256 of a verifier"}
	}
	return nil
}

func promptRequest(form url.Values, req *request) *refusal {
	for _, prompt := range req.Prompt {
		if !slices.Contains([]string{"none", "login", "consent", "select_account"}, prompt) {
			return &refusal{"invalid_request", "prompt must be none, login, consent or select_account"}
		}
	}
	if req.Silent && len(req.Prompt) > 1 {
		return &refusal{"invalid_request", "prompt=none stands alone"}
	}
	if age := form.Get("max_age"); age != "" {
		seconds, err := strconv.ParseUint(age, 10, 31)
		if err != nil {
			return &refusal{"invalid_request", "max_age must be seconds"}
		}
		req.MaxAge = time.Duration(seconds) * time.Second
	}
	return nil
}

// returning lets a customer who is signed in here pass straight through, if
// the shop did not ask for more and nothing is to be asked. It reports whether
// the answer is written.
func (s *Site) returning(w http.ResponseWriter, r *http.Request, req request) (bool, error) {
	session, there := s.session(r)
	// prompt=none inside a frame is how trackers would use it: top level only.
	framed := req.Silent && !slices.Contains([]string{"", "document"}, r.Header.Get("Sec-Fetch-Dest"))
	stale := req.MaxAge >= 0 && s.Now().Sub(session.AuthTime) > req.MaxAge
	asked := slices.ContainsFunc(req.Prompt, func(p string) bool { return p != "none" })
	other := req.Hinted != "" && req.Hinted != string(session.Key.ID) || req.Connector != "" && req.Connector != session.Connector
	if !there || framed || stale || asked || other {
		return false, nil
	}
	ask, err := s.toAsk(r.Context(), session.arrived)
	if len(ask) > 0 || profile.Is(err, profile.NotFound) || profile.Is(err, profile.Gone) {
		return false, nil
	}
	var back answer
	if err == nil {
		back, err = s.code(r.Context(), req.flow, session)
	}
	if err != nil {
		return false, err
	}
	return true, s.answer(w, r, back)
}

// toAsk is what the gate wants asked of somebody whom we know already.
func (s *Site) toAsk(ctx context.Context, who arrived) ([]question, error) {
	customer, err := s.Gate.Customer(ctx, who.Key)
	if err != nil {
		return nil, err
	}
	account := customer.Account(who.Provider, who.Subject)
	offer, there := s.offer(who.Key.Shop, who.Connector)
	if account == nil || !there {
		return nil, profile.Errorf(profile.NotFound, "the account is no longer there")
	}
	return s.questions(customer, *account, offer.Posts), nil
}
