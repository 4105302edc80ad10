// Package chart draws how a customer's mood went against the own baseline: an
// SVG that needs neither script nor inline style, and the same numbers as
// rows for a table beside it.
package chart

import (
	"embed"
	"html/template"
	"io/fs"
	"math"
	"strconv"
	"strings"
	"time"

	"tonfall/profile"
)

//go:embed assets
var files embed.FS

// Assets holds chart.css, for ui.NewAssets.
func Assets() fs.FS { return files }

// Day is how the mood was at the end of one UTC day, as the readings known
// today tell it.
type Day struct {
	At       time.Time
	Word     profile.Word
	Valence  float64 // current level, -1..1
	Readings int     // written on that day
}

// Course is a mood over time.
type Course struct {
	Days     []Day // oldest first
	Baseline profile.Baseline
}

// most is how many days a course shows.
const most = 90

// Follow folds evidence day by day up to now: at most 90 days, from the oldest
// reading on. No readings give a course without days.
func Follow(f profile.Folding, evidence []profile.Evidence, now time.Time) Course {
	now = now.UTC()
	c := Course{Baseline: f.Fold(evidence, now).Baseline}
	if len(evidence) == 0 {
		return c
	}
	written := map[time.Time]int{}
	oldest := now
	for _, e := range evidence {
		written[e.At.UTC().Truncate(day)]++
		if e.At.Before(oldest) {
			oldest = e.At
		}
	}
	today := now.Truncate(day)
	first := oldest.UTC().Truncate(day)
	if limit := today.AddDate(0, 0, 1-most); first.Before(limit) {
		first = limit
	}
	for d := first; !d.After(today); d = d.AddDate(0, 0, 1) {
		end := d.Add(day - time.Second)
		if end.After(now) {
			end = now
		}
		m := f.Fold(evidence, end)
		c.Days = append(c.Days, Day{At: d, Word: m.Word, Valence: m.Current.Valence, Readings: written[d]})
	}
	return c
}

const day = 24 * time.Hour

// Labels are the words inside the picture.
type Labels struct {
	Title        string // what the picture shows, for those who do not see it
	Better       string // at the top
	Worse        string // at the bottom
	Usual        string // at the baseline
	First, Today string // at the ends of the axis
}

// The drawing's units; CSS gives the size on the page.
const (
	width, height = 640.0, 220.0
	left, right   = 10.0, 630.0
	top, bottom   = 14.0, 184.0
)

// SVG draws the course: a band for what is usual, a line for the level, a dot
// for each day with readings. Empty where there is nothing to draw.
func (c Course) SVG(l Labels) template.HTML {
	if len(c.Days) == 0 {
		return ""
	}
	var s strings.Builder
	text := func(x, y float64, anchor, words string) {
		s.WriteString(`<text x="` + num(x) + `" y="` + num(y) + `" text-anchor="` + anchor + `">` + template.HTMLEscapeString(words) + `</text>`)
	}
	s.WriteString(`<svg class="course" viewBox="0 0 ` + num(width) + ` ` + num(height) + `" role="img" aria-label="` + template.HTMLEscapeString(l.Title) + `">`)
	high, low := c.y(c.Baseline.Valence+c.Baseline.Spread), c.y(c.Baseline.Valence-c.Baseline.Spread)
	s.WriteString(`<rect class="band" x="` + num(left) + `" y="` + num(high) + `" width="` + num(right-left) + `" height="` + num(low-high) + `" rx="6"/>`)
	usual := c.y(c.Baseline.Valence)
	s.WriteString(`<line class="usual" x1="` + num(left) + `" y1="` + num(usual) + `" x2="` + num(right) + `" y2="` + num(usual) + `"/>`)
	s.WriteString(`<path class="level" d="` + c.path() + `"/>`)
	for i, d := range c.Days {
		if d.Readings > 0 {
			s.WriteString(`<circle class="read" cx="` + num(c.x(i)) + `" cy="` + num(c.y(d.Valence)) + `" r="3.5"/>`)
		}
	}
	text(left, top+2, "start", l.Better)
	text(left, bottom+4, "start", l.Worse)
	text(left+8, low-7, "start", l.Usual)
	text(left, height-8, "start", l.First)
	text(right, height-8, "end", l.Today)
	s.WriteString(`</svg>`)
	return template.HTML(s.String()) //nolint:gosec // numbers, and labels that were escaped
}

func (c Course) path() string {
	var s strings.Builder
	for i, d := range c.Days {
		if i == 0 {
			s.WriteByte('M')
		} else {
			s.WriteByte('L')
		}
		s.WriteString(num(c.x(i)) + " " + num(c.y(d.Valence)))
	}
	return s.String()
}

func (c Course) x(i int) float64 {
	if len(c.Days) == 1 {
		return right
	}
	return left + (right-left)*float64(i)/float64(len(c.Days)-1)
}

// y places a valence so that the whole course fills the picture.
func (c Course) y(valence float64) float64 {
	reach := max(0.4, math.Abs(c.Baseline.Valence)+c.Baseline.Spread)
	for _, d := range c.Days {
		reach = max(reach, math.Abs(d.Valence))
	}
	return top + (bottom-top)*(1-valence/reach)/2
}

func num(v float64) string { return strconv.FormatFloat(v, 'f', 1, 64) }
