package connectors

import (
	"net/url"

	"tonfall/internal/egress"
	"tonfall/profile"
)

// renewing is a connector that signs in and renews its grants, and no more:
// what else the two values could do stays out of sight.
type renewing struct {
	Connector
	Refresher
}

// plainCode is the sign-in of a provider without discovery, still without its
// description, endpoints and account.
func plainCode(o Options) (Code, error) {
	if o.ClientID == "" {
		return Code{}, profile.Errorf(profile.Invalid, "connector %s needs client_id, from the registration at the provider", o.Name)
	}
	if u, err := url.Parse(o.BaseURL); err != nil || o.BaseURL != "" && u.Scheme != "https" && !(u.Scheme == "http" && o.AllowLoopback && egress.Loopback(u.Hostname())) {
		return Code{}, profile.Errorf(profile.Invalid, "the base_url of connector %s must begin with https://", o.Name)
	}
	return Code{ID: o.ClientID, Secret: o.ClientSecret, Extra: o.Scopes, HTTP: o.HTTP, Now: o.Now}, nil
}

// signInRules are the rules of a platform that only tells who came. There is
// nothing to read a mood from; a name and an address may stand in the messages
// that the customer agreed to. source is the provider's own statement of what
// a sign-in tells.
func signInRules(title, source string) []Rule {
	return []Rule{
		{Purpose: profile.Posts, Text: "a sign-in with " + title + " tells who came and brings no posts", Source: source},
		{Purpose: profile.MoodRead, Text: "a sign-in with " + title + " brings nothing that a mood could be read from", Source: source},
		{Purpose: profile.Messages, Allowed: true, Text: "name and address from a sign-in with " + title + " may stand in messages that the customer agreed to", Source: source},
	}
}
