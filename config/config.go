// Package config is the one configuration of Tonfall: a struct whose fields
// are the options, a YAML file that fills it, and a check that names every
// problem with its line and its mend.
//
// Each field's tags are its row in the table of options: yaml is its name,
// default its default, secret marks what is read only from `env:NAME` or
// `file:/path` and never printed, required what must be given.
package config

// Config is everything that an operator decides.
type Config struct {
	Listen   string `yaml:"listen" default:"127.0.0.1:8080"`   // address the server listens on
	Base     string `yaml:"base" required:"true"`              // public URL, without a slash at its end
	Store    string `yaml:"store" default:"bolt://tonfall.db"` // bolt://PATH; a relative path starts at the file's folder
	Keys     string `yaml:"keys" default:"tonfall.keys"`       // file of the sealing and signing keys, mode 0600
	Engine   string `yaml:"engine" default:"native"`           // which scorer reads texts: native, bayes
	Loopback bool   `yaml:"loopback"`                          // allow providers on this machine: for trying out only
	LogJSON  bool   `yaml:"log_json"`                          // log lines as JSON
	Posts    Posts  `yaml:"posts"`
	Keep     Keep   `yaml:"keep"`
	Sync     Sync   `yaml:"sync"`
	Mood     Mood   `yaml:"mood"`
	Shops    []Shop `yaml:"shops" required:"true"`
}

// Posts says how long texts are kept.
type Posts struct {
	Keep Duration            `yaml:"keep" default:"30d"` // sealed; 0: score and forget
	By   map[string]Duration `yaml:"by"`                 // the same for single connectors, by name
}

// Keep says how long the rest stays.
type Keep struct {
	Readings  Duration `yaml:"readings" default:"730d"`  // what was read from texts
	Exposures Duration `yaml:"exposures" default:"365d"` // which message went out in which tone
	Proof     Duration `yaml:"proof" default:"1095d"`    // what erasure leaves of the consents
	Quiet     Duration `yaml:"quiet" default:"30d"`      // no sales messages for so long after a hard moment
}

// Sync bounds the imports.
type Sync struct {
	Every  Duration `yaml:"every" default:"6h"`  // between two imports of an account
	Inline Duration `yaml:"inline" default:"2s"` // how long a sign-in waits for posts
	Run    Duration `yaml:"run" default:"2m"`    // how long one job may take
	Posts  int      `yaml:"posts" default:"500"` // of a first import
	Age    Duration `yaml:"age" default:"365d"`  // of the oldest post of a first import
}

// Mood sets how readings become a mood.
type Mood struct {
	HalfLife Duration `yaml:"half_life" default:"3d"` // of a reading's weight
}

// Shop is one shop whose login redirects here.
type Shop struct {
	Slug       string      `yaml:"slug" required:"true"`    // in URLs: a-z, 0-9, hyphens
	Name       string      `yaml:"name" required:"true"`    // for people
	Home       string      `yaml:"home"`                    // URL of the shop
	Privacy    string      `yaml:"privacy"`                 // URL of its privacy notice
	Locales    []string    `yaml:"locales" default:"de,en"` // languages, best first
	Address    string      `yaml:"address" default:"du"`    // how it addresses people in German: du, Sie
	Messages   string      `yaml:"messages"`                // folder of its own templates
	Policy     string      `yaml:"policy"`                  // file of its own rules of choosing; default: messages/policy.yaml
	SalesCap   int         `yaml:"sales_cap" default:"2"`   // sales messages to one customer in 7 days
	Holdout    float64     `yaml:"holdout"`                 // share of customers who always get plain, 0..1
	Connectors []Connector `yaml:"connectors" required:"true"`
	Clients    []Client    `yaml:"clients"`
	Backends   []Backend   `yaml:"backends"`
}

// Connector is one network that the shop's customers can sign in with.
type Connector struct {
	Kind         string   `yaml:"kind" required:"true"` // see `tonfall connectors`
	Name         string   `yaml:"name"`                 // in URLs; default: the kind
	Title        string   `yaml:"title"`                // on the button; default: the kind's own
	ClientID     string   `yaml:"client_id"`
	ClientSecret string   `yaml:"client_secret" secret:"true"`
	Team         string   `yaml:"team"`          // Apple: the developer team's id
	KeyID        string   `yaml:"key_id"`        // Apple: the id of the key in client_secret
	BaseURL      string   `yaml:"base_url"`      // issuer, instance or server, where there is a choice
	DirectoryURL string   `yaml:"directory_url"` // of Bluesky accounts, instead of plc.directory
	Scopes       []string `yaml:"scopes"`        // in addition to those that the consents need
	API          string   `yaml:"api"`           // version of the network's API: X v2 or v1.1, Facebook v26.0
	Mood         bool     `yaml:"mood"`          // read moods also where the network's rules leave that to the shop; see docs/connectors.md
}

// Client is a program of the shop's that signs people in: an OpenID Connect client.
type Client struct {
	ID          string   `yaml:"id" required:"true"`
	Secret      string   `yaml:"secret" secret:"true"` // none: a public client, PKCE alone
	Name        string   `yaml:"name"`
	Redirects   []string `yaml:"redirect_uris" required:"true"` // compared letter by letter
	SignedOut   []string `yaml:"post_logout_redirect_uris"`
	BackChannel string   `yaml:"backchannel_logout_uri"`
	Algorithm   string   `yaml:"algorithm" default:"ES256"` // of ID tokens: ES256, EdDSA, RS256
}

// Backend is a program of the shop's that calls the API: client credentials.
type Backend struct {
	ID     string   `yaml:"id" required:"true"`
	Secret string   `yaml:"secret" secret:"true" required:"true"`
	Scopes []string `yaml:"scopes" default:"customers:read,customers:write,mood:read,messages:render,messages:write,score"`
}
