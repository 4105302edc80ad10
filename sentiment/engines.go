package sentiment

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// engines is the one list of what can stand behind the socket.
func engines() map[string]func() (Scorer, error) {
	return map[string]func() (Scorer, error){
		"native": func() (Scorer, error) { return Native() },
		"bayes":  func() (Scorer, error) { return Bayes() },
	}
}

// New makes the engine of that name ready; see Engines for the names.
func New(engine string) (Scorer, error) {
	ready, ok := engines()[engine]
	if !ok {
		return nil, fmt.Errorf("unknown engine %q; known are %s", engine, strings.Join(Engines(), ", "))
	}
	return ready()
}

// Engines lists the names that New knows, sorted.
func Engines() []string {
	return slices.Sorted(maps.Keys(engines()))
}
