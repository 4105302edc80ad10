package connectors

import "testing"

func TestAServerIsReadFromWhatPeopleType(t *testing.T) {
	for typed, want := range map[string]string{
		"mastodon.social": "mastodon.social", " Mastodon.Social. ": "mastodon.social", "@anna@mastodon.social": "mastodon.social",
		"anna@mastodon.social": "mastodon.social", "acct:anna@mastodon.social": "mastodon.social",
		"https://mastodon.social/@anna": "mastodon.social", "http://mastodon.social": "mastodon.social", "mastodon.social/@anna@other.example": "mastodon.social",
		"https://mastodon.social:443/": "mastodon.social", "münchen.social": "xn--mnchen-3ya.social", "@Ünal@MÜNCHEN.social": "xn--mnchen-3ya.social",
		"\u200emastodon.social\u2069": "mastodon.social", "a.b.c.example": "a.b.c.example",
	} {
		if got, err := instanceHost(typed, false); err != nil || got != want {
			t.Errorf("%q: %q, %v, want %q", typed, got, err, want)
		}
	}
	if got, err := instanceHost("@anna@127.0.0.1:3000", true); err != nil || got != "127.0.0.1:3000" {
		t.Errorf("loopback, where allowed: %q, %v", got, err)
	}
}
