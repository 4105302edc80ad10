package connectors

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"tonfall/profile"
)

// atIdentity is who a DID is: its handle as the DID's own document claims it,
// and the server that holds its records.
type atIdentity struct {
	DID    string
	Handle string   // unproven until the handle points back; empty where none is claimed
	Server *url.URL // an origin
}

// Syntax from https://atproto.com/specs/handle and https://atproto.com/specs/did.
var (
	handleSyntax = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`)
	didSyntax    = regexp.MustCompile(`^did:(plc:[a-z2-7]{24}|web:[a-z0-9.-]{1,253}(%3A[0-9]{1,5})?)$`)
)

// cleanHandle takes what a person types or pastes: "@Anna.bsky.social ", with
// the invisible direction marks that Bluesky's own app copies along.
func cleanHandle(typed string) string {
	typed = strings.Map(func(r rune) rune {
		if r <= ' ' || r == 0x7f || (r >= 0x200b && r <= 0x200f) || (r >= 0x202a && r <= 0x202e) || (r >= 0x2066 && r <= 0x2069) {
			return -1
		}
		return r
	}, typed)
	return strings.ToLower(strings.TrimPrefix(strings.TrimPrefix(typed, "at://"), "@"))
}

// resolveHandle finds the DID of a handle: by the configured server, else by
// DNS, else by the handle's own website.
func (b *bluesky) resolveHandle(ctx context.Context, handle string) (string, error) {
	if len(handle) > 253 || !handleSyntax.MatchString(handle) {
		return "", profile.Errorf(profile.Invalid, "%q is not a Bluesky handle; one looks like anna.bsky.social", shorten(handle))
	}
	var did string
	if b.resolver != "" {
		var answer struct {
			DID string `json:"did"`
		}
		if _, err := b.api.get(ctx, b.http, "handle", b.resolver+"/xrpc/com.atproto.identity.resolveHandle?handle="+url.QueryEscape(handle), &answer); err != nil {
			if codeOf(err) == "InvalidRequest" || codeOf(err) == "HandleNotFound" {
				return "", unknownHandle(handle)
			}
			return "", err
		}
		did = answer.DID
	} else {
		did = b.didByDNS(ctx, handle)
		if did == "" {
			did = b.didByWebsite(ctx, handle)
		}
	}
	if !didSyntax.MatchString(did) {
		return "", unknownHandle(handle)
	}
	return did, nil
}

func unknownHandle(handle string) error {
	return profile.Errorf(profile.Invalid, "nobody at Bluesky has the handle %q; check the spelling", shorten(handle))
}

// didByDNS asks for the TXT record; more than one DID is none.
func (b *bluesky) didByDNS(ctx context.Context, handle string) string {
	ctx, cancel := context.WithTimeout(ctx, lookupTimeout)
	defer cancel()
	records, err := b.lookupTXT(ctx, "_atproto."+handle)
	if err != nil {
		return ""
	}
	records = slices.DeleteFunc(records, func(r string) bool { return !strings.HasPrefix(r, "did=") })
	if len(records) != 1 {
		return ""
	}
	return strings.TrimPrefix(records[0], "did=")
}

// didByWebsite asks the handle's own web server.
func (b *bluesky) didByWebsite(ctx context.Context, handle string) string {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://"+handle+"/.well-known/atproto-did", nil)
	if err != nil {
		return ""
	}
	answer, err := b.http.Do(r)
	if err != nil {
		return ""
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, 1024))
	if err != nil || answer.StatusCode != http.StatusOK {
		return ""
	}
	return strings.TrimSpace(string(body))
}

// identify reads a DID's document.
func (b *bluesky) identify(ctx context.Context, did string) (atIdentity, error) {
	if !didSyntax.MatchString(did) {
		return atIdentity{}, profile.Errorf(profile.Upstream, "Bluesky named an account in a way that Tonfall does not know; please try again later")
	}
	at := b.directory + "/" + did
	if host, web := strings.CutPrefix(did, "did:web:"); web {
		host = strings.ReplaceAll(host, "%3A", ":")
		at = schemeFor(host) + "://" + host + "/.well-known/did.json"
	}
	var document struct {
		ID      string   `json:"id"`
		Aliases []string `json:"alsoKnownAs"`
		Service []struct {
			ID, Type string
			Endpoint json.RawMessage `json:"serviceEndpoint"` // text, but other services may hold more
		} `json:"service"`
	}
	if _, err := b.api.get(ctx, b.http, "identity", at, &document); err != nil {
		return atIdentity{}, err
	}
	who := atIdentity{DID: did}
	for _, alias := range document.Aliases {
		if handle, ok := strings.CutPrefix(alias, "at://"); ok && handleSyntax.MatchString(strings.ToLower(handle)) {
			who.Handle = strings.ToLower(handle)
			break
		}
	}
	for _, s := range document.Service {
		var endpoint string
		if strings.HasSuffix(s.ID, "#atproto_pds") && s.Type == "AtprotoPersonalDataServer" && json.Unmarshal(s.Endpoint, &endpoint) == nil {
			who.Server = parseOrigin(endpoint)
			break
		}
	}
	if document.ID != did || who.Server == nil {
		return atIdentity{}, profile.Errorf(profile.Upstream, "the directory of Bluesky accounts does not say where this account lives; please try again later")
	}
	return who, nil
}

// provenHandle is the handle that both sides claim: the DID's document names
// it, and it points back to the DID. Empty where one of them does not.
func (b *bluesky) provenHandle(ctx context.Context, who atIdentity) string {
	if who.Handle == "" {
		return ""
	}
	if did, err := b.resolveHandle(ctx, who.Handle); err != nil || did != who.DID {
		return ""
	}
	return who.Handle
}

// atIssuer is an authorization server's metadata (RFC 8414), as far as used.
type atIssuer struct {
	Issuer        string `json:"issuer"`
	Authorization string `json:"authorization_endpoint"`
	PAR           string `json:"pushed_authorization_request_endpoint"`
	Token         string `json:"token_endpoint"`
	Revocation    string `json:"revocation_endpoint"`
}

// issuerOf finds the authorization server of a server that holds records.
func (b *bluesky) issuerOf(ctx context.Context, server *url.URL) (string, error) {
	var resource struct {
		Resource string   `json:"resource"`
		Issuers  []string `json:"authorization_servers"`
	}
	if _, err := b.api.get(ctx, b.http, "server", origin(server)+"/.well-known/oauth-protected-resource", &resource); err != nil {
		return "", err
	}
	if resource.Resource != origin(server) || len(resource.Issuers) != 1 || parseOrigin(resource.Issuers[0]) == nil {
		return "", profile.Errorf(profile.Upstream, "the Bluesky server of this account does not say how to sign in there")
	}
	return resource.Issuers[0], nil
}

// metadata reads an authorization server's metadata. A server that names
// another issuer than itself is refused: it would pass for somebody else.
func (b *bluesky) metadata(ctx context.Context, issuer string) (atIssuer, error) {
	var m atIssuer
	if _, err := b.api.get(ctx, b.http, "server", issuer+"/.well-known/oauth-authorization-server", &m); err != nil {
		return atIssuer{}, err
	}
	self := parseOrigin(issuer)
	if self == nil || m.Issuer != issuer {
		return atIssuer{}, profile.Errorf(profile.Upstream, "the Bluesky sign-in server claims to be another one; nothing was sent to it")
	}
	for _, endpoint := range []string{m.Authorization, m.PAR, m.Token} {
		// The browser is sent to one of them: the scheme must not change to
		// one that a browser would run.
		u, err := url.Parse(endpoint)
		if err != nil || u.Host == "" || u.User != nil || u.Scheme != self.Scheme {
			return atIssuer{}, profile.Errorf(profile.Upstream, "the Bluesky sign-in server does not offer the sign-in that Tonfall knows")
		}
	}
	return m, nil
}

// sameIssuer checks that an account is really one of the issuer's: any server
// can put any name into its token answers.
func (b *bluesky) sameIssuer(ctx context.Context, did, issuer string) (atIdentity, error) {
	who, err := b.identify(ctx, did)
	if err != nil {
		return atIdentity{}, err
	}
	found, err := b.issuerOf(ctx, who.Server)
	if err != nil {
		return atIdentity{}, err
	}
	if found != issuer {
		return atIdentity{}, profile.Errorf(profile.Forbidden, "this sign-in server does not speak for that Bluesky account; nothing was taken over")
	}
	return who, nil
}

// parseOrigin reads a URL that must be nothing but scheme and host; nil else.
func parseOrigin(text string) *url.URL {
	u, err := url.Parse(strings.TrimSuffix(text, "/"))
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Hostname() == "" || origin(u) != u.String() {
		return nil
	}
	return u
}

// schemeFor is http for names that mean this machine, which the guard lets
// through only where that is switched on.
func schemeFor(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil && name == "localhost" {
		return "http"
	}
	return "https"
}

// shorten keeps what a person typed short enough to be shown back.
func shorten(text string) string {
	if runes := []rune(text); len(runes) > 60 {
		return string(runes[:60]) + "…"
	}
	return text
}
