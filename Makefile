# Everything a contributor runs. `make test` is what CI runs too.

GOLANGCI = go run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0

.PHONY: test test-go test-long lint bench demo build

test: ## install what is missing, run all tests, end with "N passed, N failed"
	@./test.sh

test-go: ## the Go tests alone, without race detector: quick
	go test ./...

test-long: ## the long runs: crashes, fuzzing
	go test -tags long -timeout 60m ./store/...
	for file in $$(git grep -l '^func Fuzz' -- '*_test.go'); do \
		for target in $$(sed -n 's/^func \(Fuzz[A-Za-z]*\).*/\1/p' $$file); do \
			go test -run '^$$' -fuzz "^$$target$$" -fuzztime 10m ./$$(dirname $$file) || exit 1; done; done

lint:
	$(GOLANGCI) run ./...

bench:
	go test -run '^$$' -bench . ./sentiment ./store ./profile

demo:
	go run ./cmd/tonfall demo

build:
	CGO_ENABLED=0 go build -trimpath -o tonfall ./cmd/tonfall
