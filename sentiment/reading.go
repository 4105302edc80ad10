package sentiment

import (
	"tonfall/profile"
	"tonfall/sentiment/internal/net"
)

// read fills in the whole reading of one text.
func (e *Engine) read(p *pass, t *profile.Text, r *profile.Reading) {
	p.Read(t.Text, e.model.Language(t.Lang), true)
	pol := e.polarity(p)
	*r = profile.Reading{
		Lang: pol.Lang, Sentiment: pol.Sentiment, Probabilities: pol.Probabilities,
		Confidence: pol.Confidence, Abstained: pol.Abstained, Mood: profile.Unknown,
		Engine: "native", Version: e.model.Version,
	}
	if p.Doc.Empty() {
		return
	}
	x := e.emotions(p)
	r.Emotions = x.reading()
	r.Tone = e.manner(p)
	q := r.Probabilities
	r.Valence = round(q.Positive - q.Negative)
	r.Arousal = round(arousal(&x, r.Tone.Energy))
	r.Mood = r.MoodOf()
}

// Where the engine stops trusting itself.
const (
	languageFrom = 0.35 // likeliest language below this: und
	abstainBelow = 0.42 // likeliest polarity below this: an abstention
)

// polarity reads language and sentiment off the pass.
func (e *Engine) polarity(p *pass) Polarity {
	pol := Polarity{Lang: "und"}
	if p.Doc.Empty() {
		r := abstain(profile.Reading{})
		pol.Sentiment, pol.Probabilities, pol.Abstained = r.Sentiment, r.Probabilities, true
		return pol
	}
	if p.Doc.Letters > 0 && p.Sure >= languageFrom {
		pol.Lang = e.model.Languages[p.Lang]
	}
	out := p.Logits(e.heads.sentiment, p.probs)
	c := &e.model.Calibration
	for j := range out {
		out[j] = out[j]*c.Sharpness[p.Lang] + c.Offset[p.Lang][j]
	}
	net.Softmax(out)
	pol.Probabilities = profile.Probabilities{Negative: round(float64(out[0])), Positive: round(float64(out[2]))}
	pol.Probabilities.Neutral = round(1 - pol.Probabilities.Negative - pol.Probabilities.Positive)
	pol.Sentiment = pol.Probabilities.Likeliest()
	top := max(pol.Probabilities.Negative, pol.Probabilities.Neutral, pol.Probabilities.Positive)
	pol.Confidence = round((top - 1.0/3) * 1.5)
	pol.Abstained = top < abstainBelow || pol.Lang == "und" && p.Doc.Letters > 0
	if pol.Abstained {
		pol.Confidence = min(pol.Confidence, 0.1)
	}
	return pol
}
