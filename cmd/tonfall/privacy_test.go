package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"tonfall/config"
	"tonfall/consent/notice"
	"tonfall/profile"
	"tonfall/web/api"
)

func TestEveryCookieOfTheDoorsStandsInTheNotice(t *testing.T) {
	files, err := filepath.Glob("../../web/*/*.go")
	if err != nil || len(files) == 0 {
		t.Fatal("the doors are not where they were", err)
	}
	var source strings.Builder
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		source.Write(data)
	}
	told := cookies("http://127.0.0.1:8080", "")
	if set := regexp.MustCompile(`[cC]ookies\.Set\(|http\.SetCookie\(w, &`).FindAllString(source.String(), -1); len(set) != len(told) {
		t.Errorf("the doors set cookies in %d places, the notice names %d", len(set), len(told))
	}
	for _, c := range told {
		if !strings.Contains(source.String(), `"`+c.Name+`"`) {
			t.Errorf("no door sets the cookie %q", c.Name)
		}
	}
}

func TestTheNoticeKnowsEveryConnectorAndScope(t *testing.T) {
	s := config.Shop{Slug: "tea", Name: "Teahouse", Locales: []string{"en"}}
	s.Connectors = []config.Connector{{Kind: "bluesky"}, {Kind: "mastodon"}, {Kind: "practice", BaseURL: "http://127.0.0.1:9"}}
	s.Backends = []config.Backend{{ID: "all", Scopes: api.Scopes()}}
	c := config.Config{Base: "http://127.0.0.1:8080", Loopback: true, Shops: []config.Shop{s}}
	all, err := openShops(c, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	one, err := all.only("")
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range notice.Languages() {
		data, err := papers(c, one, time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC))
		if err != nil {
			t.Fatal(err)
		}
		doc, err := notice.Write(data, lang)
		if err != nil {
			t.Fatal(profile.Message(err), err)
		}
		text := doc.Markdown()
		for _, connector := range one.connectors {
			if title := connector.Info().Title; strings.Count(text, title) < 5 {
				t.Errorf("%s: %s is hardly mentioned", lang, title)
			}
		}
	}
}
