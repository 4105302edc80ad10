package config

import _ "embed"

// Sample is a commented configuration with every option: what `tonfall init`
// writes. It is valid as it stands.
//
//go:embed tonfall.sample.yaml
var Sample []byte
