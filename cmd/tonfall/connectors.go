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
	var all []connectors.Info
	for _, kind := range connectors.Kinds() {
		// What a kind is does not depend on how it is configured, but making one does.
		connector, err := connectors.New(kind, connectors.Options{
			ClientID: "-", ClientSecret: "-", BaseURL: "https://example.org", Title: "",
		})
		if err != nil {
			if connector, err = connectors.New(kind, connectors.Options{}); err != nil {
				return err
			}
		}
		all = append(all, connector.Info())
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
