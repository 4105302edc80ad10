package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"tonfall/internal/kept"
	"tonfall/messages"
	"tonfall/web/studio"
	"tonfall/web/ui"
)

type studioCmd struct {
	whose
}

// Help is shown by --help.
func (studioCmd) Help() string {
	return "The link works once, for ten minutes, and signs a marketer in to the studio of one shop. Send it to nobody else."
}

func (c studioCmd) Run(ctx context.Context, s streams) error {
	return reached(ctx, c.where, s, func(o *operator) error {
		answer, err := o.call(ctx, http.MethodPost, "/studio-link"+c.query(), nil)
		if err != nil {
			return err
		}
		defer answer.Body.Close()
		var link struct{ URL string }
		if err := json.NewDecoder(answer.Body).Decode(&link); err != nil {
			return err
		}
		_, err = fmt.Fprintln(s.out, link.URL)
		return err
	})
}

// studio serves the marketers' pages.
func (h *house) studio(assets *ui.Assets) (http.Handler, error) {
	folders, err := h.shops.folders()
	if err != nil {
		return nil, err
	}
	stock, _ := messages.Open(folders, nil) // its problems were told when the house was opened
	site := &studio.Site{
		Gate: h.gate, Desk: h.desk, Staff: h.staff(), Stock: stock,
		Cookies: ui.Cookies{HTTPS: strings.HasPrefix(h.config.Base, "https://")}, Now: h.now, Log: h.log,
	}
	return site.Handler(assets)
}

func (h *house) staff() kept.Staff { return kept.Staff{Store: h.store, Now: h.now} }

// newStudioLink makes a one-time sign-in link to a shop's studio.
func (h *house) newStudioLink(ctx context.Context, shop string) (string, error) {
	token, err := h.staff().Link(ctx, shop)
	return h.config.Base + "/studio/signin?token=" + token, err
}

func (h *house) studioLink(w http.ResponseWriter, r *http.Request) error {
	slug, err := h.shopOf(r)
	if err != nil {
		return err
	}
	link, err := h.newStudioLink(r.Context(), slug)
	if err != nil {
		return err
	}
	return answer(w, map[string]string{"url": link})
}
