package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"tonfall/messages"
	"tonfall/profile"
)

type templatesCmd struct {
	List   templatesList   `cmd:"" help:"List a shop's message templates and where each comes from."`
	Check  templatesCheck  `cmd:"" help:"Check template files: every problem with its line and its mend."`
	Import templatesImport `cmd:"" help:"Check a folder's templates and keep them in the store; they outrank files."`
	Export templatesExport `cmd:"" help:"Write the templates in force into a folder, one file each."`
}

type templatesList struct{ whose }

// templateRow is a template as a list shows it.
type templateRow struct {
	Name     string `json:"name"`
	Purpose  string `json:"purpose"`
	Origin   string `json:"origin"`
	Channels string `json:"channels"`
	Locales  string `json:"locales"`
	Document []byte `json:"document"`
}

func (c templatesList) Run(ctx context.Context, s streams) error {
	return reached(ctx, c.where, s, func(o *operator) error {
		rows, err := c.fetch(ctx, o)
		if err != nil {
			return err
		}
		table := tabwriter.NewWriter(s.out, 0, 8, 2, ' ', 0)
		fmt.Fprintln(table, "NAME\tPURPOSE\tFROM\tCHANNELS\tLANGUAGES")
		for _, r := range rows {
			fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", r.Name, r.Purpose, r.Origin, r.Channels, r.Locales)
		}
		return table.Flush()
	})
}

func (w whose) fetch(ctx context.Context, o *operator) (rows []templateRow, err error) {
	err = o.get(ctx, "/templates"+w.query(), &rows)
	return rows, err
}

type templatesCheck struct {
	Paths []string `arg:"" type:"path" help:"Files, or folders of them."`
}

func (c templatesCheck) Run(s streams) error {
	files, err := templateFiles(c.Paths)
	if err != nil {
		return exit{2, err}
	}
	bad := 0
	for _, file := range files {
		document, err := os.ReadFile(file)
		if err != nil {
			return exit{2, err}
		}
		for _, p := range messages.Lint(file, document) {
			fmt.Fprintln(s.out, p)
			if !p.Warning {
				bad++
			}
		}
	}
	fmt.Fprintf(s.out, "%d template(s) checked, %d problem(s)\n", len(files), bad)
	if bad > 0 {
		return exit{code: 1}
	}
	return nil
}

type templatesImport struct {
	whose
	Dir string `arg:"" type:"path" help:"Folder of .yaml files."`
}

func (c templatesImport) Run(ctx context.Context, s streams) error {
	files, err := templateFiles([]string{c.Dir})
	if err != nil {
		return exit{2, err}
	}
	return reached(ctx, c.where, s, func(o *operator) error {
		for _, file := range files {
			document, err := os.ReadFile(file)
			if err != nil {
				return err
			}
			name := strings.TrimSuffix(strings.TrimSuffix(filepath.Base(file), ".yml"), ".yaml")
			answer, err := o.call(ctx, http.MethodPut, "/templates/"+url.PathEscape(name)+c.query(), bytes.NewReader(document))
			if err != nil {
				return err
			}
			if err := answer.Body.Close(); err != nil {
				return err
			}
			fmt.Fprintln(s.out, "kept", name)
		}
		return nil
	})
}

type templatesExport struct {
	whose
	Dir string `arg:"" type:"path" help:"Folder to write into; files that are there are left alone."`
}

func (c templatesExport) Run(ctx context.Context, s streams) error {
	return reached(ctx, c.where, s, func(o *operator) error {
		rows, err := c.fetch(ctx, o)
		if err != nil {
			return err
		}
		if err := os.MkdirAll(c.Dir, 0o755); err != nil { //nolint:gosec // templates are no secret, and the umask is the operator's
			return err
		}
		root, err := os.OpenRoot(c.Dir) // a name from the store must not lead elsewhere
		if err != nil {
			return err
		}
		defer root.Close()
		for _, r := range rows {
			f, err := root.OpenFile(r.Name+".yaml", os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
			if err != nil {
				return profile.Wrap(profile.Conflict, err, fmt.Sprintf("%s.yaml cannot be written into %s: is it there already?", r.Name, c.Dir))
			}
			_, err = f.Write(r.Document)
			if err := errors.Join(err, f.Close()); err != nil {
				return err
			}
			fmt.Fprintln(s.out, "wrote", r.Name+".yaml")
		}
		return nil
	})
}

// templateFiles finds the files that paths mean.
func templateFiles(paths []string) ([]string, error) {
	var files []string
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return nil, profile.Wrap(profile.Invalid, err, "there is no "+path)
		}
		if !info.IsDir() {
			files = append(files, path)
			continue
		}
		for _, pattern := range []string{"*.yaml", "*.yml"} {
			found, err := filepath.Glob(filepath.Join(path, pattern))
			if err != nil {
				return nil, err
			}
			files = append(files, found...)
		}
	}
	if len(files) == 0 {
		return nil, profile.Errorf(profile.Invalid, "there are no .yaml files in %s", strings.Join(paths, ", "))
	}
	return files, nil
}

func (h *house) listTemplates(w http.ResponseWriter, r *http.Request) error {
	slug, err := h.shopOf(r)
	if err != nil {
		return err
	}
	all, err := h.catalog.Templates(r.Context(), slug)
	if err != nil {
		return err
	}
	rows := make([]templateRow, len(all))
	for i, t := range all {
		channels := make([]string, len(t.Channels))
		for j, c := range t.Channels {
			channels[j] = string(c)
		}
		rows[i] = templateRow{
			Name: t.Name, Purpose: string(t.Purpose), Origin: string(t.Origin), Channels: strings.Join(channels, " "),
			Locales: strings.Join(t.Locales, " "), Document: t.Source(),
		}
	}
	return answer(w, rows)
}

func (h *house) saveTemplate(w http.ResponseWriter, r *http.Request) error {
	slug, err := h.shopOf(r)
	if err != nil {
		return err
	}
	document, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	if err != nil {
		return err
	}
	if _, err := h.catalog.Save(r.Context(), slug, r.PathValue("name"), document); err != nil {
		return err
	}
	return answer(w, struct{}{})
}
