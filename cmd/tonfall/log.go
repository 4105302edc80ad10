package main

import (
	"context"
	"io"
	"log/slog"
)

// logger writes the log: text for people, JSON for machines.
func logger(out io.Writer, asJSON bool) *slog.Logger {
	if asJSON {
		return slog.New(slog.NewJSONHandler(out, nil))
	}
	return slog.New(slog.NewTextHandler(out, nil))
}

// atLeast passes on only what is at least so grave.
type atLeast struct {
	slog.Handler
	level slog.Level
}

// Enabled implements slog.Handler.
func (a atLeast) Enabled(_ context.Context, l slog.Level) bool { return l >= a.level }
