package enrich

import (
	"context"
	"encoding/base64"
	"time"

	"tonfall/consent"
	"tonfall/profile"
)

// longest is how much of one text is read, in bytes. No network lets people
// write more in a post; what is longer is no post.
const longest = 64 << 10

// own makes of a fetched post what may be kept: the customer's own words,
// bounded, with a keyed hash and a time that can be true. ok is false where
// nothing of the customer's is in it.
func (s *Service) own(p profile.Post) (profile.Post, bool) {
	if p.Kind == profile.Boost || p.ID == "" {
		return p, false
	}
	now := s.Now().UTC()
	p.Text = bounded(profile.OwnWords(bounded(p.Text)))
	if p.At.IsZero() || p.At.After(now) {
		p.At = now // clocks of providers and people are wrong at times; nobody writes tomorrow
	}
	p.At, p.Fetched = p.At.UTC(), now
	p.Hash = base64.RawURLEncoding.EncodeToString(s.Gate.Hash("text", p.Item(), p.Text))
	return p, true
}

// bounded cuts a text at the longest length; the scorer reads a torn last
// character as unknown.
func bounded(text string) string { return text[:min(len(text), longest)] }

// read scores posts where the gate says that the mood may be read; elsewhere
// it answers nothing.
func (s *Service) read(ctx context.Context, key profile.Key, posts []profile.Post) ([]profile.Evidence, error) {
	if len(posts) == 0 {
		return nil, nil
	}
	c, err := s.Gate.Customer(ctx, key)
	if err != nil {
		return nil, err
	}
	if s.Gate.Readable(&c, posts[0].Connector, posts[0].Provider) != nil {
		return nil, nil //nolint:nilerr // a no to reading is an answer, not a failure
	}
	texts := make([]profile.Text, len(posts))
	for i, p := range posts {
		texts[i] = profile.Text{Text: p.Text, Lang: p.Lang}
	}
	readings, err := s.Scorer.Score(ctx, texts)
	if err != nil {
		return nil, err
	}
	now := s.Now().UTC()
	evidence := make([]profile.Evidence, len(posts))
	for i, p := range posts {
		evidence[i] = origin(p, readings[i], now)
	}
	return evidence, nil
}

// moments are the times of the texts that speak of a hard moment in life.
// Which texts they are, and of what they speak, is forgotten here.
func (s *Service) moments(posts []profile.Post) []time.Time {
	var out []time.Time
	for _, p := range posts {
		if s.Sensitive != nil && s.Sensitive(p.Text) {
			out = append(out, p.At)
		}
	}
	return out
}

// origin is a reading with where it came from.
func origin(p profile.Post, r profile.Reading, scored time.Time) profile.Evidence {
	return profile.Evidence{
		Reading: r, Item: p.Item(), Connector: p.Connector, Provider: p.Provider,
		Kind: p.Kind, Hash: p.Hash, At: p.At, Scored: scored,
	}
}

// AddTexts takes texts that the shop holds: e-mails, reviews, chats. It needs
// the consent shop_texts and answers how many were new. The texts' ids are the
// shop's; the same id again replaces.
func (s *Service) AddTexts(ctx context.Context, key profile.Key, texts []profile.Post) (int, error) {
	posts := make([]profile.Post, 0, len(texts))
	for _, p := range texts {
		p.Connector, p.Provider, p.Subject = consent.Shop, consent.Shop, ""
		if p, ok := s.own(p); ok {
			posts = append(posts, p)
		}
	}
	evidence, err := s.read(ctx, key, posts)
	if err != nil {
		return 0, err
	}
	done, err := s.Gate.Import(ctx, key, consent.Batch{
		Connector: consent.Shop, Provider: consent.Shop, Posts: posts, Evidence: evidence, Moments: s.moments(posts),
	})
	return done.Posts, err
}
