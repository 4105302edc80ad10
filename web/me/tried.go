package me

import (
	"net/http"

	"tonfall/profile"
	"tonfall/web/ui"
)

// Tried is what somebody sees who looks once before agreeing.
type Tried struct {
	Key      profile.Key
	Lang     string
	Network  string // for people
	Posts    []profile.Post
	Evidence []profile.Evidence // of Posts, in the same order
	Mood     profile.Mood
	Back     string // where to go on
}

type triedPage struct {
	ui.Page
	Shop, Network, Back string
	Mood                string // as a sentence; empty: nothing can be said
	Tone                string
	Reasons             []string
	Items               []item
}

// ShowTried shows what would be derived, on a page that is nowhere else.
func (s *Site) ShowTried(w http.ResponseWriter, r *http.Request, t Tried) error {
	shop, _ := s.Desk.Shop(t.Key.Shop)
	c, err := s.Gate.Customer(r.Context(), t.Key)
	if err != nil {
		return err
	}
	v := visit{Request: r, key: t.Key, customer: c, shop: shop, lang: t.Lang}
	page := triedPage{Page: s.page(v, "tried.title", ""), Shop: shop.Name, Network: t.Network, Back: t.Back}
	page.Nav = nil
	if !t.Mood.Abstained && t.Mood.Word != "" {
		page.Mood = page.T("mood.is." + string(t.Mood.Word))
	}
	fits, err := s.Desk.Would(r.Context(), c, t.Mood, t.Evidence)
	if err != nil {
		return err
	}
	page.Tone = s.tone(page.Page, fits[0].Tone)
	for _, reason := range fits[0].Reasons {
		page.Reasons = append(page.Reasons, reason.In(t.Lang))
	}
	for i, post := range t.Posts {
		one := item{Network: t.Network, Kind: page.T("kind." + string(post.Kind)), At: post.At, Text: post.Text, URL: post.URL}
		describe(&one, t.Evidence[i], page.Page)
		page.Items = append(page.Items, one)
	}
	return s.pages.Render(w, http.StatusOK, "tried", page)
}
