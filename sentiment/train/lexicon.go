package main

import (
	"bufio"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"tonfall/sentiment/internal/text"
)

// lexicon pools the word lists: each word's valence in a language is the mean
// over the lists that have it.
func lexicon(dir string) (*text.Lexicon, error) {
	sum, count := map[uint32]float64{}, map[uint32]float64{}
	var d text.Doc
	put := func(lang, word string, v float64) {
		l := index(languages, lang)
		h, ok := text.HashPhrase(&d, word)
		if l < 0 || !ok || v == 0 {
			return
		}
		k := text.LexiconKey(h, l)
		sum[k] += v
		count[k]++
	}
	err := eachLine(filepath.Join(dir, "extra.tsv.gz"), func(c []string) {
		if len(c) == 4 && !strings.HasPrefix(c[3], "nlpjs_senticon") { // those are stems
			if v, err := strconv.ParseFloat(c[1], 64); err == nil {
				put(c[2], c[0], v)
			}
		}
	})
	if err != nil {
		return nil, err
	}
	for _, name := range []string{"da-32", "en-165", "fi-165", "fr-165", "pl-165", "sv-165", "tr-165", "emoticon-8"} {
		err := eachLine(filepath.Join(dir, "AFINN-"+name+".txt"), func(c []string) {
			if len(c) != 2 {
				return
			}
			v, err := strconv.ParseFloat(c[1], 64)
			if err != nil {
				return
			}
			if name == "emoticon-8" {
				for _, l := range languages {
					put(l, c[0], v/5)
				}
				return
			}
			put(name[:2], c[0], v/5)
		})
		if err != nil {
			return nil, err
		}
	}
	err = eachLine(filepath.Join(dir, "vader_lexicon.txt"), func(c []string) {
		if len(c) >= 2 {
			if v, err := strconv.ParseFloat(c[1], 64); err == nil {
				put("en", c[0], v/4)
			}
		}
	})
	if err != nil {
		return nil, err
	}
	eachService(put)
	keys := make([]uint32, 0, len(sum))
	for k := range sum {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	values := make([]int8, len(keys))
	for i, k := range keys {
		values[i] = int8(max(-127, min(127, 127*sum[k]/count[k])))
	}
	return text.NewLexicon(keys, values), nil
}

func eachLine(path string, do func(columns []string)) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("open a lexicon: %w", err)
	}
	defer f.Close()
	var r io.Reader = f
	if strings.HasSuffix(path, ".gz") {
		if r, err = gzip.NewReader(f); err != nil {
			return fmt.Errorf("read %s: %w", path, err)
		}
	}
	in := bufio.NewScanner(r)
	for in.Scan() {
		do(strings.Split(in.Text(), "\t"))
	}
	return in.Err()
}
