package messages

import "tonfall/profile"

// Input is what fills a variant.
type Input struct {
	Name string         // what to call the customer; may be empty
	Shop string         // the shop's name
	Data map[string]any // the template's declared variables as plain JSON values
}

// Message is a rendered wording.
type Message struct {
	Subject string `json:"subject"`        // one line; empty for SMS
	Body    string `json:"body"`           // plain text
	HTML    string `json:"html,omitempty"` // for e-mail and on-site: a fragment of paragraphs, escaped
}

// Render fills the chosen wording. Customers' and shops' data stay text,
// whatever they hold. Invalid where the choice is suppressed, a variable is
// missing, unknown or of the wrong type (the message names it and what is
// near), or the output is too long.
func (t *Template) Render(c Choice, in Input) (Message, error) { return Message{}, nil }

// Example is the template's example data, as Input.Data.
func (t *Template) Example() map[string]any { return nil }

// Preview renders every tone of a locale side by side. Nothing is recorded.
// Variables missing from in.Data are filled from the examples; an empty channel
// is the template's first.
func (t *Template) Preview(locale string, address profile.Address, channel Channel, in Input) (map[Tone]Message, error) {
	return nil, nil
}
