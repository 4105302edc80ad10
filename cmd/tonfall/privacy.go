package main

import (
	"io"
	"strings"
	"time"

	"tonfall/config"
	"tonfall/connectors"
	"tonfall/consent"
	"tonfall/consent/notice"
	"tonfall/profile"
)

// privacyCmd writes the papers from the configuration alone: it opens no
// database, so it runs beside a server.
type privacyCmd struct {
	where
	Shop   string `help:"Which shop, where there are several."`
	Lang   string `help:"Language: de, en. Default: the shop's first." enum:"de,en," default:""`
	Format string `help:"Format: md, html." enum:"md,html" default:"md"`
	Part   string `help:"What to write: notice (for customers), record (for your files), all." enum:"all,notice,record" default:"all"`
}

func (c privacyCmd) Run(s streams) error {
	conf, err := config.Load(c.file())
	if err != nil {
		return err
	}
	all, err := openShops(conf, nil, time.Now) // nothing is asked of a store before somebody signs in
	if err != nil {
		return err
	}
	one, err := all.only(c.Shop)
	if err != nil {
		return err
	}
	data, err := papers(conf, one, time.Now())
	if err != nil {
		return err
	}
	var parts []string
	if c.Part != "all" {
		parts = []string{c.Part}
	}
	doc, err := notice.Write(data, c.language(one.Shop), parts...)
	if err != nil {
		return err
	}
	if c.Format == "html" {
		return doc.HTML(s.out)
	}
	_, err = io.WriteString(s.out, doc.Markdown())
	return err
}

// language is the one asked for, else the shop's first that the papers have.
func (c privacyCmd) language(shop profile.Shop) string {
	if c.Lang != "" {
		return c.Lang
	}
	for _, locale := range shop.Locales {
		for _, lang := range notice.Languages() {
			if strings.HasPrefix(strings.ToLower(locale), lang) {
				return lang
			}
		}
	}
	return "en"
}

// only is the shop of that slug, or the only one there is.
func (s *shops) only(slug string) (*shop, error) {
	if slug == "" && len(s.order) == 1 {
		slug = s.order[0]
	}
	if slug == "" {
		return nil, profile.Errorf(profile.Invalid, "there are several shops: name one with --shop (%s)", strings.Join(s.order, ", "))
	}
	one, ok := s.byName[slug]
	if !ok {
		return nil, profile.Errorf(profile.NotFound, "there is no shop %q; there are %s", slug, strings.Join(s.order, ", "))
	}
	return one, nil
}

// papers gathers what the notice says from what runs.
func papers(c config.Config, s *shop, now time.Time) (notice.Data, error) {
	texts, err := consent.DefaultTexts()
	if err != nil {
		return notice.Data{}, err
	}
	l := limits(c)
	data := notice.Data{
		Shop: s.Shop, Base: c.Base, Texts: texts, Keeping: keeping(c), Made: now, Engine: c.Engine,
		Import:   notice.Import{Every: l.Every, Posts: l.Posts, Age: l.Age},
		HalfLife: time.Duration(c.Mood.HalfLife), Holdout: s.policy.Holdout,
		Sales:   notice.Cap{Most: s.policy.SalesMost, Days: s.policy.SalesDays},
		Cookies: cookies(c.Base, s.Slug),
	}
	for i, connector := range s.connectors {
		data.Sources = append(data.Sources, sourceOf(connector.Info(), s.config.Connectors[i]))
	}
	for _, b := range s.config.Backends {
		data.Programs = append(data.Programs, notice.Program{Name: b.ID, Scopes: b.Scopes})
	}
	return data, nil
}

func sourceOf(info connectors.Info, c config.Connector) notice.Source {
	source := notice.Source{Name: info.Name, Title: info.Title, Posts: info.Posts, Scopes: info.Scopes, Host: c.BaseURL}
	if c.DirectoryURL != "" {
		source.Host = strings.TrimPrefix(source.Host+", "+c.DirectoryURL, ", ")
	}
	for _, r := range info.Rules {
		source.Rules = append(source.Rules, notice.Rule{Purpose: r.Purpose, Allowed: r.Allowed, Text: r.Text, Source: r.Source})
	}
	return source
}

// cookies are those that the doors set (web/signin, web/studio).
func cookies(base, slug string) []notice.Cookie {
	prefix := "" // as ui.Cookies has it
	if strings.HasPrefix(base, "https://") {
		prefix = "__Host-"
	}
	return []notice.Cookie{
		{Name: prefix + "tonfall-browser", For: notice.SignIn},
		{Name: prefix + "tonfall-session-" + slug, For: notice.Stay, Life: 30 * 24 * time.Hour},
		{Name: prefix + "tonfall-visit-" + slug, For: notice.Stay, Life: 30 * 24 * time.Hour},
		{Name: prefix + "studio", For: notice.Staff, Life: 12 * time.Hour},
	}
}
