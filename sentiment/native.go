package sentiment

import (
	"context"
	_ "embed" // the model
	"fmt"
	"runtime"

	"tonfall/profile"
	"tonfall/sentiment/internal/net"
)

//go:embed native.model
var nativeModel string

// Engine is Tonfall's own reader: one pass over the text, many heads.
type Engine struct {
	model  *net.Model
	heads  heads
	passes chan *pass // as many as may read at the same time
}

var _ Scorer = (*Engine)(nil)

// pass is the working memory of one reader.
type pass struct {
	*net.Pass
	probs []float32
}

// Native makes the embedded model ready, in a few hundredths of a second.
func Native() (*Engine, error) { return Load(nativeModel) }

// Load makes an engine from a model file's bytes. A file that is truncated,
// altered or of another format is refused.
func Load(model string) (*Engine, error) {
	m, err := net.Decode(model)
	if err != nil {
		return nil, fmt.Errorf("load the sentiment model: %w", err)
	}
	h, err := newHeads(m)
	if err != nil {
		return nil, fmt.Errorf("load the sentiment model: %w", err)
	}
	e := &Engine{model: m, heads: h, passes: make(chan *pass, runtime.GOMAXPROCS(0))}
	for range cap(e.passes) {
		e.passes <- nil // made when first taken: an engine that rests takes no memory
	}
	return e, nil
}

// Version of the model: format and the beginning of its checksum.
func (e *Engine) Version() string { return e.model.Version }

// Languages that the engine can tell apart, ISO 639-1.
func (e *Engine) Languages() []string { return append([]string(nil), e.model.Languages...) }

// Score implements Scorer. At most GOMAXPROCS calls read at the same time,
// the others wait for their turn or for ctx.
func (e *Engine) Score(ctx context.Context, texts []profile.Text) ([]profile.Reading, error) {
	out := make([]profile.Reading, len(texts))
	if err := e.ScoreInto(ctx, texts, out); err != nil {
		return nil, err
	}
	return out, nil
}

// ScoreInto is Score into the first len(texts) readings of out, for callers
// that read millions: it allocates nothing.
func (e *Engine) ScoreInto(ctx context.Context, texts []profile.Text, out []profile.Reading) error {
	return e.each(ctx, len(texts), func(p *pass, i int) { e.read(p, &texts[i], &out[i]) })
}

// each calls read for 0 to n-1 with a pass of its own, until ctx ends.
func (e *Engine) each(ctx context.Context, n int, read func(p *pass, i int)) error {
	p, err := e.take(ctx)
	if err != nil {
		return err
	}
	defer func() { e.passes <- p }()
	for i := range n {
		if err := ctx.Err(); err != nil {
			return err
		}
		read(p, i)
	}
	return nil
}

// Polarity is the short answer about one text: language and sentiment only.
type Polarity struct {
	Lang          string
	Sentiment     profile.Sentiment
	Probabilities profile.Probabilities
	Confidence    float64
	Abstained     bool
}

// PolarityInto reads language and sentiment only, with the same answers as
// ScoreInto at a fraction of the cost.
func (e *Engine) PolarityInto(ctx context.Context, texts []profile.Text, out []Polarity) error {
	return e.each(ctx, len(texts), func(p *pass, i int) {
		p.Read(texts[i].Text, e.model.Language(texts[i].Lang), false)
		out[i] = e.polarity(p)
	})
}

func (e *Engine) take(ctx context.Context) (*pass, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	select {
	case p := <-e.passes:
		if p == nil {
			p = &pass{Pass: net.NewPass(e.model), probs: make([]float32, e.model.Outs)}
		}
		return p, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
