#!/bin/sh
# Runs all tests, Go's with the race detector and the end-to-end ones, and ends
# with one line: N passed, N failed. Exits non-zero where anything failed, or
# where fewer ran than should have.
set -u
cd "$(dirname "$0")"
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT INT TERM

command -v go >/dev/null || { echo "test: go is missing: https://go.dev/doc/install"; exit 1; }
./e2e/setup.sh || exit 1

broken=0
unformatted=$(gofmt -l $(git ls-files '*.go' 2>/dev/null || find . -name '*.go' -not -path './e2e/node_modules/*'))
if [ -n "$unformatted" ]; then
	echo "not formatted (run gofmt -w): $unformatted"
	broken=$((broken + 1))
fi
go vet ./... || broken=$((broken + 1))

# count FILE: tests that passed and failed in the output of go test -json, and
# packages that failed with none of their tests failing (they did not build).
count() {
	awk '
		/"Action":"(pass|fail)"/ {
			match($0, /"Package":"[^"]*"/); package = substr($0, RSTART, RLENGTH)
			failed = /"Action":"fail"/
			if (/"Test":"/) { if (failed) { bad++; inside[package] = 1 } else good++ }
			else if (failed && !inside[package]) bad++
		}
		END { print good + 0, bad + 0 }' "$1"
}

# gotest NAME ARGS…: runs go test, shows what a person wants to see, and counts.
passed=0 failed=$broken
gotest() {
	name=$1
	shift
	echo "== $name"
	go test -json "$@" >"$out/$name.json"
	status=$?
	sed -n 's/^.*"Action":"output".*"Package":"[^"]*","Output":"\(\(ok\|FAIL\|---\|panic\|WARNING: DATA RACE\)[^"]*\)".*$/\1/p; s/^.*"Action":"output".*"Test":"[^"]*","Output":"\( *--- FAIL[^"]*\| *[a-z_]*_test.go:[^"]*\)".*$/\1/p; s/^.*"Action":"build-output".*"Output":"\([^"]*\)".*$/\1/p' "$out/$name.json" |
		sed 's/\\n$//; s/\\t/  /g; s/\\"/"/g' | awk -v all="$status" '/^ok/ || all'
	set -- $(count "$out/$name.json")
	passed=$((passed + $1)) failed=$((failed + $2))
	[ "$status" = 0 ] || [ "$2" != 0 ] || failed=$((failed + 1))
	echo "   $1 passed, $2 failed"
}

gotest go -race -timeout 20m ./...

echo "== end to end"
./e2e/run.sh "$out/e2e.count"
status=$?
if [ -s "$out/e2e.count" ]; then
	read -r good bad <"$out/e2e.count"
	passed=$((passed + good)) failed=$((failed + bad))
	[ "$status" = 0 ] || [ "$bad" != 0 ] || failed=$((failed + 1))
else
	echo "the end-to-end tests left no count"
	failed=$((failed + 1))
fi

echo
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
