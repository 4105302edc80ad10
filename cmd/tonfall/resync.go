package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
	"golang.org/x/term"
)

type resyncCmd struct {
	where
	Due         bool          `help:"Only what is due by itself; without it, every account that may be read."`
	Shop        string        `help:"Only this shop."`
	Customer    string        `help:"Only this customer: an id, or ref:NUMBER."`
	MaxDuration time.Duration `help:"Stop waiting after this long; what is left stays queued."`
	Limit       int           `help:"At most so many accounts."`
	DryRun      bool          `help:"Say how many accounts it would be, and do nothing."`
	JSON        bool          `help:"Print the summary as JSON." name:"json"`
}

// Help is shown by --help.
func (resyncCmd) Help() string {
	return `A line for cron, every ten minutes:

  */10 * * * *  tonfall resync --due --max-duration 9m --config /etc/tonfall/tonfall.yaml

It is safe to overlap with itself and with the server: accounts are worked under leases, so nothing is done twice.
Exit code 0: all fine; 1: some accounts failed; 2: it could not run.`
}

func (c resyncCmd) Run(ctx context.Context, s streams) error {
	var last resyncTally
	err := reached(ctx, c.where, s, func(o *operator) error {
		order, err := json.Marshal(resyncOrder{
			Due: c.Due, Shop: c.Shop, Customer: c.Customer, Limit: c.Limit, Most: c.MaxDuration, DryRun: c.DryRun,
		})
		if err != nil {
			return err
		}
		answer, err := o.call(ctx, http.MethodPost, "/resync", bytes.NewReader(order))
		if err != nil {
			return exit{2, err}
		}
		defer answer.Body.Close()
		last, err = c.follow(answer.Body, s)
		return err
	})
	if err != nil {
		return err
	}
	if c.JSON {
		err = json.NewEncoder(s.out).Encode(last)
	} else {
		_, err = fmt.Fprintln(s.out, c.summary(last))
	}
	if err == nil && last.Failed > 0 {
		return exit{code: 1}
	}
	return err
}

// follow reads tallies until the last one, with a bar where a person watches.
func (c resyncCmd) follow(in io.Reader, s streams) (last resyncTally, err error) {
	var watched io.Writer // nil: nobody watches, and nothing is drawn
	if file, ok := s.err.(*os.File); ok && term.IsTerminal(int(file.Fd())) && !c.JSON {
		watched = file
	}
	bars := mpb.New(mpb.WithOutput(watched), mpb.WithWidth(40))
	bar := bars.AddBar(0,
		mpb.PrependDecorators(decor.Name("accounts "), decor.CountersNoUnit("%d/%d")),
		mpb.AppendDecorators(decor.Percentage(), decor.Name(" "), decor.Elapsed(decor.ET_STYLE_MMSS)))
	lines := json.NewDecoder(in)
	for !last.Done {
		if err := lines.Decode(&last); err != nil {
			bar.Abort(false)
			return last, exit{2, errors.New("the server went away in the middle: what was not done stays queued")}
		}
		bar.SetTotal(int64(last.Accounts), false)
		bar.SetCurrent(int64(last.OK + last.Failed))
	}
	bar.SetTotal(-1, true)
	bars.Wait()
	return last, nil
}

func (c resyncCmd) summary(t resyncTally) string {
	if c.DryRun {
		return fmt.Sprintf("%d accounts would be brought up to date", t.Accounts)
	}
	line := fmt.Sprintf("%d of %d accounts up to date in %.1f s: %d new posts, %d edited, %d gone", t.OK, t.Accounts, t.Seconds, t.New, t.Edited, t.Gone)
	if t.Failed > 0 {
		line += fmt.Sprintf("; %d failed (see: tonfall customers list)", t.Failed)
	}
	if t.Left > 0 {
		line += fmt.Sprintf("; %d not reached in time, they stay queued", t.Left)
	}
	return line
}
