package profile

// Word is a mood put into one word.
type Word string

// The mood words. Unknown is an abstention: the tone stays plain.
const (
	Elated    Word = "elated"
	Content   Word = "content"
	Even      Word = "neutral"
	Downcast  Word = "downcast"
	Anxious   Word = "anxious"
	Irritated Word = "irritated"
	Mixed     Word = "mixed"
	Unknown   Word = "unknown"
)

// Words lists every mood word, in the order in which people read them.
func Words() []Word {
	return []Word{Elated, Content, Even, Mixed, Downcast, Anxious, Irritated, Unknown}
}

// Thresholds of the circumplex: how far from the middle a level must lie
// before it earns a word other than neutral.
const (
	wordValence = 0.25 // |valence| below this is neutral
	wordArousal = 0.25 // arousal from this is excited: elated rather than content
	mixedShare  = 0.35 // both polarities at least this strong: mixed
)

// Feel is the input from which a word is chosen: levels and shares of a single
// text or of many weighted together.
type Feel struct {
	Valence, Arousal   float64 // -1..1
	Negative, Positive float64 // share of negative and positive evidence, 0..1
	Anger, Fear, Sad   float64 // mean intensities, 0..1; anger includes disgust
}

// Word names the feeling, following Russell's circumplex (1980): the side by
// valence, and on the unpleasant side the kind by its strongest emotion, or
// where none is seen by arousal.
func (f Feel) Word() Word {
	switch {
	case f.Negative >= mixedShare && f.Positive >= mixedShare:
		return Mixed
	case f.Valence >= wordValence && f.Arousal >= wordArousal:
		return Elated
	case f.Valence >= wordValence:
		return Content
	case f.Valence > -wordValence:
		return Even
	}
	strongest := max(f.Anger, f.Fear, f.Sad)
	switch {
	case strongest < 0.15 && f.Arousal >= wordArousal:
		return Irritated
	case strongest < 0.15:
		return Downcast
	case f.Anger == strongest:
		return Irritated
	case f.Fear == strongest:
		return Anxious
	}
	return Downcast
}

// Feel is what this text alone feels like.
func (r Reading) Feel() Feel {
	return Feel{
		Valence: r.Valence, Arousal: r.Arousal,
		Negative: r.Probabilities.Negative, Positive: r.Probabilities.Positive,
		Anger: max(r.Emotions.Anger, r.Emotions.Disgust), Fear: r.Emotions.Fear, Sad: r.Emotions.Sadness,
	}
}

// MoodOf is the word for this text alone: Unknown where it abstained.
func (r Reading) MoodOf() Word {
	if r.Abstained {
		return Unknown
	}
	return r.Feel().Word()
}
