package consent

import (
	"time"

	"tonfall/profile"
)

// previewLife is how long a yes to looking once lasts: long enough to say yes
// at the network as well.
const previewLife = 20 * time.Minute

// MayPreview is nil where the person has just agreed to look once at what would
// be derived from posts of the provider; else NoConsent. The platform must
// allow all that would follow.
func (g *Gate) MayPreview(c *profile.Customer, connector, provider string) error {
	last := c.Consent(profile.Preview, provider)
	if last == nil || last.Decision != profile.Granted || g.Now().Sub(last.At) > previewLife {
		return profile.Errorf(profile.NoConsent, "nobody has agreed to looking once, or it is some time ago: ask anew")
	}
	return g.previewable(c.Shop, connector)
}

// Previews reports whether somebody can be offered to look once: the account's
// posts are not read anyway, and the platform allows what would be shown.
func (g *Gate) Previews(c *profile.Customer, connector, provider string) bool {
	return g.Allowed(c, profile.Posts, connector, provider) != nil && g.previewable(c.Shop, connector) == nil
}

func (g *Gate) previewable(shop, connector string) error {
	for _, rule := range g.rules(shop, connector) {
		if !rule.Allowed && (rule.Purpose == profile.Posts || rule.Purpose == profile.MoodRead) {
			return profile.Errorf(profile.NoConsent, "not used: %s", rule.Text)
		}
	}
	return nil
}

// perProvider reports whether a purpose is decided for each provider.
func perProvider(p profile.Purpose) bool { return p == profile.Posts || p == profile.Preview }
