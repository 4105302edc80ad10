package main

// task is one question with its own loss: a choice of one class, or a set of
// labels each present or not.
type task struct {
	name   string
	labels []string
	choice bool
	set    int // which of row.bits, for sets
	class  func(r *row) int
}

// tasks, in the order of their columns in a tower's output.
var tasks = []task{
	{name: "sentiment", labels: polarity, choice: true, class: func(r *row) int { return r.sent }},
	{name: "tweet", labels: tweets, choice: true, class: func(r *row) int { return r.tweet }},
	{name: "groups", labels: ekman, set: setGroups},
	{name: "fine", labels: fine, set: setFine},
	{name: "brighter", labels: ekman, set: setBrighter},
	{name: "plutchik", labels: plutchik, set: setPlutchik},
	{name: "irony", labels: []string{"no", "yes"}, choice: true, class: func(r *row) int { return r.irony }},
	{name: "formal", labels: []string{"no", "yes"}, choice: true, class: func(r *row) int { return r.formal }},
	{name: "offence", labels: []string{"no", "yes"}, choice: true, class: func(r *row) int { return r.offence }},
	{name: "register", labels: registers, choice: true, class: registerOf},
}

var registers = []string{"tweet", "forum", "talk", "film"}

// registerOf is whose idea of emotions fits a row: that of its own annotators;
// for English tweets without emotions that of tweets, for posts in the other
// languages that of talk on the net.
func registerOf(r *row) int {
	switch {
	case r.tweet >= 0:
		return 0
	case r.known[setGroups]:
		return 1
	case r.known[setBrighter]:
		return 2
	case r.known[setPlutchik]:
		return 3
	case r.source == "umsab" && r.lang != langEnglish, r.source == "germeval18":
		return 2
	case r.source == "umsab", r.source == "semeval13-16", r.source == "tweeteval_irony", r.source == "tweeteval_offensive":
		return 0
	}
	return -1
}

func (t *task) has(r *row) bool {
	if t.choice {
		return t.class(r) >= 0 || r.soft != nil && t.name == "sentiment"
	}
	return r.known[t.set]
}

// balance gives each row of the task a weight: within a source the classes
// count the same, and every source counts by its size times its factor.
func (t *task) balance(rows []*row, factor func(*row) float64) map[*row]float32 {
	type cell struct {
		source string
		class  int
	}
	w := make(map[*row]float32)
	if !t.choice {
		for _, r := range rows {
			w[r] = float32(factor(r))
		}
		return w
	}
	count, total, classes := map[cell]float64{}, map[string]float64{}, map[string]float64{}
	src := func(r *row) string {
		if r.source == "umsab" {
			return r.source + languages[r.lang]
		}
		return r.source
	}
	for _, r := range rows {
		if t.class(r) < 0 {
			continue
		}
		c := cell{src(r), t.class(r)}
		if count[c] == 0 {
			classes[c.source]++
		}
		count[c]++
		total[c.source]++
	}
	for _, r := range rows {
		if t.class(r) < 0 {
			w[r] = softShare
			continue
		}
		c := cell{src(r), t.class(r)}
		w[r] = float32(factor(r) * total[c.source] / (classes[c.source] * count[c]))
	}
	return w
}

// langTask is not one of the tasks: it comes before them.
var langTask = task{name: "language", labels: languages, choice: true, class: func(r *row) int { return r.lang }}

// softShare is the weight of a row that only a teacher has labelled.
const softShare = 0.3
