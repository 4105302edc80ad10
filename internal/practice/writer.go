package practice

import (
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// writer puts one person's entries down.
type writer struct {
	r       *rand.Rand
	voice   *voice
	lang    string
	dialect string // the shelf that stands for "dialect"
	posts   []Post
}

// write adds one entry, written at that time, from a mix of shelves; boost of
// ten are shared ones. False where nothing is left to say.
func (w *writer) write(at time.Time, mix map[string]int, boost int) bool {
	x := Post{Kind: "post", Lang: w.lang, CreatedAt: at}
	if w.r.IntN(10) < boost {
		x.Kind = "boost"
		x.Quoted, x.Text = w.others()
		w.posts = append(w.posts, x)
		return true
	}
	shelf, theme, _ := strings.Cut(w.draw(mix), "/")
	if shelf == "dialect" {
		shelf = w.dialect
	}
	themes := []string{"any"}
	if theme != "" {
		themes = []string{theme}
	}
	var ok bool
	switch d := w.r.IntN(100); {
	case d < 14 && theme != "news" && len(w.voice.bank.shelves[shelf]["reply"]) > 0:
		x.Kind = "reply"
		x.Text, ok = w.voice.text(w.r, shelf, "reply")
		x.Text = "@" + w.friend() + " " + x.Text
	case d < 20 && theme == "" && shelf != "grief":
		var theirs string
		x.Kind = "quote"
		x.Quoted, theirs = w.others()
		x.Text, ok = w.voice.text(w.r, shelf, themes...)
		x.Text += "\n\n> " + theirs
	}
	if !ok {
		x.Kind, x.Quoted = "post", nil
		x.Text, ok = w.voice.text(w.r, shelf, themes...)
	}
	if ok {
		w.posts = append(w.posts, x)
	}
	return ok
}

// draw picks a shelf by its parts.
func (w *writer) draw(mix map[string]int) string {
	names := slices.Sorted(maps.Keys(mix))
	sum := 0
	for _, name := range names {
		sum += mix[name]
	}
	d := w.r.IntN(sum)
	for _, name := range names {
		if d -= mix[name]; d < 0 {
			return name
		}
	}
	return names[0]
}

// others is somebody else, and that one's words as they are shared.
func (w *writer) others() (*Quoted, string) {
	handle, text, _ := strings.Cut(pick(w.r, w.voice.bank.shelves["boost"]["any"]), ": ")
	return &Quoted{Handle: handle}, text
}

// friend is a handle to answer.
func (w *writer) friend() string {
	return ascii(pick(w.r, givenNames(w.lang)))
}
