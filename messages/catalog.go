package messages

import (
	"context"
	"io/fs"
)

// A Source keeps a shop's own templates, as documents.
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
	source Source
}

// Open makes a catalog. folders holds the shops' own folders by shop, read
// now and by Reload; source may be nil. Documents with errors are left out and
// told as problems.
func Open(folders map[string]fs.FS, source Source) (*Catalog, []Problem) {
	return &Catalog{source: source}, nil
}

// Reload reads the folders again. A file that has an error now keeps its last
// good version in force.
func (c *Catalog) Reload() []Problem { return nil }

// Template finds one template, or NotFound with the nearest name there is.
func (c *Catalog) Template(ctx context.Context, shop, name string) (*Template, error) {
	return nil, nil
}

// Templates lists a shop's templates by name.
func (c *Catalog) Templates(ctx context.Context, shop string) ([]*Template, error) { return nil, nil }

// Save checks a document and keeps it in the store. Invalid with every error,
// line and mend where it does not parse: the version before stays in force.
func (c *Catalog) Save(ctx context.Context, shop, name string, document []byte) (*Template, error) {
	return nil, nil
}

// Problems lists what is wrong with a shop's templates now: stored documents
// and files that were left out.
func (c *Catalog) Problems(ctx context.Context, shop string) ([]Problem, error) { return nil, nil }

// Parse reads a template from YAML (JSON is YAML too). file is what errors
// name; want is the name it must have, or empty. Invalid lists every error,
// each with line, column and mend.
func Parse(file, want string, document []byte) (*Template, error) { return nil, nil }
