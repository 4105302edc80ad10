package practice

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// invented is what is fixed about a person before anything is drawn.
type invented struct{ handle, name, locale, temperament string }

// named are the accounts that the demo's guide speaks of.
func named() []invented {
	return []invented{
		{"mila", "Mila Berger", "de-DE", "content"},
		{"jonas", "Jonas Adler", "de-DE", "delivery"},
		{"emma", "Emma Whitlock", "en-GB", "elated"},
		{"oskar", "Oskar Lindner", "de-DE", "bad-week"},
		{"grace", "Grace Holloway", "en-GB", "gloomy"},
		{"finn", "Finn Petersen", "de-DE", "exam"},
		{"ruth", "Ruth Castellan", "en-US", "grief"},
		{"leonie", "Leonie Amann", "de-AT", "quarrel"},
		{"winston", "Winston Ashby", "en-GB", "ironic"},
		{"vroni", "Vroni Huber", "de-DE", "bavarian"},
	}
}

// seed fills the network. Each person is drawn from the seed and the handle
// alone, so that a greater number of customers leaves the earlier ones as they were.
func (n *Network) seed() {
	banks := loadBanks()
	kinds := map[string]temperament{}
	for _, t := range temperaments() {
		kinds[t.name] = t
	}
	now := n.opts.Now()
	first := named()
	for i := range n.opts.Customers {
		var who invented
		if i < len(first) {
			who = first[i]
		} else {
			who = n.invent(i)
		}
		r := n.dice(who.handle)
		t := kinds[who.temperament]
		p := &person{Account: Account{
			ID: subjectOf(n.opts.Seed, who.handle), Handle: who.handle, Password: who.handle + "-demo",
			Name: who.name, Locale: who.locale, Temperament: t.line, TemperamentDE: t.german,
			Email: strings.ReplaceAll(who.handle, "_", ".") + "@piazza.example", Verified: true,
			Consents: consents(r, i < 5),
		}}
		switch {
		case i%23 == 22:
			p.Email, p.Verified = "", false
		case i%17 == 16:
			p.Verified = false
		}
		for _, x := range live(r, banks[langOf(who.locale)], t, who.locale, now) {
			n.add(p, x)
		}
		n.people = append(n.people, p)
		n.byHandle[p.Handle] = p
	}
}

// dice are a person's own.
func (n *Network) dice(handle string) *rand.Rand {
	return rand.New(rand.NewChaCha8(digestOf(fmt.Sprintf("%d %s", n.opts.Seed, handle))))
}

// invent draws somebody without a fixed name: three of five write German.
func (n *Network) invent(i int) invented {
	r := n.dice(fmt.Sprintf("nobody %d", i))
	lang, locales := "de", []string{"de-DE", "de-DE", "de-DE", "de-AT", "de-CH"}
	if r.IntN(5) >= 3 {
		lang, locales = "en", []string{"en-GB", "en-GB", "en-US", "en-US", "en-IE"}
	}
	given, family := pick(r, givenNames(lang)), pick(r, familyNames(lang))
	// Walking through a list, not drawing, gives a short list every temperament.
	all := drawn()
	who := invented{name: given + " " + family, locale: pick(r, locales), temperament: all[(i*13)%len(all)]}
	who.handle = ascii(given)
	for _, next := range []string{"_" + ascii(family), fmt.Sprintf("_%d", i)} {
		if n.byHandle[who.handle] != nil {
			who.handle += next
		}
	}
	return who
}

// consents draws what the demo agrees to on a person's behalf: all (60 of
// 100), posts and mood (15), nothing (15), posts only (10). The first accounts
// agree to everything, since the guide shows their moods.
func consents(r *rand.Rand, all bool) []string {
	list := []string{"posts", "mood", "messages"}
	switch d := r.IntN(100); {
	case all || d < 60:
		return list
	case d < 75:
		return list[:2]
	case d < 90:
		return nil
	default:
		return list[:1]
	}
}

// ascii makes a handle from a name.
func ascii(name string) string {
	name = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "ß", "ss", "é", "e", "ó", "o", "í", "i", "á", "a").Replace(strings.ToLower(name))
	return strings.Map(func(r rune) rune {
		if r < 'a' || r > 'z' {
			return -1
		}
		return r
	}, name)
}

// course is the span of days that the timelines cover.
const course = 60 * 24 * time.Hour

// live writes a person's timeline, oldest first.
func live(r *rand.Rand, b *bank, t temperament, locale string, now time.Time) []Post {
	lang := langOf(locale)
	w := &writer{r: r, voice: newVoice(b, r), lang: lang, dialect: pick(r, dialects(lang))}
	total := t.posts[0] + r.IntN(t.posts[1]-t.posts[0]+1)
	for _, u := range t.turns {
		if u.opens != "" {
			w.write(now.Add(-time.Duration(u.from)*24*time.Hour), map[string]int{u.opens: 1}, 0)
		}
		for range u.posts {
			w.write(between(r, now, u.from, u.to), u.mix, 0)
			total--
		}
	}
	for tries := 0; total > 0 && tries < 400; tries++ {
		// People write more about this week than anybody keeps of the last months.
		from := 60
		if r.IntN(3) == 0 {
			from = 8
		}
		at := between(r, now, max(from, t.quiet+7), t.quiet)
		if slices.ContainsFunc(t.turns, func(u turn) bool { return within(now, at, u) }) {
			continue
		}
		if w.write(at, t.usual, t.boost) {
			total--
		}
	}
	slices.SortFunc(w.posts, func(a, b Post) int { return a.CreatedAt.Compare(b.CreatedAt) })
	return w.posts
}

// between draws a waking hour from some days ago to others, never later than
// ten minutes before now.
func between(r *rand.Rand, now time.Time, from, to int) time.Time {
	span := time.Duration(from-to) * 24 * time.Hour
	at := now.Add(-time.Duration(to) * 24 * time.Hour).Add(-time.Duration(r.Int64N(int64(span))))
	if h := at.Hour(); h < 6 {
		at = at.Add(-time.Duration(h+1+r.IntN(4)) * time.Hour)
	}
	if last := now.Add(-10 * time.Minute); at.After(last) {
		at = last
	}
	return at.Truncate(time.Second)
}

func within(now, at time.Time, u turn) bool {
	age := now.Sub(at)
	return age < time.Duration(u.from)*24*time.Hour && age >= time.Duration(u.to)*24*time.Hour
}
