package consent

import (
	"tonfall/profile"
)

// Shop is the provider, and the connector, of texts that the shop itself holds.
const Shop = "shop"

// Allowed is nil where personal data of the customer from the provider may be
// used for the purpose now; else NoConsent with the reason in a sentence.
// provider may be empty for purposes that know none; connector selects the
// platform's rules.
func (g *Gate) Allowed(c *profile.Customer, p profile.Purpose, connector, provider string) error {
	if err := g.decided(c, p, provider); err != nil {
		return err
	}
	for _, rule := range g.rules(c.Shop, connector) {
		if rule.Purpose == p && !rule.Allowed {
			return profile.Errorf(profile.NoConsent, "not used: %s", rule.Text)
		}
	}
	return nil
}

func (g *Gate) rules(shop, connector string) []Rule {
	if g.Rules == nil {
		return nil
	}
	return g.Rules(shop, connector)
}

// decided is the person's part of Allowed.
func (g *Gate) decided(c *profile.Customer, p profile.Purpose, provider string) error {
	if p != profile.Posts {
		provider = ""
	}
	last := c.Consent(p, provider)
	switch {
	case last == nil:
		return profile.Errorf(profile.NoConsent, "the customer was not asked for %q", p)
	case last.Decision != profile.Granted:
		return profile.Errorf(profile.NoConsent, "the customer does not agree to %q", p)
	case !g.Texts.Covers(p, last.TextVersion):
		return profile.Errorf(profile.NoConsent, "the text for %q has changed: the customer has to be asked again", p)
	}
	return nil
}

// Readable is nil where a text from this place may be scored: the text may be
// held and the mood may be read.
func (g *Gate) Readable(c *profile.Customer, connector, provider string) error {
	if err := g.Allowed(c, source(provider), connector, provider); err != nil {
		return err
	}
	return g.Allowed(c, profile.MoodRead, connector, "")
}

// source is the purpose under which texts from the provider are held.
func source(provider string) profile.Purpose {
	if provider == Shop {
		return profile.ShopTexts
	}
	return profile.Posts
}

// Unused says why something that was agreed to is not used.
type Unused struct {
	Connector string          `json:"connector"`
	Purpose   profile.Purpose `json:"purpose"`
	Reason    string          `json:"reason"` // a sentence
}

// NotUsed lists what the customer agreed to and a platform's policy forbids,
// so that nobody wonders at silence.
func (g *Gate) NotUsed(c profile.Customer) []Unused {
	var out []Unused
	for _, a := range c.Accounts {
		for _, rule := range g.rules(c.Shop, a.Connector) {
			provider := ""
			if rule.Purpose == profile.Posts {
				provider = a.Provider
			}
			if !rule.Allowed && c.Allows(rule.Purpose, provider) {
				out = append(out, Unused{Connector: a.Connector, Purpose: rule.Purpose, Reason: rule.Text})
			}
		}
	}
	return out
}

// seqs are the ledger entries behind purposes, for lineage.
func seqs(c *profile.Customer, provider string, purposes ...profile.Purpose) []int {
	var out []int
	for _, p := range purposes {
		at := ""
		if p == profile.Posts {
			at = provider
		}
		if x := c.Consent(p, at); x != nil {
			out = append(out, x.Seq)
		}
	}
	return out
}
