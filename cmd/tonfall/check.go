package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"time"

	"tonfall/config"
	"tonfall/profile"
)

type checkCmd struct {
	where
}

func (c checkCmd) Run(ctx context.Context, s streams) error {
	conf, err := config.Load(c.file())
	if err != nil {
		return err // with every problem, its line and its mend
	}
	fmt.Fprintln(s.out, "configuration  fine:", c.file())
	return reached(ctx, c.where, s, func(o *operator) error {
		fmt.Fprintln(s.out, "keys           fine")
		var found struct {
			Store, Templates, Connectors []string
			Serving                      bool
		}
		answer, err := o.call(ctx, http.MethodGet, "/problems", nil)
		if err != nil {
			return err
		}
		defer answer.Body.Close()
		if err := json.NewDecoder(answer.Body).Decode(&found); err != nil {
			return err
		}
		bad := tell(s, "store", found.Store) + tell(s, "templates", found.Templates) + tell(s, "connectors", found.Connectors)
		if !found.Serving {
			bad += tell(s, "listen", portProblem(ctx, conf.Listen))
		}
		if bad > 0 {
			return exit{1, profile.Errorf(profile.Invalid, "%d problem(s) found", bad)}
		}
		return nil
	})
}

// tell prints one part's problems and answers how many there are.
func tell(s streams, part string, problems []string) int {
	if len(problems) == 0 {
		fmt.Fprintf(s.out, "%-14s fine\n", part)
	}
	for _, p := range problems {
		fmt.Fprintf(s.out, "%-14s %s\n", part, p)
	}
	return len(problems)
}

// portProblem tries the address that a server would listen on.
func portProblem(ctx context.Context, address string) []string {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return []string{fmt.Sprintf("nothing can listen on %s: is another program there? (%v)", address, err)}
	}
	_ = listener.Close()
	return nil
}

// problems answers what is wrong with store, templates and connectors.
func (h *house) problems(w http.ResponseWriter, r *http.Request) error {
	ctx, cancel := context.WithTimeout(r.Context(), 5*time.Minute)
	defer cancel()
	broken, err := h.store.Check(ctx)
	if err != nil {
		return err
	}
	wording := []string{}
	for _, slug := range h.shops.order {
		found, err := h.catalog.Problems(ctx, slug)
		if err != nil {
			return err
		}
		for _, p := range found {
			wording = append(wording, slug+": "+p.String())
		}
	}
	return answer(w, map[string]any{"store": broken, "templates": wording, "connectors": []string{}, "serving": h.serving.Load()})
}
