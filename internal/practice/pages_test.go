package practice

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"
)

var inline = regexp.MustCompile(`(?i)<script|<style|\sstyle=|\son[a-z]+=|javascript:`)

// visit signs an account in and answers its browser.
func (tn *town) visit(handle string) *http.Client {
	tn.t.Helper()
	c := browser(tn.t)
	res, err := c.PostForm(tn.url+"/signin", url.Values{"handle": {handle}, "password": {handle + "-demo"}})
	if page := read(tn.t, res, err); res.Request.URL.Path != "/practice/people/"+handle {
		tn.t.Fatalf("signing in ends at %s:\n%s", res.Request.URL, page)
	}
	return c
}

func TestEveryPageStandsInBothLanguagesWithoutInlineCode(t *testing.T) {
	tn := newTown(t, nil)
	tn.token("mila", "posts:read")
	auth := tn.config("profile", "posts:read").AuthCodeURL("s", oauth2.S256ChallengeOption(oauth2.GenerateVerifier()))
	f := newFair(t)
	guest := f.browser()
	read2(t, guest, f.url+"/signin")
	f.post(guest, "/letters", url.Values{"template": {"birthday"}})
	mila := tn.visit("mila")
	for _, p := range []struct {
		name, url string
		c         *http.Client
	}{
		{"home", tn.url + "/", browser(t)}, {"sign-in", tn.url + "/signin", browser(t)}, {"sign-in for an app", auth, browser(t)},
		{"permission", auth, mila}, {"own timeline", tn.url + "/people/mila", mila}, {"timeline", tn.url + "/people/jonas", browser(t)},
		{"nobody", tn.url + "/people/nobody", mila}, {"refusal", tn.url + "/oauth/authorize", mila},
		{"shop", f.url + "/", f.browser()}, {"shop, signed in", f.url + "/", guest}, {"shop, lost", f.url + "/nowhere", guest},
	} {
		for lang, notice := range map[string]string{"de-AT,de;q=0.9": "Übung", "en-GB": "practice", "fr": "practice"} {
			req, _ := http.NewRequest("GET", p.url, nil)
			req.Header.Set("Accept-Language", lang)
			res, err := p.c.Do(req)
			page := read(t, res, err)
			if !strings.Contains(page, notice) || !strings.Contains(page, "</html>") || strings.Contains(page, "this page is broken") {
				t.Errorf("%s in %s:\n%s", p.name, lang, page)
			}
			if hit := inline.FindString(page); hit != "" {
				t.Errorf("%s holds %q", p.name, hit)
			}
			if policy := res.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") {
				t.Errorf("%s: policy %q", p.name, policy)
			}
		}
	}
}

func TestWhatPeopleWriteStaysText(t *testing.T) {
	tn := newTown(t, nil)
	c := tn.visit("mila")
	res, err := c.PostForm(tn.url+"/people/mila/posts", url.Values{"text": {`<script>alert(1)</script> "quoted" & 🎉 ` + "\u202e"}})
	page := read(t, res, err)
	if !strings.Contains(page, "&lt;script&gt;alert(1)&lt;/script&gt;") || strings.Contains(page, "<script") {
		t.Error("a post was not escaped")
	}
	id := tn.Scripted("mila")[0].ID
	if page = read2(t, browser(t), tn.url+"/people/mila"); !strings.Contains(page, "alert(1)") || strings.Contains(page, "/delete") {
		t.Error("strangers see no post, or may delete")
	}
	res, err = c.PostForm(tn.url+"/people/mila/posts/"+id+"/delete", nil)
	if page = read(t, res, err); strings.Contains(page, "alert(1)") {
		t.Error("the post is still there")
	}
	res, err = c.PostForm(tn.url+"/people/mila/posts", url.Values{"text": {strings.Repeat("ä", MaxPost)}})
	if page = read(t, res, err); res.StatusCode != 422 || !strings.Contains(page, "too long") || !strings.Contains(page, "ääää</textarea>") {
		t.Errorf("a long post: %d, or the draft is lost", res.StatusCode)
	}
	res, err = c.PostForm(tn.url+"/people/mila/posts", url.Values{"text": {" \n "}})
	if page = read(t, res, err); res.StatusCode != 422 || !strings.Contains(page, "needs some text") {
		t.Errorf("an empty post: %d", res.StatusCode)
	}
}

func TestOnlyTheOwnerWritesDeletesAndDisconnects(t *testing.T) {
	tn := newTown(t, nil)
	tn.token("mila", "posts:read")
	jonas, mila := tn.visit("jonas"), tn.visit("mila")
	before := len(tn.Scripted("mila"))
	for _, path := range []string{"/people/mila/posts", "/people/mila/posts/" + tn.Scripted("mila")[0].ID + "/delete", "/people/mila/apps/tonfall/disconnect"} {
		for _, c := range []*http.Client{jonas, browser(t)} {
			res, err := c.PostForm(tn.url+path, url.Values{"text": {"x"}})
			if read(t, res, err); res.StatusCode != http.StatusForbidden {
				t.Errorf("%s by somebody else: %d", path, res.StatusCode)
			}
		}
		req, _ := http.NewRequest("POST", tn.url+path, strings.NewReader("text=x"))
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Sec-Fetch-Site", "cross-site")
		res, err := mila.Do(req)
		if read(t, res, err); res.StatusCode != http.StatusForbidden {
			t.Errorf("%s from another site: %d", path, res.StatusCode)
		}
	}
	if len(tn.Scripted("mila")) != before || len(tn.Granted("mila", "tonfall")) == 0 {
		t.Error("somebody else changed something")
	}
	res, err := mila.PostForm(tn.url+"/people/mila/apps/tonfall/disconnect", nil)
	if read(t, res, err); len(tn.Granted("mila", "tonfall")) != 0 {
		t.Error("disconnecting left the grant alive")
	}
}

func TestSigningInNeedsThePasswordAndLeadsNowhereElse(t *testing.T) {
	tn := newTown(t, nil)
	for _, form := range []url.Values{
		{"handle": {"mila"}, "password": {"wrong"}}, {"handle": {"nobody"}, "password": {""}}, {"handle": {""}, "password": {""}},
	} {
		res, err := browser(t).PostForm(tn.url+"/signin", form)
		if page := read(t, res, err); res.StatusCode != http.StatusForbidden || !strings.Contains(page, "do not belong together") {
			t.Errorf("%v: %d", form, res.StatusCode)
		}
	}
	for _, next := range []string{"https://evil.test/", "//evil.test/practice/", `/\evil.test/practice/`, "/practice/../x", "/elsewhere", "javascript:alert(1)", "/practice//../../x"} {
		c := browser(t)
		c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		res, err := c.PostForm(tn.url+"/signin", url.Values{"handle": {"mila"}, "password": {"mila-demo"}, "next": {next}})
		read(t, res, err)
		if to := res.Header.Get("Location"); to != "/practice/people/mila" {
			t.Errorf("next=%s leads to %s", next, to)
		}
	}
}

func TestASessionEndsBySignOutAndByTime(t *testing.T) {
	tn := newTown(t, nil)
	own := func(c *http.Client) bool { return strings.Contains(read2(t, c, tn.url+"/people/mila"), "<textarea") }
	c := tn.visit("mila")
	at, _ := url.Parse(tn.url + "/")
	kept := c.Jar.Cookies(at)
	if !own(c) {
		t.Fatal("not signed in")
	}
	res, err := c.PostForm(tn.url+"/signout", nil)
	read(t, res, err)
	c.Jar.SetCookies(at, kept)
	if own(c) {
		t.Error("the cookie from before signing out still works")
	}
	c = tn.visit("mila")
	tn.pass(visitLife + time.Minute)
	if own(c) {
		t.Error("the visit never ends")
	}
}
