package config

import (
	"fmt"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// filler carries a YAML tree into the struct, by its tags, and notes the line
// of every value, so that a later check can name it.
type filler struct {
	getenv   func(string) string
	problems Problems
	lines    map[string]int
}

func (f *filler) fill(c *Config, root *yaml.Node) {
	f.lines = map[string]int{}
	f.structure(reflect.ValueOf(c).Elem(), root, "")
}

func (f *filler) problem(n *yaml.Node, path, format string, args ...any) {
	p := Problem{Path: path, Text: fmt.Sprintf(format, args...)}
	if n != nil {
		p.Line = n.Line
	}
	f.problems = append(f.problems, p)
}

// structure fills a struct from a mapping; nil stands for an empty one.
func (f *filler) structure(v reflect.Value, n *yaml.Node, path string) {
	given := map[string]*yaml.Node{}
	if n != nil && n.Tag != "!!null" {
		if n.Kind != yaml.MappingNode {
			f.problem(n, path, "here belong options, each as `name: value`")
			return
		}
		for i := 0; i+1 < len(n.Content); i += 2 {
			key := n.Content[i]
			if given[key.Value] != nil {
				f.problem(key, join(path, key.Value), "this option stands here twice: remove one")
			}
			given[key.Value] = n.Content[i+1]
			if names := names(v.Type()); !slices.Contains(names, key.Value) {
				f.problem(key, join(path, key.Value), "there is no such option%s", nearest(key.Value, names))
			}
		}
	}
	for i := range v.NumField() {
		field := v.Type().Field(i)
		name := field.Tag.Get("yaml")
		at := join(path, name)
		node := given[name]
		f.lines[at] = line(node, n)
		switch {
		case node != nil:
			f.value(v.Field(i), node, at, field.Tag)
		case field.Type.Kind() == reflect.Struct:
			f.structure(v.Field(i), nil, at)
		case field.Tag.Get("default") != "":
			f.value(v.Field(i), byDefault(field), at, field.Tag)
		}
		if field.Tag.Get("required") == "true" && v.Field(i).IsZero() && !f.blamed(at) {
			f.problem(nilOr(node, n), at, "this option is missing")
		}
	}
}

// value fills one field from its node.
func (f *filler) value(v reflect.Value, n *yaml.Node, path string, tag reflect.StructTag) {
	switch {
	case v.Type() == reflect.TypeFor[Duration]():
		d, err := ParseDuration(n.Value)
		if err != nil {
			f.problem(n, path, "%v", err)
		}
		v.Set(reflect.ValueOf(d))
	case v.Kind() == reflect.Struct:
		f.structure(v, n, path)
	case v.Kind() == reflect.Slice:
		f.slice(v, n, path, tag)
	case v.Kind() == reflect.Map:
		f.mapping(v, n, path)
	case n.Kind != yaml.ScalarNode:
		f.problem(n, path, "here belongs a single value")
	case v.Kind() == reflect.String && tag.Get("secret") == "true":
		v.SetString(f.secret(n, path))
	case v.Kind() == reflect.String:
		v.SetString(n.Value)
	case n.Decode(v.Addr().Interface()) != nil:
		f.problem(n, path, "%q is not %s", n.Value, article(v.Kind()))
	}
}

func (f *filler) slice(v reflect.Value, n *yaml.Node, path string, tag reflect.StructTag) {
	if n.Kind != yaml.SequenceNode {
		f.problem(n, path, "here belongs a list: lines that begin with a hyphen, or [a, b]")
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content)))
	for i, item := range n.Content {
		at := fmt.Sprintf("%s[%d]", path, i)
		f.lines[at] = item.Line
		f.value(v.Index(i), item, at, tag)
	}
}

func (f *filler) mapping(v reflect.Value, n *yaml.Node, path string) {
	if n.Kind != yaml.MappingNode {
		f.problem(n, path, "here belong lines like `name: value`")
		return
	}
	v.Set(reflect.MakeMap(v.Type()))
	for i := 0; i+1 < len(n.Content); i += 2 {
		item := reflect.New(v.Type().Elem()).Elem()
		f.value(item, n.Content[i+1], join(path, n.Content[i].Value), "")
		v.SetMapIndex(reflect.ValueOf(n.Content[i].Value), item)
	}
}

// secret reads what `env:NAME` or `file:/path` points to.
func (f *filler) secret(n *yaml.Node, path string) string {
	if name, ok := strings.CutPrefix(n.Value, "env:"); ok {
		value := f.getenv(name)
		if value == "" {
			f.problem(n, path, "the environment variable %s is not set: set it before the start", name)
		}
		return value
	}
	if file, ok := strings.CutPrefix(n.Value, "file:"); ok {
		data, err := os.ReadFile(file)
		if err != nil {
			f.problem(n, path, "the secret cannot be read: %v", err)
		}
		return strings.TrimSpace(string(data))
	}
	f.problem(n, path, "a secret does not belong into this file: write env:NAME or file:/path")
	return ""
}

// blamed reports whether the option has a problem already.
func (f *filler) blamed(path string) bool {
	for _, p := range f.problems {
		if p.Path == path {
			return true
		}
	}
	return false
}

// byDefault makes a node of a default; a list's is separated by commas.
func byDefault(field reflect.StructField) *yaml.Node {
	value := field.Tag.Get("default")
	if field.Type.Kind() != reflect.Slice {
		return &yaml.Node{Kind: yaml.ScalarNode, Value: value}
	}
	list := &yaml.Node{Kind: yaml.SequenceNode}
	for item := range strings.SplitSeq(value, ",") {
		list.Content = append(list.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: item})
	}
	return list
}

func names(t reflect.Type) []string {
	out := make([]string, t.NumField())
	for i := range out {
		out[i] = t.Field(i).Tag.Get("yaml")
	}
	return out
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

func line(nodes ...*yaml.Node) int {
	for _, n := range nodes {
		if n != nil {
			return n.Line
		}
	}
	return 0
}

func nilOr(nodes ...*yaml.Node) *yaml.Node {
	for _, n := range nodes {
		if n != nil {
			return n
		}
	}
	return nil
}

func article(k reflect.Kind) string {
	switch k {
	case reflect.Bool:
		return "true or false"
	case reflect.Int:
		return "a whole number"
	case reflect.Float64:
		return "a number"
	}
	return strconv.Quote(k.String())
}
