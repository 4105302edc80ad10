package messages

import "fmt"

// Problem is one thing wrong in a template, and its mend.
type Problem struct {
	File   string `json:"file"`
	Line   int    `json:"line,omitempty"`
	Column int    `json:"column,omitempty"`
	Msg    string `json:"message"`
	Mend   string `json:"mend,omitempty"`
	// Warning: the template works, but could be better.
	Warning bool `json:"warning,omitempty"`
}

// String is "file:line:column: what is wrong; how to mend it".
func (p Problem) String() string {
	where := p.File
	if p.Line > 0 {
		where = fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
	}
	if p.Mend == "" {
		return where + ": " + p.Msg
	}
	return where + ": " + p.Msg + "; " + p.Mend
}
