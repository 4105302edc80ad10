package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"tonfall/config"
	"tonfall/consent"
	"tonfall/enrich"
	"tonfall/internal/keys"
	"tonfall/internal/practice"
	"tonfall/profile"
)

// demoShop is the demo's one shop.
const demoShop = "demo"

// guests are people of the network who have not signed in at the shop yet: as
// one of them a visitor sees the consent page.
const guests = 2

// play is the demo's stage: a configuration, and the strangers it deals with.
type play struct {
	config  config.Config
	network *practice.Network
	shop    *practice.Shop
	secrets map[string]string // by file name
}

func newPlay(folder, base string, customers int) (*play, error) {
	p := &play{secrets: map[string]string{}}
	for _, name := range []string{"network.secret", "shop.secret", "backend.secret"} {
		p.secrets[name] = rand.Text()
	}
	var err error
	if p.config, err = writeConfig(folder, base, p.secrets); err != nil {
		return nil, err
	}
	p.network = practice.NewNetwork(practice.NetworkOptions{
		Base: base + "/practice", Customers: min(customers+guests, practice.MaxCustomers), Seed: 5, RateLimit: 3000,
		Clients: []practice.Client{{ID: "tonfall", Secret: p.secrets["network.secret"], Name: "Kranich & Kessel (Tonfall)", Redirects: []string{p.callback()}}},
	})
	client := p.config.Shops[0].Clients[0]
	p.shop = practice.NewShop(practice.ShopOptions{
		Base: base + "/practice", Issuer: base + "/" + demoShop, ClientID: client.ID, ClientSecret: client.Secret,
		RedirectURI: client.Redirects[0], APIBase: base, BackendID: p.config.Shops[0].Backends[0].ID, BackendSecret: p.secrets["backend.secret"],
		Buttons: []practice.Button{{Connector: "practice", Label: "Piazza"}, {}},
	})
	return p, nil
}

// callback is where the practice network sends browsers back to.
func (p *play) callback() string { return p.config.Base + "/" + demoShop + "/callback/practice" }

// ensureKeys makes a key file where there is none.
func ensureKeys(file string) error {
	if _, err := os.Stat(file); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	ring, err := keys.Generate()
	if err != nil {
		return err
	}
	return ring.SaveFile(file)
}

// seed signs everybody in who is not a customer yet, eight at a time, and
// answers how many customers there are.
func (p *play) seed(ctx context.Context, h *house) (int, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var all sync.WaitGroup
	var n atomic.Int64
	turns := make(chan struct{}, 8)
	people := p.network.Accounts()
	for _, a := range people[:len(people)-guests] {
		all.Go(func() {
			turns <- struct{}{}
			defer func() { <-turns }()
			if ctx.Err() != nil {
				return
			}
			if err := p.join(ctx, h, a); err != nil {
				cancel(fmt.Errorf("seeding %s: %w", a.Handle, err))
				return
			}
			n.Add(1)
		})
	}
	all.Wait()
	if err := context.Cause(ctx); err != nil && !errors.Is(err, context.Canceled) {
		return int(n.Load()), err
	}
	return int(n.Load()), nil
}

// join walks one person through the sign-in, as their browser would.
func (p *play) join(ctx context.Context, h *house, a practice.Account) error {
	arrival, err := p.pass(ctx, h, a)
	if err != nil {
		return err
	}
	if !arrival.New {
		return nil
	}
	agreed := func(purpose profile.Purpose) bool { return slices.Contains(a.Consents, string(purpose)) }
	lang, _, _ := strings.Cut(a.Locale, "-")
	var choices []consent.Choice
	for _, q := range h.gate.Questions(arrival.Customer, arrival.Account, arrival.Posts) {
		choices = append(choices, consent.Choice{Purpose: q.Purpose, Provider: q.Provider, Granted: agreed(q.Purpose), Lang: lang})
	}
	if err := h.gate.SetAdult(ctx, arrival.Key, true); err != nil {
		return err
	}
	if _, err := h.gate.Decide(ctx, arrival.Key, choices, profile.Proof{How: "page"}); err != nil {
		return err
	}
	settled, err := h.service.Settle(ctx, arrival)
	if err != nil || len(settled.Wider) == 0 {
		return err
	}
	wide, err := p.pass(ctx, h, a, settled.Wider...)
	if err != nil {
		return err
	}
	_, err = h.service.Settle(ctx, wide)
	return err
}

// pass goes to the network and back: what the browser does between Begin and Arrive.
func (p *play) pass(ctx context.Context, h *house, a practice.Account, wider ...profile.Purpose) (enrich.Arrival, error) {
	to, keep, err := h.service.Begin(ctx, demoShop, "practice", enrich.Begin{Redirect: p.callback(), State: "demo", Wider: wider})
	if err != nil {
		return enrich.Arrival{}, err
	}
	address, err := url.Parse(to)
	if err != nil {
		return enrich.Arrival{}, err
	}
	q := address.Query()
	code, err := p.network.Authorize(a.Handle, q.Get("client_id"), q.Get("redirect_uri"), q.Get("scope"), q.Get("code_challenge"))
	if err != nil {
		return enrich.Arrival{}, err
	}
	return h.service.Arrive(ctx, demoShop, "practice", enrich.Callback{
		Params: url.Values{"code": {code}, "state": {"demo"}}, Keep: keep, Redirect: p.callback(),
	})
}

// sheet is what programs need to know of a demo: `demo --json`.
func (p *play) sheet(studio string) map[string]any {
	base, shop := p.config.Base, p.config.Shops[0]
	accounts := []map[string]string{}
	for _, a := range p.network.Accounts() {
		accounts = append(accounts, map[string]string{"handle": a.Handle, "password": a.Password})
	}
	return map[string]any{
		"base": base, "shop": demoShop, "issuer": base + "/" + demoShop,
		"client":  map[string]string{"id": shop.Clients[0].ID, "secret": shop.Clients[0].Secret, "redirect_uri": shop.Clients[0].Redirects[0]},
		"backend": map[string]string{"id": shop.Backends[0].ID, "secret": shop.Backends[0].Secret},
		"urls": map[string]string{
			"shop": base + "/practice/shop", "studio": studio, "me": base + "/" + demoShop + "/me",
			"docs": base + "/docs", "openapi": base + "/openapi.json",
		},
		"practice": map[string]any{"url": base + "/practice", "accounts": accounts},
	}
}

// welcome tells a person where to go.
func (p *play) welcome(out io.Writer, studio string, n int, took time.Duration) {
	base := p.config.Base
	fmt.Fprintf(out, `
Tonfall is up: %d people have signed in through Piazza, the practice network (%.1f s).

  The shop          %s/practice/shop       sign in there as one of the people below
  The studio        %s
                    (the link works once; another: tonfall studio --data %s)
  A customer's page %s/%s/me               what is known, why, and how to end it
  The network       %s/practice            write or delete a post, then: tonfall resync --data %[5]s
  The API           %[3]s/docs

`, n, took.Seconds(), base, studio, filepath.Dir(p.config.Keys), base, demoShop, base)
	people := p.network.Accounts()
	known, guests := people[:len(people)-guests], people[len(people)-guests:]
	for _, a := range known[:min(6, len(known))] {
		fmt.Fprintf(out, "  %-10s password %-18s %s\n", a.Handle, a.Password, a.Temperament)
	}
	fmt.Fprintln(out, "\nNot yet a customer, so asked for consent:")
	for _, a := range guests {
		fmt.Fprintf(out, "  %-10s password %s\n", a.Handle, a.Password)
	}
	fmt.Fprintln(out, "\nEverybody else's password is on the network's front page. Ctrl-C ends it.")
}
