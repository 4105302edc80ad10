package consent_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"slices"
	"testing"
	"time"

	"tonfall/consent"
	"tonfall/messages"
	"tonfall/profile"
	"tonfall/store"
)

// schema is the part of JSON Schema 2020-12 that docs/export.schema.json uses.
type schema struct {
	Ref         string             `json:"$ref"`
	Type        any                `json:"type"` // a name, or a list of names
	Description string             `json:"description"`
	Const       any                `json:"const"`
	Enum        []any              `json:"enum"`
	Pattern     string             `json:"pattern"`
	Format      string             `json:"format"`
	Minimum     *float64           `json:"minimum"`
	Maximum     *float64           `json:"maximum"`
	Items       *schema            `json:"items"`
	Properties  map[string]*schema `json:"properties"`
	Required    []string           `json:"required"`
	More        *bool              `json:"additionalProperties"`

	Dialect string             `json:"$schema"`
	Title   string             `json:"title"`
	Defs    map[string]*schema `json:"$defs"`
}

func readSchema(t testing.TB) *schema {
	t.Helper()
	data, err := os.ReadFile("../docs/export.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	s := &schema{}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields() // a keyword that is not checked here would be an empty promise
	if err := decoder.Decode(s); err != nil {
		t.Fatal(err)
	}
	return s
}

// checker holds a value against the schema and notes which properties it met.
type checker struct {
	defs     map[string]*schema
	met      map[string]bool // "definition.property"
	problems []string
}

func (c *checker) wrong(at, format string, args ...any) {
	c.problems = append(c.problems, at+": "+fmt.Sprintf(format, args...))
}

// check is called with the name of the definition or property that s is.
func (c *checker) check(at, name string, s *schema, v any) {
	if s.Ref != "" {
		name = s.Ref[len("#/$defs/"):]
		s = c.defs[name]
		if s == nil {
			c.wrong(at, "there is no definition %q", name)
			return
		}
	}
	if s.Const != nil && v != s.Const {
		c.wrong(at, "is %v, not %v", v, s.Const)
	}
	if s.Enum != nil && !slices.Contains(s.Enum, v) {
		c.wrong(at, "%v is none of %v", v, s.Enum)
	}
	if s.Type != nil && !typed(s.Type, v) {
		c.wrong(at, "%T is no %v", v, s.Type)
		return
	}
	switch v := v.(type) {
	case map[string]any:
		c.object(at, name, s, v)
	case []any:
		for i, item := range v {
			c.check(fmt.Sprintf("%s[%d]", at, i), name, s.Items, item)
		}
	case string:
		if s.Pattern != "" && !regexp.MustCompile(s.Pattern).MatchString(v) {
			c.wrong(at, "does not match %s", s.Pattern)
		}
		if _, err := time.Parse(time.RFC3339Nano, v); s.Format == "date-time" && err != nil {
			c.wrong(at, "%q is no time", v)
		}
	case float64:
		if s.Minimum != nil && v < *s.Minimum || s.Maximum != nil && v > *s.Maximum {
			c.wrong(at, "%v is out of bounds", v)
		}
	}
}

func (c *checker) object(at, name string, s *schema, v map[string]any) {
	for _, required := range s.Required {
		if _, ok := v[required]; !ok {
			c.wrong(at, "lacks %q", required)
		}
	}
	if s.More == nil || *s.More {
		c.wrong(at, "the schema allows anything")
	}
	for key, value := range v {
		property, ok := s.Properties[key]
		if !ok {
			c.wrong(at, "%q is not described", key)
			continue
		}
		c.met[name+"."+key] = true
		c.check(at+"."+key, name+"."+key, property, value)
	}
}

// typed reports whether v is of the type, or of one of the types.
func typed(want, v any) bool {
	if several, ok := want.([]any); ok {
		return slices.ContainsFunc(several, func(one any) bool { return typed(one, v) })
	}
	switch v := v.(type) {
	case nil:
		return want == "null"
	case bool:
		return want == "boolean"
	case string:
		return want == "string"
	case float64:
		return want == "number" || want == "integer" && v == float64(int64(v))
	case []any:
		return want == "array"
	}
	return want == "object"
}

// described lists every property of the schema, as check notes them.
func described(name string, s *schema, defs map[string]*schema) []string {
	var all []string
	for key, property := range s.Properties {
		all = append(all, name+"."+key)
		all = append(all, described(name+"."+key, property, defs)...)
	}
	if s.Items != nil {
		all = append(all, described(name, s.Items, defs)...)
	}
	return all
}

// everythingOf is a customer of whom everything is known that can be.
func everythingOf(t testing.TB, r *room) profile.Key {
	t.Helper()
	key := r.arrive(t, profile.Posts, profile.MoodRead, profile.Messages)
	batch := r.wrote(4)
	for i := range batch.Posts {
		p := &batch.Posts[i]
		p.Kind, p.Lang, p.URL, p.Hash = profile.Reply, "de", "https://example.org/1", "h"
		e := &batch.Evidence[i]
		e.Hash, e.Kind, e.Carried, e.Sentiment, e.Reading.Mood = "h", profile.Reply, true, profile.Negative, profile.Downcast
	}
	if _, err := r.Import(t.Context(), key, batch); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Correct(t.Context(), key, batch.Posts[0].Item(), profile.NotMe); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Decide(t.Context(), key, []consent.Choice{yes(profile.ShopTexts, false)},
		profile.Proof{How: "api", Reference: "form 7", Address: "192.0.2.1", Agent: "browser"}); err != nil {
		t.Fatal(err)
	}
	message := messages.Exposure{
		ID: r.NewExposureID(key), Template: "win-back", Purpose: messages.Sales, Tone: messages.Calm, Variant: "calm", Locale: "de",
		Address: profile.Sie, Channel: messages.Email, At: start, Reasons: []messages.Reason{{Code: "fits", Text: "fits", German: "passt"}},
		Holdout: true, Outcomes: []messages.Outcome{{Result: messages.Clicked, At: start}},
	}
	if err := r.Expose(t.Context(), key, message.ID, message, true, "calm"); err != nil {
		t.Fatal(err)
	}
	err := r.Store.UpdateCustomer(t.Context(), key, func(ch *store.Change) error {
		c := ch.Customer
		c.Reference, c.Adult, c.Quiet, c.Lifted = "4711", true, start.Add(time.Hour), start
		c.Wishes = profile.Wishes{Plain: true, NoMarketing: true, Address: profile.Du, Locale: "de"}
		a := &c.Accounts[0]
		a.Email, a.EmailVerified, a.Picture, a.URL, a.Locale = "anna@example.org", true, "https://example.org/p", "https://example.org/anna", "de"
		a.Scopes, a.Synced, a.NextSync, a.Cursor, a.Backfill, a.Failures, a.Problem = []string{"profile"}, start, start, "c", "b", 1, profile.Reconnect
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func TestTheSchemaDescribesTheWholeExportAndNothingElse(t *testing.T) {
	r, s := newRoom(t), readSchema(t)
	c := &checker{defs: s.Defs, met: map[string]bool{}}
	full := everythingOf(t, r)
	bare, _, err := r.SignIn(t.Context(), "tea", profile.Account{Connector: "practice", Provider: "practice", Subject: "p_2"})
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []profile.Key{full, bare.Key} {
		var b bytes.Buffer
		if err := r.Export(t.Context(), key, &b); err != nil {
			t.Fatal(err)
		}
		var v any
		if err := json.Unmarshal(b.Bytes(), &v); err != nil {
			t.Fatal(err)
		}
		c.check("export", "export", s, v)
	}
	for _, problem := range c.problems {
		t.Error(problem)
	}
	all := described("export", s, s.Defs)
	for name, def := range s.Defs {
		all = append(all, described(name, def, s.Defs)...)
	}
	for _, property := range all {
		if !c.met[property] {
			t.Errorf("the schema describes %q, which no export holds", property)
		}
	}
}
