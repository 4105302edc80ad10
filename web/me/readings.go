package me

import (
	"cmp"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"tonfall/messages"
	"tonfall/profile"
	"tonfall/web/ui"
)

// readingsPage shows every text that was imported and what was made of it.
type readingsPage struct {
	ui.Page
	Root, Shop   string
	Posts, Read  int
	Items        []item
	From         int
	Newer, Older string // URLs
	Done         bool
}

// item is one text of the customer's.
type item struct {
	Name      string // profile.Post.Item
	Anchor    string
	Network   string
	Kind      string
	At        time.Time
	Text      string // empty once the keeping time is over
	URL       string
	Read      bool
	Mood      string
	Sure      string // "80 %"
	Abstained bool
	Sentiment string
	Emotions  []string
	Carried   bool
	Corrected profile.Correction
	Choices   []option
}

type option struct {
	Value, Text string
	Selected    bool
}

// most is how many texts and readings the page looks at, the newest first.
const (
	most   = 2000
	pageOf = 20
)

func (s *Site) readings(w http.ResponseWriter, v visit) error {
	page := readingsPage{Page: s.page(v, "readings.title", "readings"), Root: "/" + v.shop.Slug + "/me", Shop: v.shop.Name}
	all, err := s.items(v, page.Page)
	if err != nil {
		return err
	}
	for _, i := range all {
		if i.Read {
			page.Read++
		}
		if i.Text != "" {
			page.Posts++
		}
	}
	from, _ := strconv.Atoi(v.URL.Query().Get("from")) // not a number: the first page
	from = max(0, min(from, len(all)))
	page.From = from
	page.Items = all[from:min(from+pageOf, len(all))]
	at := func(from int) string {
		return page.Root + "/readings?" + url.Values{"from": {strconv.Itoa(from)}}.Encode()
	}
	if from > 0 {
		page.Newer = at(max(0, from-pageOf))
	}
	if from+pageOf < len(all) {
		page.Older = at(from + pageOf)
	}
	page.Done = v.URL.Query().Get("done") != ""
	return s.pages.Render(w, http.StatusOK, "readings", page)
}

// items joins texts and readings, newest first.
func (s *Site) items(v visit, p ui.Page) ([]item, error) {
	posts, err := s.texts(v)
	if err != nil {
		return nil, err
	}
	evidence, err := pages(func(cursor string) ([]profile.Evidence, string, error) {
		return s.Gate.Evidence(v.Context(), v.key, cursor, 500)
	})
	if err != nil {
		return nil, err
	}
	byName := map[string]*item{}
	var out []*item
	entry := func(name, connector string, kind profile.PostKind, at time.Time) *item {
		i := byName[name]
		if i == nil {
			i = &item{Name: name, Network: s.network(v, p, connector), Kind: p.T("kind." + string(kind)), At: at}
			byName[name] = i
			out = append(out, i)
		}
		return i
	}
	for _, post := range posts {
		i := entry(post.Item(), post.Connector, post.Kind, post.At)
		i.Text, i.URL = post.Text, post.URL
	}
	for _, e := range evidence {
		describe(entry(e.Item, e.Connector, e.Kind, e.At), e, p)
	}
	slices.SortStableFunc(out, func(a, b *item) int { return cmp.Or(b.At.Compare(a.At), cmp.Compare(a.Name, b.Name)) })
	items := make([]item, len(out))
	for n, i := range out {
		i.Anchor = "i" + strconv.Itoa(n)
		items[n] = *i
	}
	return items, nil
}

// describe puts a reading into words.
func describe(i *item, e profile.Evidence, p ui.Page) {
	i.Read, i.Abstained, i.Carried, i.Corrected = true, e.Abstained, e.Carried, e.Corrected
	i.Mood, i.Sure = p.T("mood."+string(cmp.Or(e.MoodOf(), profile.Unknown))), percent(e.Confidence)
	i.Sentiment = p.T("sentiment." + string(cmp.Or(e.Sentiment, profile.Neutral)))
	for _, emotion := range []struct {
		name  string
		value float64
	}{
		{"anger", e.Emotions.Anger}, {"anticipation", e.Emotions.Anticipation}, {"disgust", e.Emotions.Disgust}, {"fear", e.Emotions.Fear},
		{"gratitude", e.Emotions.Gratitude}, {"joy", e.Emotions.Joy}, {"love", e.Emotions.Love}, {"optimism", e.Emotions.Optimism},
		{"sadness", e.Emotions.Sadness}, {"surprise", e.Emotions.Surprise}, {"trust", e.Emotions.Trust},
	} {
		if emotion.value >= 0.5 {
			i.Emotions = append(i.Emotions, p.T("emotion."+emotion.name))
		}
	}
	for _, c := range []profile.Correction{profile.NotCorrected, profile.WasIrony, profile.NotMe, profile.WasPositive, profile.WasNegative} {
		i.Choices = append(i.Choices, option{Value: string(c), Text: p.T("correct." + cmp.Or(string(c), "none")), Selected: c == e.Corrected})
	}
}

func (s *Site) network(v visit, p ui.Page, connector string) string {
	if connector == "shop" {
		return p.T("network.shop", "shop", v.shop.Name)
	}
	return s.connector(v.shop.Slug, connector)
}

// texts are the kept posts, newest first.
func (s *Site) texts(v visit) ([]profile.Post, error) {
	return pages(func(cursor string) ([]profile.Post, string, error) {
		return s.Gate.Posts(v.Context(), v.key, cursor, 500)
	})
}

// pages reads a list to its end, or to the most that a page shows.
func pages[T any](page func(cursor string) ([]T, string, error)) ([]T, error) {
	var all []T
	for cursor := ""; len(all) < most; {
		items, next, err := page(cursor)
		if err != nil {
			return nil, err
		}
		all = append(all, items...)
		if cursor = next; cursor == "" {
			break
		}
	}
	return all, nil
}

// tone is what people call a tone: a shop's own tones by their names.
func (s *Site) tone(p ui.Page, tone messages.Tone) string {
	if slices.Contains(messages.DefaultTones(), tone) {
		return p.T("tone." + string(tone))
	}
	return string(tone)
}

func percent(v float64) string { return fmt.Sprintf("%.0f %%", math.Round(v*100)) }

func (s *Site) correct(w http.ResponseWriter, v visit) error {
	_, err := s.Gate.Correct(v.Context(), v.key, v.FormValue("item"), profile.Correction(v.FormValue("as")))
	if err != nil {
		return err
	}
	from, _ := strconv.Atoi(v.FormValue("from")) // not a number: the first page
	return v.back(w, "/readings?"+url.Values{"from": {strconv.Itoa(max(0, from))}, "done": {"1"}}.Encode())
}
