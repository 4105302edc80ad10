package sentiment

import (
	"fmt"

	"tonfall/sentiment/internal/net"
)

// heads are the model's tasks by what the reading asks them.
type heads struct {
	sentiment, tweet, groups, fine, brighter, plutchik, irony, formal, register *net.Task
}

// labels that each head must have, in this order.
func newHeads(m *net.Model) (heads, error) {
	var h heads
	want := map[string]struct {
		task   **net.Task
		labels int
	}{
		"sentiment": {&h.sentiment, 3},
		"tweet":     {&h.tweet, 4},    // anger joy optimism sadness
		"groups":    {&h.groups, 6},   // anger disgust fear joy sadness surprise
		"fine":      {&h.fine, 3},     // gratitude love optimism
		"brighter":  {&h.brighter, 6}, // as groups
		"plutchik":  {&h.plutchik, 8}, // anger anticipation disgust fear joy sadness surprise trust
		"irony":     {&h.irony, 2},
		"formal":    {&h.formal, 2},
		"register":  {&h.register, 4}, // tweet forum talk film
	}
	for i := range m.Tasks {
		if w, ok := want[m.Tasks[i].Name]; ok {
			if len(m.Tasks[i].Labels) != w.labels {
				return h, fmt.Errorf("head %s has %d labels, not %d", m.Tasks[i].Name, len(m.Tasks[i].Labels), w.labels)
			}
			*w.task = &m.Tasks[i]
			delete(want, m.Tasks[i].Name)
		}
	}
	for name := range want {
		return h, fmt.Errorf("head %s is missing", name)
	}
	return h, nil
}
