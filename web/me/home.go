package me

import (
	"cmp"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"time"

	"tonfall/profile"
	"tonfall/web/chart"
	"tonfall/web/ui"
)

// homePage is the customer's own page.
type homePage struct {
	ui.Page
	Root, Shop string
	SignOut    string // where the form goes
	TryURL     string // and the one that looks once
	Name       string
	Limited    bool   // opened by a link from a mail
	SignIn     string // where to sign in, for what a link does not allow
	Done       string // what has just been done; empty on an ordinary visit

	Accounts []accountRow
	Posts    int // texts kept now
	Readings int // texts read

	Known    bool   // there is a mood
	MayRead  bool   // the customer has agreed to have it read
	Mood     string // the mood as a sentence
	Basis    string // what it stands on
	Chart    template.HTML
	Days     []chart.Row
	Tone     string // the tone of messages now
	Reasons  []string
	NotUsed  []string
	Choices  []choice
	Wishes   profile.Wishes
	Locales  []string
	Quiet    time.Time // no advertising before; zero: none
	ShopSays profile.Address
}

type accountRow struct {
	Title, Handle, URL string
	Connected, Synced  time.Time
	Provider, Subject  string
	Try                string // what is shown first, and asked with it; empty: it is not offered
	Connect            string // where to go so that posts can be read; empty: nowhere, all is well
}

// choice is one purpose, to be agreed to or withdrawn.
type choice struct {
	Purpose     profile.Purpose
	Provider    string
	Title, Body string
	Given       bool
	Changed     bool // the text has changed since: a new yes is needed
	Since       time.Time
	Age         bool // saying yes says 16 or older, too
}

func (s *Site) home(w http.ResponseWriter, v visit) error {
	p := s.page(v, "home.title", "home")
	page := homePage{
		Page: p, Root: "/" + v.shop.Slug + "/me", Shop: v.shop.Name, SignOut: "/" + v.shop.Slug + "/signout", TryURL: "/" + v.shop.Slug + "/try", Name: v.customer.Name(),
		Choices: s.choices(v), Wishes: v.customer.Wishes, Locales: v.shop.Locales, ShopSays: cmp.Or(v.shop.Address, profile.Du),
		Limited: v.limited, SignIn: "/" + v.shop.Slug + "/signin?" + url.Values{"return_to": {"/" + v.shop.Slug + "/me"}}.Encode(),
		MayRead: s.Gate.Allowed(&v.customer, profile.MoodRead, "", "") == nil,
	}
	if done := v.URL.Query().Get("done"); slices.Contains([]string{"granted", "granted-posts", "wishes", "quiet"}, done) {
		page.Done = p.T("done." + done)
	}
	if v.customer.Quiet.After(s.Now()) {
		page.Quiet = v.customer.Quiet
	}
	for _, a := range v.customer.Accounts {
		row := accountRow{
			Title: s.connector(v.shop.Slug, a.Connector), Handle: cmp.Or(a.Handle, a.Name), URL: a.URL,
			Connected: a.Connected, Synced: a.Synced, Provider: a.Provider, Subject: a.Subject,
		}
		if !v.limited && s.reads(v.shop.Slug, a.Connector) && s.Gate.Previews(&v.customer, a.Connector, a.Provider) {
			row.Try = s.Gate.Texts.Text(profile.Preview, v.lang).With(v.shop.Name, row.Title).Body
		}
		off, err := s.Enrich.Disconnected(v.Context(), v.customer, a)
		if err != nil {
			return err
		}
		if off && s.reads(v.shop.Slug, a.Connector) {
			row.Connect = "/" + v.shop.Slug + "/signin?" + url.Values{"again": {"1"}, "connector": {a.Connector}}.Encode()
		}
		page.Accounts = append(page.Accounts, row)
	}
	for _, unused := range s.Gate.NotUsed(v.customer) {
		page.NotUsed = append(page.NotUsed, p.T("notused", "connector", unused.Connector, "reason", unused.Reason))
	}
	if err := s.feel(v, &page); err != nil {
		return err
	}
	return s.pages.Render(w, http.StatusOK, "home", page)
}

// feel adds what was read and derived, in plain words.
func (s *Site) feel(v visit, page *homePage) error {
	texts, err := s.texts(v)
	if err != nil {
		return err
	}
	page.Posts = len(texts)
	fits, _, err := s.Desk.Tones(v.Context(), v.customer)
	if err != nil {
		return err
	}
	if len(fits) > 0 {
		page.Tone = s.tone(page.Page, fits[0].Tone)
		for _, reason := range fits[0].Reasons {
			page.Reasons = append(page.Reasons, reason.In(v.lang))
		}
	}
	if !page.MayRead {
		return nil
	}
	course, err := chart.Read(v.Context(), s.Gate, v.key)
	if err != nil {
		return err
	}
	p, m := page.Page, v.customer.Mood
	page.Readings, page.Known = course.Baseline.Readings, !m.Abstained && m.Word != ""
	if page.Known {
		page.Mood = p.T("mood.is." + string(m.Word))
		page.Basis = p.T("mood.basis."+compared(m), "readings", m.Baseline.Readings, "since", p.Day(m.Baseline.Since), "sure", percent(m.Confidence))
	}
	page.Chart, page.Days = course.SVG(course.Labels(p)), course.Rows(p)
	return nil
}

// compared says how the mood lies against what is usual: "brighter", "darker"
// or "usual".
func compared(m profile.Mood) string {
	switch {
	case m.Deviation.Self >= 0.5:
		return "brighter"
	case m.Deviation.Self <= -0.5:
		return "darker"
	}
	return "usual"
}

// connector is what people call a network.
func (s *Site) connector(shop, name string) string {
	for _, offer := range s.Enrich.Offers(shop) {
		if offer.Name == name {
			return offer.Title
		}
	}
	return name
}

// provider is what people call the network that an account of theirs is at;
// where the account has gone, its own name has to do.
func (s *Site) provider(v visit, provider string) string {
	for _, a := range v.customer.Accounts {
		if a.Provider == provider {
			return s.connector(v.shop.Slug, a.Connector)
		}
	}
	return provider
}

// reads reports whether a network gives posts at this shop.
func (s *Site) reads(shop, name string) bool {
	for _, offer := range s.Enrich.Offers(shop) {
		if offer.Name == name {
			return offer.Posts
		}
	}
	return false
}

// choices are the purposes that concern this customer: posts for each account
// that has some, the others once.
func (s *Site) choices(v visit) []choice {
	var out []choice
	add := func(p profile.Purpose, provider, network string) {
		text := s.Gate.Texts.Text(p, v.lang).With(v.shop.Name, network)
		c := choice{Purpose: p, Provider: provider, Title: text.Title, Body: text.Body, Age: p == profile.MoodRead && !v.customer.Adult}
		if last := v.customer.Consent(p, provider); last != nil {
			covers := s.Gate.Texts.Covers(p, last.TextVersion)
			c.Given, c.Since = last.Decision == profile.Granted && covers, last.At
			c.Changed = last.Decision == profile.Granted && !covers
		}
		out = append(out, c)
	}
	for _, a := range v.customer.Accounts {
		if s.reads(v.shop.Slug, a.Connector) || v.customer.Consent(profile.Posts, a.Provider) != nil {
			add(profile.Posts, a.Provider, s.connector(v.shop.Slug, a.Connector))
		}
	}
	for _, p := range []profile.Purpose{profile.MoodRead, profile.Messages, profile.ShopTexts} {
		add(p, "", "")
	}
	return out
}
