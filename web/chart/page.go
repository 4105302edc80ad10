package chart

import (
	"fmt"
	"time"

	"tonfall/web/ui"
)

// Row is one day of the course in the words of a page.
type Row struct {
	At       time.Time
	Mood     string
	Level    string // valence with its sign, two places
	Readings int
}

// Labels are the page's words for the picture: its keys chart.title, better,
// worse, usual and today.
func (c Course) Labels(p ui.Page) Labels {
	first := time.Time{}
	if len(c.Days) > 0 {
		first = c.Days[0].At
	}
	return Labels{
		Title: p.T("chart.title"), Better: p.T("chart.better"), Worse: p.T("chart.worse"), Usual: p.T("chart.usual"),
		First: p.Day(first), Today: p.T("chart.today"),
	}
}

// Rows are the picture's twin for a table, the newest day first; moods are the
// page's keys mood.WORD.
func (c Course) Rows(p ui.Page) []Row {
	rows := make([]Row, len(c.Days))
	for i, d := range c.Days {
		rows[len(rows)-1-i] = Row{At: d.At, Mood: p.T("mood." + string(d.Word)), Level: fmt.Sprintf("%+.2f", d.Valence), Readings: d.Readings}
	}
	return rows
}
