// Package enrich is the pipeline: from a sign-in to a mood.
//
//	Begin -> provider -> Arrive -> (consent page) -> Settle
//	                                                   |
//	  job "sync" ----------> Sync: pages -> own words -> score -> gate.Import
//
// It joins connectors, scorer and gate and holds no personal data itself: all
// it reads and writes passes the gate, which checks consent as each step is
// saved. Tokens live in the vault (vault.go), which refreshes one grant once
// at a time.
package enrich

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"tonfall/connectors"
	"tonfall/consent"
	"tonfall/profile"
	"tonfall/sentiment"
)

// Service runs the pipeline for all shops. Its fields are set once, before use.
type Service struct {
	Gate       *consent.Gate
	Connectors func(shop string) []connectors.Connector // in the order of the chooser
	Scorer     sentiment.Scorer
	Sensitive  func(text string) bool // speaks of a hard moment in life; nil: nothing does
	// Transport carries all calls that are signed in; nil: each connector's own
	// way out, guarded, with timeouts and size caps.
	Transport http.RoundTripper
	Limits    Limits
	Now       func() time.Time
	Wake      func(kind string) // tells the job runner that work is due; may be nil
	Log       *slog.Logger

	vault vault
}

// Limits bound an import. Zero values mean the defaults.
type Limits struct {
	Inline time.Duration // how long a sign-in waits for posts; default 2 s
	Sync   time.Duration // how long one run of a job may take; default 2 min
	Every  time.Duration // between two imports of an account; default 6 h
	Posts  int           // of a first import; default 500
	Age    time.Duration // of the oldest post of a first import; default 1 year
}

func (l Limits) filled() Limits {
	or := func(d *time.Duration, v time.Duration) {
		if *d == 0 {
			*d = v
		}
	}
	or(&l.Inline, 2*time.Second)
	or(&l.Sync, 2*time.Minute)
	or(&l.Every, 6*time.Hour)
	or(&l.Age, 365*24*time.Hour)
	if l.Posts == 0 {
		l.Posts = 500
	}
	return l
}

// Offer is a connector as the chooser shows it.
type Offer struct {
	Name  string // in URLs
	Title string // for people
	Hint  string // what the person must type first: "handle", "instance"; empty: nothing
	Posts bool   // reads posts; else sign-in and profile only
}

// Offers lists what a shop's customers can sign in with.
func (s *Service) Offers(shop string) []Offer {
	var out []Offer
	for _, c := range s.Connectors(shop) {
		out = append(out, offered(c.Info()))
	}
	return out
}

func offered(i connectors.Info) Offer {
	return Offer{Name: i.Name, Title: i.Title, Hint: i.Hint, Posts: i.Posts}
}

// connector finds one of the shop's connectors by its name.
func (s *Service) connector(shop, name string) (connectors.Connector, error) {
	for _, c := range s.Connectors(shop) {
		if c.Info().Name == name {
			return c, nil
		}
	}
	return nil, profile.Errorf(profile.NotFound, "this shop has no sign-in with %q", name)
}

// Score reads texts and keeps nothing.
func (s *Service) Score(ctx context.Context, texts []profile.Text) ([]profile.Reading, error) {
	return s.Scorer.Score(ctx, texts)
}
