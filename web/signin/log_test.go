package signin_test

import (
	"io"
	"log/slog"
	"os"
	"testing"
	"testing/fstest"
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

// emptyWords are for the house's own door, which needs none beyond the common ones.
var emptyWords = fstest.MapFS{"words/de.yaml": {Data: []byte("{}")}, "words/en.yaml": {Data: []byte("{}")}}
