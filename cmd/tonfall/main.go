// Command tonfall is the whole product: the server, its demo, and the
// operator's tools.
//
// It is the only reader of the configuration and the place where the rooms are
// joined (house.go): each of them asks for what it needs by a small interface,
// and here they get it.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"tonfall/config"
	"tonfall/profile"
)

// commands is the command line: one field a command, one file a command.
type commands struct {
	Demo       demoCmd       `cmd:"" help:"Show the whole product on this machine: a practice network, a practice shop, seeded customers."`
	Serve      serveCmd      `cmd:"" help:"Run the product."`
	Init       initCmd       `cmd:"" help:"Write a commented tonfall.yaml and generate keys."`
	Check      checkCmd      `cmd:"" help:"Check configuration, keys, store, templates and connectors; name every problem with its mend."`
	Resync     resyncCmd     `cmd:"" help:"Bring accounts up to date: cron's command. Safe to overlap with itself and with the server."`
	Customers  customersCmd  `cmd:"" help:"List, show, export and erase customers."`
	Templates  templatesCmd  `cmd:"" help:"List, check, import and export message templates."`
	Connectors connectorsCmd `cmd:"" help:"List every connector: what it reads, what it can do, what must be registered."`
	Store      storeCmd      `cmd:"" help:"Back up, compact and check the database."`
	Keys       keysCmd       `cmd:"" help:"Rotate the keys."`
	Privacy    privacyCmd    `cmd:"" help:"Write the privacy notice and the record of processing from the running configuration."`
	Studio     studioCmd     `cmd:"" help:"Print a one-time sign-in link to the studio, where messages are written."`
	Score      scoreCmd      `cmd:"" help:"Read mood and tone of texts, one a line: no network, no configuration."`
	Version    versionCmd    `cmd:"" help:"Print the version."`
}

// streams are where a command reads and writes: tests bring their own.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// exit is an error that ends the program with a code of its own.
type exit struct {
	code int
	err  error
}

func (e exit) Error() string {
	if e.err == nil {
		return ""
	}
	return e.err.Error()
}

func (e exit) Unwrap() error { return e.err }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	slog.SetDefault(slog.New(slog.DiscardHandler)) // libraries that log by themselves; ours is handed around
	os.Exit(run(ctx, os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr}))
}

// run is the program: arguments in, exit code out. 0: fine; 1: it failed, or
// some of it; 2: it could not run (a wrong option, a wrong configuration).
func run(ctx context.Context, args []string, io streams) int {
	var c commands
	ended := -1
	parser, err := kong.New(&c,
		kong.Name("tonfall"),
		kong.Description("Tonfall stands between a shop and the social networks its customers sign in with, and finds the tone that fits."),
		kong.Writers(io.out, io.err),
		kong.Exit(func(code int) { ended = code }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, FlagsLast: true}),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(io),
	)
	if err != nil {
		fmt.Fprintln(io.err, "tonfall:", err)
		return 2
	}
	parsed, err := parser.Parse(args)
	if ended >= 0 { // --help was answered
		return ended
	}
	if err != nil {
		fmt.Fprintf(io.err, "tonfall: %v\nSee: tonfall --help\n", err)
		return 2
	}
	return report(parsed.Run(), io)
}

// report says what went wrong and turns it into an exit code.
func report(err error, io streams) int {
	var e exit
	var problems config.Problems
	switch {
	case err == nil:
		return 0
	case errors.As(err, &e):
		if e.err != nil {
			fmt.Fprintln(io.err, "tonfall:", profile.Message(e.err))
		}
		return e.code
	case errors.As(err, &problems):
		fmt.Fprintf(io.err, "tonfall: the configuration has %d problem(s):\n", len(problems))
		for _, p := range problems {
			fmt.Fprintln(io.err, "  "+p.String())
		}
		return 2
	case errors.Is(err, context.Canceled):
		return 130
	}
	fmt.Fprintln(io.err, "tonfall:", sentence(err))
	return 1
}

// sentence is an error as the operator reads it: what people are told, and the cause.
func sentence(err error) string {
	var e *profile.Error
	if errors.As(err, &e) && e.Kind != profile.Internal {
		return e.Msg
	}
	return err.Error()
}
