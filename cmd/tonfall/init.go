package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"tonfall/config"
	"tonfall/internal/keys"
	"tonfall/profile"
)

type initCmd struct {
	Dir string `arg:"" optional:"" default:"." type:"path" help:"Folder to write into."`
}

func (c initCmd) Run(s streams) error {
	if err := os.MkdirAll(c.Dir, 0o700); err != nil {
		return err
	}
	file := filepath.Join(c.Dir, "tonfall.yaml")
	if err := writeNew(file, config.Sample); err != nil {
		return err
	}
	ring, err := keys.Generate()
	if err != nil {
		return err
	}
	secrets := filepath.Join(c.Dir, "tonfall.keys")
	if err := ring.SaveFile(secrets); err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.out, `Wrote %s    every option, commented
Wrote %s    sealing and signing keys: keep a copy in a safe place; without it nothing can be read

Next:
  1. edit the file: your shop's name and redirect URI
  2. tonfall check --config %s
  3. tonfall serve --config %s
`, file, secrets, file, file)
	return err
}

// writeNew writes a file that must not be there, readable by its owner alone.
func writeNew(file string, data []byte) error {
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return profile.Errorf(profile.Conflict, "%s is there already and was left alone: choose another folder, or remove it", file)
	}
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Close())
}
