package enrich

import (
	"net/http"

	"tonfall/connectors"
	"tonfall/profile"
)

// Deauthorized verifies a call by which a provider says that a person has taken
// the permission back, and answers whom it is about. An identity without a
// subject is a genuine call about something else. NotFound: the shop has no
// such connector, or its provider makes no such calls; else errors are those of
// connectors.Deauthorizer.
func (s *Service) Deauthorized(shop, connector string, h http.Header, body []byte) (profile.Identity, Offer, error) {
	c, err := s.connector(shop, connector)
	if err != nil {
		return profile.Identity{}, Offer{}, err
	}
	info := c.Info()
	d, ok := c.(connectors.Deauthorizer)
	if !ok || info.Provider == "" {
		return profile.Identity{}, Offer{}, profile.Errorf(profile.NotFound, "%s does not tell when somebody leaves", info.Title)
	}
	subject, err := d.Deauthorized(h, body)
	if err != nil {
		return profile.Identity{}, Offer{}, err
	}
	return profile.Identity{Shop: shop, Provider: info.Provider, Subject: subject}, offered(info), nil
}
