#!/bin/sh
# Runs all end-to-end tests: Go's behind the tag e2e, whose names hold "Real",
# and the browser's. With an argument, writes "PASSED FAILED" into that file.
# Exits non-zero where a test failed or none ran.
set -u
count=${1:-}
case $count in "" | /*) ;; *) count=$PWD/$count ;; esac
cd "$(dirname "$0")"
./setup.sh || exit 1
. ./path.sh
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT INT TERM

echo "-- Go, against real servers: Bluesky and OpenID Providers"
(cd .. && go test -tags e2e -count 1 -timeout 10m -v -run Real ./connectors/...) >"$out/go"
go=$?
grep -E '^( *--- |panic:|    [a-z_]+_test\.go:|FAIL|ok )' "$out/go"
go_passed=$(grep -c '^ *--- PASS' "$out/go")
go_failed=$(grep -c '^ *--- FAIL' "$out/go")

echo "-- browser, from shop to Bluesky and back"
export TONFALL_BINARY="$PWD/.cache/tonfall"
(cd .. && go build -o "$TONFALL_BINARY" ./cmd/tonfall) || {
	[ -z "$count" ] || echo "$go_passed $((go_failed + 1))" >"$count"
	exit 1
}
node --test --test-concurrency=1 --test-timeout=300000 \
	--test-reporter=spec --test-reporter-destination=stdout \
	--test-reporter=tap --test-reporter-destination="$out/tap" ./*.test.mjs
node=$?
node_passed=$(sed -n 's/^# pass //p' "$out/tap")
node_failed=$(sed -n 's/^# \(fail\|cancelled\) //p' "$out/tap" | awk '{ n += $1 } END { print n + 0 }')

# What broke without a test to blame counts as one.
[ $go = 0 ] || [ "$go_failed" != 0 ] || go_failed=1
[ "$go_passed" != 0 ] || [ "$go_failed" != 0 ] || go_failed=1
[ $node = 0 ] || [ "$node_failed" != 0 ] || node_failed=1
[ "${node_passed:-0}" != 0 ] || [ "$node_failed" != 0 ] || node_failed=1

passed=$((go_passed + ${node_passed:-0})) failed=$((go_failed + node_failed))
[ -z "$count" ] || echo "$passed $failed" >"$count"
echo "end to end: $passed passed, $failed failed"
[ $failed = 0 ]
