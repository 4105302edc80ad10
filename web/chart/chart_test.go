package chart_test

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"tonfall/profile"
	"tonfall/web/chart"
)

var now = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

func readings(days int, valence float64) []profile.Evidence {
	var out []profile.Evidence
	for i := range days {
		out = append(out, profile.Evidence{
			Reading: profile.Reading{Valence: valence, Confidence: 0.9},
			Item:    "practice a " + strings.Repeat("i", i+1), At: now.AddDate(0, 0, -i).Add(-time.Hour), Scored: now,
		})
	}
	return out
}

func TestACourseGoesFromTheOldestReadingToToday(t *testing.T) {
	c := chart.Follow(profile.Folding{}, readings(10, -0.6), now)
	if len(c.Days) != 10 || !c.Days[9].At.Equal(now.Truncate(24*time.Hour)) {
		t.Fatalf("%d days, the last on %v", len(c.Days), c.Days[len(c.Days)-1].At)
	}
	if c.Days[9].Valence >= c.Days[0].Valence || c.Days[9].Readings != 1 {
		t.Errorf("the level does not fall: %+v", c.Days)
	}
	if long := chart.Follow(profile.Folding{}, readings(200, 0.1), now); len(long.Days) != 90 {
		t.Errorf("a long history shows %d days", len(long.Days))
	}
}

func TestNothingReadIsNothingDrawn(t *testing.T) {
	if svg := chart.Follow(profile.Folding{}, nil, now).SVG(chart.Labels{}); svg != "" {
		t.Errorf("drawn: %s", svg)
	}
}

func TestThePictureIsWellFormedAndHarmless(t *testing.T) {
	svg := string(chart.Follow(profile.Folding{}, readings(5, 0.5), now).SVG(chart.Labels{Title: `"><script>`, Better: "<b>", Usual: "a & b"}))
	if strings.Contains(svg, "<script") || strings.Contains(svg, "<b>") || strings.Contains(svg, "style=") {
		t.Errorf("not escaped: %s", svg)
	}
	dec := xml.NewDecoder(strings.NewReader(svg))
	for {
		if _, err := dec.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatalf("%v in %s", err, svg)
		}
	}
}
