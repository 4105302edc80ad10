package connectors

import (
	"strings"

	"tonfall/profile"
)

// conditional are the rules of a platform that lets people give their posts to
// others and is strict about what is derived from them: the mood is read only
// where the shop, knowing the rules, has switched it on (Options.Mood).
// posts and mood say what the platform demands, in a clause; source is its URL.
func conditional(o Options, title, posts, mood, source string) []Rule {
	state := "not switched on (mood: true)"
	if o.Mood {
		state = "switched on by the shop (mood: true)"
	}
	derived := title + "'s rules: " + mood + "; reading moods from it is " + state
	return []Rule{
		{Purpose: profile.Posts, Allowed: true, Text: title + "'s rules: " + posts, Source: source},
		{Purpose: profile.MoodRead, Allowed: o.Mood, Text: derived, Source: source},
		{Purpose: profile.Messages, Allowed: o.Mood, Text: derived, Source: source},
	}
}

// host is where a provider's endpoint lies: at base_url where one is
// configured (a test server), else at the provider's own host.
func host(o Options, own string) string {
	if o.BaseURL != "" {
		return strings.TrimSuffix(o.BaseURL, "/")
	}
	return "https://" + own
}
