package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"

	"tonfall/profile"
	"tonfall/store"
)

type storeCmd struct {
	Backup  storeBackup  `cmd:"" help:"Write a consistent copy of the database while work goes on."`
	Compact storeCompact `cmd:"" help:"Give back the space of what was deleted; writes wait meanwhile."`
	Check   storeCheck   `cmd:"" help:"Read everything and say what is broken: damaged records, a ledger that does not hang together."`
}

type storeBackup struct {
	where
	File string `arg:"" type:"path" help:"File to write; it must not be there."`
}

func (c storeBackup) Run(ctx context.Context, s streams) error {
	return c.ask(ctx, s, "/store/backup?file="+url.QueryEscape(c.File), "the copy is in "+c.File+"; it can be read with the same keys only")
}

type storeCompact struct{ where }

func (c storeCompact) Run(ctx context.Context, s streams) error {
	return c.ask(ctx, s, "/store/compact", "the database holds what is alive and nothing else")
}

type storeCheck struct{ where }

func (c storeCheck) Run(ctx context.Context, s streams) error {
	return reached(ctx, c.where, s, func(o *operator) error {
		var found struct{ Store []string }
		if err := o.get(ctx, "/problems", &found); err != nil {
			return err
		}
		if n := tell(s, "store", found.Store); n > 0 {
			return exit{1, profile.Errorf(profile.Invalid, "%d problem(s) found: restore a backup, and keep this file for whoever looks into it", n)}
		}
		return nil
	})
}

// ask has the operator's door do one thing, and says what has been done.
func (w where) ask(ctx context.Context, s streams, path, done string) error {
	return reached(ctx, w, s, func(o *operator) error {
		answer, err := o.call(ctx, http.MethodPost, path, nil)
		if err != nil {
			return err
		}
		defer answer.Body.Close()
		_, err = fmt.Fprintln(s.out, done)
		return err
	})
}

func (h *house) backup(w http.ResponseWriter, r *http.Request) error {
	file := r.URL.Query().Get("file")
	if !filepath.IsAbs(file) {
		return profile.Errorf(profile.Invalid, "name the file with its whole path")
	}
	if err := h.store.Backup(r.Context(), file); err != nil {
		return err
	}
	return answer(w, struct{}{})
}

func (h *house) compact(w http.ResponseWriter, r *http.Request) error {
	c, ok := h.store.(store.Compactor)
	if !ok {
		return profile.Errorf(profile.Invalid, "this store gives back space by itself")
	}
	if err := c.Compact(r.Context()); err != nil {
		return err
	}
	return answer(w, struct{}{})
}
