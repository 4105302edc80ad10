package config

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"gopkg.in/yaml.v3"
)

// Problem is one thing wrong with a configuration.
type Problem struct {
	Line int    // in the file; 0 where it has none
	Path string // "shops[0].clients[1].secret"
	Text string // what is wrong and how to mend it
}

// String is the problem on one line.
func (p Problem) String() string {
	var b strings.Builder
	if p.Line > 0 {
		fmt.Fprintf(&b, "line %d: ", p.Line)
	}
	if p.Path != "" {
		fmt.Fprintf(&b, "%s: ", p.Path)
	}
	return b.String() + p.Text
}

// Problems are all that is wrong: an error.
type Problems []Problem

// Error lists them, one a line.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// Load reads a file, fills in the defaults, resolves secrets and relative
// paths (against the file's folder) and checks everything. All problems come
// together, as Problems.
func Load(file string) (Config, error) {
	data, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) {
		return Config{}, Problems{{Text: fmt.Sprintf("there is no file %s: `tonfall init` writes one", file)}}
	}
	if err != nil {
		return Config{}, Problems{{Text: err.Error()}}
	}
	c, err := Parse(data, os.Getenv)
	if err != nil {
		return c, err
	}
	c.resolve(filepath.Dir(file))
	return c, nil
}

// Parse is Load without files: getenv answers `env:NAME`. Paths stay as written.
func Parse(data []byte, getenv func(string) string) (Config, error) {
	var c Config
	var document yaml.Node
	if err := yaml.Unmarshal(data, &document); err != nil {
		return c, Problems{{Text: "this is not valid YAML: " + strings.TrimPrefix(err.Error(), "yaml: ")}}
	}
	var root *yaml.Node
	if len(document.Content) > 0 {
		root = document.Content[0]
	}
	f := filler{getenv: getenv}
	f.fill(&c, root)
	if len(f.problems) == 0 {
		f.problems = c.check(f.lines)
	}
	if len(f.problems) > 0 {
		return c, f.problems
	}
	return c, nil
}

// resolve makes paths absolute.
func (c *Config) resolve(folder string) {
	c.Keys = within(folder, c.Keys)
	if path, ok := strings.CutPrefix(c.Store, "bolt://"); ok {
		c.Store = "bolt://" + within(folder, path)
	}
	for i := range c.Shops {
		for _, path := range []*string{&c.Shops[i].Messages, &c.Shops[i].Policy} {
			if *path != "" {
				*path = within(folder, *path)
			}
		}
	}
}

func within(folder, path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	if absolute, err := filepath.Abs(filepath.Join(folder, path)); err == nil {
		return absolute
	}
	return filepath.Join(folder, path)
}

// Database is the path of the bolt database that a file names, read without
// secrets and without checks: enough to find the server that holds it.
func Database(file string) (string, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		_, err := Load(file) // says it in words
		return "", err
	}
	var c struct {
		Store string `yaml:"store"`
	}
	if yaml.Unmarshal(data, &c) != nil || c.Store == "" {
		c.Store = "bolt://tonfall.db"
	}
	path, ok := strings.CutPrefix(c.Store, "bolt://")
	if !ok {
		return "", Problems{{Path: "store", Text: "write bolt:// and a path, like bolt:///var/lib/tonfall/tonfall.db"}}
	}
	return within(filepath.Dir(file), path), nil
}
