package messages

import (
	"context"
	"crypto/sha256"
	"embed"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"sync"

	"tonfall/profile"
)

//go:embed templates/*.yaml
var embedded embed.FS

// A Source keeps a shop's own templates, as documents. Safe for concurrent use.
type Source interface {
	// Template reads one document, or NotFound.
	Template(ctx context.Context, shop, name string) ([]byte, error)
	// Templates reads all documents of a shop, by name.
	Templates(ctx context.Context, shop string) (map[string][]byte, error)
	// SaveTemplate writes one.
	SaveTemplate(ctx context.Context, shop, name string, document []byte) error
}

// Catalog finds a shop's templates: the store's outrank the folder's, those the
// embedded defaults. A document with an error never replaces one that works.
// Safe for concurrent use.
type Catalog struct {
	source  Source
	folders map[string]fs.FS

	mu       sync.RWMutex
	defaults map[string]*Template
	byFolder map[string]shelf // by shop
	parsed   map[[32]byte]reading
}

// shelf is what a folder gave.
type shelf struct {
	templates map[string]*Template // by name
	problems  []Problem
}

// reading is a stored document, parsed once.
type reading struct {
	template *Template // nil where it has errors
	problems []Problem
}

// parsedMost bounds how many stored documents stay parsed in memory.
const parsedMost = 1000

// Open makes a catalog. folders holds the shops' own folders by shop (os.Root's
// FS keeps them from reaching outside), read now and by Reload; source may be
// nil. Files with errors are left out and told as problems.
func Open(folders map[string]fs.FS, source Source) (*Catalog, []Problem) {
	c := &Catalog{source: source, folders: folders, byFolder: map[string]shelf{}, parsed: map[[32]byte]reading{}}
	templates, err := fs.Sub(embedded, "templates")
	if err != nil {
		panic(err) // the name is a constant
	}
	s := stock(templates, FromDefaults, shelf{})
	c.defaults = s.templates
	return c, append(s.problems, c.Reload()...)
}

// Reload reads the folders again. A file that has an error now keeps its last
// good version in force.
func (c *Catalog) Reload() []Problem {
	var problems []Problem
	for _, shop := range slices.Sorted(maps.Keys(c.folders)) {
		c.mu.RLock()
		before := c.byFolder[shop]
		c.mu.RUnlock()
		s := stock(c.folders[shop], FromFolder, before)
		c.mu.Lock()
		c.byFolder[shop] = s
		c.mu.Unlock()
		problems = append(problems, s.problems...)
	}
	return problems
}

// stock reads every .yaml and .yml file of a folder. A file that cannot be used
// leaves in place what it gave before.
func stock(folder fs.FS, origin Origin, before shelf) shelf {
	s := shelf{templates: map[string]*Template{}}
	entries, err := fs.ReadDir(folder, ".")
	if err != nil {
		return shelf{templates: before.templates, problems: []Problem{{File: ".", Msg: "the folder cannot be read", Mend: "check that it exists and may be read"}}}
	}
	for _, e := range entries {
		name, ok := strings.CutSuffix(strings.TrimSuffix(e.Name(), ".yml"), ".yaml")
		if e.IsDir() || !ok && !strings.HasSuffix(e.Name(), ".yml") {
			continue
		}
		source, err := fs.ReadFile(folder, e.Name())
		if err != nil {
			s.problems = append(s.problems, Problem{File: e.Name(), Msg: "the file cannot be read", Mend: "check that it may be read"})
		} else {
			t, problems := read(e.Name(), name, source)
			s.problems = append(s.problems, problems...)
			if !slices.ContainsFunc(problems, func(p Problem) bool { return !p.Warning }) {
				t.Origin = origin
				s.templates[name] = t
				continue
			}
		}
		if old, ok := before.templates[name]; ok {
			s.templates[name] = old
		}
	}
	return s
}

// Template finds one template, or NotFound with the nearest name there is.
func (c *Catalog) Template(ctx context.Context, shop, name string) (*Template, error) {
	if c.source != nil && nameForm.MatchString(name) {
		document, err := c.source.Template(ctx, shop, name)
		if err != nil && !profile.Is(err, profile.NotFound) {
			return nil, err
		}
		if err == nil {
			if r := c.parse(name, document); r.template != nil {
				return r.template, nil
			}
		}
	}
	files := c.files(shop)
	if t, ok := files[name]; ok {
		return t, nil
	}
	names := slices.Collect(maps.Keys(files))
	if c.source != nil {
		if stored, err := c.source.Templates(ctx, shop); err == nil {
			names = append(names, slices.Collect(maps.Keys(stored))...)
		}
	}
	return nil, profile.Errorf(profile.NotFound, "there is no template %.64q; %s", name, meant(name, slices.Compact(slices.Sorted(slices.Values(names)))))
}

// Templates lists a shop's templates by name.
func (c *Catalog) Templates(ctx context.Context, shop string) ([]*Template, error) {
	all := c.files(shop)
	if c.source != nil {
		stored, err := c.source.Templates(ctx, shop)
		if err != nil {
			return nil, err
		}
		for name, document := range stored {
			if r := c.parse(name, document); r.template != nil {
				all[name] = r.template
			}
		}
	}
	return slices.SortedFunc(maps.Values(all), func(a, b *Template) int { return strings.Compare(a.Name, b.Name) }), nil
}

// Save checks a document and keeps it in the store. Invalid with every error,
// line and mend where it does not parse: the version before stays in force.
func (c *Catalog) Save(ctx context.Context, shop, name string, document []byte) (*Template, error) {
	if !nameForm.MatchString(name) {
		return nil, profile.Errorf(profile.Invalid, "%.64q is no template's name; use lower case letters, digits and hyphens, like order-shipped", name)
	}
	if c.source == nil {
		return nil, profile.Errorf(profile.Unavailable, "templates cannot be saved here: there is no store")
	}
	t, err := Parse(name, name, document)
	if err != nil {
		return nil, err
	}
	t.Origin = FromStore
	if err := c.source.SaveTemplate(ctx, shop, name, document); err != nil {
		return nil, err
	}
	return t, nil
}

// Problems lists what is wrong with a shop's templates now, warnings among it:
// of stored documents and of the folder's files.
func (c *Catalog) Problems(ctx context.Context, shop string) ([]Problem, error) {
	c.mu.RLock()
	problems := slices.Clone(c.byFolder[shop].problems)
	c.mu.RUnlock()
	if c.source != nil {
		stored, err := c.source.Templates(ctx, shop)
		if err != nil {
			return nil, err
		}
		for name, document := range stored {
			problems = append(problems, c.parse(name, document).problems...)
		}
	}
	sortProblems(problems)
	return problems, nil
}

// files are the defaults with the folder's over them; the caller's to change.
func (c *Catalog) files(shop string) map[string]*Template {
	c.mu.RLock()
	defer c.mu.RUnlock()
	all := maps.Clone(c.defaults)
	maps.Copy(all, c.byFolder[shop].templates)
	return all
}

// parse reads a stored document, once for as long as it stays the same.
func (c *Catalog) parse(name string, document []byte) reading {
	h := sha256.New()
	h.Write([]byte(name + "\x00"))
	h.Write(document)
	key := [32]byte(h.Sum(nil))
	c.mu.RLock()
	r, ok := c.parsed[key]
	c.mu.RUnlock()
	if ok {
		return r
	}
	t, problems := read(name, name, document)
	if slices.ContainsFunc(problems, func(p Problem) bool { return !p.Warning }) {
		t = nil
	} else {
		t.Origin = FromStore
	}
	r = reading{template: t, problems: problems}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.parsed) >= parsedMost {
		clear(c.parsed)
	}
	c.parsed[key] = r
	return r
}
