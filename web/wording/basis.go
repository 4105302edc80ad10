package wording

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"tonfall/consent"
	"tonfall/messages"
	"tonfall/profile"
)

// Exposed is the record of a message that went out: what was chosen, and what
// the choice stands on, so that it can be explained later.
type Exposed struct {
	messages.Exposure
	Basis Basis `json:"basis,omitzero"`
}

// Basis is what a choice stands on: counts and consents, never a text.
type Basis struct {
	Sources  []Source `json:"sources,omitempty"`  // most first; none where the mood played no part
	Consents []Agreed `json:"consents,omitempty"` // under which the sources were used
	Others   []Other  `json:"others,omitempty"`   // the other tones in which this message is written
}

// Other is a tone that was not chosen.
type Other struct {
	Tone    messages.Tone    `json:"tone"`
	Fits    bool             `json:"fits,omitempty"`    // it would have suited as well
	Against *messages.Reason `json:"against,omitempty"` // what spoke against one that would have come first
}

// Source is one network's part in the readings that were looked at.
type Source struct {
	Connector string    `json:"connector"` // "shop" for letters to the shop
	Readings  int       `json:"readings"`
	From      time.Time `json:"from"` // when the oldest of the texts was written
	To        time.Time `json:"to"`   // and the newest
}

// Agreed is one decision that allowed it.
type Agreed struct {
	Seq      int             `json:"seq"` // in the customer's ledger
	Purpose  profile.Purpose `json:"purpose"`
	Provider string          `json:"provider,omitempty"`
	Version  string          `json:"text_version"`
	At       time.Time       `json:"at"`
}

// basis says what a choice in a situation stands on. Where a wish, a missing
// consent, the control group or too little evidence decided, the mood played
// no part, and nothing is named as its source.
func basis(p messages.Policy, c profile.Customer, t *messages.Template, choice messages.Choice, in messages.Situation) Basis {
	b := Basis{Others: others(p, t, choice, in)}
	if in.Wishes.Plain || !in.Consent || choice.Abstained || choice.Holdout {
		return b
	}
	networks, providers := map[string]*Source{}, map[string]bool{}
	for _, e := range in.Evidence {
		if e.Abstained {
			continue
		}
		s := networks[e.Connector]
		if s == nil {
			s = &Source{Connector: e.Connector, From: e.At, To: e.At}
			networks[e.Connector] = s
		}
		s.Readings++
		s.From, s.To = earlier(s.From, e.At), later(s.To, e.At)
		providers[e.Provider] = true
	}
	for _, s := range networks {
		b.Sources = append(b.Sources, *s)
	}
	slices.SortFunc(b.Sources, func(x, y Source) int {
		return cmp.Or(cmp.Compare(y.Readings, x.Readings), cmp.Compare(x.Connector, y.Connector))
	})
	b.Consents = agreed(c, slices.Sorted(maps.Keys(providers)))
	return b
}

// others are the tones of the template that were not chosen, and whether they
// could have been.
func others(p messages.Policy, t *messages.Template, choice messages.Choice, in messages.Situation) []Other {
	fits, _ := messages.Tones(p, in)
	var out []Other
	for _, tone := range Tones(t) {
		if _, written := t.Variants[choice.Locale][tone]; !written || tone == choice.Tone {
			continue
		}
		o := Other{Tone: tone, Fits: slices.ContainsFunc(fits, func(f messages.Fit) bool { return f.Tone == tone })}
		if i := slices.IndexFunc(choice.Blocked, func(b messages.Blocked) bool { return b.Tone == tone }); i >= 0 {
			o.Fits, o.Against = false, &choice.Blocked[i].Reason
		}
		out = append(out, o)
	}
	return out
}

// agreed are the standing decisions behind texts of the providers, and behind
// reading and using them.
func agreed(c profile.Customer, providers []string) []Agreed {
	var out []Agreed
	add := func(p profile.Purpose, provider string) {
		if x := c.Consent(p, provider); x != nil {
			out = append(out, Agreed{Seq: x.Seq, Purpose: p, Provider: provider, Version: x.TextVersion, At: x.At})
		}
	}
	for _, provider := range providers {
		if provider == consent.Shop {
			add(profile.ShopTexts, "")
			continue
		}
		add(profile.Posts, provider)
	}
	add(profile.MoodRead, "")
	add(profile.Messages, "")
	return out
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
