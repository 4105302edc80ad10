package messages

import (
	"crypto/hmac"
	"crypto/sha256"
	_ "embed" // policy.yaml
	"encoding/binary"
	"maps"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"tonfall/profile"
)

// Policy says which tones fit which mood. It is data that a marketer can read
// and change: policy.yaml is the default, explained line by line.
type Policy struct {
	// Moods lists for each mood word the tones that fit, best first.
	Moods map[profile.Word][]Step `json:"moods"`
	// Never lists tones that must not be used under a mood.
	Never map[profile.Word][]Tone `json:"never"`
	// Near says which tone stands in for one that a template lacks.
	Near map[Tone]Tone `json:"near"`
	// Clear is the confidence (0..1) from which a new tone replaces the last one;
	// below it the last tone stays as long as the mood does not forbid it.
	Clear float64 `json:"clear"`
	// Formal is the mean formality (-1..1) of a person's own writing from which
	// the tone Formal comes first wherever the mood lists it.
	Formal float64 `json:"formal"`
	// SalesMost is how many sales messages a customer gets in SalesDays days.
	SalesMost int `json:"salesMost"`
	SalesDays int `json:"salesDays"`
	// Holdout is the share of customers who always get Plain, 0..1.
	Holdout float64 `json:"holdout"`
}

// Step is a tone and what it takes.
type Step struct {
	Tone       Tone    `json:"tone"`
	Confidence float64 `json:"confidence,omitempty"` // of the mood, at least this; 0..1
	Deviation  float64 `json:"deviation,omitempty"`  // from the own baseline, at least this many spreads either way
}

//go:embed policy.yaml
var defaultPolicy []byte

// DefaultPolicy is the policy of policy.yaml.
func DefaultPolicy() Policy {
	p, problems := readPolicy("policy.yaml", defaultPolicy, Policy{})
	if len(problems) > 0 {
		panic("the embedded policy is broken: " + problems[0].String()) // a test reads it
	}
	return p
}

// ParsePolicy reads a policy from YAML. What is not named keeps its default;
// a mood that is named replaces the default's whole list. Invalid with every
// error, its line and its mend.
func ParsePolicy(file string, source []byte) (Policy, error) {
	p, problems := readPolicy(file, source, DefaultPolicy())
	if len(problems) == 0 {
		return p, nil
	}
	var all []string
	for _, x := range problems {
		all = append(all, x.String())
	}
	return DefaultPolicy(), profile.Errorf(profile.Invalid, "%s", strings.Join(all, "\n"))
}

func readPolicy(file string, source []byte, p Policy) (Policy, []Problem) {
	d := &document{file: file}
	top := d.open(source)
	if top == nil {
		return p, d.problems
	}
	f := d.fields(top, "the policy", "moods", "never", "near", "clear", "formal", "sales", "holdout")
	if n := f["moods"]; n != nil {
		p.Moods = maps.Clone(p.Moods)
		if p.Moods == nil {
			p.Moods = map[profile.Word][]Step{}
		}
		for _, e := range d.entries(n, "moods") {
			p.Moods[profile.Word(e.key)] = d.steps(e)
		}
	}
	if n := f["never"]; n != nil {
		p.Never = d.moods(n, "never")
	}
	if n := f["near"]; n != nil {
		p.Near = map[Tone]Tone{}
		for _, e := range d.entries(n, "near") {
			p.Near[Tone(e.key)] = Tone(d.text(e.value, "near"))
		}
	}
	d.bounded(f["clear"], "clear", 0, 1, &p.Clear)
	d.bounded(f["formal"], "formal", -1, 1, &p.Formal)
	d.bounded(f["holdout"], "holdout", 0, 1, &p.Holdout)
	if f["sales"] != nil {
		s := d.fields(f["sales"], "sales", "most", "days")
		most, days := float64(p.SalesMost), float64(p.SalesDays)
		d.bounded(s["most"], "most", 0, 100, &most)
		d.bounded(s["days"], "days", 1, 365, &days)
		p.SalesMost, p.SalesDays = int(most), int(days)
	}
	d.sensible(p, top)
	return p, d.problems
}

// steps reads the tones of one mood: names, or names with what they take.
func (d *document) steps(e entry) []Step {
	var names []string
	for _, w := range profile.Words() {
		if w != profile.Unknown {
			names = append(names, string(w))
		}
	}
	if _, ok := d.choice(e.at, "mood", names...); !ok {
		return nil
	}
	if e.value.Kind != yaml.SequenceNode {
		d.wrong(e.value, "tones must be a list", "write "+e.key+": [warm, plain]")
		return nil
	}
	var steps []Step
	for _, n := range e.value.Content {
		if n.Kind == yaml.ScalarNode {
			steps = append(steps, Step{Tone: Tone(n.Value)})
			continue
		}
		f := d.fields(n, "a tone", "tone", "confidence", "deviation")
		s := Step{Tone: Tone(d.text(f["tone"], "tone"))}
		d.bounded(f["confidence"], "confidence", 0, 1, &s.Confidence)
		d.bounded(f["deviation"], "deviation", 0, 10, &s.Deviation)
		steps = append(steps, s)
	}
	return steps
}

func (d *document) bounded(n *yaml.Node, what string, low, high float64, into *float64) {
	if n == nil {
		return
	}
	if v, ok := d.number(n, what, low, high); ok {
		*into = v
	}
}

// sensible tells what is readable and yet cannot be meant.
func (d *document) sensible(p Policy, top *yaml.Node) {
	for word, steps := range p.Moods {
		for _, s := range steps {
			if !nameForm.MatchString(string(s.Tone)) {
				d.wrong(top, "a tone of "+string(word)+" has no proper name", "use lower case letters, digits and hyphens")
			}
			if slices.Contains(p.Never[word], s.Tone) {
				d.wrong(top, string(word)+" lists "+string(s.Tone)+", which never forbids there", "take it out of one of them")
			}
		}
	}
	for tone := range p.Near {
		at, seen := tone, 0
		for at != Plain && at != "" && seen <= len(p.Near) {
			at, seen = p.Near[at], seen+1
		}
		if seen > len(p.Near) {
			d.wrong(top, "near leads from "+string(tone)+" round in a circle", "let it end at plain")
		}
	}
}

// HeldOut reports whether a customer is of the control group: by a keyed hash
// (HMAC-SHA256), so the same for ever and unrelated to anything else. key is
// secret and at least 16 bytes; share is 0..1.
func HeldOut(key []byte, customer profile.Key, share float64) bool {
	h := hmac.New(sha256.New, key)
	h.Write([]byte("holdout\x00" + customer.Shop + "\x00" + string(customer.ID)))
	return float64(binary.BigEndian.Uint64(h.Sum(nil))>>11)/(1<<53) < share
}
