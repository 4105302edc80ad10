package ui

import (
	"net/http"
	"net/url"
	"strings"

	"tonfall/profile"
)

// policy is the content security policy of every page: nothing inline, nothing
// from elsewhere, never in a frame. Forms go to our own origin only; after a
// form that leads away, a GoingPage goes on.
var policy = strings.Join([]string{
	"default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "font-src 'self'",
	"connect-src 'self'", "manifest-src 'self'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'",
}, "; ")

// FormsTo lets the forms of this answer go to the origin of a URL as well. Call
// it before the page is written.
func FormsTo(w http.ResponseWriter, to string) {
	u, err := url.Parse(to)
	if err != nil || u.Host == "" {
		return
	}
	w.Header().Set("Content-Security-Policy", strings.Replace(policy, "form-action 'self'", "form-action 'self' "+u.Scheme+"://"+u.Host, 1))
}

func headers(https bool, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Frame-Options", "DENY")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()")
		if https {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		next.ServeHTTP(w, r)
	})
}

// sameOrigin refuses requests with an effect that come from another site, by
// Sec-Fetch-Site and Origin (net/http.CrossOriginProtection).
func (d *Door) sameOrigin(next http.Handler, exempt func(*http.Request) bool) http.Handler {
	protection := http.NewCrossOriginProtection()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := protection.Check(r); err != nil && (exempt == nil || !exempt(r)) {
			d.Fail(w, r, profile.Wrap(profile.Forbidden, err, "this form was sent from another site; open the page here and send it again"))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// ForPrograms reports whether a request goes to an endpoint that other
// origins may post to because no cookie is believed there: the OpenID
// endpoints of a shop, its connectors' callbacks, and platform hooks.
func ForPrograms(r *http.Request) bool {
	parts := strings.Split(strings.TrimPrefix(r.URL.Path, "/"), "/")
	switch {
	case parts[0] == "hooks":
		return true
	case len(parts) == 3 && parts[1] == "callback":
		return true
	case len(parts) != 2:
		return false
	}
	switch parts[1] {
	case "token", "userinfo", "revoke", "introspect", "authorize", "logout":
		return true
	}
	return false
}
