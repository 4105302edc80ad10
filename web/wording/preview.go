package wording

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"tonfall/messages"
	"tonfall/profile"
)

// Trial is what a preview looks at. The zero value shows the example data to a
// sample person of whom nothing is known.
type Trial struct {
	Customer *profile.Customer // a real one; nil: the sample person
	Mood     profile.Word      // of the sample person; empty: nothing is known
	Name     string            // what the sample person is called
	Address  profile.Address   // empty: as the choice has it
	Order                      // Template is not looked at
}

// Shown is one message in all its tones side by side, and which of them would
// go out.
type Shown struct {
	Choice messages.Choice
	Tones  []messages.Tone // the variants of the locale, in the order for people
	Texts  map[messages.Tone]messages.Message
	Data   map[string]any // what filled them: the examples, with the trial's own data on top
}

// Preview renders every tone of a template. It has no side effects: no
// exposure, no count, no remembered tone.
func (d *Desk) Preview(ctx context.Context, shop string, t *messages.Template, trial Trial) (Shown, error) {
	choice, input, err := d.try(ctx, shop, t, trial)
	if err != nil {
		return Shown{}, err
	}
	shown := Shown{Choice: choice, Data: t.Example(choice.Locale)}
	for name, value := range trial.Data {
		shown.Data[name] = value
	}
	input.Data = shown.Data
	shown.Texts, err = t.Preview(choice.Locale, cmp.Or(trial.Address, choice.Address), choice.Channel, input)
	if err != nil {
		return Shown{}, err
	}
	shown.Tones = ordered(shown.Texts)
	return shown, nil
}

func (d *Desk) try(ctx context.Context, shop string, t *messages.Template, trial Trial) (messages.Choice, messages.Input, error) {
	trial.Permission = true // what is asked is which wording, not whether it may be sent
	if trial.Customer != nil {
		choice, _, err := d.choose(ctx, *trial.Customer, t, trial.Order)
		return choice, d.input(*trial.Customer, nil), err
	}
	tenant, _ := d.Shop(shop)
	in := messages.Situation{
		Mood: sample(trial.Mood, d.Now()), Consent: true, Permission: true, Now: d.Now(), Channel: trial.Channel,
		Locale: cmp.Or(trial.Locale, tenant.Locale()), Address: cmp.Or(trial.Address, tenant.Address),
	}
	return messages.Choose(d.Policy(shop), t, in), messages.Input{Name: trial.Name, Shop: tenant.Name}, nil
}

// sample is a clear case of a mood: confident, and well away from an ordinary
// baseline.
func sample(word profile.Word, now time.Time) profile.Mood {
	levels := map[profile.Word]profile.Level{
		profile.Elated: {Valence: .7, Arousal: .6}, profile.Content: {Valence: .6}, profile.Even: {Valence: .05},
		profile.Mixed: {Arousal: .2}, profile.Downcast: {Valence: -.6, Arousal: -.2},
		profile.Anxious: {Valence: -.5, Arousal: .4}, profile.Irritated: {Valence: -.6, Arousal: .6},
	}
	level, known := levels[word]
	if !known {
		return profile.Mood{Word: profile.Unknown, Abstained: true, AsOf: now}
	}
	base := profile.Baseline{Level: profile.Level{Valence: .05}, Spread: .3, Readings: 40, Days: 20, Since: now.AddDate(0, -3, 0)}
	return profile.Mood{
		Word: word, Current: level, Baseline: base, Confidence: .9, AsOf: now, Until: now.AddDate(0, 0, 3),
		Deviation: profile.Deviation{Self: (level.Valence - base.Valence) / base.Spread, Arousal: level.Arousal},
	}
}

// Tones lists a template's tones, the default ones first and in their order,
// then the shop's own by name.
func Tones(t *messages.Template) []messages.Tone {
	seen := map[messages.Tone]bool{}
	for _, variants := range t.Variants {
		for tone := range variants {
			seen[tone] = true
		}
	}
	return ordered(seen)
}

func ordered[T any](tones map[messages.Tone]T) []messages.Tone {
	rank := func(tone messages.Tone) int {
		if i := slices.Index(messages.DefaultTones(), tone); i >= 0 {
			return i
		}
		return len(messages.DefaultTones())
	}
	return slices.SortedFunc(maps.Keys(tones), func(a, b messages.Tone) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a, b))
	})
}
