package sentiment

import (
	"tonfall/profile"
	"tonfall/sentiment/internal/net"
	"tonfall/sentiment/internal/text"
)

// The eleven emotions, in the order of profile.Emotions.
const (
	anger = iota
	anticipation
	disgust
	fear
	gratitude
	joy
	love
	optimism
	sadness
	surprise
	trust
	numEmotions
)

// intensities of the eleven emotions, 0..1; present from one half.
type intensities [numEmotions]float32

// Where the labels of each head stand among the eleven.
var (
	ofTweet    = [...]int{anger, joy, optimism, sadness}
	ofSix      = [...]int{anger, disgust, fear, joy, sadness, surprise}
	ofFine     = [...]int{gratitude, love, optimism}
	ofPlutchik = [...]int{anger, anticipation, disgust, fear, joy, sadness, surprise, trust}
)

// emotions mixes what the heads say. Four groups of annotators have taught the
// engine, each with its own idea of when an emotion is present: of tweets, of
// forum posts, of talk on the net in several languages, of film dialogue. Each
// group's opinion counts as much as the text looks like those it has read.
func (e *Engine) emotions(p *pass) intensities {
	var register [4]float32
	copy(register[:], p.Logits(e.heads.register, p.probs))
	net.Softmax(register[:])
	if e.model.Languages[p.Lang] != "en" { // there two of the groups have read nothing
		for j, v := range register {
			register[j] = max(0, v-0.2)
		}
	}

	var sum, weight intensities
	hear := func(w float32, value float32, emotion int) {
		sum[emotion] += w * value
		weight[emotion] += w
	}
	choice := p.Logits(e.heads.tweet, p.probs)
	net.Softmax(choice)
	for j, v := range choice {
		hear(register[0], net.Present(v, 0.4), ofTweet[j])
	}
	for _, s := range [...]struct {
		task   *net.Task
		weight float32
		of     []int
	}{
		{e.heads.groups, register[1], ofSix[:]},
		{e.heads.fine, register[1], ofFine[:]},
		{e.heads.brighter, register[2], ofSix[:]},
		{e.heads.plutchik, register[3], ofPlutchik[:]},
	} {
		for j, v := range p.Logits(s.task, p.probs) {
			v = net.Sigmoid(v)
			if s.task.Threshold != nil {
				v = net.Present(v, s.task.Threshold[p.Lang][j])
			}
			hear(s.weight+1e-3, v, s.of[j])
		}
	}
	for i := range sum {
		sum[i] /= weight[i]
	}
	if e.model.Languages[p.Lang] != "en" {
		e.nameKinds(p, &sum)
	}
	// Gratitude, love and optimism are kinds of joy: where one of them is
	// present, so is joy.
	for _, kind := range [...]int{gratitude, love, optimism} {
		if sum[kind] >= 0.5 && sum[joy] < 0.5 {
			sum[joy] = 0.5
		}
	}
	return sum
}

// nameKinds adds gratitude, love and optimism where nobody has labelled them,
// outside English: a text that names them is taken at its word as far as it is
// joyful at all.
func (e *Engine) nameKinds(p *pass, x *intensities) {
	for _, s := range [...]struct {
		seed    uint16
		emotion int
	}{{text.SeedGratitude, gratitude}, {text.SeedLove, love}, {text.SeedOptimism, optimism}} {
		if p.Features.Seeds&s.seed != 0 {
			x[s.emotion] = max(x[s.emotion], min(0.8, x[joy]))
		}
	}
}

func (x *intensities) reading() profile.Emotions {
	v := func(i int) float64 { return round(float64(x[i])) }
	return profile.Emotions{
		Anger: v(anger), Anticipation: v(anticipation), Disgust: v(disgust), Fear: v(fear),
		Gratitude: v(gratitude), Joy: v(joy), Love: v(love), Optimism: v(optimism),
		Sadness: v(sadness), Surprise: v(surprise), Trust: v(trust),
	}
}

// pull of each emotion on arousal, after the places of the words on Russell's
// circumplex (1980, figure 2): how excited the emotion is, -1..1.
var pull = intensities{
	anger: 0.8, anticipation: 0.3, disgust: 0.35, fear: 0.8, gratitude: -0.1, joy: 0.3,
	love: 0.2, optimism: 0.1, sadness: -0.5, surprise: 0.8, trust: -0.3,
}

// arousal from the emotions and from how loud the text is written.
func arousal(x *intensities, energy float64) float64 {
	var sum, weight float64 = 0, 0.6
	for i, v := range x {
		sum += float64(v * v * pull[i])
		weight += float64(v * v)
	}
	return max(-1, min(1, 0.8*sum/weight+1.1*(energy-0.25)))
}
