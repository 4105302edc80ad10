package signin

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"

	"tonfall/profile"
)

func badGrant(text string) error { return oidc.ErrInvalidGrant().WithDescription("%s", text) }

// verifier is what a code_verifier looks like (RFC 7636 4.1).
var verifier = regexp.MustCompile(`^[A-Za-z0-9._~-]{43,128}$`)

// CodeExchange turns a code into tokens, once. The code is taken before
// anything is checked, so a wrong verifier burns it; a second use revokes what
// the first was given (RFC 9700 4.13, ASVS 5.0 10.4.2).
func (p provider) CodeExchange(ctx context.Context, r *op.ClientRequest[oidc.AccessTokenRequest]) (*op.Response, error) {
	shop := shopOf(ctx).Slug
	ticket, err := p.Tickets.TakeTicket(ctx, shop, kindCode, r.Data.Code, p.Now())
	if profile.Is(err, profile.Gone) {
		if name, id, found := strings.Cut(string(ticket.Trace), " "); found {
			if err := p.revoke(ctx, profile.Key{Shop: shop, ID: profile.CustomerID(id)}, name); err != nil {
				return nil, broken(err)
			}
		}
		return nil, badGrant("the code was used before; all that came from it is revoked")
	}
	code, err := read[granted](ticket, err)
	switch {
	case profile.Is(err, profile.NotFound):
		return nil, badGrant("the code is unknown or has expired")
	case err != nil:
		return nil, broken(err)
	case !p.Now().Before(code.Until):
		return nil, badGrant("the code is unknown or has expired")
	case code.Client != r.Client.GetID():
		return nil, badGrant("the code was given to another client")
	case code.Redirect != r.Data.RedirectURI:
		return nil, badGrant("redirect_uri is not the one of the authorization request")
	case !verifier.MatchString(r.Data.CodeVerifier), !same(oidc.NewSHACodeChallenge(r.Data.CodeVerifier), code.Challenge):
		return nil, badGrant("code_verifier does not fit; the code is used up")
	}
	f := family{
		Client: code.Client, Subject: code.Who.Key, Who: code.Who, Session: code.Session, Scopes: code.Scopes,
		AuthTime: code.AuthTime, Nonce: code.Nonce, Created: p.Now().UTC(), name: code.Family,
	}
	return p.issue(ctx, f, r.Client, code.Scopes, p.found)
}

// issue mints tokens into the family, saves it and answers them.
func (p provider) issue(ctx context.Context, f family, client op.Client, scopes []string, save func(context.Context, family) error) (*op.Response, error) {
	access, refresh := p.mint(&f, scopes, accessLife, slices.Contains(f.Scopes, oidc.ScopeOfflineAccess))
	answer := oidc.AccessTokenResponse{
		AccessToken: access, RefreshToken: refresh, TokenType: oidc.BearerToken,
		ExpiresIn: uint64(accessLife / time.Second), Scope: scopes,
	}
	mine, known := client.(opClient)
	if known && slices.Contains(scopes, oidc.ScopeOpenID) {
		var err error
		if answer.IDToken, err = p.idToken(ctx, mine.Client, f, access, scopes); err != nil {
			return nil, broken(err)
		}
	}
	if err := save(ctx, f); err != nil {
		return nil, saved(err)
	}
	return op.NewResponse(answer), nil
}

// saved is the answer to tokens that could not be kept.
func saved(err error) error {
	if profile.Is(err, profile.Gone) {
		return badGrant("the customer is no longer there")
	}
	return broken(err)
}

// RefreshToken renews an access token and turns the refresh token over. An old
// one that comes again has been stolen from somebody: the family ends
// (RFC 9700 4.14.2, ASVS 5.0 10.4.5).
func (p provider) RefreshToken(ctx context.Context, r *op.ClientRequest[oidc.RefreshTokenRequest]) (*op.Response, error) {
	at, ok := locate(refreshPrefix, r.Data.RefreshToken)
	if !ok || at.shop != shopOf(ctx).Slug || at.owner == "" {
		return nil, badGrant("the refresh token is not valid")
	}
	f, err := p.readFamily(ctx, at.shop, at.owner, at.name)
	switch kind := profile.KindOf(err); {
	case kind == profile.NotFound || kind == profile.Gone:
		return nil, badGrant("the refresh token is not valid")
	case err != nil:
		return nil, broken(err)
	case f.Revoked || f.Refresh == "" || f.Client != r.Client.GetID() || !p.Now().Before(f.expires):
		return nil, badGrant("the refresh token is not valid")
	case !same(f.Refresh, digest(at.secret)):
		return nil, p.reused(ctx, f)
	}
	scopes := f.Scopes
	if len(r.Data.Scopes) > 0 {
		scopes = slices.Clone(r.Data.Scopes)
		if slices.ContainsFunc(scopes, func(scope string) bool { return !slices.Contains(f.Scopes, scope) }) {
			return nil, oidc.ErrInvalidScope().WithDescription("scope may not grow")
		}
	}
	// of several at once one saves; for the others the token has become an old one
	f.Nonce = ""
	response, err := p.issue(ctx, f, r.Client, scopes, p.saveFamily)
	if profile.Is(err, profile.Conflict) {
		return nil, p.reused(ctx, f)
	}
	return response, err
}

// reused ends a family because of a refresh token that comes again.
func (p provider) reused(ctx context.Context, f family) error {
	if err := p.revoke(ctx, f.Subject, f.name); err != nil {
		return broken(err)
	}
	return badGrant("the refresh token was used before; all that came from it is revoked")
}

// ClientCredentialsExchange gives a shop's back end an access token.
func (p provider) ClientCredentialsExchange(ctx context.Context, r *op.ClientRequest[oidc.ClientCredentialsRequest]) (*op.Response, error) {
	scopes := []string(r.Data.Scope)
	for _, scope := range scopes {
		if !slices.Contains(BackendScopes(), scope) || !r.Client.IsScopeAllowed(scope) {
			return nil, oidc.ErrInvalidScope().WithDescription("this client may not ask for every scope that it asked for")
		}
	}
	if len(scopes) == 0 {
		for _, scope := range BackendScopes() {
			if r.Client.IsScopeAllowed(scope) {
				scopes = append(scopes, scope)
			}
		}
	}
	f := family{Client: r.Client.GetID(), Subject: profile.Key{Shop: shopOf(ctx).Slug}, Scopes: scopes, Created: p.Now().UTC(), name: secret()}
	access, _ := p.mint(&f, scopes, backendLife, false)
	if err := p.saveFamily(ctx, f); err != nil {
		return nil, broken(err)
	}
	return op.NewResponse(oidc.AccessTokenResponse{
		AccessToken: access, TokenType: oidc.BearerToken, ExpiresIn: uint64(backendLife / time.Second), Scope: scopes,
	}), nil
}
