// Package messages chooses the wording of a shop's messages, renders it and
// says why.
//
// A Template has one meaning and several wordings: variants by locale and
// tone. A Policy says which tones fit which mood. Choose applies it to one
// customer's Situation; Render fills the chosen variant with the shop's data:
//
//	files, folder, store --Catalog--> Template --Choose(Policy, Situation)--> Choice --Render--> Message
//
// Mood may change wording only: never price, product, urgency or channel, and
// never du or Sie. Whatever is doubtful stays in the tone Plain.
package messages

// Tone names a way of saying the same thing. Shops may add their own.
type Tone string

// The default tones. Plain is in every template and is what everything falls
// back to.
const (
	Enthusiastic Tone = "enthusiastic"
	Warm         Tone = "warm"
	Plain        Tone = "plain"
	Calm         Tone = "calm"
	Formal       Tone = "formal"
)

// DefaultTones lists the tones every embedded template is written in, in the
// order in which people see them side by side.
func DefaultTones() []Tone { return []Tone{Enthusiastic, Warm, Plain, Calm, Formal} }

// Channel is the way a message takes.
type Channel string

// The channels. Push and SMS use a variant's short text.
const (
	Email  Channel = "email"
	Push   Channel = "push"
	SMS    Channel = "sms"
	OnSite Channel = "on-site"
)

// Channels lists every channel.
func Channels() []Channel { return []Channel{Email, Push, SMS, OnSite} }

// short reports whether the channel carries the short text.
func (c Channel) short() bool { return c == Push || c == SMS }

// Purpose says whether a message serves a contract or sells. Sales messages
// stand behind the shop's proof of permission, the customer's objection, the
// frequency cap and quiet times.
type Purpose string

// The purposes of a message.
const (
	Service Purpose = "service"
	Sales   Purpose = "sales"
)
