package signin_test

import (
	"io"
	"log/slog"
	"os"
	"testing"
)

// libraries is what the libraries below the door log.
var libraries = &logbook{}

func TestMain(m *testing.M) {
	slog.SetDefault(newLog(libraries))
	os.Exit(m.Run())
}

func newLog(w io.Writer) *slog.Logger {
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: slog.LevelDebug}))
}
