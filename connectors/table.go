package connectors

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"

	"tonfall/profile"
)

// Table describes every kind, sorted by name. It needs no configuration and
// does no I/O.
func Table() ([]Info, error) {
	list := make([]Info, 0, len(Kinds()))
	for _, kind := range Kinds() {
		o, err := sample(kind)
		if err != nil {
			return nil, err
		}
		c, err := New(kind, o)
		if err != nil {
			return nil, err
		}
		list = append(list, c.Info())
	}
	return list, nil
}

// sample is a configuration that a kind accepts: what a kind is does not
// depend on its configuration, but making one does.
func sample(kind string) (Options, error) {
	o := Options{ClientID: "-"}
	switch kind {
	case "apple":
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			return Options{}, profile.Wrap(profile.Internal, err, "no key could be made")
		}
		der, err := x509.MarshalPKCS8PrivateKey(key)
		if err != nil {
			return Options{}, profile.Wrap(profile.Internal, err, "no key could be made")
		}
		o.Team, o.KeyID, o.ClientSecret = "-", "-", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
	case "bluesky":
		o.ClientID = ""
	case "oidc":
		o.Title, o.BaseURL = "OpenID Connect", "https://accounts.example.org"
	case "practice":
		o.BaseURL = "https://example.org"
	default:
		o.ClientSecret = "-"
	}
	return o, nil
}
