package practice

// temperament is how a person is, and what is going on in that life. Mixes are
// parts, not shares: {"content": 3, "neutral": 2}.
type temperament struct {
	name   string
	line   string         // for the demo's page
	german string         // the same in German
	usual  map[string]int // shelf -> parts, all the time
	turns  []turn         // stretches that are different
	posts  [2]int         // fewest and most
	quiet  int            // nothing in the last so many days
	boost  int            // how many of ten entries are other people's words
	lang   string         // where it is one language's own
}

// turn is a stretch of days that differs from the usual.
type turn struct {
	from, to int            // days ago: from is the earlier, to the later (0 is today)
	mix      map[string]int // "shelf" or "shelf/theme" -> parts
	posts    int            // how many in it
	opens    string         // the shelf and theme of what it begins with, or empty
}

// temperaments lists them. The first ones belong to the named accounts.
func temperaments() []temperament {
	calm := map[string]int{"content": 6, "neutral": 4}
	plain := map[string]int{"neutral": 6, "content": 3, "mixed": 1}
	return []temperament{
		{name: "content", line: "content, and always has been", german: "zufrieden, und das schon immer", usual: map[string]int{"content": 9, "neutral": 1}, posts: [2]int{34, 55}, boost: 1},
		{name: "delivery", line: "usually even; angry for three days because of a delivery", german: "sonst ausgeglichen; seit drei Tagen wütend wegen einer Lieferung", usual: plain, posts: [2]int{28, 45}, boost: 1,
			turns: []turn{{3, 0, map[string]int{"irritated/parcel": 3, "irritated/clear": 8}, 11, ""}}},
		{name: "elated", line: "usually even; over the moon since the day before yesterday", german: "sonst ausgeglichen; seit vorgestern überglücklich", usual: plain, posts: [2]int{28, 50}, boost: 1,
			turns: []turn{{2, 0, map[string]int{"elated": 3, "elated/clear": 6}, 9, "elated/news"}}},
		{name: "bad-week", line: "a cheerful person who has had a bad week", german: "eigentlich ein heiterer Mensch, hat aber eine schlimme Woche", usual: map[string]int{"content": 5, "elated": 3, "elated/clear": 2}, posts: [2]int{46, 60}, boost: 1,
			turns: []turn{{5, 0, map[string]int{"downcast": 4, "downcast/clear": 8}, 11, ""}}},
		{name: "gloomy", line: "has written gloomily for as long as anybody can remember: for this person that is normal", german: "schreibt seit jeher trübsinnig: Für diesen Menschen ist das normal", usual: map[string]int{"downcast": 8, "neutral": 2}, posts: [2]int{26, 42}, boost: 1},
		{name: "exam", line: "usually relaxed; frightened of an exam", german: "sonst gelassen; hat Angst vor einer Prüfung", usual: calm, posts: [2]int{26, 45}, boost: 1,
			turns: []turn{{5, 0, map[string]int{"anxious/exam": 5, "anxious/clear": 6}, 10, ""}}},
		{name: "grief", line: "has lost a parent a few days ago", german: "hat vor wenigen Tagen einen Elternteil verloren", usual: calm, posts: [2]int{22, 40}, boost: 1,
			turns: []turn{{9, 0, map[string]int{"grief": 1}, 8, "grief/news"}}},
		{name: "quarrel", line: "quarrels with the partner at present, otherwise even", german: "streitet gerade in der Partnerschaft, sonst ausgeglichen", usual: calm, posts: [2]int{24, 40}, boost: 1,
			turns: []turn{{4, 0, map[string]int{"irritated/couple": 5, "irritated/clear": 3, "mixed/couple": 1}, 8, ""}}},
		{name: "ironic", line: "means the opposite of what the words say", german: "meint das Gegenteil von dem, was dasteht", usual: map[string]int{"irony": 7, "neutral": 3}, posts: [2]int{16, 24}, boost: 1},
		{name: "dialect", line: "writes in dialect", german: "schreibt Mundart", usual: map[string]int{"dialect": 1}, posts: [2]int{15, 16}},
		{name: "bavarian", line: "writes in dialect", german: "schreibt Mundart", usual: map[string]int{"bairisch": 1}, posts: [2]int{15, 16}, lang: "de"},
		{name: "sunny", line: "the sun shines, most days", german: "meistens scheint die Sonne", usual: map[string]int{"elated": 5, "content": 5}, posts: [2]int{30, 55}},
		{name: "even", line: "writes only about facts", german: "schreibt nur Sachliches", usual: map[string]int{"neutral": 1}, posts: [2]int{20, 34}, boost: 1},
		{name: "sparse", line: "has written two posts in two months", german: "hat in zwei Monaten zwei Beiträge geschrieben", usual: map[string]int{"neutral": 1, "content": 1}, posts: [2]int{2, 2}},
		{name: "emoji", line: "writes in emoji only", german: "schreibt nur in Emojis", usual: map[string]int{"emoji": 1}, posts: [2]int{15, 18}},
		{name: "recovering", line: "was low a month ago and has come out of it", german: "war vor einem Monat niedergeschlagen und ist darüber hinweg", usual: calm, posts: [2]int{32, 50}, boost: 1,
			turns: []turn{{45, 24, map[string]int{"downcast": 1}, 14, ""}}},
		{name: "torn", line: "laughs and cries on the same day", german: "lacht und weint am selben Tag", usual: map[string]int{"mixed": 4, "elated": 3, "downcast": 3}, posts: [2]int{26, 44}},
		{name: "silent", line: "has not written for three weeks", german: "hat seit drei Wochen nichts geschrieben", usual: calm, posts: [2]int{18, 30}, quiet: 21},
		{name: "sharer", line: "mostly shares other people's words", german: "teilt meistens die Worte anderer", usual: plain, posts: [2]int{24, 30}, boost: 5},
		{name: "worrier", line: "worries a lot, and always has", german: "macht sich viele Sorgen, und das schon immer", usual: map[string]int{"anxious": 7, "neutral": 3}, posts: [2]int{20, 32}},
		{name: "grumbler", line: "grumbles about everything, every day", german: "schimpft über alles, jeden Tag", usual: map[string]int{"irritated": 7, "irony": 1, "neutral": 2}, posts: [2]int{22, 34}},
		{name: "talker", line: "writes all day long, mostly pleased", german: "schreibt den ganzen Tag, meistens vergnügt", usual: map[string]int{"content": 5, "neutral": 4, "elated": 1}, posts: [2]int{66, 80}, boost: 1},
		{name: "anxious-now", line: "usually content; something is frightening this week", german: "sonst zufrieden; diese Woche macht etwas Angst", usual: calm, posts: [2]int{26, 45}, boost: 1,
			turns: []turn{{4, 0, map[string]int{"anxious": 5, "anxious/clear": 5}, 9, ""}}},
	}
}

// drawn is how often each temperament is drawn for those without a name.
func drawn() []string {
	return []string{
		"content", "content", "content", "even", "even", "sunny", "sunny", "talker",
		"bad-week", "bad-week", "elated", "elated", "delivery", "delivery", "exam", "anxious-now",
		"gloomy", "gloomy", "worrier", "grumbler", "recovering", "recovering", "torn", "silent",
		"sharer", "ironic", "dialect", "quarrel", "grief", "sparse", "emoji",
	}
}

// dialects are the shelves that stand for the shelf "dialect".
func dialects(lang string) []string {
	if lang == "de" {
		return []string{"bairisch", "platt"}
	}
	return []string{"scots", "northern"}
}
