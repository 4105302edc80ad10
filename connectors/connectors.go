package connectors

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"tonfall/internal/egress"
	"tonfall/profile"
)

// kinds is the map of connectors: one line for each provider.
func kinds() map[string]func(Options) (Connector, error) {
	return map[string]func(Options) (Connector, error){
		"amazon":    newAmazon,
		"apple":     newApple,
		"bluesky":   newBluesky,
		"facebook":  newFacebook,
		"google":    newGoogle,
		"instagram": newInstagram,
		"linkedin":  newLinkedIn,
		"mastodon":  newMastodon,
		"microsoft": newMicrosoft,
		"oidc":      newOIDC,
		"paypal":    newPayPal,
		"practice":  newPractice,
		"reddit":    newReddit,
		"threads":   newThreads,
		"tiktok":    newTikTok,
		"x":         newX,
	}
}

// Options configures one connector. What a kind needs stands in its file.
type Options struct {
	Name         string // in URLs and configuration; default: the kind
	Title        string // for people; default: the kind's own
	ClientID     string
	ClientSecret string // for Apple: the private key, the text of the .p8 file
	Team         string // Apple: the developer team's id
	KeyID        string // Apple: the id of the key in ClientSecret
	// BaseURL is the provider's address where there is a choice: the issuer of
	// an OpenID Provider, the one Mastodon instance to offer, a test server.
	BaseURL string
	// Scopes are asked for in addition to those that a purpose needs.
	Scopes []string
	// API is the version of the provider's API, where there is a choice; empty
	// means the connector's own. X: "v2" or "v1.1"; Facebook: "v26.0".
	API string
	// Mood permits posts to be read for a mood where the platform's rules make
	// that the shop's own responsibility. Info.Rules quotes them.
	Mood bool
	// ClientMetadataURL is the public address of our own client document, for
	// providers that identify clients by it (Bluesky).
	ClientMetadataURL string
	// DirectoryURL is the PLC directory that Bluesky's accounts are looked up in.
	DirectoryURL string
	// Website of the shop, shown by providers that register clients on the fly.
	Website string
	// Apps keeps what was registered on the fly; nil keeps it in memory.
	Apps Apps
	// AllowLoopback permits providers on this machine: for tests and the demo.
	AllowLoopback bool
	// HTTP makes the connector's own calls, by its Transport; nil means one
	// behind the guard of internal/egress, which also trusts BaseURL.
	HTTP *http.Client
	// Now is the clock; nil means time.Now.
	Now func() time.Time
}

// Apps keeps client registrations by key. Values are JSON and hold client
// secrets: the implementation seals them. Safe for concurrent use.
type Apps interface {
	// Get answers the value, nil where there is none.
	Get(ctx context.Context, key string) ([]byte, error)
	// Put replaces the value.
	Put(ctx context.Context, key string, value []byte) error
}

// New makes a connector of a kind. An unknown kind or wrong options are
// Invalid, with a sentence that says what to change.
func New(kind string, o Options) (Connector, error) {
	build := kinds()[kind]
	if build == nil {
		return nil, profile.Errorf(profile.Invalid, "there is no connector kind %q; the kinds are %s", kind, strings.Join(Kinds(), ", "))
	}
	if o.Name == "" {
		o.Name = kind
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Apps == nil {
		o.Apps = &memory{values: map[string][]byte{}}
	}
	if o.HTTP == nil {
		guard := egress.Options{AllowLoopback: o.AllowLoopback, UserAgent: UserAgent}
		if o.BaseURL != "" {
			guard.AllowHosts = []string{o.BaseURL}
		}
		o.HTTP = egress.New(guard)
	}
	return build(o)
}

// Kinds lists the kinds that New knows, sorted.
func Kinds() []string { return slices.Sorted(maps.Keys(kinds())) }

// UserAgent is how Tonfall introduces itself to providers.
const UserAgent = "Tonfall/1 (sign-in and consent for shops)"

// Powers lists what a connector can do beyond signing in, as its second
// interfaces tell: "posts", "lookup", "refresh", "revoke", "deauthorize".
func Powers(c Connector) []string {
	var powers []string
	if _, ok := c.(PostReader); ok {
		powers = append(powers, "posts")
	}
	if _, ok := c.(PostLister); ok {
		powers = append(powers, "lookup")
	}
	if _, ok := c.(Refresher); ok {
		powers = append(powers, "refresh")
	}
	if _, ok := c.(Revoker); ok {
		powers = append(powers, "revoke")
	}
	if _, ok := c.(Deauthorizer); ok {
		powers = append(powers, "deauthorize")
	}
	return powers
}

// memory is Apps for a process that needs no more.
type memory struct {
	lock   sync.Mutex
	values map[string][]byte
}

func (m *memory) Get(_ context.Context, key string) ([]byte, error) {
	m.lock.Lock()
	defer m.lock.Unlock()
	return m.values[key], nil
}

func (m *memory) Put(_ context.Context, key string, value []byte) error {
	m.lock.Lock()
	defer m.lock.Unlock()
	m.values[key] = value
	return nil
}
