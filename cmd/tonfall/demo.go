package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"tonfall/config"
	"tonfall/internal/practice"
	"tonfall/profile"
)

type demoCmd struct {
	Addr      string `default:"127.0.0.1:8080" help:"Address to listen on: this machine's own."`
	Data      string `type:"path" help:"Folder to keep everything in; without it a temporary one, removed at the end."`
	Customers int    `default:"50" help:"How many people the practice network has, 1 to 5000."`
	JSON      bool   `name:"json" help:"Print addresses and credentials as one line of JSON first."`
}

// Help is shown by --help.
func (demoCmd) Help() string {
	return `Starts the real program with a practice network (Piazza) and a practice shop (Kranich & Kessel) beside it, signs the seeded people in as their browsers would, imports what they agreed to, and serves until interrupted. It needs no network.`
}

func (c demoCmd) Run(ctx context.Context, s streams) (err error) {
	if c.Customers < 1 || c.Customers > practice.MaxCustomers-guests {
		return exit{2, profile.Errorf(profile.Invalid, "--customers is a number from 1 to %d", practice.MaxCustomers-guests)}
	}
	listener, err := listen(ctx, c.Addr)
	if err != nil {
		return exit{2, err}
	}
	if address, ok := listener.Addr().(*net.TCPAddr); !ok || !address.IP.IsLoopback() {
		return errors.Join(exit{2, profile.Errorf(profile.Invalid, "the demo's passwords are known to everybody: it listens on this machine only, like 127.0.0.1:8080")}, listener.Close())
	}
	folder, remove, err := c.folder()
	if err != nil {
		return errors.Join(exit{2, err}, listener.Close())
	}
	defer func() { err = errors.Join(err, remove()) }()
	play, err := newPlay(folder, "http://"+listener.Addr().String(), c.Customers)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	log := logger(s.err, false)
	h, err := openHouse(ctx, play.config, slog.New(atLeast{log.Handler(), slog.LevelWarn}), time.Now)
	if err != nil {
		return errors.Join(exit{2, err}, listener.Close())
	}
	defer func() { err = errors.Join(err, h.close()) }()
	door, err := h.door(map[string]http.Handler{"/practice/": play.network, "/practice/shop": play.shop, "/practice/shop/": play.shop})
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	link, err := h.newStudioLink(ctx, demoShop)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	if c.JSON {
		if err := json.NewEncoder(s.out).Encode(play.sheet(link)); err != nil {
			return errors.Join(err, listener.Close())
		}
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	seeded := make(chan error, 1)
	go func() {
		began := time.Now()
		n, err := play.seed(ctx, h)
		if err != nil && ctx.Err() == nil {
			seeded <- err
			cancel()
			return
		}
		seeded <- nil
		if !c.JSON && ctx.Err() == nil {
			play.welcome(s.out, link, n, time.Since(began))
		}
	}()
	return errors.Join(h.serve(ctx, listener, door), <-seeded)
}

// folder is where the demo lives; remove takes a temporary one away.
func (c demoCmd) folder() (folder string, remove func() error, err error) {
	if c.Data != "" {
		return c.Data, func() error { return nil }, os.MkdirAll(c.Data, 0o700)
	}
	folder, err = os.MkdirTemp("", "tonfall-demo-")
	return folder, func() error { return os.RemoveAll(folder) }, err
}

// writeConfig writes the demo's configuration and keys, unless they are there,
// and reads them back as any other.
func writeConfig(folder, base string, secrets map[string]string) (config.Config, error) {
	for name, secret := range secrets {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(secret+"\n"), 0o600); err != nil {
			return config.Config{}, err
		}
	}
	file := filepath.Join(folder, "tonfall.yaml")
	if err := os.WriteFile(file, fmt.Appendf(nil, demoConfig, base, base, base, folder, base, base, folder, folder), 0o600); err != nil {
		return config.Config{}, err
	}
	if err := ensureKeys(filepath.Join(folder, "tonfall.keys")); err != nil {
		return config.Config{}, err
	}
	return config.Load(file)
}

// demoConfig is an ordinary configuration; %s: base, base, base, folder, base, base, folder, folder.
const demoConfig = `# Written by tonfall demo at every start.
base: %s
loopback: true
shops:
  - slug: demo
    name: Kranich & Kessel
    home: %s/practice/shop
    locales: [de, en]
    sales_cap: 2
    connectors:
      - kind: practice
        title: Piazza
        base_url: %s/practice
        client_id: tonfall
        client_secret: file:%s/network.secret
      - kind: bluesky
      - kind: mastodon
    clients:
      - id: practice-shop
        name: Kranich & Kessel
        redirect_uris: [%s/practice/shop/callback]
        post_logout_redirect_uris: [%s/practice/shop/]
        secret: file:%s/shop.secret
    backends:
      - id: practice-backend
        secret: file:%s/backend.secret
`
