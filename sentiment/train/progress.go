package main

import (
	"fmt"
	"io"
	"os"
	"sync/atomic"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
	"golang.org/x/term"
)

// progress tells how far the training is: a bar on a terminal, elsewhere a
// line for each tower and now and then how many rows were seen.
type progress struct {
	out   io.Writer
	bars  *mpb.Progress
	began time.Time
}

func newProgress(out *os.File) *progress {
	p := &progress{out: out, began: time.Now()}
	if term.IsTerminal(int(out.Fd())) {
		p.bars = mpb.New(mpb.WithOutput(out), mpb.WithWidth(40))
	}
	return p
}

func (p *progress) say(what string) {
	if p.bars == nil {
		fmt.Fprintf(p.out, "%6s %s\n", time.Since(p.began).Round(time.Second), what)
	}
}

// begin opens a line for a tower: step counts rows, from any goroutine; done
// closes it.
func (p *progress) begin(name string) (step func(rows int), done func()) {
	if p.bars != nil {
		bar := p.bars.AddSpinner(0,
			mpb.PrependDecorators(decor.Name(name, decor.WC{W: 12})),
			mpb.AppendDecorators(decor.CurrentNoUnit("%d rows"), decor.Name(" "), decor.Elapsed(decor.ET_STYLE_GO)))
		return func(n int) { bar.IncrBy(n) }, func() { bar.SetTotal(-1, true) }
	}
	p.say(name + " begins")
	var rows, told atomic.Int64
	return func(n int) {
			seen := rows.Add(int64(n))
			if now, last := time.Now().Unix(), told.Load(); now-last >= 60 && told.CompareAndSwap(last, now) && last > 0 {
				p.say(fmt.Sprintf("%s: %d rows", name, seen))
			}
		}, func() {
			p.say(fmt.Sprintf("%s done: %d rows", name, rows.Load()))
		}
}
