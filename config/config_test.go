package config

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

const least = `
base: https://login.example.org
shops:
  - slug: tea
    name: Tea
    connectors:
      - kind: bluesky
`

func none(string) string { return "" }

func TestDefaultsFillWhatIsNotSaid(t *testing.T) {
	c, err := Parse([]byte(least), none)
	if err != nil {
		t.Fatal(err)
	}
	if got := time.Duration(c.Posts.Keep); got != 30*24*time.Hour {
		t.Errorf("posts are kept %s by default, want 30 days", got)
	}
	if s := c.Shops[0]; strings.Join(s.Locales, " ") != "de en" || s.Address != "du" || s.SalesCap != 2 {
		t.Errorf("a shop's defaults are %+v", s)
	}
}

func TestTheSampleIsValidAndHoldsEveryOption(t *testing.T) {
	if _, err := Parse(Sample, none); err != nil {
		t.Fatalf("the sample is refused:\n%v", err)
	}
	var every func(reflect.Type)
	every = func(typ reflect.Type) {
		for i := range typ.NumField() {
			f := typ.Field(i)
			if name := f.Tag.Get("yaml"); !strings.Contains(string(Sample), name+":") {
				t.Errorf("the sample lacks the option %q of %s", name, typ.Name())
			}
			for inner := f.Type; ; inner = inner.Elem() {
				if inner.Kind() == reflect.Struct {
					every(inner)
				}
				if inner.Kind() != reflect.Slice {
					break
				}
			}
		}
	}
	every(reflect.TypeFor[Config]())
}

func TestEveryProblemIsNamedWithItsLineAndItsMend(t *testing.T) {
	for name, tc := range map[string]struct {
		yaml, want string
	}{
		"unknown option":    {least + "lisen: x\n", `line 8: lisen: there is no such option; did you mean "listen"?`},
		"unknown in a shop": {strings.Replace(least, "name: Tea", "nmae: Tea", 1), `line 5: shops[0].nmae: there is no such option; did you mean "name"?`},
		"missing base":      {strings.Replace(least, "base: https://login.example.org", "", 1), `base: this option is missing`},
		"missing shops":     {"base: https://a.example\n", "shops: this option is missing"},
		"plain http":        {strings.Replace(least, "https://login", "http://login", 1), "use https"},
		"secret in clear":   {least + "    clients: [{id: a, secret: hunter2, redirect_uris: [https://a.example/cb]}]\n", "a secret does not belong into this file"},
		"secret not set":    {least + "    clients: [{id: a, secret: env:NOPE, redirect_uris: [https://a.example/cb]}]\n", "the environment variable NOPE is not set"},
		"reserved slug":     {strings.Replace(least, "slug: tea", "slug: studio", 1), `"studio" is used by Tonfall itself`},
		"bad duration":      {least + "posts: {keep: soon}\n", `"soon" is no duration`},
		"not a list":        {strings.Replace(least, "shops:", "shops: yes #", 1), "valid YAML"},
		"twice":             {least + "base: https://b.example\n", "this option stands here twice"},
		"not YAML":          {"a: [", "not valid YAML"},
		"two alike":         {least + "      - kind: bluesky\n", `another connector is called "bluesky"`},
		"wildcard redirect": {least + "    clients: [{id: a, redirect_uris: ['https://a.example/*']}]\n", "letter by letter"},
		"number expected":   {least + "sync: {posts: many}\n", `"many" is not a whole number`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Parse([]byte(tc.yaml), none)
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("the problem is told as\n%v\nwant it to say\n%s", err, tc.want)
			}
			if err != nil && strings.Contains(err.Error(), "hunter2") {
				t.Error("the secret stands in the message")
			}
		})
	}
}

func TestSecretsComeFromEnvironmentAndFiles(t *testing.T) {
	file := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(file, []byte("from file\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	yaml := least + "    backends: [{id: a, secret: 'env:A'}, {id: b, secret: 'file:" + file + "'}]\n"
	c, err := Parse([]byte(yaml), func(name string) string { return map[string]string{"A": "from environment"}[name] })
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Shops[0].Backends; got[0].Secret != "from environment" || got[1].Secret != "from file" {
		t.Errorf("the secrets are %q and %q", got[0].Secret, got[1].Secret)
	}
}

func TestRelativePathsStartAtTheFile(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "tonfall.yaml")
	if err := os.WriteFile(file, []byte(least), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := Load(file)
	if err != nil {
		t.Fatal(err)
	}
	if want := "bolt://" + filepath.Join(folder, "tonfall.db"); c.Store != want {
		t.Errorf("the store is %s, want %s", c.Store, want)
	}
	if _, err := Load(filepath.Join(folder, "none.yaml")); err == nil || !strings.Contains(err.Error(), "tonfall init") {
		t.Errorf("a missing file is told as %v", err)
	}
}
