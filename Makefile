# Everything the project does, on a machine with Go, make and git.

.DEFAULT_GOAL := help
.PHONY: help run build test test-setup check security gosec vulnerabilities e2e bench size fmt clean dist-dev

VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)

server = CGO_ENABLED=0 go build -trimpath -ldflags '-s -w -X main.version=$(VERSION)' -o bin/pleiades ./server
js = GOOS=js GOARCH=wasm
e2e = PLEIADES_BINARY='$(CURDIR)/bin/pleiades' go test -count=1 -timeout 19m ./server/e2e/
staticcheck = honnef.co/go/tools/cmd/staticcheck@v0.8.2
gosec = github.com/securego/gosec/v2/cmd/gosec@v2.22.10
govulncheck = golang.org/x/vuln/cmd/govulncheck@v1.1.4

# Where known vulnerabilities are looked up: where the network is out of reach,
# a copy of the database, as VULNDB=file:///path.
VULNDB ?= https://vuln.go.dev

# The browser program may not grow beyond this many bytes after brotli.
wasm_limit = 2650000

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

run: dist-dev ## build everything and start it with a demo practice
	$(server)
	exec bin/pleiades serve --demo

build: ## build bin/pleiades for release
	go run ./web/build -quality 11
	$(server)

test: test-setup dist-dev ## install what the tests need and run all of them
	go test -p 2 -timeout 10m $$(go list ./... | grep -v /server/e2e)
	go test -run TestScore -v ./shared/guidance/
	go test -run TestTARS -v ./shared/help/articles/
	$(js) go test -exec "$$(go env GOROOT)/lib/wasm/go_js_wasm_exec" ./shared/...
	$(server)
	$(e2e)

test-setup: ## install Chromium, PostgreSQL and Node.js where they are missing (Debian)
	.ci/setup chromium postgresql nodejs

check: ## formatting, vet, modules, static analysis, scripts, size of the browser program
	.ci/setup nodejs
	@unformatted=$$(gofmt -l app server shared web); \
		test -z "$$unformatted" || { echo "run make fmt: $$unformatted"; exit 1; }
	go mod verify
	go vet ./...
	$(js) go vet ./app/... ./shared/...
	go run $(staticcheck) ./...
	go run -exec 'env $(js)' $(staticcheck) ./app/... ./shared/...
	for script in web/js/*.js; do node --check "$$script" || exit 1; done
	go run ./web/build -quality 11 -size -limit $(wasm_limit)

security: gosec vulnerabilities ## gosec and govulncheck; fails where it cannot look

# G304: the files that commands open are the operator's to name. What is left
# out altogether runs on developers' machines only. In the rules of guidance
# numbers are places in a text of bounded length.
gosec: ## gosec alone
	go run $(gosec) -quiet -exclude=G304 -exclude-dir=guidance -exclude-dir=storetest -exclude-dir=build ./...
	go run $(gosec) -quiet -exclude=G109,G115 ./shared/guidance/

vulnerabilities: ## govulncheck alone; VULNDB=file:///path where there is no network
	go run $(govulncheck) -db $(VULNDB) ./...
	go run -exec 'env $(js)' $(govulncheck) -db $(VULNDB) ./app/...

e2e: test-setup dist-dev ## the browser tests alone
	$(server)
	$(e2e) -v

bench: ## benchmarks, native and js/wasm
	go test -run '^$$' -bench . -benchmem ./...
	$(js) go test -exec "$$(go env GOROOT)/lib/wasm/go_js_wasm_exec" -run '^$$' -bench . -benchmem ./shared/...

size: ## size of the browser program
	go run ./web/build -quality 11 -size

fmt: ## format the Go code
	gofmt -w app server shared web

clean: ## remove what was built
	rm -rf bin
	find web/dist -mindepth 1 ! -name README -delete

# The browser program and its files, compressed quickly.
dist-dev:
	go run ./web/build -quality 5
