package main

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
)

// version is the program's own; docs and API tell it.
const version = "0.1.0"

type versionCmd struct{}

func (versionCmd) Run(s streams) error {
	_, err := fmt.Fprintln(s.out, "tonfall", version)
	return err
}

// logger writes the log: text for people, JSON for machines.
func logger(out io.Writer, asJSON bool) *slog.Logger {
	if asJSON {
		return slog.New(slog.NewJSONHandler(out, nil))
	}
	return slog.New(slog.NewTextHandler(out, nil))
}

func decodeJSON(in io.Reader, into any) error { return json.NewDecoder(in).Decode(into) }
