package connectors

import (
	"context"
	"crypto/ecdsa"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"tonfall/profile"
)

// bluesky signs in at any server of the AT Protocol and reads posts there
// (https://atproto.com/specs/oauth). Who somebody is and where they live is
// found anew each time; nothing about it is taken from the person's server alone:
//
//	handle -> DID -> document -> server -> its sign-in server (PAR, PKCE, DPoP)
//	token's sub -> document -> server -> the same sign-in server, or refused
//
// Scope `atproto` is all that it asks for. Posts are public at the person's
// server, so that reading them needs no wider permission there; what permits
// the reading is the consent given here, and that the grant still stands.
type bluesky struct {
	info      Info
	api       api
	http      *http.Client
	now       func() time.Time
	scopes    []string
	entry     string // server to sign in at where no handle is typed
	resolver  string // server to ask for handles; empty: DNS and the handle's website
	directory string // of did:plc
	client    blueskyClient
	lookupTXT func(ctx context.Context, name string) ([]string, error)
}

var (
	_ PostReader = (*bluesky)(nil)
	_ PostLister = (*bluesky)(nil)
	_ Refresher  = (*bluesky)(nil)
	_ Revoker    = (*bluesky)(nil)
	_ Documented = (*bluesky)(nil)
)

const (
	blueskyEntry     = "https://bsky.social"
	blueskyDirectory = "https://plc.directory"
	lookupTimeout    = 3 * time.Second

	// personalServer stands in addresses for the server of the grant's person;
	// the grant's client puts the real one in. Nobody can own the name (RFC 2606).
	personalServer = "personal-server.invalid"
)

// newBluesky makes the connector. BaseURL is a server that signs people in and
// resolves handles, instead of bsky.social and DNS; DirectoryURL the PLC
// directory. ClientSecret, a private ES256 key as JWK, makes it a confidential
// client, whose grants live two years instead of two weeks.
func newBluesky(o Options) (Connector, error) {
	client, err := newBlueskyClient(o)
	if err != nil {
		return nil, err
	}
	title := titled(o, "Bluesky")
	b := &bluesky{
		info: Info{
			Name: o.Name, Title: title, Posts: true, Hint: "handle",
			Powers:       []string{"posts", "lookup", "refresh", "revoke"},
			Scopes:       map[profile.Purpose][]string{"": {"atproto"}, profile.Posts: {"atproto"}},
			Registration: "none: Bluesky servers read who asks from a document that Tonfall serves; on this machine not even that",
			Rules: allowed("Bluesky's posts are public by design; whoever keeps them must delete what their author deletes or asks to have deleted",
				"https://docs.bsky.app/docs/support/developer-guidelines"),
		},
		api: api{title: title, now: o.Now}, http: o.HTTP, now: o.Now,
		scopes: append([]string{"atproto"}, o.Scopes...),
		entry:  blueskyEntry, directory: blueskyDirectory, client: client,
		lookupTXT: net.DefaultResolver.LookupTXT,
	}
	slices.Sort(b.scopes)
	b.scopes = slices.Compact(b.scopes)
	if o.BaseURL != "" {
		b.entry, b.resolver = o.BaseURL, o.BaseURL
	}
	if o.DirectoryURL != "" {
		b.directory = strings.TrimSuffix(o.DirectoryURL, "/")
	}
	return b, nil
}

// Info describes the connector.
func (b *bluesky) Info() Info { return b.info }

// blueskyKept is what a sign-in remembers.
type blueskyKept struct {
	Issuer   string `json:"issuer"`
	DID      string `json:"did,omitempty"` // who the person said they are; empty where no handle was typed
	Client   string `json:"client"`
	Verifier string `json:"verifier"`
	Key      string `json:"key"`
}

// Begin finds the person's sign-in server and pushes the request there (RFC
// 9126). The hint is a handle, a DID, a server's https address, or empty.
func (b *bluesky) Begin(ctx context.Context, s Start) (Step, error) {
	issuer, did, login, err := b.whereTo(ctx, s.Hint)
	if err != nil {
		return Step{}, err
	}
	m, err := b.metadata(ctx, issuer)
	if err != nil {
		return Step{}, err
	}
	clientID, err := b.client.id(s.Redirect, b.scopes)
	if err != nil {
		return Step{}, err
	}
	key, err := newProofKey()
	if err != nil {
		return Step{}, profile.Wrap(profile.Internal, err, "the sign-in could not be prepared")
	}
	keep := blueskyKept{Issuer: issuer, DID: did, Client: clientID, Verifier: oauth2.GenerateVerifier()}
	form := url.Values{
		"response_type": {"code"}, "redirect_uri": {s.Redirect}, "scope": {strings.Join(b.scopes, " ")}, "state": {s.State},
		"code_challenge": {oauth2.S256ChallengeFromVerifier(keep.Verifier)}, "code_challenge_method": {"S256"},
	}
	if login != "" {
		form.Set("login_hint", login)
	}
	var pushed struct {
		URI string `json:"request_uri"`
	}
	if err := b.send(ctx, b.prover(key), "sign-in", clientID, issuer, m.PAR, form, &pushed); err != nil {
		return Step{}, clientRefused(err)
	}
	next, _ := url.Parse(m.Authorization) // metadata has checked it
	next.RawQuery = url.Values{"client_id": {clientID}, "request_uri": {pushed.URI}}.Encode()
	if keep.Key, err = sealable(key); err == nil {
		var memory []byte
		if memory, err = json.Marshal(keep); err == nil {
			return Step{URL: next.String(), Keep: memory}, nil
		}
	}
	return Step{}, profile.Wrap(profile.Internal, err, "the sign-in could not be prepared")
}

// whereTo finds the sign-in server that speaks for what the person typed.
func (b *bluesky) whereTo(ctx context.Context, hint string) (issuer, did, login string, err error) {
	hint = cleanHandle(hint)
	if hint == "" || strings.Contains(hint, "://") {
		server := parseOrigin(hint)
		if hint == "" {
			server = parseOrigin(b.entry)
		}
		if server == nil {
			return "", "", "", profile.Errorf(profile.Invalid, "%q is neither a Bluesky handle nor a server; type a handle like anna.bsky.social", shorten(hint))
		}
		issuer, err = b.issuerOf(ctx, server)
		if profile.Is(err, profile.Gone) { // an entryway: signs in for many servers and holds no records
			return origin(server), "", "", nil
		}
		return issuer, "", "", err
	}
	did = hint
	if !strings.HasPrefix(hint, "did:") {
		if did, err = b.resolveHandle(ctx, hint); err != nil {
			return "", "", "", err
		}
	} else if !didSyntax.MatchString(did) {
		return "", "", "", profile.Errorf(profile.Invalid, "%q is not an account that Bluesky can have; type a handle like anna.bsky.social", shorten(hint))
	}
	who, err := b.identify(ctx, did)
	if err != nil {
		return "", "", "", err
	}
	issuer, err = b.issuerOf(ctx, who.Server)
	return issuer, did, hint, err
}

// prover calls authorization servers, which see proofs but no access token.
func (b *bluesky) prover(key *ecdsa.PrivateKey) *http.Client {
	return still(&dpop{base: b.way(), key: key, now: b.now, nonces: map[string]string{}})
}

// Client signs calls to the person's server with a proof and the token. Only
// that server ever gets them. A nil base means the connector's own way out.
func (b *bluesky) Client(g Grant, base http.RoundTripper) *http.Client {
	if base == nil {
		base = b.way()
	}
	home := parseOrigin(g.Extra["server"])
	if home == nil {
		home = &url.URL{} // no server at all: the token stays here
	}
	return still(&dpop{base: base, key: unsealed(g.Extra["key"]), now: b.now, token: g.Access, home: home, nonces: map[string]string{}})
}

func (b *bluesky) way() http.RoundTripper {
	if b.http.Transport == nil {
		return http.DefaultTransport
	}
	return b.http.Transport
}

// still is a client that follows no redirect: neither sign-in nor records ever
// need one.
func still(t http.RoundTripper) *http.Client {
	return &http.Client{Transport: t, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// send posts a form as our client.
func (b *bluesky) send(ctx context.Context, c *http.Client, call, clientID, issuer, endpoint string, form url.Values, into any) error {
	if err := b.client.authenticate(form, clientID, issuer, b.now()); err != nil {
		return profile.Wrap(profile.Internal, err, "the call to "+b.info.Title+" could not be signed")
	}
	_, err := b.api.postForm(ctx, c, call, endpoint, form, into)
	return err
}

// codeOf is the error code that a provider answered, or empty.
func codeOf(err error) string {
	var answer *answerError
	if errors.As(err, &answer) {
		return answer.Code
	}
	return ""
}

// clientRefused explains the refusals that only the operator can mend.
func clientRefused(err error) error {
	switch codeOf(err) {
	case "invalid_client", "invalid_client_metadata", "invalid_redirect_uri", "unauthorized_client":
		return profile.Wrap(profile.Upstream, err, "the Bluesky server does not accept this shop's client; the client document must be public at its address")
	}
	return err
}
