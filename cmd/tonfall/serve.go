package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"tonfall/config"
	"tonfall/profile"
)

type serveCmd struct {
	Config string `help:"Configuration file." default:"tonfall.yaml" type:"path"`
}

func (c serveCmd) Run(ctx context.Context, s streams) error {
	conf, err := config.Load(c.Config)
	if err != nil {
		return err
	}
	log := logger(s.err, conf.LogJSON)
	h, err := openHouse(ctx, conf, log, time.Now)
	if err != nil {
		return exit{2, err}
	}
	listener, err := listen(ctx, conf.Listen)
	if err != nil {
		return errors.Join(exit{2, err}, h.close())
	}
	door, err := h.door(nil)
	if err != nil {
		return errors.Join(err, listener.Close(), h.close())
	}
	fmt.Fprintf(s.err, "Tonfall %s serves %v at %s\n", version, h.shops.order, conf.Base)
	return errors.Join(h.serve(ctx, listener, door), h.close())
}

func listen(ctx context.Context, address string) (net.Listener, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	return listener, profile.Wrap(profile.Unavailable, err, fmt.Sprintf("nothing can listen on %s: is another program there? Choose another address with listen: (or --addr for the demo)", address))
}

// serve runs door, operator's socket and jobs until ctx ends, then lets what is
// in hand come to its end.
func (h *house) serve(ctx context.Context, listener net.Listener, door http.Handler) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	wait, err := h.listenControl(ctx)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	h.serving.Store(true)
	worked := make(chan struct{})
	go func() { defer close(worked); h.runner.Run(ctx) }()

	server := &http.Server{
		Handler: door, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute,
		MaxHeaderBytes: 64 << 10, ErrorLog: slog.NewLogLogger(h.log.Handler(), slog.LevelWarn),
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err = <-failed:
		cancel()
	case <-ctx.Done():
		end, stop := context.WithTimeout(context.WithoutCancel(ctx), 15*time.Second)
		defer stop()
		if server.Shutdown(end) != nil { // somebody holds on: the process ends anyway
			_ = server.Close()
		}
	}
	wait()
	<-worked
	return err
}
