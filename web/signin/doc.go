// Package signin is the door for customers and for the shops' OpenID clients:
// one OpenID Provider whose issuer is {base}/{shop}.
//
// A sign-in goes from ticket to ticket; each is a secret that is taken exactly
// once, and each is bound to the browser that began by a cookie:
//
//	shop ── GET authorize ──> flow ──> chooser ── go ──> state ──> provider
//	                           │                                     │
//	shop <── code, state, iss ─┴── finish <── consent page <── callback
//	shop ── POST token ──> code taken ──> family of tokens, ID token
//
// The protocol's token, userinfo, revocation and introspection endpoints stand
// on the op.Server interface of zitadel/oidc: its router parses and
// authenticates, what is not implemented here (implicit, password, token
// exchange, device, JWT bearer, request objects) does not exist. Authorize,
// discovery, keys and logout are our own, because they must be stricter: PKCE
// S256 always, exact redirects, `iss` in every answer (RFC 9207), no cookies
// across origins, sign-out never without asking.
//
// All tokens of one sign-in are one record, a family, that belongs to the
// customer. A replayed code or refresh token revokes the family; erasing the
// customer removes it. Access tokens are opaque: checking one is a point read,
// and revoking it holds at once.
package signin
