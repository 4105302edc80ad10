package connectors

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/oauth2"
)

// tokenAnswer is what token endpoints answer (RFC 6749 section 5.1). The lists
// of scopes come under two names and in two forms.
type tokenAnswer struct {
	Access      string          `json:"access_token"`
	Refresh     string          `json:"refresh_token"`
	Type        string          `json:"token_type"`
	ExpiresIn   int64           `json:"expires_in"` // seconds
	Scope       string          `json:"scope"`
	Permissions json.RawMessage `json:"permissions"` // "a,b" or ["a","b"] (Instagram)
}

// askForm posts a form to a token endpoint that x/oauth2 does not fit.
func (k Code) askForm(ctx context.Context, target string, form url.Values) (*oauth2.Token, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, target, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return k.ask(r)
}

// ask sends a request to a token endpoint that x/oauth2 does not fit. Errors
// are such as x/oauth2 makes, so that tokenError tells them apart.
func (k Code) ask(r *http.Request) (*oauth2.Token, error) {
	r.Header.Set("Accept", "application/json")
	answer, err := k.HTTP.Do(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer))
	if err != nil {
		return nil, fmt.Errorf("the token could not be read: %w", err)
	}
	if answer.StatusCode >= 300 || errorCode(body) != "" {
		return nil, &oauth2.RetrieveError{Response: answer, Body: body}
	}
	// Instagram documents the answer inside a list, and sends it bare as well.
	var said struct {
		tokenAnswer
		Data []tokenAnswer `json:"data"`
	}
	if err := json.Unmarshal(body, &said); err != nil {
		return nil, fmt.Errorf("the token could not be read: %w", err)
	}
	token := said.tokenAnswer
	if len(said.Data) > 0 {
		token = said.Data[0]
	}
	if token.Access == "" {
		return nil, fmt.Errorf("the answer holds no token")
	}
	made := &oauth2.Token{AccessToken: token.Access, RefreshToken: token.Refresh, TokenType: cmp.Or(token.Type, "bearer"), ExpiresIn: token.ExpiresIn}
	return made.WithExtra(map[string]any{"scope": token.scopes()}), nil
}

// reads decodes a body where it is what into describes.
func reads(body []byte, into any) bool { return json.Unmarshal(body, into) == nil }

// scopes are the scopes granted, separated by commas or spaces; empty where the
// answer does not tell.
func (t tokenAnswer) scopes() string {
	var list []string
	var text string
	switch {
	case t.Scope != "":
		return t.Scope
	case bytes.HasPrefix(t.Permissions, []byte("[")) && json.Unmarshal(t.Permissions, &list) == nil:
		return strings.Join(list, ",")
	case len(t.Permissions) > 0 && json.Unmarshal(t.Permissions, &text) == nil:
		return text
	}
	return ""
}
