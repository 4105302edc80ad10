package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"text/tabwriter"

	"tonfall/connectors"
)

type connectorsCmd struct {
	JSON bool `name:"json" help:"As JSON, with scopes and platform rules."`
}

func (c connectorsCmd) Run(s streams) error {
	all, err := connectors.Table()
	if err != nil {
		return err
	}
	if c.JSON {
		encoder := json.NewEncoder(s.out)
		encoder.SetIndent("", "  ")
		encoder.SetEscapeHTML(false)
		return encoder.Encode(all)
	}
	table := tabwriter.NewWriter(s.out, 0, 8, 2, ' ', 0)
	fmt.Fprintln(table, "NAME\tREADS\tPOWERS\tASKS FOR\tREGISTRATION")
	for _, i := range all {
		reads := "sign-in"
		if i.Posts {
			reads = "posts"
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", i.Name, reads, strings.Join(i.Powers, " "), i.Hint, i.Registration)
	}
	return table.Flush()
}
