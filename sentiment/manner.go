package sentiment

import (
	"tonfall/profile"
	"tonfall/sentiment/internal/net"
)

// manner is the tone of writing.
func (e *Engine) manner(p *pass) profile.Manner {
	ironic := p.Logits(e.heads.irony, p.probs)
	net.Softmax(ironic)
	irony := net.Present(ironic[1], e.model.Calibration.Irony)

	m := profile.Manner{Irony: round(float64(irony)), Energy: round(energy(p))}
	du, sie := p.Doc.Address(e.model.Languages[p.Lang])
	formal := p.Logits(e.heads.formal, p.probs)
	lean := formal[1] - formal[0]
	switch {
	case sie > du:
		m.Address = profile.Sie
		lean += addressed
	case du > 0:
		m.Address = profile.Du
		lean -= addressed
	case e.model.Languages[p.Lang] == "de" && p.Doc.MaybePolite():
		lean += addressed / 2
	}
	m.Formality = round(float64(2*net.Sigmoid(lean) - 1))
	return m
}

// addressed is how far, in logits, a form of address moves the formality.
const addressed = 4

// energy is how loud the text is written, 0..1: exclamation marks, capitals,
// drawn-out words, pictographs.
func energy(p *pass) float64 {
	s := p.Doc.Signals()
	words := float64(max(p.Doc.Words, 1))
	v := 0.15 + 0.2*min(float64(s.Exclaims), 2.5) + 0.8*min(float64(s.Shouted)/words, 0.5) +
		0.15*min(float64(s.Drawn), 2) + 0.08*min(float64(s.Emojis), 3)
	if s.Shouted == 1 && words > 3 { // an abbreviation, more likely
		v -= 0.6 / words
	}
	return max(0, min(1, v))
}
