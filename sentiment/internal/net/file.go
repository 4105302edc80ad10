package net

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"unsafe"

	"tonfall/sentiment/internal/text"
)

// The file: magic, format, SHA-256 of all that follows, then sections of a
// length of 8 bytes and as many bytes: meta (JSON), languages, sentiment, rows,
// lexicon keys, lexicon values. Numbers are little-endian.
const (
	magic      = "tonfall\x00"
	format     = 1
	headerSize = len(magic) + 4 + sha256.Size
)

// Why a model file is refused.
var (
	ErrNotModel  = errors.New("not a model file")
	ErrFormat    = errors.New("model file of another format")
	ErrTruncated = errors.New("model file is truncated")
	ErrAltered   = errors.New("model file was altered: its checksum differs")
)

// Tables are the large parts of a model as training hands them over.
type Tables struct {
	Lang, Sent, Rows []int8
	Lexicon          *text.Lexicon
}

// Encode writes a model file.
func Encode(meta *Meta, t *Tables) ([]byte, error) {
	head, err := json.Marshal(meta)
	if err != nil {
		return nil, fmt.Errorf("encode the model's meta: %w", err)
	}
	keys := make([]byte, 4*len(t.Lexicon.Keys))
	for i, k := range t.Lexicon.Keys {
		binary.LittleEndian.PutUint32(keys[4*i:], k)
	}
	var body bytes.Buffer
	for _, s := range [][]byte{head, raw(t.Lang), raw(t.Sent), raw(t.Rows), keys, raw(t.Lexicon.Values)} {
		var n [8]byte
		binary.LittleEndian.PutUint64(n[:], uint64(len(s)))
		body.Write(n[:])
		body.Write(s)
	}
	sum := sha256.Sum256(body.Bytes())
	out := append([]byte(magic), 0, 0, 0, 0)
	binary.LittleEndian.PutUint32(out[len(magic):], format)
	out = append(out, sum[:]...)
	return append(out, body.Bytes()...), nil
}

// Decode reads a model file. The tables stay where they are: data must not
// change afterwards, which a string promises.
func Decode(data string) (*Model, error) {
	if len(data) < len(magic) || data[:len(magic)] != magic {
		return nil, ErrNotModel
	}
	if len(data) < headerSize {
		return nil, ErrTruncated
	}
	if v := binary.LittleEndian.Uint32([]byte(data[len(magic) : len(magic)+4])); v != format {
		return nil, fmt.Errorf("%w: %d, this program reads %d", ErrFormat, v, format)
	}
	body := data[headerSize:]
	var parts [6]string
	rest := body
	for i := range parts {
		if len(rest) < 8 {
			return nil, ErrTruncated
		}
		n := binary.LittleEndian.Uint64([]byte(rest[:8]))
		if n > uint64(len(rest)-8) {
			return nil, ErrTruncated
		}
		parts[i], rest = rest[8:8+n], rest[8+n:]
	}
	sum := sha256.Sum256(unsafe.Slice(unsafe.StringData(body), len(body)))
	if string(sum[:]) != data[len(magic)+4:headerSize] {
		return nil, ErrAltered
	}
	// The tables lie before the lexicon, so that whole words may be read up to
	// their last rows' end.
	table := func(i int) []byte {
		return unsafe.Slice(unsafe.StringData(parts[i]), len(parts[i])+8)[: len(parts[i]) : len(parts[i])+8]
	}
	m := &Model{Version: fmt.Sprintf("%d-%s", format, hex.EncodeToString(sum[:4])), lang: table(1), sent: table(2), rows: table(3)}
	if err := json.Unmarshal([]byte(parts[0]), &m.Meta); err != nil {
		return nil, fmt.Errorf("%w: decode meta: %w", ErrNotModel, err)
	}
	m.lex = &text.Lexicon{Keys: make([]uint32, len(parts[4])/4), Values: make([]int8, len(parts[5]))}
	for i := range m.lex.Keys {
		p := parts[4][4*i:]
		m.lex.Keys[i] = uint32(p[0]) | uint32(p[1])<<8 | uint32(p[2])<<16 | uint32(p[3])<<24
	}
	for i := range m.lex.Values {
		m.lex.Values[i] = int8(parts[5][i])
	}
	m.english, m.hindi = m.Language("en"), m.Language("hi")
	if len(m.lang) != len(m.Languages)<<m.LangBits || len(m.sent) != SentWidth<<m.SentBits ||
		len(m.rows) != (m.Dim+m.WideOuts)<<m.RowBits || len(m.lex.Keys) != len(m.lex.Values) {
		return nil, fmt.Errorf("%w: tables and meta disagree", ErrNotModel)
	}
	return m, nil
}

func raw(x []int8) []byte {
	if len(x) == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(unsafe.Pointer(&x[0])), len(x))
}
