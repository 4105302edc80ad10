package signin

import (
	"context"
	"net/http"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"

	"tonfall/profile"
)

// provider answers the protocol's endpoints for programs. What it does not
// implement the library refuses.
type provider struct {
	op.UnimplementedServer
	*Site
}

var _ op.Server = provider{}

// endpoints is the library's router around provider, for all shops: the shop
// is in the context.
func (s *Site) endpoints() http.Handler {
	library := op.RegisterServer(provider{Site: s}, op.Endpoints{
		Token:         op.NewEndpoint("token"),
		Introspection: op.NewEndpoint("introspect"),
		Userinfo:      op.NewEndpoint("userinfo"),
		Revocation:    op.NewEndpoint("revoke"),
	}, op.WithServerCORSOptions(nil))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.RawQuery != "" {
			// secrets and tokens in a URL end up in logs: only header and body are read
			at := *r.URL
			at.RawQuery = ""
			r = r.WithContext(r.Context())
			r.URL = &at
		}
		w.Header().Set("Cache-Control", "no-store")
		http.StripPrefix("/"+shopOf(r.Context()).Slug, library).ServeHTTP(challenging{w}, r)
	})
}

// challenging adds the challenge that RFC 6750 and RFC 6749 5.2 want with a 401.
type challenging struct{ http.ResponseWriter }

func (w challenging) WriteHeader(status int) {
	if status == http.StatusUnauthorized {
		w.Header().Add("WWW-Authenticate", `Basic realm="tonfall"`)
		w.Header().Add("WWW-Authenticate", `Bearer realm="tonfall", error="invalid_token"`)
	}
	w.ResponseWriter.WriteHeader(status)
}

// shared lets scripts of other origins call an endpoint. No cookie is read
// there, and none is allowed along.
func shared(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Access-Control-Allow-Origin", "*")
		h.Set("Cross-Origin-Resource-Policy", "cross-origin")
		if r.Method == http.MethodOptions {
			h.Set("Access-Control-Allow-Methods", "GET, POST")
			h.Set("Access-Control-Allow-Headers", "Authorization, Content-Type")
			h.Set("Access-Control-Max-Age", "600")
			w.WriteHeader(http.StatusNoContent)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func badClient(text string) error {
	return op.NewStatusError(oidc.ErrInvalidClient().WithDescription("%s", text), http.StatusUnauthorized)
}

// broken is a failure of ours, as the protocol tells it; the cause goes to the log.
func broken(err error) error {
	if err == nil {
		return nil
	}
	status := http.StatusInternalServerError
	if profile.Is(err, profile.Unavailable) {
		status = http.StatusServiceUnavailable
	}
	return op.NewStatusError(oidc.ErrServerError().WithParent(err).WithDescription("something went wrong here; try again"), status)
}

// VerifyClient authenticates a client: by its secret, or, if it is public, by
// nothing yet (PKCE follows). Unknown clients take as long as known ones.
func (p provider) VerifyClient(ctx context.Context, r *op.Request[op.ClientCredentials]) (op.Client, error) {
	client, err := p.Clients.Client(ctx, shopOf(ctx).Slug, r.Data.ClientID)
	if err != nil && !profile.Is(err, profile.NotFound) {
		return nil, broken(err)
	}
	proven := client.proves(r.Data.ClientSecret)
	if r.Data.ClientAssertion != "" {
		return nil, badClient("client assertions are not read; use the secret")
	}
	if err != nil || !proven && !(client.public() && r.Data.ClientSecret == "") {
		return nil, badClient("the client is unknown, or its secret is wrong")
	}
	return opClient{client}, nil
}

// UserInfo answers the claims that the access token's scopes allow.
func (p provider) UserInfo(ctx context.Context, r *op.Request[oidc.UserInfoRequest]) (*op.Response, error) {
	f, access, err := p.check(ctx, r.Data.AccessToken)
	if profile.Is(err, profile.Unauthorized) || err == nil && (f.Subject.ID == "" || f.Subject.Shop != shopOf(ctx).Slug) {
		return nil, op.NewStatusError(oidc.ErrAccessDenied().WithDescription("the access token is not valid here"), http.StatusUnauthorized)
	}
	if err != nil {
		return nil, broken(err)
	}
	claims, err := p.claims(ctx, f.Who, access.Scopes)
	if err != nil {
		return nil, broken(err)
	}
	return op.NewResponse(claims), nil
}

// Introspect tells a client that has a secret about tokens of its own shop.
func (p provider) Introspect(ctx context.Context, r *op.Request[op.IntrospectionRequest]) (*op.Response, error) {
	client, err := p.Clients.Client(ctx, shopOf(ctx).Slug, r.Data.ClientID)
	if err != nil && !profile.Is(err, profile.NotFound) {
		return nil, broken(err)
	}
	if !client.proves(r.Data.ClientSecret) || err != nil {
		return nil, badClient("the client is unknown, or its secret is wrong")
	}
	f, access, err := p.check(ctx, r.Data.Token)
	if profile.Is(err, profile.Unauthorized) || err == nil && f.Subject.Shop != shopOf(ctx).Slug {
		return op.NewResponse(&oidc.IntrospectionResponse{}), nil
	}
	if err != nil {
		return nil, broken(err)
	}
	return op.NewResponse(&oidc.IntrospectionResponse{
		Active: true, Scope: access.Scopes, ClientID: f.Client, TokenType: oidc.BearerToken,
		Expiration: oidc.FromTime(access.Expires), Subject: string(f.Subject.ID), Issuer: p.issuer(f.Subject.Shop),
	}), nil
}

// Revocation ends a token of the client's: a refresh token with its whole
// family, an access token alone. A token that is none of the client's is no
// error, and nothing happens (RFC 7009 2.2).
func (p provider) Revocation(ctx context.Context, r *op.ClientRequest[oidc.RevocationRequest]) (*op.Response, error) {
	at, refresh := locate(refreshPrefix, r.Data.Token)
	if !refresh {
		var ok bool
		if at, ok = locate(accessPrefix, r.Data.Token); !ok {
			return op.NewResponse(nil), nil
		}
	}
	for {
		f, err := p.readFamily(ctx, at.shop, at.owner, at.name)
		if kind := profile.KindOf(err); kind == profile.NotFound || kind == profile.Gone {
			return op.NewResponse(nil), nil
		}
		if err != nil {
			return nil, broken(err)
		}
		if at.shop != shopOf(ctx).Slug || f.Client != r.Client.GetID() || f.Revoked {
			return op.NewResponse(nil), nil
		}
		if !f.drop(at.secret, refresh) {
			return op.NewResponse(nil), nil
		}
		if err := p.saveFamily(ctx, f); !profile.Is(err, profile.Conflict) {
			return op.NewResponse(nil), broken(err)
		}
	}
}

// drop takes the token out of the family; false where it is not there.
func (f *family) drop(secret string, refresh bool) bool {
	if refresh {
		if !same(f.Refresh, digest(secret)) {
			return false
		}
		f.Revoked, f.Refresh, f.Access = true, "", nil
		return true
	}
	for i, a := range f.Access {
		if same(a.Digest, digest(secret)) {
			f.Access = append(f.Access[:i:i], f.Access[i+1:]...)
			return true
		}
	}
	return false
}
