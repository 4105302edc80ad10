package connectors

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"tonfall/profile"
)

// application is our registration at one server for one callback address.
type application struct {
	ID       string    `json:"id"`
	Secret   string    `json:"secret"`
	Identity string    `json:"identity"` // the scope that tells who somebody is
	Checked  time.Time `json:"checked"`  // when the server last knew us
}

// recheck is how long a registration is believed without asking. Servers before
// Mastodon 4.3 delete applications without tokens after a day.
const recheck = 12 * time.Hour

func (m *mastodon) key(host, redirect string) string {
	return m.about.Name + " " + host + " " + redirect
}

// application finds our registration at a server, or registers.
func (m *mastodon) application(ctx context.Context, host, redirect string) (application, error) {
	stored, err := m.o.Apps.Get(ctx, m.key(host, redirect))
	if err != nil {
		return application{}, profile.Wrap(profile.Unavailable, err, "the registration at "+host+" cannot be read; please try again later")
	}
	var app application
	if stored != nil && json.Unmarshal(stored, &app) == nil && app.ID != "" {
		if m.o.Now().Sub(app.Checked) < recheck {
			return app, nil
		}
		known, err := m.knows(ctx, host, app)
		if err != nil {
			return application{}, err
		}
		if known {
			app.Checked = m.o.Now().UTC()
			return app, m.keep(ctx, host, redirect, app)
		}
	}
	if app, err = m.register(ctx, host, redirect); err != nil {
		return application{}, err
	}
	return app, m.keep(ctx, host, redirect, app)
}

func (m *mastodon) keep(ctx context.Context, host, redirect string, app application) error {
	value, err := json.Marshal(app)
	if err == nil {
		err = m.o.Apps.Put(ctx, m.key(host, redirect), value)
	}
	return profile.Wrap(profile.Unavailable, err, "the registration at "+host+" cannot be kept; please try again later")
}

// forget makes the next sign-in register anew.
func (m *mastodon) forget(ctx context.Context, host, redirect string) error {
	return m.keep(ctx, host, redirect, application{})
}

// knows asks a server whether our registration still stands.
func (m *mastodon) knows(ctx context.Context, host string, app application) (bool, error) {
	fresh, err := m.ownToken(ctx, host, app)
	switch {
	case err == nil:
		return fresh != "", nil
	case codeOf(err) == "invalid_client":
		return false, nil
	case answered(err):
		return true, nil // a server that gives applications no tokens
	}
	return false, err
}

// register makes us known to a server
// (https://docs.joinmastodon.org/methods/apps/#create), and at once asks for a
// token of the application's own, which keeps old servers from deleting it.
func (m *mastodon) register(ctx context.Context, host, redirect string) (application, error) {
	app := application{Identity: "read:accounts", Checked: m.o.Now().UTC()}
	var metadata struct {
		Scopes []string `json:"scopes_supported"`
	}
	_, err := m.api(host).get(ctx, m.o.HTTP, "server", m.base(host)+"/.well-known/oauth-authorization-server", &metadata)
	if err != nil && !answered(err) {
		return application{}, err
	}
	if identity := m.about.Scopes[""][0]; slices.Contains(metadata.Scopes, identity) {
		app.Identity = identity
	}
	scopes := append([]string{app.Identity}, m.about.Scopes[profile.Posts]...)
	form := url.Values{
		"client_name": {"Tonfall"}, "redirect_uris": {redirect},
		"scopes": {strings.Join(append(scopes, m.o.Scopes...), " ")},
	}
	if m.o.Website != "" {
		form.Set("website", m.o.Website)
	}
	var made struct {
		ID     string `json:"client_id"`
		Secret string `json:"client_secret"`
	}
	_, err = m.api(host).postForm(ctx, m.o.HTTP, "registration", m.base(host)+"/api/v1/apps", form, &made)
	if elsewhere(err) {
		return application{}, profile.Wrap(profile.Invalid, err, host+" does not look like a Mastodon server; please type the address at which you sign in")
	}
	if err != nil {
		return application{}, err
	}
	if made.ID == "" || made.Secret == "" {
		return application{}, profile.Errorf(profile.Upstream, "%s answered the registration incompletely; please try again later", host)
	}
	app.ID, app.Secret = made.ID, made.Secret
	if _, err := m.ownToken(ctx, host, app); err != nil && !answered(err) {
		return application{}, err
	}
	return app, nil
}

// ownToken asks for a token of the application's own (client credentials).
func (m *mastodon) ownToken(ctx context.Context, host string, app application) (string, error) {
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {app.ID}, "client_secret": {app.Secret}, "scope": {app.Identity}}
	var token struct {
		Access string `json:"access_token"`
	}
	_, err := m.api(host).postForm(ctx, m.o.HTTP, "application", m.base(host)+"/oauth/token", form, &token)
	return token.Access, err
}

// elsewhere reports whether an error looks as if the address were that of
// another kind of server.
func elsewhere(err error) bool {
	var answer *answerError
	return errors.As(err, &answer) && (answer.Code == "unreadable" || answer.Status >= 300 && answer.Status < 400 ||
		answer.Status == http.StatusNotFound || answer.Status == http.StatusMethodNotAllowed || answer.Status == http.StatusGone)
}

// answered reports whether an error is something that the provider said, not
// that it could not be reached.
func answered(err error) bool {
	var answer *answerError
	return errors.As(err, &answer)
}
