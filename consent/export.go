package consent

import (
	"context"
	"encoding/json"
	"io"
	"time"

	"tonfall/profile"
)

// Export writes all that is held of a customer, imported and inferred, with
// where it came from, as one JSON object: docs/export.schema.json describes
// it. It reads page by page, so its memory does not grow with the customer.
func (g *Gate) Export(ctx context.Context, key profile.Key, w io.Writer) error {
	c, err := g.Store.Customer(ctx, key)
	if err != nil {
		return err
	}
	return g.export(ctx, c, w)
}

// ExportToShop writes the same for the shop's own programs, without the quiet
// time: outwards it cannot be told from the frequency cap.
func (g *Gate) ExportToShop(ctx context.Context, key profile.Key, w io.Writer) error {
	c, err := g.Store.Customer(ctx, key)
	if err != nil {
		return err
	}
	c.Quiet = time.Time{}
	return g.export(ctx, c, w)
}

func (g *Gate) export(ctx context.Context, c profile.Customer, w io.Writer) error {
	key := c.Key
	ledger, err := g.Ledger(ctx, key)
	if err != nil {
		return err
	}
	out := &exporter{w: w}
	out.text(`{"format":"tonfall-export-1","exported":`)
	out.value(g.Now().UTC())
	out.text(",\n\"customer\":")
	out.value(c)
	out.text(",\n\"consents\":")
	out.value(ledger)
	exportList(ctx, out, "posts", func(cursor string) ([]profile.Post, string, error) {
		return g.Posts(ctx, key, cursor, 500)
	})
	exportList(ctx, out, "readings", func(cursor string) ([]profile.Evidence, string, error) {
		return g.Evidence(ctx, key, cursor, 500)
	})
	exportList(ctx, out, "messages", func(cursor string) ([]json.RawMessage, string, error) {
		return g.Exposures(ctx, key, cursor, 500)
	})
	out.text("}\n")
	return out.err
}

// exporter writes until the first error.
type exporter struct {
	w   io.Writer
	err error
}

func (o *exporter) text(s string) {
	if o.err == nil {
		_, o.err = io.WriteString(o.w, s)
	}
}

func (o *exporter) value(v any) {
	if o.err != nil {
		return
	}
	data, err := json.Marshal(v)
	if err != nil {
		o.err = err
		return
	}
	_, o.err = o.w.Write(data)
}

// exportList writes one list, page by page.
func exportList[T any](ctx context.Context, o *exporter, name string, page func(cursor string) ([]T, string, error)) {
	o.text(",\n\"" + name + "\":[")
	first := true
	for cursor := ""; o.err == nil; {
		items, next, err := page(cursor)
		if err != nil {
			o.err = err
			return
		}
		for _, item := range items {
			if !first {
				o.text(",\n")
			}
			first = false
			o.value(item)
		}
		if cursor = next; cursor == "" {
			break
		}
		if o.err = ctx.Err(); o.err != nil {
			return
		}
	}
	o.text("]")
}
