package practice

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func seeded(customers int, seed int64) *Network {
	now := time.Date(2026, 11, 20, 15, 4, 0, 0, time.UTC)
	return NewNetwork(NetworkOptions{Base: "http://127.0.0.1:8080/practice", Customers: customers, Seed: seed, Now: func() time.Time { return now }})
}

func TestTheSameSeedGivesTheSamePeopleAndPosts(t *testing.T) {
	a, b, c := seeded(50, 3), seeded(50, 3), seeded(50, 4)
	if diff := cmp.Diff(a.Accounts(), b.Accounts()); diff != "" {
		t.Error(diff)
	}
	for _, x := range a.Accounts() {
		if diff := cmp.Diff(a.Scripted(x.Handle), b.Scripted(x.Handle)); diff != "" {
			t.Fatal(diff)
		}
	}
	if cmp.Equal(a.Scripted("mila"), c.Scripted("mila")) {
		t.Error("another seed gives the same posts")
	}
}

func TestMoreCustomersLeaveTheEarlierOnesAsTheyWere(t *testing.T) {
	few, many := seeded(20, 3).Accounts(), seeded(300, 3).Accounts()
	if diff := cmp.Diff(few, many[:20]); diff != "" {
		t.Error(diff)
	}
}

func TestPeopleAreManyAndVaried(t *testing.T) {
	n := seeded(1500, 1)
	all := n.Accounts()
	handles, temperaments, consents, german := map[string]bool{}, map[string]bool{}, map[int]int{}, 0
	for _, a := range all {
		if handles[a.Handle] || strings.Trim(a.Handle, "abcdefghijklmnopqrstuvwxyz0123456789_") != "" {
			t.Fatalf("handle %q", a.Handle)
		}
		handles[a.Handle], temperaments[a.Temperament] = true, true
		consents[len(a.Consents)]++
		if strings.HasPrefix(a.Locale, "de") {
			german++
		}
	}
	if want := len(temperamentLines()); len(temperaments) != want {
		t.Errorf("%d temperaments of %d", len(temperaments), want)
	}
	if share := 100 * german / len(all); share < 55 || share > 65 {
		t.Errorf("%d %% write German", share)
	}
	for count, want := range map[int]int{3: 60, 2: 15, 0: 15, 1: 10} {
		if share := 100 * consents[count] / len(all); share < want-3 || share > want+3 {
			t.Errorf("%d %% agree to %d purposes, not about %d", share, count, want)
		}
	}
}

func temperamentLines() map[string]bool {
	lines := map[string]bool{}
	for _, t := range temperaments() {
		lines[t.line] = true
	}
	return lines
}

func TestTimelinesHoldTogether(t *testing.T) {
	n := seeded(200, 5)
	now := n.opts.Now()
	bounds := map[string][2]int{}
	for _, x := range temperaments() {
		bounds[x.line] = x.posts
	}
	kinds := map[string]int{}
	for _, a := range n.Accounts() {
		posts := n.Scripted(a.Handle)
		want := bounds[a.Temperament]
		if len(posts) < want[0]*2/3 || len(posts) > want[1] {
			t.Errorf("%s (%s) wrote %d, not %v", a.Handle, a.Temperament, len(posts), want)
		}
		texts := map[string]bool{}
		for i, p := range posts {
			kinds[p.Kind]++
			if age := now.Sub(p.CreatedAt); age < 0 || age > course+24*time.Hour {
				t.Errorf("%s: a post is %s old", a.Handle, age)
			}
			if i > 0 && p.ID >= posts[i-1].ID {
				t.Errorf("%s: post %d is out of order", a.Handle, i)
			}
			if strings.ContainsAny(p.Text, "{}[]") || !utf8.ValidString(p.Text) || strings.TrimSpace(p.Text) == "" {
				t.Errorf("%s: text %q", a.Handle, p.Text)
			}
			if p.Kind == "post" && texts[p.Text] {
				t.Errorf("%s said %q twice", a.Handle, p.Text)
			}
			texts[p.Text] = p.Kind == "post"
			if (p.Kind == "quote") != strings.Contains(p.Text, "\n> ") || (p.Kind == "quote" || p.Kind == "boost") != (p.Quoted != nil) {
				t.Errorf("%s: a %s reads %q", a.Handle, p.Kind, p.Text)
			}
		}
	}
	for _, k := range []string{"post", "reply", "quote", "boost"} {
		if kinds[k] == 0 {
			t.Errorf("nobody wrote a %s", k)
		}
	}
}

func TestTheNamedOnesAreInTheMoodThatTheyAreSaidToBe(t *testing.T) {
	n := seeded(10, 11)
	banks := loadBanks()
	recent := func(handle, lang string, days int, shelves ...string) (hits, all int) {
		b := banks[lang]
		for _, p := range n.Scripted(handle) {
			if n.opts.Now().Sub(p.CreatedAt) > time.Duration(days)*24*time.Hour || p.Kind == "boost" {
				continue
			}
			all++
			for _, s := range shelves {
				for _, texts := range b.shelves[s] {
					for _, line := range texts {
						head, _, _ := strings.Cut(line, "{")
						if head = strings.TrimSuffix(head, "."); len(head) > 6 && strings.Contains(strings.ToLower(p.Text), strings.ToLower(head)) {
							hits++
						}
					}
				}
			}
		}
		return hits, all
	}
	for _, c := range []struct {
		handle, lang string
		days         int
		shelf        string
	}{
		{"jonas", "de", 3, "irritated"}, {"emma", "en", 2, "elated"}, {"oskar", "de", 6, "downcast"},
		{"grace", "en", 60, "downcast"}, {"finn", "de", 5, "anxious"}, {"ruth", "en", 9, "grief"},
	} {
		if hits, all := recent(c.handle, c.lang, c.days, c.shelf); all < 6 || hits*2 < all {
			t.Errorf("%s: %d of %d recent posts are %s", c.handle, hits, all, c.shelf)
		}
	}
	if hits, _ := recent("oskar", "de", 60, "content", "elated"); hits < 10 {
		t.Errorf("oskar's usual cheer shows in %d posts only", hits)
	}
}

func TestTheBankIsRichAndItsSlotsAreFilled(t *testing.T) {
	for lang, least := range map[string]int{"de": 250, "en": 200} {
		b, texts := loadBanks()[lang], 0
		for shelf, themes := range b.shelves {
			for _, list := range themes {
				for _, line := range list {
					texts++
					for _, m := range slot.FindAllStringSubmatch(line, -1) {
						if len(b.slots[m[1]]) == 0 {
							t.Errorf("%s/%s: no slot %s", lang, shelf, m[1])
						}
					}
				}
			}
		}
		if texts < least {
			t.Errorf("%s has %d texts, fewer than %d", lang, texts, least)
		}
	}
	for _, x := range temperaments() {
		mixes := []map[string]int{x.usual}
		for _, u := range x.turns {
			mixes = append(mixes, u.mix)
		}
		for _, lang := range []string{"de", "en"} {
			if x.lang != "" && x.lang != lang {
				continue
			}
			for _, m := range mixes {
				for name := range m {
					shelf, theme, _ := strings.Cut(name, "/")
					if theme == "" {
						theme = "any"
					}
					if shelf != "dialect" && len(loadBanks()[lang].shelves[shelf][theme]) == 0 {
						t.Errorf("%s: the %s shelf %s is empty", x.name, lang, name)
					}
				}
			}
		}
	}
}
