package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"tonfall/config"
	"tonfall/profile"
)

// where names the installation that a command works on.
type where struct {
	Config string `help:"Configuration file." default:"tonfall.yaml" type:"path"`
	Data   string `help:"Data folder of a demo; stands for its tonfall.yaml." type:"path"`
}

func (w where) file() string {
	if w.Data != "" {
		return filepath.Join(w.Data, "tonfall.yaml")
	}
	return w.Config
}

// socketPath lies beside the database. Where that is too long for a socket's
// name (some 100 bytes), it is a name in the temporary folder.
func socketPath(database string) string {
	path := database + ".sock"
	if len(path) < 100 {
		return path
	}
	sum := sha256.Sum256([]byte(path))
	return filepath.Join(os.TempDir(), "tonfall-"+hex.EncodeToString(sum[:8])+".sock")
}

// listenControl serves the operator's door until ctx ends, then waits for what
// is in hand. The caller holds the database, so a socket that lies there is a
// dead one's.
func (h *house) listenControl(ctx context.Context) (wait func(), err error) {
	path := socketPath(boltPath(h.config.Store))
	_ = os.Remove(path) // not there: nothing to remove; not removable: listening says so
	old := syscall.Umask(0o177)
	listener, err := new(net.ListenConfig).Listen(ctx, "unix", path)
	syscall.Umask(old)
	if err != nil {
		return nil, profile.Wrap(profile.Unavailable, err, "the socket for the other commands cannot be opened at "+path)
	}
	server := &http.Server{Handler: h.control(), ReadHeaderTimeout: 10 * time.Second}
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			h.log.Error("the socket for the other commands has failed", slog.Any("error", err))
		}
	}()
	return func() {
		<-ctx.Done()
		ended, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
		defer cancel()
		_ = server.Shutdown(ended) // what does not end in time is cut off with the process
		<-done
	}, nil
}

// operator is a client of the operator's door.
type operator struct {
	http *http.Client
	end  func() error
}

// patience is how long reach waits for a process that holds the database but
// has no socket: it is just starting, or just ending.
const patience = 10 * time.Second

// reach finds the server that holds the database, or opens the database itself
// for as long as the command lasts; then other commands may come in as well.
func reach(ctx context.Context, w where, log *slog.Logger) (*operator, error) {
	database, err := config.Database(w.file())
	if err != nil {
		return nil, err
	}
	path := socketPath(database)
	knock := net.Dialer{Timeout: 2 * time.Second}
	for until := time.Now().Add(patience); ; {
		if conn, err := knock.DialContext(ctx, "unix", path); err == nil {
			_ = conn.Close() // it was only a knock
			return visitor(path), nil
		}
		o, err := host(ctx, w, path, log)
		if err == nil || !profile.Is(err, profile.Unavailable) || time.Now().After(until) || ctx.Err() != nil {
			return o, err
		}
	}
}

// visitor speaks to a process that holds the database.
func visitor(path string) *operator {
	client := &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "unix", path)
	}}}
	return &operator{http: client, end: func() error { client.CloseIdleConnections(); return nil }}
}

// host opens the database and speaks to itself.
func host(ctx context.Context, w where, path string, log *slog.Logger) (*operator, error) {
	c, err := config.Load(w.file())
	if err != nil {
		return nil, err
	}
	h, err := openHouse(ctx, c, log, time.Now)
	if err != nil {
		return nil, err
	}
	live, cancel := context.WithCancel(context.WithoutCancel(ctx))
	wait, err := h.listenControl(live)
	if err != nil {
		cancel()
		return nil, errors.Join(err, h.close())
	}
	worked := make(chan struct{})
	go func() { defer close(worked); h.runner.Run(live) }()
	o := visitor(path)
	o.end = func() error {
		o.http.CloseIdleConnections()
		cancel()
		wait()
		<-worked
		return h.close()
	}
	return o, nil
}
