package connectors

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/go-jose/go-jose/v4"

	"tonfall/profile"
)

// google adds what Google tells unasked to its sign-in.
type google struct{ *openID }

// apple does so for Apple.
type apple struct{ *openID }

var (
	_ Deauthorizer = google{}
	_ Deauthorizer = apple{}
)

// Deauthorized reads a call of Google's Cross-Account Protection: the body is
// the token. Events that neither end our grant nor the account are genuine
// calls about something else.
func (g google) Deauthorized(_ http.Header, body []byte) (string, error) {
	keys, err := g.signingKeys()
	if err != nil {
		return "", err
	}
	notices, err := GoogleNotices(string(body), keys, g.o.ClientID)
	if err != nil {
		return "", err
	}
	for _, n := range notices {
		if n.ends() {
			return n.Subject, nil
		}
	}
	return "", nil
}

// Deauthorized reads a server-to-server notification of Apple: JSON whose
// payload is the token.
func (a apple) Deauthorized(_ http.Header, body []byte) (string, error) {
	var said struct {
		Payload string `json:"payload"`
	}
	if json.Unmarshal(body, &said) != nil || said.Payload == "" {
		return "", profile.Errorf(profile.Invalid, "this is not a notification of Apple")
	}
	keys, err := a.signingKeys()
	if err != nil {
		return "", err
	}
	n, _, err := AppleNotice(said.Payload, keys, a.o.ClientID, a.o.Now())
	if err != nil || !n.ends() {
		return "", err
	}
	return n.Subject, nil
}

// ends reports whether what we hold from the account has to go.
func (n Notice) ends() bool { return n.Kind == NoticeRevoked || n.Kind == NoticeDeleted }

// keysPatience bounds the wait for keys: the caller waits for our answer.
const keysPatience = 5 * time.Second

// signingKeys are the provider's keys, fetched at most once an hour: anybody
// may send us calls, and none of them must become a call of ours. Providers
// publish a key long before they sign with it.
func (p *openID) signingKeys() (jose.JSONWebKeySet, error) {
	p.lock.Lock()
	keys, fresh := p.keys, p.o.Now().Before(p.keysUntil)
	p.lock.Unlock()
	if fresh {
		return keys, nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), keysPatience)
	defer cancel()
	d, err := p.discover(ctx)
	if err != nil {
		return jose.JSONWebKeySet{}, err
	}
	keys = jose.JSONWebKeySet{}
	if _, err := p.api().get(ctx, p.o.HTTP, "keys", d.KeysURL, &keys); err != nil {
		return jose.JSONWebKeySet{}, err
	}
	p.lock.Lock()
	defer p.lock.Unlock()
	p.keys, p.keysUntil = keys, p.o.Now().Add(discoveryLife)
	return keys, nil
}
