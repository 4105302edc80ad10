// Package hooks is where providers tell, unasked, that a person has taken the
// permission back there or wants deleted what came from there.
//
//	POST /hooks/{shop}/{connector}              TikTok, Apple
//	POST /hooks/{shop}/{connector}/risc         Google's Cross-Account Protection
//	POST /hooks/{shop}/{connector}/deauthorize  Facebook, Instagram, Threads
//	POST /hooks/{shop}/{connector}/deletion     the same; answers where to see what came of it
//	GET  /hooks/{shop}/status/{code}            that page, for the person
//
// Anybody may send calls here. The connector tells who sent one; what proves
// nothing gets one answer, whatever was wrong with it. The confirmation code is
// a keyed hash of shop, provider and subject: nobody guesses it, a call that is
// repeated gets the same one, and what is kept under it names nobody.
package hooks

import (
	"embed"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"time"

	"tonfall/consent"
	"tonfall/enrich"
	"tonfall/profile"
	"tonfall/web/ui"
)

//go:embed all:templates words
var files embed.FS

// Site serves /hooks. Its fields are set once, before use.
type Site struct {
	Base    string // outside address without a slash at its end: "https://id.example"
	Gate    *consent.Gate
	Enrich  *enrich.Service
	Shop    func(slug string) (profile.Shop, bool)
	Endings Endings
	Now     func() time.Time
	Log     *slog.Logger

	pages *ui.Pages
}

// most is the largest call that is read, in bytes; genuine ones have a few hundred.
const most = 64 << 10

// Handler serves /hooks/ and everything under it.
func (s *Site) Handler(assets *ui.Assets) (http.Handler, error) {
	words, err := ui.LoadWords(files, "words")
	if err != nil {
		return nil, err
	}
	if s.pages, err = ui.LoadPages(assets, words, files, "templates/*.html"); err != nil {
		return nil, err
	}
	door := &ui.Door{Pages: s.pages, Log: s.Log, Now: s.Now}
	mux := http.NewServeMux()
	mux.Handle("POST /hooks/{shop}/{connector}", s.call(accepted(http.StatusOK), false))
	mux.Handle("POST /hooks/{shop}/{connector}/deauthorize", s.call(accepted(http.StatusOK), false))
	mux.Handle("POST /hooks/{shop}/{connector}/risc", s.call(accepted(http.StatusAccepted), false)) // RFC 8935 section 2.2
	mux.Handle("POST /hooks/{shop}/{connector}/deletion", s.call(s.confirmed, true))
	mux.Handle("GET /hooks/{shop}/status/{code}", door.Handle(s.status))
	return ui.Limit(most, mux), nil
}

// answer tells the provider that its call was heard.
type answer func(w http.ResponseWriter, shop, code string) error

// call hears a provider's call; forget asks for everything from there to go.
func (s *Site) call(a answer, forget bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		code, err := s.hear(r, forget)
		if err == nil {
			err = a(w, r.PathValue("shop"), code)
		}
		if err != nil {
			ui.WriteProblem(w, r, constant(err))
		}
	})
}

// hear verifies the call, acts on it once and answers the confirmation code;
// none where the call is genuine and about something else.
func (s *Site) hear(r *http.Request, forget bool) (code string, err error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return "", profile.Wrap(profile.Invalid, err, "the call could not be read to its end")
	}
	who, offer, err := s.Enrich.Deauthorized(r.PathValue("shop"), r.PathValue("connector"), r.Header, body)
	if err != nil || who.Subject == "" {
		return "", err
	}
	return s.end(r.Context(), who, offer.Title, s.fingerprint(body, forget), forget)
}

// constant hides from a forger what was wrong with a call; the log knows.
func constant(err error) error {
	switch profile.KindOf(err) {
	case profile.Unauthorized, profile.Invalid:
		return profile.Wrap(profile.Unauthorized, err, "this call does not come from the provider; nothing was done")
	case profile.NotFound:
		return profile.Wrap(profile.NotFound, err, "nobody is called here")
	}
	return err
}

// accepted answers a status and nothing else.
func accepted(status int) answer {
	return func(w http.ResponseWriter, _, _ string) error {
		w.Header().Set("Cache-Control", "no-store")
		w.WriteHeader(status)
		return nil
	}
}

// confirmed answers as Meta asks for
// (https://developers.facebook.com/docs/development/create-an-app/app-dashboard/data-deletion-callback).
func (s *Site) confirmed(w http.ResponseWriter, shop, code string) error {
	if code == "" {
		return profile.Errorf(profile.Invalid, "the call names nobody")
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	return json.NewEncoder(w).Encode(map[string]string{
		"url": s.Base + "/hooks/" + shop + "/status/" + code, "confirmation_code": code,
	})
}
