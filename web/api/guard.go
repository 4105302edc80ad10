package api

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"tonfall/profile"
	"tonfall/web/ui"
)

// caller is who makes the call at hand, and whom it turned out to be about.
type caller struct {
	Principal
	request  *http.Request
	customer profile.CustomerID // set by handlers; replays go with it when it is erased
}

type callerKey struct{}

// who is the caller of the call at hand. The guard has put it there.
func who(ctx context.Context) *caller {
	c, _ := ctx.Value(callerKey{}).(*caller)
	return c
}

// guard lets a call through once it is known who calls and that they may.
func (a *API) guard(ctx huma.Context, next func(huma.Context)) {
	r, w := humago.Unwrap(ctx)
	route := routeOf(ctx.Operation())
	principal, err := a.Auth.Authenticate(r)
	if err != nil {
		ui.WriteProblem(w, r, err)
		return
	}
	if err := mayCall(principal, route); err != nil {
		w.Header().Set("WWW-Authenticate", `Bearer realm="tonfall", error="insufficient_scope", scope="`+strings.Join(route.scopes, " ")+`"`)
		ui.WriteProblem(w, r, err)
		return
	}
	c := &caller{Principal: principal}
	r = r.WithContext(context.WithValue(r.Context(), callerKey{}, c))
	c.request = r
	w.Header().Set("Cache-Control", "no-store")
	a.once(w, r, c, ctx.Operation(), func(w http.ResponseWriter, r *http.Request) {
		next(humago.NewContext(ctx.Operation(), r, w))
	})
}

// mayCall checks the scopes. A token that a person got by signing in is not
// the shop's back end, whatever its scopes say.
func mayCall(p Principal, route route) error {
	if p.Subject != "" {
		return profile.Errorf(profile.Forbidden, "this call is for the shop's back end: get a token with client_credentials")
	}
	for _, scope := range route.scopes {
		if slices.Contains(p.Scopes, scope) {
			return nil
		}
	}
	return profile.Errorf(profile.Forbidden, "the token lacks the scope %s: ask the token endpoint for it", strings.Join(route.scopes, " or "))
}
