package main

import (
	"context"
	"io/fs"
	"os"
	"time"

	"tonfall/config"
	"tonfall/connectors"
	"tonfall/consent"
	"tonfall/messages"
	"tonfall/profile"
	"tonfall/store"
)

// shops are the configured shops with their connectors, by slug.
type shops struct {
	byName map[string]*shop
	order  []string
}

type shop struct {
	profile.Shop
	config     config.Shop
	connectors []connectors.Connector
	rules      map[string][]consent.Rule
	policy     messages.Policy
}

func openShops(c config.Config, db store.Store, now func() time.Time) (*shops, error) {
	all := &shops{byName: map[string]*shop{}}
	for _, s := range c.Shops {
		one := &shop{
			Shop: profile.Shop{
				Slug: s.Slug, Name: s.Name, Home: s.Home, Privacy: s.Privacy,
				Locales: s.Locales, Address: profile.Address(s.Address),
			},
			config: s, rules: map[string][]consent.Rule{},
		}
		var err error
		if one.policy, err = policyOf(s); err != nil {
			return nil, err
		}
		for _, con := range s.Connectors {
			connector, err := connectors.New(con.Kind, connectorOptions(c, s, con, db, now))
			if err != nil {
				return nil, err
			}
			info := connector.Info()
			one.connectors = append(one.connectors, connector)
			one.Connectors = append(one.Connectors, info.Name)
			for _, r := range info.Rules {
				one.rules[info.Name] = append(one.rules[info.Name], consent.Rule{Purpose: r.Purpose, Allowed: r.Allowed, Text: r.Text})
			}
		}
		all.byName[s.Slug] = one
		all.order = append(all.order, s.Slug)
	}
	return all, nil
}

// policyOf is a shop's rules of choosing: its own file's, or the default ones.
func policyOf(s config.Shop) (messages.Policy, error) {
	policy := messages.DefaultPolicy()
	if s.Policy != "" {
		source, err := os.ReadFile(s.Policy)
		if err != nil {
			return policy, profile.Wrap(profile.Invalid, err, "the policy of "+s.Slug+" cannot be read: "+s.Policy)
		}
		if policy, err = messages.ParsePolicy(s.Policy, source); err != nil {
			return policy, err
		}
	}
	policy.SalesMost, policy.Holdout = s.SalesCap, s.Holdout
	return policy, nil
}

func connectorOptions(c config.Config, s config.Shop, con config.Connector, db store.Store, now func() time.Time) connectors.Options {
	o := connectors.Options{
		Name: con.Name, Title: con.Title, ClientID: con.ClientID, ClientSecret: con.ClientSecret,
		Team: con.Team, KeyID: con.KeyID, API: con.API, Mood: con.Mood,
		BaseURL: con.BaseURL, DirectoryURL: con.DirectoryURL, Scopes: con.Scopes, Website: s.Home, AllowLoopback: c.Loopback,
		Apps: apps{db, s.Slug}, Now: now,
	}
	if len(c.Base) > 8 && c.Base[:8] == "https://" {
		o.ClientMetadataURL = c.Base + "/" + s.Slug + metadataPath
	}
	return o
}

// metadataPath is where a shop's Bluesky client document is served.
const metadataPath = "/bluesky/client-metadata.json"

func (s *shops) shop(slug string) (profile.Shop, bool) {
	one, ok := s.byName[slug]
	if !ok {
		return profile.Shop{}, false
	}
	return one.Shop, true
}

func (s *shops) connectors(slug string) []connectors.Connector {
	if one, ok := s.byName[slug]; ok {
		return one.connectors
	}
	return nil
}

func (s *shops) rules(slug, connector string) []consent.Rule {
	if one, ok := s.byName[slug]; ok {
		return one.rules[connector]
	}
	return nil
}

func (s *shops) policy(slug string) messages.Policy {
	if one, ok := s.byName[slug]; ok {
		return one.policy
	}
	return messages.DefaultPolicy()
}

// folders opens the shops' own folders of templates.
func (s *shops) folders() (map[string]fs.FS, error) {
	out := map[string]fs.FS{}
	for slug, one := range s.byName {
		if one.config.Messages == "" {
			continue
		}
		folder, err := templateFolder(one.config.Messages)
		if err != nil {
			return nil, err
		}
		out[slug] = folder
	}
	return out, nil
}

// apps keeps what connectors registered at instances, for one shop.
type apps struct {
	store store.Store
	shop  string
}

func (a apps) at(key string) store.At { return store.At{Shop: a.shop, Kind: store.KindApp, Key: key} }

func (a apps) Get(ctx context.Context, key string) ([]byte, error) {
	r, err := a.store.Record(ctx, a.at(key))
	if profile.Is(err, profile.NotFound) {
		return nil, nil
	}
	return r.Value, err
}

func (a apps) Put(ctx context.Context, key string, value []byte) error {
	_, err := a.store.PutRecord(ctx, store.Record{At: a.at(key), Value: value, Version: store.AnyVersion})
	return err
}

// templates keeps the templates that shops edit in the studio: messages.Source.
type templates struct{ store store.Store }

func (t templates) Template(ctx context.Context, shop, name string) ([]byte, error) {
	r, err := t.store.Record(ctx, store.At{Shop: shop, Kind: store.KindTemplate, Key: name})
	return r.Value, err
}

func (t templates) Templates(ctx context.Context, shop string) (map[string][]byte, error) {
	out := map[string][]byte{}
	q := store.Query{Shop: shop, Kind: store.KindTemplate, Limit: 1000}
	for {
		page, next, err := t.store.Records(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, r := range page {
			out[r.Key] = r.Value
		}
		if next == "" {
			return out, nil
		}
		q.Cursor = next
	}
}

func (t templates) SaveTemplate(ctx context.Context, shop, name string, document []byte) error {
	_, err := t.store.PutRecord(ctx, store.Record{
		At: store.At{Shop: shop, Kind: store.KindTemplate, Key: name}, Value: document, Version: store.AnyVersion,
	})
	return err
}
