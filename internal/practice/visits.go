package practice

import (
	"crypto/rand"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// visit is a signed-in browser at the network.
type visit struct {
	person  *person
	expires time.Time
}

const (
	visitCookie = "piazza_visit"
	visitLife   = 12 * time.Hour
)

// visitor finds out who is signed in.
func (n *Network) visitor(r *http.Request) (*person, bool) {
	c, err := r.Cookie(visitCookie)
	if err != nil {
		return nil, false
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	v, ok := n.sessions[digestOf(c.Value)]
	if !ok || !n.opts.Now().Before(v.expires) {
		return nil, false
	}
	return v.person, true
}

// signinForm is what the sign-in page was opened with.
type signinForm struct {
	Next   string // path to go on to
	App    string // the application that waits, or empty
	Handle string // as typed before
	Wrong  bool
}

// signinPage is GET /signin.
func (n *Network) signinPage(w http.ResponseWriter, r *http.Request) {
	n.showSignin(w, r, http.StatusOK, signinForm{Next: r.URL.Query().Get("next"), Handle: r.URL.Query().Get("handle")})
}

// signin is POST /signin. A browser that signs in gets a new cookie always.
func (n *Network) signin(w http.ResponseWriter, r *http.Request) {
	form, ok := n.form(w, r)
	if !ok {
		return
	}
	next, handle := form.Get("next"), strings.ToLower(strings.TrimPrefix(strings.TrimSpace(form.Get("handle")), "@"))
	n.mu.Lock()
	p := n.byHandle[handle]
	password := ""
	if p != nil {
		password = p.Password
	}
	right := same(password, form.Get("password")) && p != nil
	secret := rand.Text()
	if right {
		n.sweep()
		n.sessions[digestOf(secret)] = visit{p, n.opts.Now().Add(visitLife)}
	}
	n.mu.Unlock()
	if !right {
		n.showSignin(w, r, http.StatusForbidden, signinForm{Next: next, Handle: handle, Wrong: true, App: form.Get("app")})
		return
	}
	if !n.local(next) {
		next = n.root + "/people/" + p.Handle
	}
	http.SetCookie(w, n.cookie(secret, int(visitLife.Seconds())))
	http.Redirect(w, r, next, http.StatusSeeOther)
}

// signout is POST /signout; next leads back to where another account is wanted.
func (n *Network) signout(w http.ResponseWriter, r *http.Request) {
	form, ok := n.form(w, r)
	if !ok {
		return
	}
	if c, err := r.Cookie(visitCookie); err == nil {
		n.mu.Lock()
		delete(n.sessions, digestOf(c.Value))
		n.mu.Unlock()
	}
	next := form.Get("next")
	if !n.local(next) {
		next = n.root + "/"
	}
	http.SetCookie(w, n.cookie("", -1))
	http.Redirect(w, r, next, http.StatusSeeOther)
}

func (n *Network) cookie(value string, age int) *http.Cookie {
	return &http.Cookie{
		Name: visitCookie, Value: value, MaxAge: age, Path: n.root + "/",
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: strings.HasPrefix(n.opts.Base, "https:"),
	}
}

// form reads a posted form; where that fails it has answered already.
func (n *Network) form(w http.ResponseWriter, r *http.Request) (url.Values, bool) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		n.refuse(w, r, http.StatusBadRequest, "refused", "the form cannot be read")
		return nil, false
	}
	return r.PostForm, true
}
