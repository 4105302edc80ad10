package wording

import (
	"maps"
	"time"

	"tonfall/messages"
	"tonfall/web/links"
)

// WhyVariable is the variable of type link that a template may declare to
// carry the link that explains the message.
const WhyVariable = "why_url"

// longestWhy is how long a link explains its message at most.
const longestWhy = 365 * 24 * time.Hour

// why is the link that explains a message: it ends with the record, and after
// a year at the latest.
func (d *Desk) why(shop, exposure string) (string, error) {
	if d.Links == nil {
		return "", nil
	}
	life := longestWhy
	if keep := d.Gate.Keeping.Exposed; keep > 0 {
		life = min(life, keep)
	}
	return d.Links.Why(links.Why{Shop: shop, Exposure: exposure}, d.Now().Add(life))
}

// explained adds the link to the data where the template asks for it and the
// shop has not filled it in.
func explained(t *messages.Template, data map[string]any, why string) map[string]any {
	if d, asks := t.Data[WhyVariable]; why == "" || !asks || d.Type != messages.Link || data[WhyVariable] != nil {
		return data
	}
	with := maps.Clone(data)
	if with == nil {
		with = map[string]any{}
	}
	with[WhyVariable] = why
	return with
}
