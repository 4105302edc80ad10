package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"

	"tonfall/profile"
	"tonfall/sentiment"
)

type scoreCmd struct {
	Engine string `default:"native" help:"Which engine reads: native or bayes."`
	Lang   string `default:"auto" help:"Language of the texts (de, en, …), or auto."`
	File   string `arg:"" optional:"" help:"One text a line; standard input where none is named."`
}

// Help is shown by --help.
func (scoreCmd) Help() string {
	return `Each line is one text (a line ends at \n only), each answer one line of JSON, in the same order and while reading goes on. An empty line is answered with an abstention.

  echo "Na toll, wieder zu spät." | tonfall score | jq .mood`
}

// longestLine is how much of one line is read; the rest of the line is passed over.
const longestLine = 16 << 20

func (c scoreCmd) Run(ctx context.Context, s streams) error {
	engine, err := sentiment.New(c.Engine)
	if err != nil {
		return exit{2, profile.Wrap(profile.Invalid, err, err.Error())}
	}
	in := s.in
	if c.File != "" && c.File != "-" {
		file, err := os.Open(c.File)
		if err != nil {
			return exit{2, profile.Wrap(profile.Invalid, err, err.Error())}
		}
		defer file.Close()
		in = file
	}
	lang := strings.ToLower(c.Lang)
	if lang == "auto" {
		lang = ""
	}
	return scoreLines(ctx, engine, lang, in, s.out)
}

// batch is a run of lines on its way through: read in order, scored by
// whoever is free, written in order.
type batch struct {
	texts []profile.Text
	done  chan scored
}

type scored struct {
	lines []byte
	err   error
}

// scoreLines streams: memory is bounded by the batches under way, not by the input.
func scoreLines(ctx context.Context, engine sentiment.Scorer, lang string, in io.Reader, out io.Writer) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	workers := runtime.GOMAXPROCS(0)
	work, order := make(chan batch), make(chan batch, 2*workers)
	for range workers {
		go func() {
			for b := range work {
				lines, err := answers(ctx, engine, b.texts)
				b.done <- scored{lines, err}
			}
		}()
	}
	var readErr error
	go func() {
		defer close(order)
		defer close(work)
		readErr = readBatches(ctx, bufio.NewReaderSize(in, 1<<20), lang, func(b batch) bool {
			select {
			case order <- b: // first, so that batches are written in the order read
			case <-ctx.Done():
				return false
			}
			select {
			case work <- b:
				return true
			case <-ctx.Done():
				return false
			}
		})
	}()
	w := bufio.NewWriterSize(out, 1<<20)
	for b := range order {
		var result scored
		select {
		case result = <-b.done:
		case <-ctx.Done():
			return ctx.Err()
		}
		if result.err != nil {
			return result.err
		}
		if _, err := w.Write(result.lines); err != nil {
			return err
		}
		if err := w.Flush(); err != nil {
			return err
		}
	}
	return readErr
}

// readBatches cuts the input into batches of up to 512 lines or 256 KB,
// without waiting for more where a slow writer pauses.
func readBatches(ctx context.Context, in *bufio.Reader, lang string, send func(batch) bool) error {
	var texts []profile.Text
	size := 0
	flush := func() bool {
		if len(texts) == 0 {
			return true
		}
		ok := send(batch{texts: texts, done: make(chan scored, 1)})
		texts, size = nil, 0
		return ok
	}
	for ctx.Err() == nil {
		line, err := readLine(in)
		if err == nil || len(line) > 0 {
			texts = append(texts, profile.Text{Text: string(line), Lang: lang})
			size += len(line)
		}
		if err != nil {
			flush()
			if errors.Is(err, io.EOF) {
				return nil
			}
			return fmt.Errorf("reading the texts: %w", err)
		}
		if len(texts) >= 512 || size >= 256<<10 || in.Buffered() == 0 {
			if !flush() {
				break
			}
		}
	}
	return ctx.Err()
}

// readLine reads up to a line feed, which it leaves out.
func readLine(in *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := in.ReadSlice('\n')
		line = append(line, part[:min(len(part), longestLine-len(line))]...)
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		return bytes.TrimSuffix(line, []byte("\n")), err
	}
}

func answers(ctx context.Context, engine sentiment.Scorer, texts []profile.Text) ([]byte, error) {
	readings, err := engine.Score(ctx, texts)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	for i := range readings {
		if err := encoder.Encode(&readings[i]); err != nil {
			return nil, err
		}
	}
	return out.Bytes(), nil
}
