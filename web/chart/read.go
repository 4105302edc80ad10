package chart

import (
	"context"

	"tonfall/consent"
	"tonfall/profile"
)

// readMost is how many readings a course is drawn from: as many as a mood
// counts.
const readMost = 2000

// Read draws a customer's course from the readings that the gate gives. Whether
// the mood may be read is the caller's to ask first.
func Read(ctx context.Context, gate *consent.Gate, key profile.Key) (Course, error) {
	var all []profile.Evidence
	cursor := ""
	for len(all) < readMost {
		page, next, err := gate.Evidence(ctx, key, cursor, 500)
		if err != nil {
			return Course{}, err
		}
		all = append(all, page...)
		if cursor = next; cursor == "" {
			break
		}
	}
	return Follow(gate.Folding, all, gate.Now()), nil
}
