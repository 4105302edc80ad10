package messages

import "tonfall/profile"

// Policy says which tones fit which mood. It is data that a marketer can read
// and change: policy.yaml is the default, explained line by line.
type Policy struct {
	// Moods lists for each mood word the tones that fit, best first.
	Moods map[profile.Word][]Step
	// Never lists tones that must not be used under a mood.
	Never map[profile.Word][]Tone
	// Near says which tone stands in for one that a template lacks.
	Near map[Tone]Tone
	// Clear is the confidence (0..1) from which a new tone replaces the last one;
	// below it the last tone stays as long as the mood does not forbid it.
	Clear float64
	// Formal is the mean formality (-1..1) of a person's own writing from which
	// the tone Formal comes first wherever the mood lists it.
	Formal float64
	// SalesMost is how many sales messages a customer gets in SalesDays days.
	SalesMost int
	SalesDays int
	// Holdout is the share of customers who always get Plain, 0..1.
	Holdout float64
}

// Step is a tone and what it takes.
type Step struct {
	Tone       Tone
	Confidence float64 // of the mood, at least this; 0..1
	Deviation  float64 // from the person's own baseline, at least this many spreads either way
}

// DefaultPolicy is the policy of policy.yaml.
func DefaultPolicy() Policy { return Policy{Near: map[Tone]Tone{}} }

// ParsePolicy reads a policy from YAML. What is not named keeps its default.
// Invalid with file, line and mend.
func ParsePolicy(file string, source []byte) (Policy, error) { return DefaultPolicy(), nil }

// HeldOut reports whether a customer is of the control group: by a keyed hash
// (HMAC-SHA256), so the same for ever and unrelated to anything else. key is
// secret and at least 16 bytes; share is 0..1.
func HeldOut(key []byte, customer profile.Key, share float64) bool { return false }
