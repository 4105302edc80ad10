package connectors

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"tonfall/profile"
)

// blueskyToken is a token endpoint's answer.
type blueskyToken struct {
	Access  string `json:"access_token"`
	Refresh string `json:"refresh_token"`
	Type    string `json:"token_type"`
	Scope   string `json:"scope"`
	Sub     string `json:"sub"`
	Expires int64  `json:"expires_in"`
}

// Finish exchanges the code and checks that the server may speak for whom it names.
func (b *bluesky) Finish(ctx context.Context, back Callback) (Grant, profile.Account, error) {
	none := profile.Account{}
	var keep blueskyKept
	key := func() bool { return json.Unmarshal(back.Keep, &keep) == nil && unsealed(keep.Key) != nil }
	if !key() {
		return Grant{}, none, profile.Errorf(profile.Invalid, "this sign-in was not begun here; please start again")
	}
	// RFC 9207, mandatory here: people sign in at servers of their own.
	if back.Params.Get("iss") != keep.Issuer {
		return Grant{}, none, profile.Errorf(profile.Invalid, "the answer came from another server than the one asked; please start again")
	}
	if err := (Code{About: b.info}).returned(back.Params); err != nil {
		return Grant{}, none, err
	}
	grant := Grant{Extra: map[string]string{"issuer": keep.Issuer, "client": keep.Client, "key": keep.Key, "did": keep.DID}}
	grant, err := b.token(ctx, grant, "sign-in", profile.Invalid, url.Values{
		"grant_type": {"authorization_code"}, "code": {back.Params.Get("code")},
		"redirect_uri": {back.Redirect}, "code_verifier": {keep.Verifier},
	})
	if err != nil {
		return Grant{}, none, err
	}
	who, err := b.sameIssuer(ctx, grant.Extra["did"], keep.Issuer)
	if err != nil {
		return Grant{}, none, err
	}
	grant.Extra["server"] = who.Server.String()
	account := profile.Account{
		Connector: b.info.Name, Provider: "bluesky", Subject: who.DID, Handle: b.provenHandle(ctx, who),
		URL: "https://bsky.app/profile/" + who.DID, Scopes: grant.Scopes, Connected: b.now().UTC(),
	}
	b.describe(ctx, b.Client(grant, nil), grant, &account)
	return grant, account, nil
}

// describe adds what the person shows of themselves. It is an extra: a server
// that fails here must not fail the sign-in.
func (b *bluesky) describe(ctx context.Context, c *http.Client, g Grant, a *profile.Account) {
	var record struct {
		Value struct {
			Name   string `json:"displayName"`
			Avatar struct {
				Ref struct {
					Link string `json:"$link"`
				} `json:"ref"`
			} `json:"avatar"`
		} `json:"value"`
	}
	query := url.Values{"repo": {a.Subject}, "collection": {"app.bsky.actor.profile"}, "rkey": {"self"}}
	if _, err := b.api.get(ctx, c, "profile", xrpc("com.atproto.repo.getRecord", query), &record); err == nil {
		a.Name = strings.TrimSpace(record.Value.Name)
		if link := record.Value.Avatar.Ref.Link; link != "" {
			a.Picture = g.Extra["server"] + "/xrpc/com.atproto.sync.getBlob?" + url.Values{"did": {a.Subject}, "cid": {link}}.Encode()
		}
	}
	if !slices.Contains(g.Scopes, "transition:email") {
		return
	}
	if session, err := b.session(ctx, c); err == nil && session.DID == a.Subject {
		a.Email, a.EmailVerified = session.Email, session.Confirmed
	}
}

// token asks the token endpoint. dead is the kind for "this code or refresh
// token is no good". The answer must be bound to our key and be of whom the
// grant so far is about.
func (b *bluesky) token(ctx context.Context, g Grant, call string, dead profile.Kind, form url.Values) (Grant, error) {
	issuer, key := g.Extra["issuer"], unsealed(g.Extra["key"])
	m, err := b.metadata(ctx, issuer)
	if err != nil {
		return Grant{}, err
	}
	var t blueskyToken
	err = b.send(ctx, b.prover(key), call, g.Extra["client"], issuer, m.Token, form, &t)
	var said *answerError
	over := codeOf(err) == "invalid_grant" ||
		errors.As(err, &said) && said.Status == http.StatusBadRequest && said.Code == "error" // a sentence of the server's own
	switch {
	case err == nil:
	case over && dead == profile.Reconnect:
		return Grant{}, profile.Wrap(dead, err, "the permission at Bluesky has ended; please connect the account again")
	case over:
		return Grant{}, profile.Wrap(dead, err, "the sign-in at Bluesky took too long or was used before; please start again")
	case profile.Is(err, profile.Unauthorized): // of the client, not of the person
		return Grant{}, profile.Wrap(profile.Upstream, err, "the Bluesky server does not accept this shop's client")
	default:
		return Grant{}, clientRefused(err)
	}
	scopes := strings.Fields(t.Scope)
	if t.Access == "" || !strings.EqualFold(t.Type, "DPoP") || !slices.Contains(scopes, "atproto") || !didSyntax.MatchString(t.Sub) {
		return Grant{}, profile.Errorf(profile.Upstream, "the Bluesky server answered with a permission that cannot be used")
	}
	if asked := g.Extra["did"]; asked != "" && asked != t.Sub {
		return Grant{}, profile.Errorf(profile.Forbidden, "you signed in at Bluesky as somebody else than you typed here; please start again with that handle")
	}
	fresh := Grant{Access: t.Access, Refresh: t.Refresh, Type: "DPoP", Scopes: scopes, Extra: map[string]string{}}
	if t.Expires > 0 {
		fresh.Expires = b.now().Add(time.Duration(min(t.Expires, 1<<31)) * time.Second).UTC()
	}
	for name, value := range g.Extra {
		fresh.Extra[name] = value
	}
	fresh.Extra["did"] = t.Sub
	return fresh, nil
}

// Refresh renews a grant; its refresh token works once. The server is first
// proven to speak for the account still: who moved away must connect again,
// and the old server learns nothing.
func (b *bluesky) Refresh(ctx context.Context, g Grant) (Grant, error) {
	if g.Refresh == "" || unsealed(g.Extra["key"]) == nil {
		return Grant{}, profile.Errorf(profile.Reconnect, "the permission at Bluesky has ended; please connect the account again")
	}
	who, err := b.sameIssuer(ctx, g.Extra["did"], g.Extra["issuer"])
	switch {
	case profile.Is(err, profile.Forbidden):
		return Grant{}, profile.Wrap(profile.Reconnect, err, "the Bluesky account has moved to another server; please connect it again")
	case err != nil:
		return Grant{}, err
	}
	fresh, err := b.token(ctx, g, "refresh", profile.Reconnect, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {g.Refresh}})
	if err != nil {
		return Grant{}, err
	}
	fresh.Extra["server"] = who.Server.String()
	if fresh.Refresh == "" {
		fresh.Refresh = g.Refresh // RFC 6749 section 6
	}
	return fresh, nil
}

// Revoke ends the grant: the refresh token takes the whole session with it.
func (b *bluesky) Revoke(ctx context.Context, g Grant) error {
	key := unsealed(g.Extra["key"])
	if key == nil || g.Access == "" && g.Refresh == "" {
		return nil
	}
	issuer := g.Extra["issuer"]
	m, err := b.metadata(ctx, issuer)
	if err != nil {
		return err
	}
	if self, end := parseOrigin(issuer), parseOrigin(originOf(m.Revocation)); end == nil || end.Scheme != self.Scheme {
		return profile.Errorf(profile.Upstream, "the Bluesky server offers no way to end a permission; it can be ended in the account's settings there")
	}
	form := url.Values{"token": {g.Refresh}, "token_type_hint": {"refresh_token"}}
	if g.Refresh == "" {
		form = url.Values{"token": {g.Access}, "token_type_hint": {"access_token"}}
	}
	err = b.send(ctx, b.prover(key), "revoke", g.Extra["client"], issuer, m.Revocation, form, nil)
	if code := codeOf(err); code == "invalid_token" || code == "invalid_grant" {
		return nil // dead already
	}
	return err
}

// originOf is the origin of an endpoint, or empty.
func originOf(endpoint string) string {
	u, err := url.Parse(endpoint)
	if err != nil || u.User != nil {
		return ""
	}
	return origin(u)
}
