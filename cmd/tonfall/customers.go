package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"text/tabwriter"

	"tonfall/profile"
	"tonfall/web/ui"
)

type customersCmd struct {
	List   customersList   `cmd:"" help:"List a shop's customers."`
	Show   customersShow   `cmd:"" help:"Show all that is known of one customer, but for texts, as JSON."`
	Export customersExport `cmd:"" help:"Write everything held of one customer, imported and derived, as JSON."`
	Erase  customersErase  `cmd:"" help:"Erase one customer for good; prints the receipt."`
}

// whose names a shop.
type whose struct {
	where
	Shop string `help:"Slug of the shop, where there are several."`
}

func (w whose) query(more ...string) string {
	q := url.Values{}
	if w.Shop != "" {
		q.Set("shop", w.Shop)
	}
	for i := 0; i+1 < len(more); i += 2 {
		if more[i+1] != "" {
			q.Set(more[i], more[i+1])
		}
	}
	return "?" + q.Encode()
}

type customersList struct {
	whose
	Query string `short:"q" help:"Only those whose number, name, handle or e-mail contains this."`
	JSON  bool   `help:"One JSON object a line." name:"json"`
}

func (c customersList) Run(ctx context.Context, s streams) error {
	return reached(ctx, c.where, s, func(o *operator) error {
		table := tabwriter.NewWriter(s.out, 0, 8, 2, ' ', 0)
		if !c.JSON {
			fmt.Fprintln(table, "ID\tNUMBER\tNAME\tSIGN-IN\tAGREED TO\tLAST IMPORT\tPROBLEMS")
		}
		for cursor := ""; ; {
			var page struct {
				Items []customerRow `json:"items"`
				Next  string        `json:"next"`
			}
			if err := o.get(ctx, "/customers"+c.query("cursor", cursor, "q", c.Query, "limit", "500"), &page); err != nil {
				return err
			}
			for _, row := range page.Items {
				if c.JSON {
					if err := json.NewEncoder(s.out).Encode(row); err != nil {
						return err
					}
					continue
				}
				synced := "never"
				if !row.Synced.IsZero() {
					synced = row.Synced.Local().Format("2006-01-02 15:04")
				}
				fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", row.ID, row.Reference, row.Name, strings.Join(row.Accounts, " "),
					strings.Join(row.Consents, " "), synced, strings.Join(row.Problems, "; "))
			}
			if cursor = page.Next; cursor == "" {
				return table.Flush()
			}
		}
	})
}

type customersShow struct {
	whose
	ID string `arg:"" help:"Customer id, or ref:NUMBER."`
}

func (c customersShow) Run(ctx context.Context, s streams) error {
	return reached(ctx, c.where, s, func(o *operator) error {
		var customer json.RawMessage
		if err := o.get(ctx, "/customers/"+url.PathEscape(c.ID)+c.query(), &customer); err != nil {
			return err
		}
		return indent(s.out, customer)
	})
}

type customersExport struct {
	whose
	ID string `arg:"" help:"Customer id, or ref:NUMBER."`
}

func (c customersExport) Run(ctx context.Context, s streams) error {
	return reached(ctx, c.where, s, func(o *operator) error {
		answer, err := o.call(ctx, http.MethodGet, "/customers/"+url.PathEscape(c.ID)+"/export"+c.query(), nil)
		if err != nil {
			return err
		}
		defer answer.Body.Close()
		_, err = io.Copy(s.out, answer.Body)
		return err
	})
}

type customersErase struct {
	whose
	Yes bool   `help:"Do not ask."`
	ID  string `arg:"" help:"Customer id, or ref:NUMBER."`
}

func (c customersErase) Run(ctx context.Context, s streams) error {
	return reached(ctx, c.where, s, func(o *operator) error {
		path := "/customers/" + url.PathEscape(c.ID) + c.query()
		var customer profile.Customer
		if err := o.get(ctx, path, &customer); err != nil {
			return err
		}
		if !c.Yes {
			fmt.Fprintf(s.err, "Erase customer %s with everything that is held of them? This cannot be undone. Type yes: ", customer.ID)
			line, _ := bufio.NewReader(s.in).ReadString('\n')
			if strings.TrimSpace(line) != "yes" {
				return exit{1, errors.New("nothing was erased")}
			}
		}
		answer, err := o.call(ctx, http.MethodDelete, path, nil)
		if err != nil {
			return err
		}
		defer answer.Body.Close()
		receipt, err := io.ReadAll(answer.Body)
		if err != nil {
			return err
		}
		return indent(s.out, receipt)
	})
}

// reached runs fn with the operator's door open.
func reached(ctx context.Context, w where, s streams, fn func(*operator) error) (err error) {
	o, err := reach(ctx, w, logger(s.err, false))
	if err != nil {
		return exit{2, err}
	}
	defer func() { err = errors.Join(err, o.end()) }()
	return fn(o)
}

// call asks the operator's door. An error answer comes as a profile error.
func (o *operator) call(ctx context.Context, method, path string, body io.Reader) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, method, "http://tonfall"+path, body)
	if err != nil {
		return nil, err
	}
	answer, err := o.http.Do(request)
	if err != nil {
		return nil, profile.Wrap(profile.Unavailable, err, "the server that holds the database does not answer")
	}
	if answer.StatusCode < 400 {
		return answer, nil
	}
	defer answer.Body.Close()
	var problem ui.Problem
	if err := json.NewDecoder(answer.Body).Decode(&problem); err != nil || problem.Detail == "" {
		return nil, profile.Errorf(profile.Internal, "the server answered %s", answer.Status)
	}
	return nil, profile.Errorf(profile.Invalid, "%s", problem.Detail)
}

func (o *operator) get(ctx context.Context, path string, into any) error {
	answer, err := o.call(ctx, http.MethodGet, path, nil)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	return json.NewDecoder(answer.Body).Decode(into)
}

func indent(out io.Writer, data []byte) error {
	var pretty json.RawMessage = data
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(pretty)
}
