package hooks

import (
	"context"
	"encoding/base64"
	"slices"
	"strconv"
	"time"

	"tonfall/profile"
)

// Ending is what came of a provider's calls about one person. It names nobody.
type Ending struct {
	Title   string         `json:"title"`             // of the provider: "Facebook"
	Asked   time.Time      `json:"asked"`             // when the last call came, UTC
	Removed map[string]int `json:"removed,omitempty"` // how many of each kind have gone: "posts", "readings", "grants", "details"
	Deleted bool           `json:"deleted,omitempty"` // deletion was asked for, not only an end of access
	Calls   []string       `json:"calls"`             // keyed hashes of the calls that were acted on, newest last
	Expires time.Time      `json:"-"`
	Version int64          `json:"-"` // as read; 0: new
}

// Endings keeps endings by shop and confirmation code, sealed.
type Endings interface {
	// Ending reads one; NotFound where there is none or it has expired.
	Ending(ctx context.Context, shop, code string) (Ending, error)
	// PutEnding writes one; Conflict where it has changed since it was read.
	PutEnding(ctx context.Context, shop, code string, e Ending) error
}

const (
	endingLife = 90 * 24 * time.Hour // how long a status can be read
	mostCalls  = 50                  // that are remembered of one person
)

// end acts on a call that was verified, and notes what came of it. The same
// call once more does nothing: it must not take back what the person has
// agreed to since.
func (s *Site) end(ctx context.Context, who profile.Identity, title, call string, forget bool) (code string, err error) {
	code = s.code(who)
	e, err := s.ending(ctx, who.Shop, code)
	if err != nil || slices.Contains(e.Calls, call) {
		return code, err
	}
	removed, err := s.Gate.Told(ctx, who, forget)
	if err != nil {
		return "", err
	}
	for {
		e.add(title, call, removed, forget, s.Now())
		err = s.Endings.PutEnding(ctx, who.Shop, code, e)
		if !profile.Is(err, profile.Conflict) {
			return code, err
		}
		if e, err = s.ending(ctx, who.Shop, code); err != nil {
			return "", err
		}
	}
}

// ending reads what is noted so far; nothing is an empty one.
func (s *Site) ending(ctx context.Context, shop, code string) (Ending, error) {
	e, err := s.Endings.Ending(ctx, shop, code)
	if profile.Is(err, profile.NotFound) {
		return Ending{}, nil
	}
	return e, err
}

func (e *Ending) add(title, call string, removed map[string]int, forget bool, now time.Time) {
	if e.Removed == nil {
		e.Removed = map[string]int{}
	}
	for kind, n := range removed {
		e.Removed[kind] += n
	}
	if !slices.Contains(e.Calls, call) {
		e.Calls = append(e.Calls, call)
	}
	e.Calls = e.Calls[max(0, len(e.Calls)-mostCalls):]
	e.Title, e.Asked, e.Deleted, e.Expires = title, now.UTC(), e.Deleted || forget, now.Add(endingLife)
}

// code is the confirmation code for everything that is told of one person.
func (s *Site) code(who profile.Identity) string {
	return short(s.Gate.Hash("ending", who.Shop, who.Provider, who.Subject))
}

// fingerprint tells one call from the next. A person who is only leaving and
// one who wants everything deleted are two calls, even in the same words.
func (s *Site) fingerprint(body []byte, forget bool) string {
	return short(s.Gate.Hash("ending call", strconv.FormatBool(forget), string(body)))
}

// short is 144 bits of a keyed hash in URL-safe letters.
func short(hash []byte) string { return base64.RawURLEncoding.EncodeToString(hash[:18]) }
