package api

import (
	"context"
	"slices"
	"time"

	"tonfall/messages"
	"tonfall/profile"
)

// Tone is which tones fit a customer now.
type Tone struct {
	Tone      messages.Tone     `json:"tone" doc:"The first of tones."`
	Tones     []messages.Fit    `json:"tones" nullable:"false" doc:"What fits, best first, each with its reasons."`
	Reasons   []messages.Reason `json:"reasons" nullable:"false" doc:"Why the first one."`
	Abstained bool              `json:"abstained" doc:"Too little is known or may be used: the tone is plain."`
	AsOf      time.Time         `json:"asOf"`
}

func (a *API) tone(ctx context.Context, in *ByID) (*answer[Tone], error) {
	c, err := a.customer(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	fits, abstained, err := a.Desk.Tones(ctx, c)
	if err != nil {
		return nil, err
	}
	out := Tone{Tones: fits, Abstained: abstained, AsOf: a.Now().UTC(), Reasons: []messages.Reason{}}
	if len(fits) > 0 {
		out.Tone, out.Reasons = fits[0].Tone, append(out.Reasons, fits[0].Reasons...)
	}
	return &answer[Tone]{Body: out}, nil
}

// Mood is a customer's mood with its evidence.
type Mood struct {
	Mood       profile.Word      `json:"mood" enum:"elated,content,neutral,mixed,downcast,anxious,irritated,unknown"`
	Current    profile.Level     `json:"current"`
	Baseline   profile.Baseline  `json:"baseline"`
	Deviation  profile.Deviation `json:"deviation"`
	Confidence float64           `json:"confidence"`
	Abstained  bool              `json:"abstained"`
	Evidence   []Weight          `json:"evidence" nullable:"false" doc:"What weighed most, heaviest first."`
	AsOf       time.Time         `json:"asOf"`
	Until      *time.Time        `json:"moodUntil" doc:"When the word changes if nothing new is written."`
}

// Weight is one piece of evidence: where and when, never what was written.
type Weight struct {
	Item      string             `json:"item"`
	Connector string             `json:"connector"`
	Provider  string             `json:"provider"`
	Kind      profile.PostKind   `json:"kind"`
	At        time.Time          `json:"at"`
	Lang      string             `json:"lang"`
	Sentiment profile.Sentiment  `json:"sentiment"`
	Mood      profile.Word       `json:"mood"`
	Valence   float64            `json:"valence"`
	Arousal   float64            `json:"arousal"`
	Share     float64            `json:"share" doc:"Of the current level, 0 to 1."`
	Consents  []int              `json:"consents" nullable:"false" doc:"Entries of the consent ledger that allowed it."`
	Engine    string             `json:"engine"`
	Version   string             `json:"version"`
	Carried   bool               `json:"carried" doc:"Carried over from an older model, the text being gone."`
	Corrected profile.Correction `json:"corrected,omitempty"`
}

func (a *API) mood(ctx context.Context, in *ByID) (*answer[Mood], error) {
	c, err := a.readable(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	m := c.Mood
	if m.Word == "" { // nothing was ever folded
		m = profile.Folding{}.Fold(nil, a.Now())
	}
	evidence, err := a.weigh(ctx, c.Key, m.Evidence)
	if err != nil {
		return nil, err
	}
	return &answer[Mood]{Body: Mood{
		Mood: m.Word, Current: m.Current, Baseline: m.Baseline, Deviation: m.Deviation, Confidence: m.Confidence,
		Abstained: m.Abstained, Evidence: evidence, AsOf: m.AsOf, Until: filled(m.Until),
	}}, nil
}

// readable finds a customer whose mood may be read.
func (a *API) readable(ctx context.Context, id string) (profile.Customer, error) {
	c, err := a.customer(ctx, id)
	if err != nil {
		return c, err
	}
	return c, a.Gate.Allowed(&c, profile.MoodRead, "", "")
}

// weigh looks up what a mood names as its evidence. It is among the newest
// readings nearly always, so it is looked for from there.
func (a *API) weigh(ctx context.Context, key profile.Key, named []profile.Weighed) ([]Weight, error) {
	out := make([]Weight, len(named))
	cursor, missing := "", len(named)
	for missing > 0 {
		readings, next, err := a.Gate.Evidence(ctx, key, cursor, 200)
		if err != nil {
			return nil, err
		}
		for _, e := range readings {
			i := slices.IndexFunc(named, func(w profile.Weighed) bool { return w.Item == e.Item })
			if i >= 0 && out[i].Item == "" {
				out[i] = weight(e, named[i].Share)
				missing--
			}
		}
		if cursor = next; cursor == "" {
			break
		}
	}
	return slices.DeleteFunc(out, func(w Weight) bool { return w.Item == "" }), nil
}

func weight(e profile.Evidence, share float64) Weight {
	return Weight{
		Item: e.Item, Connector: e.Connector, Provider: e.Provider, Kind: e.Kind, At: e.At, Lang: e.Lang,
		Sentiment: e.Sentiment, Mood: e.Mood, Valence: e.Valence, Arousal: e.Arousal, Share: share,
		Consents: append([]int{}, e.Consents...), Engine: e.Engine, Version: e.Version, Carried: e.Carried, Corrected: e.Corrected,
	}
}

// SourcedReading is a reading and where it came from.
type SourcedReading struct {
	profile.Reading
	Item      string             `json:"item"`
	Connector string             `json:"connector"`
	Provider  string             `json:"provider"`
	Kind      profile.PostKind   `json:"kind"`
	At        time.Time          `json:"at" doc:"When the text was written."`
	Scored    time.Time          `json:"scored" doc:"When it was read."`
	Consents  []int              `json:"consents" nullable:"false"`
	Carried   bool               `json:"carried"`
	Corrected profile.Correction `json:"corrected,omitempty" doc:"What the customer said instead; it outranks the model."`
}

type readingsInput struct {
	ByID
	Paged
}

func (a *API) readings(ctx context.Context, in *readingsInput) (*answer[list[SourcedReading]], error) {
	c, err := a.readable(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	evidence, next, err := a.Gate.Evidence(ctx, c.Key, in.Cursor, in.Limit)
	if err != nil {
		return nil, err
	}
	items := make([]SourcedReading, len(evidence))
	for i, e := range evidence {
		items[i] = SourcedReading{
			Reading: e.Reading, Item: e.Item, Connector: e.Connector, Provider: e.Provider, Kind: e.Kind, At: e.At,
			Scored: e.Scored, Consents: append([]int{}, e.Consents...), Carried: e.Carried, Corrected: e.Corrected,
		}
	}
	return page(items, next), nil
}
