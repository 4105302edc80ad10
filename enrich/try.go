package enrich

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"tonfall/connectors"
	"tonfall/profile"
)

// Trial is what would be derived from somebody's last posts. It is kept nowhere.
type Trial struct {
	Posts    []profile.Post     // newest first, at most ten
	Evidence []profile.Evidence // a reading of each, in the same order
	Mood     profile.Mood       // as these alone would make it
}

const (
	trialPosts = 10
	trialTime  = 15 * time.Second
)

// Reads reports whether the grant of somebody who has just signed in suffices
// for reading posts; else a wider authorisation is needed first.
func (s *Service) Reads(a Arrival) (bool, error) {
	c, grant, err := s.granted(a)
	return err == nil && a.Posts && covers(c.Info(), grant), err
}

// Try reads the last posts with the grant just obtained and says what would be
// derived from them. It needs the consent Preview, and leaves nothing behind.
func (s *Service) Try(ctx context.Context, a Arrival) (Trial, error) {
	customer, err := s.Gate.Customer(ctx, a.Key)
	if err != nil {
		return Trial{}, err
	}
	if err := s.Gate.MayPreview(&customer, a.Connector, a.Account.Provider); err != nil {
		return Trial{}, err
	}
	c, grant, err := s.granted(a)
	if err != nil {
		return Trial{}, err
	}
	reader, ok := c.(connectors.PostReader)
	if !ok {
		return Trial{}, profile.Errorf(profile.Invalid, "%s gives no posts", c.Info().Title)
	}
	ctx, cancel := context.WithTimeout(ctx, trialTime)
	defer cancel()
	page, _, err := reader.Posts(ctx, c.Client(grant, s.Transport), a.Account, "")
	if err != nil {
		return Trial{}, err
	}
	return s.trial(ctx, page)
}

// trial derives in memory what an import would derive and save.
func (s *Service) trial(ctx context.Context, page []profile.Post) (Trial, error) {
	var t Trial
	for _, p := range page {
		if p, ok := s.own(p); ok {
			t.Posts = append(t.Posts, p)
		}
	}
	slices.SortStableFunc(t.Posts, func(a, b profile.Post) int { return b.At.Compare(a.At) })
	t.Posts = t.Posts[:min(len(t.Posts), trialPosts)]
	texts := make([]profile.Text, len(t.Posts))
	for i, p := range t.Posts {
		texts[i] = profile.Text{Text: p.Text, Lang: p.Lang}
	}
	readings, err := s.Scorer.Score(ctx, texts)
	if err != nil {
		return Trial{}, err
	}
	for i, p := range t.Posts {
		t.Evidence = append(t.Evidence, origin(p, readings[i], s.Now().UTC()))
	}
	t.Mood = s.Gate.Folding.Fold(t.Evidence, s.Now())
	return t, nil
}

// LetGo ends the grant of somebody who has just signed in, where the provider
// has a way.
func (s *Service) LetGo(ctx context.Context, a Arrival) error {
	c, err := s.connector(a.Key.Shop, a.Connector)
	if err != nil {
		return err
	}
	return s.letGo(ctx, a, c, a.Grant)
}

func (s *Service) granted(a Arrival) (c connectors.Connector, g connectors.Grant, err error) {
	if c, err = s.connector(a.Key.Shop, a.Connector); err != nil {
		return c, g, err
	}
	err = json.Unmarshal(a.Grant, &g)
	return c, g, profile.Wrap(profile.Internal, err, "the sign-in could not be read again")
}
