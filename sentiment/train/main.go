// Command train rebuilds the embedded model from the labelled data, and
// measures it.
//
//	go run ./sentiment/train -data ../shared/data -out sentiment/native.model -card sentiment/MODEL.md -pictures docs
//	go run ./sentiment/train eval -data ../shared/data
//	go run ./sentiment/train people -data ../shared/data
//
// The same data give the same file, bit for bit, on amd64 as Go builds for it
// by default.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"tonfall/sentiment"
	"tonfall/sentiment/internal/text"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "train:", err)
		os.Exit(1)
	}
}

func run(args []string, out io.Writer) error {
	command := "train"
	if len(args) > 0 && (args[0] == "eval" || args[0] == "people") {
		command, args = args[0], args[1:]
	}
	flags := flag.NewFlagSet("train", flag.ContinueOnError)
	data := flags.String("data", "../shared/data", "folder of the labelled data")
	file := flags.String("out", "", "train: where to write the model")
	card := flags.String("card", "", "model card to write the figures into")
	pictures := flags.String("pictures", "", "folder to write the pictures into")
	quick := flags.Bool("quick", false, "eval: leave the cross-validation out")
	if err := flags.Parse(args); err != nil {
		return err
	}
	var m *measurement
	var err error
	switch command {
	case "people":
		return simulate(*data, out)
	case "eval":
		m, err = evaluation(*data, !*quick)
	default:
		m, err = train(*data, *file, out)
	}
	if err != nil {
		return err
	}
	if command == "eval" {
		if err := m.tables(out); err != nil {
			return err
		}
	}
	if *card != "" {
		if err := m.card(*card); err != nil {
			return err
		}
	}
	if *pictures != "" && m.folds != nil {
		return m.folds.draw(*pictures)
	}
	return nil
}

// train writes a new model file and answers what measures it.
func train(data, file string, out io.Writer) (*measurement, error) {
	if file == "" {
		return nil, fmt.Errorf("-out is missing: where shall the model go?")
	}
	model, m, err := cook(data, newProgress(os.Stderr))
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(file, model, 0o644); err != nil {
		return nil, fmt.Errorf("write the model: %w", err)
	}
	fmt.Fprintf(out, "%s: %d bytes\n", file, len(model))
	if m.engine, err = sentiment.Load(string(model)); err != nil {
		return nil, err
	}
	return m, nil
}

// prepare reads the rows and the lexicon and extracts the features.
func prepare(dir string) ([]*row, *text.Lexicon, error) {
	lex, err := lexicon(filepath.Join(dir, "lexicons"))
	if err != nil {
		return nil, nil, err
	}
	rows, err := load(dir)
	if err != nil {
		return nil, nil, err
	}
	extract(rows, lex)
	return rows, lex, nil
}
