package main

import "fmt"

// version is the program's own; docs and API tell it.
const version = "0.1.0"

type versionCmd struct{}

func (versionCmd) Run(s streams) error {
	_, err := fmt.Fprintln(s.out, "tonfall", version)
	return err
}
