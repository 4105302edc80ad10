//go:build !long

package store_test

// kills is how often the crash test kills its child; `make test-long` does it more often.
const kills = 4
