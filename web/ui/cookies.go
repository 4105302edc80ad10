package ui

import (
	"net/http"
	"time"
)

// Cookies sets and reads cookies that no script sees. On https their names
// carry the prefix __Host-, which binds them to this host and to TLS; browsers
// refuse that prefix on plain http, so it is dropped for loopback development.
type Cookies struct {
	HTTPS bool
}

// Set gives the browser a cookie for so long; 0 means until it is closed.
func (c Cookies) Set(w http.ResponseWriter, name, value string, age time.Duration) {
	http.SetCookie(w, c.cookie(name, value, int(age.Seconds())))
}

// Get reads a cookie; empty where there is none, or where a request carries
// several of the name, of which one is somebody else's.
func (c Cookies) Get(r *http.Request, name string) string {
	if all := r.CookiesNamed(c.name(name)); len(all) == 1 {
		return all[0].Value
	}
	return ""
}

// Clear takes a cookie away.
func (c Cookies) Clear(w http.ResponseWriter, name string) {
	http.SetCookie(w, c.cookie(name, "", -1))
}

func (c Cookies) name(name string) string {
	if c.HTTPS {
		return "__Host-" + name
	}
	return name
}

func (c Cookies) cookie(name, value string, age int) *http.Cookie {
	return &http.Cookie{ //nolint:gosec // without Secure on loopback http only, where browsers would drop it
		Name: c.name(name), Value: value, Path: "/", MaxAge: age,
		Secure: c.HTTPS, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	}
}
