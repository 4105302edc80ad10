package signin_test

import (
	"io"
	"log/slog"
	"os"
	"strings"
	"sync"
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

// logbook keeps what was logged.
type logbook struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *logbook) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *logbook) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}
