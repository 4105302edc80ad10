package practice

import (
	"cmp"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Account is one seeded person, as the demo prints it.
type Account struct {
	ID            string // "p_" and 12 hex digits; the subject at the network
	Handle        string // "mila"; also what is typed to sign in
	Password      string // known to everybody: this is practice
	Name          string // "Mila Berger"
	Locale        string // BCP 47: "de-DE"
	Email         string // empty for a few
	Verified      bool   // the network has verified Email
	Temperament   string // one English line: how this person writes, and what is going on
	TemperamentDE string // the same in German
	// Consents is what the demo gives on this person's behalf: any of
	// "posts", "mood", "messages"; empty for those who said no to everything.
	Consents []string
}

// Post is one entry of a timeline, as the API answers it.
type Post struct {
	ID   string `json:"id"`   // decimal digits; a later post has the greater id
	Kind string `json:"kind"` // "post", "reply", "quote", "boost"
	// Text is what stands there. A reply begins with the handle that it
	// answers; a quote ends with the quoted words in lines of "> "; a boost is
	// somebody else's words altogether.
	Text      string    `json:"text"`
	Lang      string    `json:"lang"` // ISO 639-1
	CreatedAt time.Time `json:"created_at"`
	URL       string    `json:"url"`
	Quoted    *Quoted   `json:"quoted,omitempty"` // for quotes and boosts
}

// Quoted says whose words stand in a post that are not its author's.
type Quoted struct {
	Handle string `json:"handle"`
}

// MaxPost is how many bytes a post may have.
const MaxPost = 4000

// errors of the programmatic side.
var (
	errNobody = errors.New("practice: no account has this handle")
	errNoPost = errors.New("practice: this account has no such post")
	errEmpty  = errors.New("practice: a post needs some text")
	errLong   = fmt.Errorf("practice: a post has at most %d bytes", MaxPost)
)

// person is an account with its timeline, newest first.
type person struct {
	Account
	posts []Post
}

// Accounts lists everybody in the order of seeding; the named ones come first.
func (n *Network) Accounts() []Account {
	n.mu.Lock()
	defer n.mu.Unlock()
	all := make([]Account, len(n.people))
	for i, p := range n.people {
		all[i] = p.Account
		all[i].Consents = slices.Clone(p.Consents)
	}
	return all
}

// Scripted is the timeline of an account as it stands, newest first; nil for
// an unknown handle.
func (n *Network) Scripted(handle string) []Post {
	n.mu.Lock()
	defer n.mu.Unlock()
	if p := n.byHandle[handle]; p != nil {
		return slices.Clone(p.posts)
	}
	return nil
}

// Post writes on an account's behalf, as of a time, and answers the entry.
// It refuses an unknown handle, an empty text and one above MaxPost.
func (n *Network) Post(handle, text string, at time.Time) (Post, error) {
	switch {
	case strings.TrimSpace(text) == "":
		return Post{}, errEmpty
	case len(text) > MaxPost:
		return Post{}, errLong
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	p := n.byHandle[handle]
	if p == nil {
		return Post{}, errNobody
	}
	return n.add(p, Post{Kind: "post", Text: text, Lang: langOf(p.Locale), CreatedAt: at}), nil
}

// Delete removes one entry of an account's timeline.
func (n *Network) Delete(handle, id string) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	p := n.byHandle[handle]
	if p == nil {
		return errNobody
	}
	before := len(p.posts)
	p.posts = slices.DeleteFunc(p.posts, func(x Post) bool { return x.ID == id })
	if len(p.posts) == before {
		return errNoPost
	}
	return nil
}

// add puts a post into its place. Ids sort by time, so that a cursor stays
// good when the post that it names is deleted.
func (n *Network) add(p *person, x Post) Post {
	n.sequence++
	x.CreatedAt = x.CreatedAt.UTC().Truncate(time.Millisecond)
	x.ID = fmt.Sprintf("%013d%06d", x.CreatedAt.UnixMilli(), n.sequence%1_000_000)
	x.URL = n.opts.Base + "/people/" + p.Handle + "#p" + x.ID
	at, _ := slices.BinarySearchFunc(p.posts, x.ID, func(have Post, id string) int { return cmp.Compare(id, have.ID) })
	p.posts = slices.Insert(p.posts, at, x)
	return x
}

// langOf is the first subtag of a locale.
func langOf(locale string) string {
	lang, _, _ := strings.Cut(locale, "-")
	return lang
}

// digest names a secret without keeping it, so that looking it up takes a time
// that says nothing about it.
type digest [sha256.Size]byte

func digestOf(secret string) digest { return sha256.Sum256([]byte(secret)) }

// same compares two secrets in constant time.
func same(a, b string) bool {
	x, y := digestOf(a), digestOf(b)
	return subtle.ConstantTimeCompare(x[:], y[:]) == 1
}

// subjectOf derives an account's id.
func subjectOf(seed int64, handle string) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d %s", seed, handle))
	return "p_" + hex.EncodeToString(sum[:6])
}
