package connectors_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tonfall/connectors"
	"tonfall/profile"
)

var rewrite = flag.Bool("rewrite", false, "write docs/connectors.md anew")

const document = "../docs/connectors.md"

func TestTheTableHoldsEveryKindWithARuleForEachPurpose(t *testing.T) {
	table := table(t)
	var names []string
	for _, i := range table {
		names = append(names, i.Name)
		for _, p := range []profile.Purpose{profile.Posts, profile.MoodRead, profile.Messages} {
			if !slices.ContainsFunc(i.Rules, func(r connectors.Rule) bool { return r.Purpose == p && r.Text != "" && r.Source != "" }) {
				t.Errorf("%s does not say what its platform allows for %q", i.Name, p)
			}
		}
		if i.Title == "" || i.Registration == "" || len(i.Scopes[""]) == 0 {
			t.Errorf("%s is incomplete: %+v", i.Name, i)
		}
	}
	if diff := cmp.Diff(connectors.Kinds(), names); diff != "" {
		t.Error(diff)
	}
}

func TestTheDocumentSaysWhatTheTableSays(t *testing.T) {
	want := described(table(t))
	if *rewrite {
		if err := os.WriteFile(document, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("docs/connectors.md is out of date; write it anew with\n\tgo test ./connectors -run TestTheDocument -rewrite\n%s", diff)
	}
}

func table(t *testing.T) []connectors.Info {
	t.Helper()
	table, err := connectors.Table()
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// described is the document: an overview, then a section for each kind.
func described(table []connectors.Info) string {
	var b strings.Builder
	b.WriteString("# Connectors\n\nWritten from the connectors themselves; `tonfall connectors --json` tells the same.\nTo write it anew: `go test ./connectors -run TestTheDocument -rewrite`.\n\n")
	b.WriteString("| kind | reads | can also | must be registered |\n|---|---|---|---|\n")
	for _, i := range table {
		reads := "sign-in and profile"
		if i.Posts {
			reads = "posts"
		}
		powers := slices.DeleteFunc(slices.Clone(i.Powers), func(p string) bool { return p == "posts" })
		fmt.Fprintf(&b, "| [%s](#%s) | %s | %s | %s |\n", i.Name, i.Name, reads, strings.Join(powers, ", "), i.Registration)
	}
	for _, i := range table {
		fmt.Fprintf(&b, "\n## %s\n\n", i.Name)
		if i.Hint != "" {
			fmt.Fprintf(&b, "%s asks the person for: %s.\n", i.Title, i.Hint)
		}
		if i.RevokesAll {
			fmt.Fprintf(&b, "Ending one grant at %s ends all that the person granted to the shop there.\n", i.Title)
		}
		for _, p := range slices.Sorted(maps.Keys(i.Scopes)) {
			purpose := string(p)
			if p == "" {
				purpose = "who the person is"
			}
			fmt.Fprintf(&b, "Scopes for %s: `%s`.\n", purpose, strings.Join(i.Scopes[p], "`, `"))
		}
		b.WriteString("\n| purpose | allowed | why | source |\n|---|---|---|---|\n")
		for _, r := range i.Rules {
			yes := "no"
			if r.Allowed {
				yes = "yes"
			}
			fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", r.Purpose, yes, r.Text, r.Source)
		}
	}
	return b.String()
}
