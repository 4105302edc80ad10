package ui

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"time"
)

// Assets serves embedded files under /assets/, each with a hash of its content
// in its name, so that browsers may keep it for ever. Read-only after NewAssets.
type Assets struct {
	urls  map[string]string // "tonfall.css" -> "/assets/tonfall.1f2e3d4c5b6a7988.css"
	files map[string][]byte // by the last element of the URL
}

// NewAssets takes the common files and those of the rooms (each file at any
// depth of each fsys, by its base name). Two files of one name are an error.
func NewAssets(rooms ...fs.FS) (*Assets, error) {
	a := &Assets{urls: map[string]string{}, files: map[string][]byte{}}
	common, err := fs.Sub(files, "assets")
	if err != nil {
		return nil, fmt.Errorf("assets: %w", err)
	}
	for _, room := range append([]fs.FS{common}, rooms...) {
		err := fs.WalkDir(room, ".", func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			return a.add(room, name)
		})
		if err != nil {
			return nil, fmt.Errorf("assets: %w", err)
		}
	}
	return a, nil
}

func (a *Assets) add(room fs.FS, name string) error {
	content, err := fs.ReadFile(room, name)
	if err != nil {
		return err
	}
	base := path.Base(name)
	if _, there := a.urls[base]; there {
		return fmt.Errorf("there are two files %s", base)
	}
	sum := sha256.Sum256(content)
	ext := path.Ext(base)
	hashed := strings.TrimSuffix(base, ext) + "." + hex.EncodeToString(sum[:8]) + ext
	a.urls[base] = "/assets/" + hashed
	a.files[hashed] = content
	return nil
}

// URL is where a file is served. An unknown name is an error, so that a
// template with a misspelt one fails.
func (a *Assets) URL(name string) (string, error) {
	url, there := a.urls[name]
	if !there {
		return "", fmt.Errorf("no asset %q", name)
	}
	return url, nil
}

// ServeHTTP answers GET /assets/NAME.HASH.EXT.
func (a *Assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := path.Base(r.URL.Path)
	content, there := a.files[name]
	if !there {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(content))
}
