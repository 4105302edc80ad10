package signin

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"tonfall/profile"
)

// How long tokens live.
const (
	idTokenLife  = 10 * time.Minute
	accessLife   = 15 * time.Minute
	backendLife  = time.Hour
	refreshIdle  = 30 * 24 * time.Hour  // a refresh token that is not used
	refreshTotal = 180 * 24 * time.Hour // a family, however often it is renewed
)

// family is all tokens that come from one code, or from one call with
// client_credentials. It is one record, so that it is checked with one read and
// dies at once.
type family struct {
	Client   string        `json:"client"`
	Subject  profile.Key   `json:"subject"` // ID is empty for a back end
	Who      arrived       `json:"who"`
	Session  string        `json:"session,omitempty"`
	Scopes   []string      `json:"scopes"` // as granted; a refresh may ask for fewer
	AuthTime time.Time     `json:"auth_time,omitzero"`
	Nonce    string        `json:"nonce,omitempty"`
	Created  time.Time     `json:"created"`
	Refresh  string        `json:"refresh,omitempty"` // digest of the newest refresh token; older ones are replays
	Access   []accessToken `json:"access"`
	Revoked  bool          `json:"revoked,omitempty"` // stays as a tombstone until it expires

	name    string
	version int64
	expires time.Time
}

// accessToken is one that is still good.
type accessToken struct {
	Digest  string    `json:"digest"`
	Scopes  []string  `json:"scopes"`
	Expires time.Time `json:"expires"`
}

// A token is written prefix.shop.owner.family.secret, and names by that where
// its record lies; the owner is empty for a back end. Only the secret proves.
const (
	accessPrefix  = "tfa"
	refreshPrefix = "tfr"
)

// place is where a token's family lies.
type place struct {
	shop, name, secret string
	owner              profile.CustomerID
}

func (f family) token(prefix, secret string) string {
	return strings.Join([]string{prefix, f.Subject.Shop, string(f.Subject.ID), f.name, secret}, ".")
}

// locate reads a token; false where it has not the shape of ours.
func locate(prefix, token string) (place, bool) {
	parts := strings.Split(token, ".")
	if len(token) > 300 || len(parts) != 5 || parts[0] != prefix || parts[1] == "" || parts[3] == "" || parts[4] == "" {
		return place{}, false
	}
	p := place{shop: parts[1], owner: profile.CustomerID(parts[2]), name: parts[3], secret: parts[4]}
	return p, p.owner == "" || p.owner.Valid()
}

func (s *Site) readFamily(ctx context.Context, shop string, owner profile.CustomerID, name string) (f family, err error) {
	record, err := s.Records.Record(ctx, shop, owner, KindToken, name)
	if err != nil {
		return f, err
	}
	if err := json.Unmarshal(record.Value, &f); err != nil {
		return f, profile.Wrap(profile.Internal, err, "the token's record cannot be read")
	}
	f.name, f.version, f.expires = name, record.Version, record.Expires
	return f, nil
}

func (s *Site) saveFamily(ctx context.Context, f family) error {
	return s.save(ctx, Record{
		Shop: f.Subject.Shop, Owner: f.Subject.ID, Kind: KindToken, Key: f.name,
		Time: f.Created, Expires: f.expires, Version: f.version,
	}, f)
}

// mint adds an access token, and with offline a new refresh token, to the
// family; the caller saves it. Expired access tokens go.
func (s *Site) mint(f *family, scopes []string, life time.Duration, offline bool) (access, refresh string) {
	now := s.Now().UTC()
	f.Access = slices.DeleteFunc(f.Access, func(a accessToken) bool { return !now.Before(a.Expires) })
	key := secret()
	f.Access = append(f.Access, accessToken{Digest: digest(key), Scopes: scopes, Expires: now.Add(life)})
	access = f.token(accessPrefix, key)
	f.expires = later(f.expires, now.Add(life))
	if offline {
		key = secret()
		f.Refresh, refresh = digest(key), f.token(refreshPrefix, key)
		end := f.Created.Add(refreshTotal)
		if idle := now.Add(refreshIdle); idle.Before(end) {
			end = idle
		}
		f.expires = later(now.Add(life), end)
	}
	return access, refresh
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// found saves the first tokens of a family. A replay of the code that was
// faster has left a tombstone: then the family is born dead, and stays so.
func (s *Site) found(ctx context.Context, f family) error {
	err := s.saveFamily(ctx, f)
	if !profile.Is(err, profile.Conflict) {
		return err
	}
	return s.revoke(ctx, f.Subject, f.name)
}

// revoke ends a family, or makes sure that it never begins.
func (s *Site) revoke(ctx context.Context, owner profile.Key, name string) error {
	for {
		f, err := s.readFamily(ctx, owner.Shop, owner.ID, name)
		switch {
		case profile.Is(err, profile.Gone): // its customer was erased
			return nil
		case profile.Is(err, profile.NotFound):
			f = family{Subject: owner, Created: s.Now().UTC(), name: name, expires: s.Now().Add(codeTrace)}
		case err != nil:
			return err
		case f.Revoked:
			return nil
		}
		f.Revoked, f.Access, f.Refresh = true, nil, ""
		if err := s.saveFamily(ctx, f); !profile.Is(err, profile.Conflict) {
			return err
		}
	}
}

// check finds the access token's family and its own part in it. All that is
// wrong with a token is Unauthorized.
func (s *Site) check(ctx context.Context, token string) (family, accessToken, error) {
	refused := profile.Errorf(profile.Unauthorized, "the access token is not valid, has expired or was revoked; get a new one")
	at, ok := locate(accessPrefix, token)
	if !ok {
		return family{}, accessToken{}, refused
	}
	f, err := s.readFamily(ctx, at.shop, at.owner, at.name)
	switch kind := profile.KindOf(err); {
	case kind == profile.NotFound || kind == profile.Gone:
		return family{}, accessToken{}, refused
	case err != nil:
		return family{}, accessToken{}, err
	}
	for _, a := range f.Access {
		if same(a.Digest, digest(at.secret)) && !f.Revoked && s.Now().Before(a.Expires) {
			return f, a, nil
		}
	}
	return family{}, accessToken{}, refused
}

// endSession revokes the families of a session, but for those that were asked
// to outlive it with offline_access.
func (s *Site) endSession(ctx context.Context, key profile.Key, id string) error {
	records, err := s.Records.Records(ctx, key.Shop, key.ID, KindToken)
	if err != nil {
		return err
	}
	for _, record := range records {
		var f family
		if err := json.Unmarshal(record.Value, &f); err != nil {
			return profile.Wrap(profile.Internal, err, "a token's record cannot be read")
		}
		if f.Session != id || f.Revoked || slices.Contains(f.Scopes, "offline_access") {
			continue
		}
		if err := s.revoke(ctx, key, record.Key); err != nil {
			return err
		}
	}
	return nil
}
