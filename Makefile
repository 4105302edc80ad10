# Everything a contributor runs. `make test` is what CI runs too.

GOLANGCI = go run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0

.PHONY: test test-go test-long lint bench demo build

test: ## install what is missing, run all tests, end with "N passed, N failed"
	@./test.sh

test-go: ## the Go tests alone, without race detector: quick
	go test ./...

test-long: ## the long runs: crashes, fuzzing
	go test -tags long -timeout 60m ./store/...
	for target in $$(grep -rhoE '^func Fuzz[A-Za-z]+' --include='*_test.go' sentiment | sed 's/func //'); do \
		go test -run '^$$' -fuzz "^$$target$$" -fuzztime 10m ./sentiment || exit 1; done

lint:
	$(GOLANGCI) run ./...

bench:
	go test -run '^$$' -bench . ./sentiment ./store ./profile

demo:
	go run ./cmd/tonfall demo

build:
	CGO_ENABLED=0 go build -trimpath -o tonfall ./cmd/tonfall
