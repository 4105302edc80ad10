package store

import (
	"context"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"tonfall/profile"
)

// Options are what every backend needs.
type Options struct {
	Seal Sealer           // required
	Now  func() time.Time // default time.Now; tells which records have expired
}

// Open opens a store by its URL: "bolt:///path/tonfall.db". Invalid where the
// URL names no backend; else as the backend answers.
func Open(ctx context.Context, where string, o Options) (Store, error) {
	backends := map[string]func(context.Context, *url.URL, Options) (Store, error){
		"bolt": openBoltURL,
	}
	// The cause is left out: it would quote the URL, which may hold a password.
	u, err := url.Parse(where)
	if err != nil {
		return nil, profile.Errorf(profile.Invalid, "the store's URL cannot be read; write it as bolt:///path/tonfall.db")
	}
	open, ok := backends[u.Scheme]
	if !ok {
		known := strings.Join(slices.Sorted(maps.Keys(backends)), ", ")
		return nil, profile.Errorf(profile.Invalid, "there is no store of the kind %q; known: %s. Write it as bolt:///path/tonfall.db", u.Scheme, known)
	}
	return open(ctx, u, o)
}

func openBoltURL(_ context.Context, u *url.URL, o Options) (Store, error) {
	if u.Host != "" || u.Path == "" {
		return nil, profile.Errorf(profile.Invalid, "a bolt store's URL has three slashes and an absolute path: bolt:///path/tonfall.db")
	}
	return OpenBolt(u.Path, BoltOptions{Seal: o.Seal, Now: o.Now})
}

// Compactor is a store that can give back the space of what was deleted.
// Found by assertion.
type Compactor interface {
	// Compact rewrites the store without what was deleted. Writes wait
	// meanwhile; reads go on.
	Compact(ctx context.Context) error
}
