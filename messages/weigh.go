package messages

import (
	"math"
	"slices"

	"tonfall/profile"
)

// verdict is what the policy makes of a situation, whatever the template.
type verdict struct {
	tones     []Tone // that fit, best first; never empty
	reasons   []Reason
	blocked   []Blocked
	abstained bool
	holdout   bool
}

// weigh applies the policy: first what makes the tone plain without a look at
// the mood, then the mood's own list, then who writes formally, last what was
// used before.
func (p Policy) weigh(in Situation, never map[profile.Word][]Tone) verdict {
	word := in.Mood.Word
	steps, known := p.Moods[word]
	passed := !in.Mood.Until.IsZero() && in.Now.After(in.Mood.Until)
	switch {
	case in.Wishes.Plain:
		return plainBecause(wishedPlain())
	case !in.Consent:
		return plainBecause(noConsent())
	case in.Mood.Abstained, !known, passed:
		v := plainBecause(tooLittle(in))
		v.abstained = true
		return v
	case in.Holdout:
		v := plainBecause(controlGroup())
		v.holdout = true
		return v
	}
	var v verdict
	for _, s := range steps {
		switch {
		case p.forbids(word, s.Tone, never):
			v.blocked = append(v.blocked, Blocked{Tone: s.Tone, Reason: forbidden(s.Tone, word)})
		case in.Mood.Confidence < s.Confidence:
			v.blocked = append(v.blocked, Blocked{Tone: s.Tone, Reason: unsure(s, in.Mood)})
		case math.Abs(in.Mood.Deviation.Self) < s.Deviation:
			v.blocked = append(v.blocked, Blocked{Tone: s.Tone, Reason: usual(s, in.Mood)})
		default:
			v.tones = append(v.tones, s.Tone)
		}
	}
	if !slices.Contains(v.tones, Plain) {
		v.tones = append(v.tones, Plain)
	}
	mean, texts := formality(in.Evidence)
	if i := slices.Index(v.tones, Formal); i > 0 && texts >= formalTexts && mean >= p.Formal {
		v.tones = slices.Insert(slices.Delete(v.tones, i, i+1), 0, Formal)
		v.reasons = append(v.reasons, writesFormally(texts))
	}
	v.reasons = append(v.reasons, sounds(v.tones[0], in))
	return p.steady(v, in, never)
}

// steady keeps the last tone in front where the evidence is not clear and the
// mood does not forbid it.
func (p Policy) steady(v verdict, in Situation, never map[profile.Word][]Tone) verdict {
	last := in.LastTone
	if last == "" || last == v.tones[0] || in.Mood.Confidence >= p.Clear || p.forbids(in.Mood.Word, last, never) {
		return v
	}
	first := v.tones[0]
	v.tones = slices.DeleteFunc(v.tones, func(t Tone) bool { return t == last })
	v.tones = slices.Insert(v.tones, 0, last)
	v.reasons = append([]Reason{kept(last, first, in.Mood.Confidence, p.Clear)}, v.reasons...)
	return v
}

// forbids reports whether policy or template rule a tone out. Plain never is.
func (p Policy) forbids(word profile.Word, tone Tone, never map[profile.Word][]Tone) bool {
	return tone != Plain && (slices.Contains(p.Never[word], tone) || slices.Contains(never[word], tone) || slices.Contains(never[Any], tone))
}

func plainBecause(r Reason) verdict { return verdict{tones: []Tone{Plain}, reasons: []Reason{r}} }

// formalTexts is how many texts it takes to know how somebody writes.
const formalTexts = 3

// formality is the mean formality of what somebody wrote, weighed by
// confidence. A text that says Sie counts as formal whatever else it is.
func formality(evidence []profile.Evidence) (mean float64, texts int) {
	weight := 0.0
	for _, e := range evidence {
		if e.Abstained || !(e.Confidence > 0) || e.Corrected == profile.NotMe {
			continue
		}
		f := e.Tone.Formality
		if e.Tone.Address == profile.Sie {
			f = max(f, 0.5)
		}
		mean += f * e.Confidence
		weight += e.Confidence
		texts++
	}
	if weight == 0 {
		return 0, 0
	}
	return mean / weight, texts
}
