package api

import (
	"io"
	"net/http"

	"tonfall/profile"
	"tonfall/web/ui"
)

// healthy answers as long as the process does.
func (a *API) healthy(w http.ResponseWriter, _ *http.Request) { says(w, "ok") }

// ready answers whether calls can be served now: the store is open.
func (a *API) ready(w http.ResponseWriter, r *http.Request) {
	if a.Ready != nil {
		if err := a.Ready(r.Context()); err != nil {
			ui.WriteProblem(w, r, profile.Wrap(profile.Unavailable, err, "not ready: the store does not answer"))
			return
		}
	}
	says(w, "ready")
}

func says(w http.ResponseWriter, word string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = io.WriteString(w, word+"\n") // the prober is gone: nobody to tell
}
