package signin

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	"tonfall/profile"
)

// sessionLife is how long a browser stays signed in.
const sessionLife = 30 * 24 * time.Hour

// session is a customer's browser that is signed in here. ID is public (the
// claim `sid`); the cookie holds the secret.
type session struct {
	ID string `json:"id"`
	arrived
	Secret   string    `json:"secret"` // digest
	AuthTime time.Time `json:"auth_time"`
	Clients  []string  `json:"clients"` // that were signed in to since, for their logout

	version int64
	expires time.Time
}

// sessionCookie holds customer, session and secret. Each shop has its own: a
// customer is somebody else in each.
func sessionCookie(shop string) string { return "tonfall-session-" + shop }

// open makes a new session, with a new id always, and ends the browser's old one.
func (s *Site) open(w http.ResponseWriter, r *http.Request, who arrived) (session, error) {
	if old, there := s.session(r); there {
		if err := s.Records.DeleteRecord(r.Context(), old.Key.Shop, old.Key.ID, KindSession, old.ID); err != nil {
			return session{}, err
		}
	}
	proof := secret()
	n := session{ID: secret(), arrived: who, Secret: digest(proof), AuthTime: s.Now().UTC(), expires: s.Now().Add(sessionLife)}
	if err := s.saveSession(r.Context(), n); err != nil {
		return session{}, err
	}
	n.version = 1
	s.cookies.Set(w, sessionCookie(who.Key.Shop), string(who.Key.ID)+"."+n.ID+"."+proof, sessionLife)
	return n, nil
}

func (s *Site) saveSession(ctx context.Context, n session) error {
	return s.save(ctx, Record{
		Shop: n.Key.Shop, Owner: n.Key.ID, Kind: KindSession, Key: n.ID,
		Time: n.AuthTime, Expires: n.expires, Version: n.version,
	}, n)
}

// save writes a record with a value as JSON.
func (s *Site) save(ctx context.Context, r Record, value any) (err error) {
	if r.Value, err = json.Marshal(value); err != nil {
		return profile.Wrap(profile.Internal, err, "the sign-in could not be kept; please try again")
	}
	return s.Records.PutRecord(ctx, r)
}

// session is who is signed in, in this browser, at the shop whose door this is.
func (s *Site) session(r *http.Request) (session, bool) {
	slug, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	parts := strings.Split(s.cookies.Get(r, sessionCookie(slug)), ".")
	if len(parts) != 3 || !profile.CustomerID(parts[0]).Valid() {
		return session{}, false
	}
	n, err := s.readSession(r.Context(), profile.Key{Shop: slug, ID: profile.CustomerID(parts[0])}, parts[1])
	if err != nil || !same(n.Secret, digest(parts[2])) {
		return session{}, false
	}
	return n, true
}

func (s *Site) readSession(ctx context.Context, key profile.Key, id string) (session, error) {
	record, err := s.Records.Record(ctx, key.Shop, key.ID, KindSession, id)
	if err != nil {
		return session{}, err
	}
	return s.decodeSession(record)
}

func (s *Site) decodeSession(record Record) (n session, err error) {
	if err := json.Unmarshal(record.Value, &n); err != nil {
		return n, profile.Wrap(profile.Internal, err, "the session cannot be read; sign in again")
	}
	n.version, n.expires = record.Version, record.Expires
	if !s.Now().Before(n.expires) {
		return n, profile.Errorf(profile.Gone, "the session has ended; sign in again")
	}
	return n, nil
}

// visited notes that a client was signed in to within the session.
func (s *Site) visited(ctx context.Context, n session, client string) error {
	for {
		if slices.Contains(n.Clients, client) {
			return nil
		}
		n.Clients = append(n.Clients, client)
		err := s.saveSession(ctx, n)
		if !profile.Is(err, profile.Conflict) {
			return err
		}
		// another tab signed in to another client at the same moment
		if n, err = s.readSession(ctx, n.Key, n.ID); err != nil {
			return err
		}
	}
}

// Session is the customer whose own page this browser may see at the shop in
// the request's path. limited: it was opened by a link from a mail, and the
// person has proven nothing; signing in always outranks that.
func (s *Site) Session(r *http.Request) (key profile.Key, limited, there bool) {
	if n, there := s.session(r); there {
		return n.Key, false, true
	}
	v, there := s.visit(r)
	return v.Key, there, there
}
