package profile

import "time"

// Mood is how a customer is now, measured against how that customer usually
// is. It is what GET /v1/customers/{id}/mood answers, evidence texts aside.
type Mood struct {
	Word       Word      `json:"mood"`
	Current    Level     `json:"current"`
	Baseline   Baseline  `json:"baseline"`
	Deviation  Deviation `json:"deviation"`
	Confidence float64   `json:"confidence"` // 0..1: falls with age and with thin evidence
	Abstained  bool      `json:"abstained"`  // Word is Unknown: the tone stays plain
	Evidence   []Weighed `json:"evidence"`   // what weighed most, heaviest first, at most MoodEvidence
	AsOf       time.Time `json:"asOf"`
	// Until is when the word next changes if nothing new is written; zero
	// where it is Unknown already.
	Until time.Time `json:"moodUntil,omitzero"`
}

// Level is a place on Russell's circumplex: valence and arousal, each -1..1.
type Level struct {
	Valence float64 `json:"valence"`
	Arousal float64 `json:"arousal"`
}

// Baseline is the person's own long-term level.
type Baseline struct {
	Level
	Spread   float64   `json:"spread"`         // usual distance of a day from the level, in valence; above 0
	Readings int       `json:"readings"`       // how many it stands on
	Days     int       `json:"days"`           // on how many different days they were written
	Since    time.Time `json:"since,omitzero"` // the oldest of them
	Carried  float64   `json:"carried"`        // share of readings carried over from an older model, 0..1
}

// Deviation is the current level against the own baseline.
type Deviation struct {
	Self    float64 `json:"self"`    // valence, in the person's own spreads: -1 is an unusually low day
	Arousal float64 `json:"arousal"` // difference on the circumplex, -2..2
}

// Weighed is one piece of evidence and its share in the current level.
type Weighed struct {
	Item  string  `json:"item"`  // Evidence.Item
	Share float64 `json:"share"` // 0..1; shares of all evidence sum to 1
}
