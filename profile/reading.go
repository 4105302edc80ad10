package profile

// Text is one piece of writing to be scored.
type Text struct {
	// Text is the author's own words (see OwnWords). Any bytes are accepted;
	// invalid UTF-8 is read as unknown characters.
	Text string `json:"text"`
	// Lang is a hint, ISO 639-1 ("de"), or empty for "find out".
	Lang string `json:"lang,omitempty"`
}

// Sentiment is the polarity of one text.
type Sentiment string

// The three polarities, in the order of Probabilities.
const (
	Negative Sentiment = "negative"
	Neutral  Sentiment = "neutral"
	Positive Sentiment = "positive"
)

// Probabilities of the three polarities: each 0..1, calibrated, summing to 1
// within rounding.
type Probabilities struct {
	Negative float64 `json:"negative"`
	Neutral  float64 `json:"neutral"`
	Positive float64 `json:"positive"`
}

// Likeliest is the polarity with the highest probability; ties go to neutral.
func (p Probabilities) Likeliest() Sentiment {
	switch {
	case p.Negative > p.Neutral && p.Negative > p.Positive:
		return Negative
	case p.Positive > p.Neutral && p.Positive > p.Negative:
		return Positive
	}
	return Neutral
}

// Emotions are eleven independent intensities, each 0..1. An emotion counts as
// present at 0.5. The set is Plutchik's eight plus gratitude, love and optimism.
type Emotions struct {
	Anger        float64 `json:"anger"`
	Anticipation float64 `json:"anticipation"`
	Disgust      float64 `json:"disgust"`
	Fear         float64 `json:"fear"`
	Gratitude    float64 `json:"gratitude"`
	Joy          float64 `json:"joy"`
	Love         float64 `json:"love"`
	Optimism     float64 `json:"optimism"`
	Sadness      float64 `json:"sadness"`
	Surprise     float64 `json:"surprise"`
	Trust        float64 `json:"trust"`
}

// Manner is the tone of writing of one text.
type Manner struct {
	Formality float64 `json:"formality"` // -1 (informal) .. 1 (formal); above 0 is formal
	Energy    float64 `json:"energy"`    // 0 (flat) .. 1 (shouting)
	Irony     float64 `json:"irony"`     // 0..1; counts as ironic at 0.5
	Address   Address `json:"address"`   // how the text addresses its reader
}

// Address is the grammatical form of address: the German du or Sie and its
// like in other languages (tu/vous, tú/usted); empty where the text has none.
type Address string

// The forms of address.
const (
	AddressNone Address = ""
	Du          Address = "du"
	Sie         Address = "Sie"
)

// Reading is what a Scorer answers for one text: the outside shape of
// `tonfall score` and POST /v1/score.
type Reading struct {
	Lang          string        `json:"lang"`      // ISO 639-1, or "und"
	Sentiment     Sentiment     `json:"sentiment"` // always the likeliest, also where abstained
	Probabilities Probabilities `json:"probabilities"`
	Emotions      Emotions      `json:"emotions"`
	Valence       float64       `json:"valence"` // -1 (unpleasant) .. 1 (pleasant), Russell's circumplex
	Arousal       float64       `json:"arousal"` // -1 (calm) .. 1 (excited)
	Mood          Word          `json:"mood"`    // of this text alone
	Tone          Manner        `json:"tone"`
	Confidence    float64       `json:"confidence"` // 0..1; 0 means the engine knows nothing
	Abstained     bool          `json:"abstained"`  // too little to go by: must not change a mood
	Engine        string        `json:"engine"`     // "native", "bayes"
	Version       string        `json:"version"`    // of the engine's model
}
