package connectors

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"

	"golang.org/x/oauth2"

	"tonfall/profile"
)

// Refresh renews a grant. Reconnect means that it is dead, or cannot be
// renewed at all.
func (k Code) Refresh(ctx context.Context, g Grant) (Grant, error) {
	if g.Refresh == "" {
		return Grant{}, profile.Errorf(profile.Reconnect, "the permission at %s has ended; please connect the account again", k.About.Title)
	}
	var token *oauth2.Token
	var err error
	if k.Exchange == nil {
		token, err = k.config("", nil).TokenSource(k.context(ctx), &oauth2.Token{RefreshToken: g.Refresh}).Token()
	} else {
		token, err = k.Exchange(ctx, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {g.Refresh}})
	}
	if err != nil {
		return Grant{}, k.tokenError(ctx, "refresh", profile.Reconnect, err)
	}
	return k.grant(token, g), nil
}

// Revoke ends the grant at the provider: the refresh token where there is one,
// which by RFC 7009 section 2.1 takes the access token with it, and then the
// access token all the same, since not every provider follows. Without an
// endpoint there is nothing to do.
func (k Code) Revoke(ctx context.Context, g Grant) error {
	if k.Revoking == "" {
		return nil
	}
	for _, t := range []struct{ token, hint string }{{g.Refresh, "refresh_token"}, {g.Access, "access_token"}} {
		if t.token == "" {
			continue
		}
		if err := k.revoke(ctx, t.token, t.hint); err != nil {
			return err
		}
	}
	return nil
}

func (k Code) revoke(ctx context.Context, token, hint string) error {
	form := url.Values{"token": {token}, "token_type_hint": {hint}}
	signer := k.HTTP
	if k.Endpoint.AuthStyle == oauth2.AuthStyleInHeader {
		signer = &http.Client{Transport: basic{k.ID, k.Secret, k.HTTP.Transport}}
	} else {
		form.Set("client_id", k.ID)
		if k.Secret != "" {
			form.Set("client_secret", k.Secret)
		}
	}
	_, err := k.api().postForm(ctx, signer, "revoke", k.Revoking, form, nil)
	var answer *answerError
	if errors.As(err, &answer) && (answer.Code == "invalid_token" || profile.Is(err, profile.Gone)) {
		return nil // dead already, or a server that knows no revocation
	}
	return err
}

// basic authenticates the client itself (RFC 6749 section 2.3.1).
type basic struct {
	id, secret string
	base       http.RoundTripper
}

func (b basic) RoundTrip(r *http.Request) (*http.Response, error) {
	signed := r.Clone(r.Context())
	signed.SetBasicAuth(url.QueryEscape(b.id), url.QueryEscape(b.secret))
	return b.base.RoundTrip(signed)
}

// api is the caller for this provider's JSON endpoints.
func (k Code) api() api { return api{title: k.About.Title, now: k.Now, special: k.Special} }

// tokenError turns what the token endpoint said into a profile error. dead is
// the kind for "this code or refresh token is no good": Invalid at sign-in,
// Reconnect at refresh. The answer's body is never repeated: it may hold tokens.
func (k Code) tokenError(ctx context.Context, call string, dead profile.Kind, err error) error {
	var said *oauth2.RetrieveError
	var told *profile.Error
	if errors.As(err, &told) { // a call that followed the exchange
		return told
	}
	if !errors.As(err, &said) {
		var wrapper *url.Error
		if errors.As(err, &wrapper) || ctx.Err() != nil {
			return k.api().unreached(ctx, call, err)
		}
		return profile.Wrap(profile.Upstream, &answerError{Code: "unreadable"}, k.About.Title+" sent an answer that cannot be read ("+call+"); please try again later")
	}
	status := said.Response.StatusCode
	cause := &answerError{Status: status, Code: errorCode(said.Body)}
	if cause.Code == "" && said.ErrorCode != "" { // a form instead of JSON
		body, _ := json.Marshal(map[string]string{"error": said.ErrorCode})
		cause.Code = errorCode(body)
	}
	over := func() error {
		if dead == profile.Reconnect {
			return profile.Wrap(dead, cause, "the permission at "+k.About.Title+" has ended; please connect the account again")
		}
		return profile.Wrap(dead, cause, "the sign-in at "+k.About.Title+" took too long or was used before; please start again")
	}
	if k.Special != nil {
		if err := k.Special(call, status, said.Response.Header, said.Body); profile.Is(err, profile.Unauthorized) {
			return over()
		} else if err != nil {
			return err
		}
	}
	switch cause.Code {
	case "invalid_grant", "bad_verification_code":
		return over()
	case "invalid_client", "unauthorized_client":
		return profile.Wrap(profile.Upstream, cause, k.About.Title+" does not know this shop's client; its client id and secret need checking")
	case "invalid_request", "unsupported_grant_type", "invalid_scope", "server_error", "temporarily_unavailable":
		return profile.Wrap(profile.Upstream, cause, k.About.Title+" could not answer ("+call+"); please try again later")
	}
	// Some servers answer a used code with a sentence of their own.
	if (status == http.StatusBadRequest || status == http.StatusUnauthorized) && cause.Code != "" && !cause.limited() {
		return over()
	}
	if err := k.api().judge(call, status, said.Response.Header, said.Body); err != nil && !profile.Is(err, profile.Unauthorized) {
		return err
	}
	return profile.Wrap(profile.Upstream, cause, k.About.Title+" could not answer ("+call+"); please try again later")
}
