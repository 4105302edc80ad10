package notice

import (
	"strconv"
	"time"

	"tonfall/consent"
)

// posts is how long texts from a connector are kept.
func (d Data) posts(connector string) time.Duration {
	if keep, ok := d.Keeping.PostsBy[connector]; ok {
		return keep
	}
	return d.Keeping.Posts
}

// ShopTexts is how long texts that the shop itself holds are kept.
func (d Data) ShopTexts() time.Duration { return d.posts(consent.Shop) }

// span is a duration in words, in the largest unit that says it exactly:
// "30 days", "36 hours".
func (v *view) span(length time.Duration) string {
	for _, unit := range []struct {
		name   string
		length time.Duration
	}{{"day", 24 * time.Hour}, {"hour", time.Hour}, {"minute", time.Minute}} {
		if length != 0 && length%unit.length == 0 {
			return v.count(int(length/unit.length), unit.name)
		}
	}
	return v.count(int(length.Round(time.Second)/time.Second), "second")
}

// count is a number with its noun.
func (v *view) count(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return strconv.Itoa(n) + " " + v.term(noun)
}
