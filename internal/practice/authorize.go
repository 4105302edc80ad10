package practice

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// asked is a valid authorization request.
type asked struct {
	client    Client
	redirect  string
	scope     []string
	challenge string
	state     string
}

// refusal is an invalid one. Where the redirect address is trustworthy the
// client is told by a redirect, else the person is told by a page.
type refusal struct {
	problem
	toClient bool
}

// challengeForm is a SHA-256 in base64url without padding (RFC 7636 §4.2).
var challengeForm = regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`)

// check judges an authorization request: client and exact redirect first, then
// the rest, since only then there is anybody to redirect an error to.
func (n *Network) check(clientID, redirect, scope, challenge, method, responseType string) (asked, *refusal) {
	client, known := n.clients[clientID]
	if !known {
		return asked{}, &refusal{problem{"invalid_client", "no application is registered under this client_id"}, false}
	}
	if !slices.Contains(client.Redirects, redirect) {
		return asked{}, &refusal{problem{"invalid_request", "this redirect_uri is not registered for the application"}, false}
	}
	a := asked{client: client, redirect: redirect, challenge: challenge}
	fail := func(code, text string) (asked, *refusal) { return a, &refusal{problem{code, text}, true} }
	if responseType != "code" {
		return fail("unsupported_response_type", "only response_type=code is offered")
	}
	if method != "S256" || !challengeForm.MatchString(challenge) {
		return fail("invalid_request", "PKCE with code_challenge_method=S256 is required")
	}
	list, ok := scopes(scope)
	if !ok {
		return fail("invalid_scope", "the scopes are profile and posts:read")
	}
	a.scope = list
	return a, nil
}

// ask reads an authorization request from query or form. Where it is no good
// it has answered already.
func (n *Network) ask(w http.ResponseWriter, r *http.Request, v url.Values) (asked, bool) {
	a, fail := n.check(v.Get("client_id"), v.Get("redirect_uri"), v.Get("scope"),
		v.Get("code_challenge"), v.Get("code_challenge_method"), v.Get("response_type"))
	a.state = v.Get("state")
	switch {
	case fail == nil:
		return a, true
	case fail.toClient:
		n.back(w, r, a, url.Values{"error": {fail.Code}, "error_description": {fail.Description}})
	default:
		n.refuse(w, r, http.StatusBadRequest, "refused", fail.Description)
	}
	return asked{}, false
}

// authorizePage is GET /oauth/authorize: sign in first, then allow or deny.
func (n *Network) authorizePage(w http.ResponseWriter, r *http.Request) {
	a, ok := n.ask(w, r, r.URL.Query())
	if !ok {
		return
	}
	p, ok := n.visitor(r)
	if !ok {
		n.showSignin(w, r, http.StatusOK, signinForm{Next: r.URL.RequestURI(), App: a.client.Name})
		return
	}
	n.show(w, r, http.StatusOK, "authorize", authorizeView{
		App: a.client.Name, Account: p.Account, Here: r.URL.RequestURI(),
		Profile: slices.Contains(a.scope, scopeProfile), Posts: slices.Contains(a.scope, scopePosts),
		Fields: fields(r.URL.Query()),
	})
}

// decide is POST /oauth/authorize: the request is judged afresh, whatever the
// page showed, and the answer goes to the client.
func (n *Network) decide(w http.ResponseWriter, r *http.Request) {
	form, ok := n.form(w, r)
	if !ok {
		return
	}
	a, ok := n.ask(w, r, form)
	if !ok {
		return
	}
	p, ok := n.visitor(r)
	if !ok {
		n.showSignin(w, r, http.StatusOK, signinForm{Next: n.root + "/oauth/authorize?" + fieldsQuery(form), App: a.client.Name})
		return
	}
	if form.Get("decision") != "allow" {
		n.back(w, r, a, url.Values{"error": {"access_denied"}, "error_description": {"the person said no"}})
		return
	}
	n.mu.Lock()
	secret := n.allow(p, a)
	n.mu.Unlock()
	n.back(w, r, a, url.Values{"code": {secret}})
}

// back sends the browser to the client with an answer. 303, so that no form is
// ever posted again.
func (n *Network) back(w http.ResponseWriter, r *http.Request, a asked, v url.Values) {
	if a.state != "" {
		v.Set("state", a.state)
	}
	to, err := url.Parse(a.redirect)
	if err != nil {
		n.refuse(w, r, http.StatusBadRequest, "refused", "this redirect_uri cannot be read")
		return
	}
	have := to.Query()
	for k := range v {
		have.Set(k, v.Get(k))
	}
	to.RawQuery = have.Encode()
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, to.String(), http.StatusSeeOther)
}

// field is a hidden input.
type field struct{ Name, Value string }

// fields are the parameters of a request that its page must post again.
func fields(v url.Values) []field {
	var list []field
	for _, name := range []string{"response_type", "client_id", "redirect_uri", "scope", "state", "code_challenge", "code_challenge_method"} {
		if v.Has(name) {
			list = append(list, field{name, v.Get(name)})
		}
	}
	return list
}

// fieldsQuery is the same as a query.
func fieldsQuery(v url.Values) string {
	q := url.Values{}
	for _, f := range fields(v) {
		q.Set(f.Name, f.Value)
	}
	return q.Encode()
}

// local reports whether a path stays on the network's own pages, so that no
// form can be made to send people elsewhere.
func (n *Network) local(next string) bool {
	u, err := url.Parse(next)
	return err == nil && u.Scheme == "" && u.Host == "" && u.User == nil &&
		strings.HasPrefix(u.Path, n.root+"/") && !strings.Contains(next, `\`) && !strings.Contains(u.Path, "..") && !strings.HasPrefix(next, "//")
}
