package main

import (
	"context"
	"net/http"
	"strings"

	"tonfall/internal/kept"
	"tonfall/profile"
	"tonfall/web/api"
	"tonfall/web/chart"
	"tonfall/web/hooks"
	"tonfall/web/links"
	"tonfall/web/me"
	"tonfall/web/signin"
	"tonfall/web/studio"
	"tonfall/web/ui"
)

// door joins everything that is served, by who walks through it. extra adds
// the demo's own paths.
func (h *house) door(extra map[string]http.Handler) (http.Handler, error) {
	assets, err := ui.NewAssets(studio.Assets(), me.Assets(), chart.Assets())
	if err != nil {
		return nil, err
	}
	h.desk.Links = h.linked()
	site := &signin.Site{
		Base: h.config.Base, Gate: h.gate, Enrich: h.service, Shops: h, Clients: h.clients(),
		Tickets: kept.Tickets{Store: h.store}, Records: kept.Records{Store: h.store}, Signing: h.keys, Links: h.linked(),
		Assets: assets, Notify: h.notify, Bluesky: http.HandlerFunc(h.blueskyDocument), Now: h.now, Log: h.log,
	}
	own := &me.Site{
		Gate: h.gate, Enrich: h.service, Desk: h.desk, Sessions: site, Links: h.linked(),
		HTTPS: strings.HasPrefix(h.config.Base, "https://"), Now: h.now, Log: h.log,
	}
	if site.Me, err = own.Handler(assets); err != nil {
		return nil, err
	}
	site.Tried = func(w http.ResponseWriter, r *http.Request, t signin.Tried) error {
		return own.ShowTried(w, r, me.Tried{
			Key: t.Customer, Lang: t.Lang, Network: t.Network, Back: t.Back,
			Posts: t.Trial.Posts, Evidence: t.Trial.Evidence, Mood: t.Trial.Mood,
		})
	}
	if err := site.Open(); err != nil {
		return nil, err
	}
	rest, err := (&api.API{
		Gate: h.gate, Enrich: h.service, Desk: h.desk, Auth: callers{site}, Replays: kept.Replays{Store: h.store}, Links: h.linked(),
		Ready: h.ready, Version: version, Now: h.now, Log: h.log,
	}).Handler(assets)
	if err != nil {
		return nil, err
	}
	desk, err := h.studio(assets)
	if err != nil {
		return nil, err
	}
	told, err := (&hooks.Site{
		Base: h.config.Base, Gate: h.gate, Enrich: h.service, Shop: h.Shop, Endings: kept.Endings{Store: h.store}, Now: h.now, Log: h.log,
	}).Handler(assets)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	for _, path := range []string{"/v1/", "/openapi.json", "/docs", "/healthz", "/readyz"} {
		mux.Handle(path, rest)
	}
	mux.Handle("/hooks/", told)
	mux.Handle("/assets/", assets)
	mux.Handle("/studio", desk)
	mux.Handle("/studio/", desk)
	mux.Handle("GET /metrics", h.metrics.handler())
	mux.Handle("/", site)
	for path, handler := range extra {
		mux.Handle(path, handler)
	}
	return site.Guard(mux), nil
}

// Shop finds a shop: signin.Shops.
func (h *house) Shop(slug string) (profile.Shop, bool) { return h.shops.shop(slug) }

// linked signs the links that shops put into messages.
func (h *house) linked() *links.Links {
	return &links.Links{Base: h.config.Base, Keys: h.keys, Now: h.now}
}

// ready reports whether the store answers.
func (h *house) ready(ctx context.Context) error {
	_, _, err := h.store.Customers(ctx, h.shops.order[0], "", 1)
	return err
}

// clients are the configured programs of all shops.
func (h *house) clients() clients {
	out := clients{}
	for slug, one := range h.shops.byName {
		out[slug] = map[string]signin.Client{}
		for _, c := range one.config.Clients {
			out[slug][c.ID] = signin.Client{
				ID: c.ID, Name: c.Name, SecretHash: hashed(c.Secret), Redirects: c.Redirects,
				PostLogout: c.SignedOut, BackChannel: c.BackChannel, Algorithm: c.Algorithm,
			}
		}
		for _, b := range one.config.Backends {
			out[slug][b.ID] = signin.Client{ID: b.ID, SecretHash: hashed(b.Secret), Scopes: b.Scopes}
		}
	}
	return out
}

// clients are OpenID clients by shop and id: signin.Clients.
type clients map[string]map[string]signin.Client

func (c clients) Client(_ context.Context, shop, id string) (signin.Client, error) {
	client, there := c[shop][id]
	if !there {
		return client, profile.Errorf(profile.NotFound, "there is no client %q at this shop", id)
	}
	return client, nil
}

func hashed(secret string) []byte {
	if secret == "" {
		return nil
	}
	return signin.HashSecret(secret)
}

// callers tells the API who calls: api.Authenticator.
type callers struct{ site *signin.Site }

func (c callers) Authenticate(r *http.Request) (api.Principal, error) {
	p, err := c.site.Authenticate(r)
	return api.Principal{Shop: p.Shop, Client: p.Client, Subject: p.Subject, Scopes: p.Scopes}, err
}

// blueskyDocument serves /{shop}/bluesky/client-metadata.json: who we are
// toward Bluesky servers, which fetch it.
func (h *house) blueskyDocument(w http.ResponseWriter, r *http.Request) {
	type described interface {
		ClientDocument(redirect string) (id string, document []byte, err error)
	}
	slug := r.PathValue("shop")
	for _, c := range h.shops.connectors(slug) {
		d, ok := c.(described)
		if !ok {
			continue
		}
		_, document, err := d.ClientDocument(h.config.Base + "/" + slug + "/callback/" + c.Info().Name)
		if err != nil {
			ui.WriteProblem(w, r, err)
			return
		}
		if len(document) > 0 {
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write(document) // the reader has gone
			return
		}
	}
	http.NotFound(w, r)
}
