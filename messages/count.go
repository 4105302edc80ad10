package messages

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"tonfall/profile"
)

// What is counted for a reason: few texts, and recent ones.
const (
	countTexts = 6
	countDays  = 14
)

// recent are the readings that a reason counts, newest first.
func recent(in Situation) []profile.Evidence {
	since := in.Now.AddDate(0, 0, -countDays)
	var list []profile.Evidence
	for _, e := range in.Evidence {
		if !e.Abstained && e.Confidence > 0 && e.Corrected != profile.NotMe && e.At.After(since) && !e.At.After(in.Now) {
			list = append(list, e)
		}
	}
	slices.SortFunc(list, func(a, b profile.Evidence) int { return b.At.Compare(a.At) })
	return list[:min(len(list), countTexts)]
}

// sound is how texts of a mood are put in a sentence, and which words count.
type sound struct {
	en, de string
	words  []profile.Word
}

func soundOf(w profile.Word) sound {
	low := []profile.Word{profile.Downcast, profile.Anxious, profile.Irritated}
	high := []profile.Word{profile.Elated, profile.Content}
	switch w {
	case profile.Elated, profile.Content:
		return sound{"bright", "heiter", high}
	case profile.Downcast:
		return sound{"low", "gedrückt", low}
	case profile.Anxious, profile.Irritated:
		return sound{"tense", "angespannt", low}
	case profile.Mixed:
		return sound{"strongly one way or the other", "deutlich in die eine oder andere Richtung", slices.Concat(low, high, []profile.Word{profile.Mixed})}
	}
	return sound{"even", "ausgeglichen", []profile.Word{profile.Even}}
}

// wordOf is the mood of one text as its writer wants it read.
func wordOf(e profile.Evidence) profile.Word {
	positive := e.Corrected == profile.WasPositive || e.Corrected == profile.WasIrony && e.Valence < 0
	switch {
	case e.Corrected == profile.NotCorrected:
		return e.MoodOf()
	case positive:
		return profile.Content
	}
	return profile.Downcast
}

// sounds is the reason that the mood itself gives, its evidence counted:
// "calm: 4 of the last 6 posts since Tuesday sound tense, unusually so for this
// person; confidence 0.71".
func sounds(tone Tone, in Situation) Reason {
	texts, s := recent(in), soundOf(in.Mood.Word)
	hits := 0
	for _, e := range texts {
		if slices.Contains(s.words, wordOf(e)) {
			hits++
		}
	}
	en, de := "the customer seems "+englishMood(in.Mood.Word), "der Kunde wirkt "+germanMood(in.Mood.Word)
	switch {
	case in.Mood.Word == profile.Even && 2*hits < len(texts):
		en, de = "nothing sounds unlike the person's usual self", "nichts klingt anders als bei dieser Person üblich"
	case hits > 0:
		en, de = counted(texts, hits, s, in.Now)
	}
	if d := in.Mood.Deviation.Self; d >= 1 || d <= -1 {
		en += ", unusually so for this person"
		de += ", ungewöhnlich für diese Person"
	}
	sure, sicher := figure(in.Mood.Confidence)
	return Reason{"mood", fmt.Sprintf("%s: %s; confidence %s", tone, en, sure), fmt.Sprintf("%s: %s; Sicherheit %s", germanTone(tone), de, sicher)}
}

// counted is "4 of the last 6 posts since Tuesday sound tense".
func counted(texts []profile.Evidence, hits int, s sound, now time.Time) (en, de string) {
	n := len(texts)
	since, seit := day(texts[n-1].At.In(now.Location()), now)
	what, was := nouns(texts)
	if n == 1 {
		one, einer := what[0], was[0]
		return "the last " + one + ", from " + since + ", sounds " + s.en, einer + " vom " + seit + " klingt " + s.de
	}
	if seit[0] <= '9' { // a date, not a weekday
		seit = "dem " + seit
	}
	verb, wort := "sound", "klingen"
	if hits == 1 {
		verb, wort = "sounds", "klingt"
	}
	return fmt.Sprintf("%d of the last %d %s since %s %s %s", hits, n, what[1], since, verb, s.en),
		fmt.Sprintf("%d der letzten %d %s seit %s %s %s", hits, n, was[1], seit, wort, s.de)
}

// nouns calls the texts what they are: posts, or what the shop holds; singular
// and plural.
func nouns(texts []profile.Evidence) (en, de [2]string) {
	shop := 0
	for _, e := range texts {
		if e.Connector == "shop" {
			shop++
		}
	}
	switch shop {
	case 0:
		return [2]string{"post", "posts"}, [2]string{"der letzte Beitrag", "Beiträge"}
	case len(texts):
		return [2]string{"message to the shop", "messages to the shop"}, [2]string{"die letzte Nachricht an den Shop", "Nachrichten an den Shop"}
	}
	return [2]string{"text", "texts"}, [2]string{"der letzte Text", "Texte"}
}

// day is the weekday within the last six days, else the date.
func day(at, now time.Time) (en, de string) {
	weekday, dated, _ := strings.Cut(date(at, "de"), ", ")
	if now.Sub(at) < 6*24*time.Hour {
		return at.Format("Monday"), weekday
	}
	return at.Format("2 January"), dated
}
