package practice

import (
	"crypto/rand"
	"net/http"
	"strings"
	"time"
)

// guest is a customer who is signed in at the shop.
type guest struct {
	ID         string // sub at Tonfall
	Name       string
	Locale     string // as the ID token says; may be empty
	Connector  string // the network, as the ID token says
	Newsletter bool   // agreed to sales messages here
	Letters    []letter
	idToken    string // to sign out with
	expires    time.Time
}

// start is a sign-in under way: what must come back unchanged.
type start struct {
	state, nonce, verifier string
	expires                time.Time
}

const (
	guestCookie = "kranich_guest"
	startCookie = "kranich_start"
	guestLife   = 8 * time.Hour
	startLife   = 15 * time.Minute
	lettersMost = 6 // kept to look at
)

// guest finds out who is signed in, as a copy.
func (s *Shop) guest(r *http.Request) (guest, bool) {
	c, err := r.Cookie(guestCookie)
	if err != nil {
		return guest{}, false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.guests[digestOf(c.Value)]
	if g == nil || !s.opts.Now().Before(g.expires) {
		return guest{}, false
	}
	return *g, true
}

// change alters the signed-in customer's record; false where nobody is.
func (s *Shop) change(r *http.Request, fn func(*guest)) bool {
	c, err := r.Cookie(guestCookie)
	if err != nil {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.guests[digestOf(c.Value)]
	if g == nil {
		return false
	}
	fn(g)
	return true
}

// admit gives a customer a new cookie: the one from before the sign-in is
// worth nothing, whoever planted it.
func (s *Shop) admit(w http.ResponseWriter, g guest) {
	secret := rand.Text()
	g.expires = s.opts.Now().Add(guestLife)
	s.mu.Lock()
	for k, old := range s.guests {
		if !s.opts.Now().Before(old.expires) {
			delete(s.guests, k)
		}
	}
	s.guests[digestOf(secret)] = &g
	s.mu.Unlock()
	http.SetCookie(w, s.cookie(guestCookie, secret, guestLife))
}

// forget signs the browser out and answers who it was.
func (s *Shop) forget(w http.ResponseWriter, r *http.Request) (guest, bool) {
	g, ok := s.guest(r)
	if c, err := r.Cookie(guestCookie); err == nil {
		s.mu.Lock()
		delete(s.guests, digestOf(c.Value))
		s.mu.Unlock()
	}
	http.SetCookie(w, s.cookie(guestCookie, "", -time.Second))
	return g, ok
}

// begin keeps a sign-in for this browser.
func (s *Shop) begin(w http.ResponseWriter, st start) {
	secret := rand.Text()
	st.expires = s.opts.Now().Add(startLife)
	s.mu.Lock()
	for k, old := range s.starts {
		if !s.opts.Now().Before(old.expires) {
			delete(s.starts, k)
		}
	}
	s.starts[digestOf(secret)] = st
	s.mu.Unlock()
	http.SetCookie(w, s.cookie(startCookie, secret, startLife))
}

// take answers this browser's sign-in, once.
func (s *Shop) take(w http.ResponseWriter, r *http.Request) (start, bool) {
	c, err := r.Cookie(startCookie)
	if err != nil {
		return start{}, false
	}
	http.SetCookie(w, s.cookie(startCookie, "", -time.Second))
	s.mu.Lock()
	defer s.mu.Unlock()
	st, ok := s.starts[digestOf(c.Value)]
	delete(s.starts, digestOf(c.Value))
	return st, ok && s.opts.Now().Before(st.expires)
}

func (s *Shop) cookie(name, value string, life time.Duration) *http.Cookie {
	return &http.Cookie{
		Name: name, Value: value, MaxAge: int(life.Seconds()), Path: s.root + "/",
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: strings.HasPrefix(s.opts.Base, "https:"),
	}
}
