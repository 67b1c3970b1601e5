# Everything the project does, on a machine with Go, make and git.

.DEFAULT_GOAL := help
.PHONY: help run build test units faults test-setup check fuzz security gosec vulnerabilities e2e bench bench-page bench-quick profile benchmarks size fmt clean dist-dev

VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)

# Nothing here is C, and what is built once serves every step below.
export CGO_ENABLED = 0

server = go build -ldflags '-s -w -X main.version=$(VERSION)' -o bin/pleiades ./server
# As it is released: the compiler knows from server/serve.pgo which calls are made most.
# It compiles everything anew for that, a minute or two.
release = $(subst go build,go build -pgo=server/serve.pgo,$(server))
js = GOOS=js GOARCH=wasm
# Vetting is for make check, once for all.
test = go test -vet=off
e2e = PLEIADES_BINARY='$(CURDIR)/bin/pleiades' $(test) -count=1 -timeout 30m -parallel 4 ./server/e2e/
# Briefly, with nothing compiled anew for it, and so without guidance by coverage. By
# count: where time ends it, Go before 1.27 now and then fails with "context deadline
# exceeded" (go.dev/issue/75804).
fuzz_briefly = $(test) -c -o bin/fuzz.test $$folder && cd $$folder && $(CURDIR)/bin/fuzz.test -test.run '^$$' \
	-test.fuzz "^$$target\$$" -test.fuzztime 10000x -test.fuzzminimizetime 10x -test.fuzzcachedir $(CURDIR)/bin/fuzz
fuzz_targets = grep -r '^func Fuzz' --include='*_test.go' . | sed -E 's|^(.*)/[^/]*:func (Fuzz[A-Za-z]*).*|\1 \2|' | sort
staticcheck = honnef.co/go/tools/cmd/staticcheck@v0.8.2
gosec = github.com/securego/gosec/v2/cmd/gosec@v2.22.10
govulncheck = golang.org/x/vuln/cmd/govulncheck@v1.1.4

# How long each fuzz target runs.
FUZZTIME ?= 1m

# Where known vulnerabilities are looked up: where the network is out of reach,
# a copy of the database, as VULNDB=file:///path.
VULNDB ?= https://vuln.go.dev

# The browser program may not grow beyond this many bytes after a quick brotli
# (quality 9, seconds). That of a release (11, most of a minute) leaves 13 % less.
wasm_limit = 1605000

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

run: dist-dev ## build everything and start it with a demo practice
	$(server)
	exec bin/pleiades serve --demo

build: export GOFLAGS = -trimpath
build: ## build bin/pleiades for release
	go run ./web/build -quality 11
	$(release)

# Under js/wasm, where the code is the same, a fifth of the random cases do (-short).
test: test-setup dist-dev ## install what the tests need and run all of them
	$(MAKE) --jobs 2 --output-sync units faults
	$(fuzz_targets) | while read folder target; do \
		echo "$$target in $$folder"; \
		($(fuzz_briefly)) || exit 1; \
	done
	$(js) $(test) -short -exec "$$(go env GOROOT)/lib/wasm/go_js_wasm_exec" ./shared/...
	$(server)
	$(e2e) -v

# The first print what they found; the longest begin first. Those of faults mostly
# wait.
shown = ./server/store/ ./server/chat/ ./shared/guidance/ ./shared/help/articles/
units:
	$(test) -v -p 2 -timeout 10m $(shown)
	$(test) -p 2 -timeout 10m ./server/httpapi/ $$(go list ./... | grep -vE '/server/(e2e|faults|store|chat)$$|/shared/(guidance|help/articles)$$')
faults:
	$(test) -count=1 -v -timeout 10m ./server/faults/

test-setup: ## install Chromium, PostgreSQL and Node.js where they are missing (Debian)
	.ci/setup chromium postgresql nodejs

check: ## formatting, vet, modules, static analysis, scripts, allocations, size of the browser program
	.ci/setup nodejs
	@unformatted=$$(gofmt -l app server shared web); \
		test -z "$$unformatted" || { echo "run make fmt: $$unformatted"; exit 1; }
	go mod verify
	go vet ./...
	$(js) go vet -tags apart ./app/... ./shared/...
	go vet -tags bench ./server/e2e/
	go run $(staticcheck) ./...
	go run -exec 'env $(js)' $(staticcheck) -tags apart ./app/... ./shared/...
	for script in web/js/*.js; do node --check "$$script" || exit 1; done
	$(test) -count=1 -run '^TestAllocations$$' ./server/chat ./shared/guidance
	go run ./web/build -quality 9 -size -limit $(wasm_limit)

fuzz: ## look for input that breaks something, FUZZTIME=1m for each target; what is found is kept in testdata
	@$(fuzz_targets) | while read folder target; do \
		echo "$$target in $$folder"; \
		go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 10x $$folder || exit 1; \
	done

security: gosec vulnerabilities ## gosec and govulncheck; fails where it cannot look

# G304: the files that commands open are the operator's to name. What is left
# out altogether runs on developers' machines only. In the rules of guidance
# numbers are places in a text of bounded length.
gosec: ## gosec alone
	go run $(gosec) -quiet -exclude=G304 -exclude-dir=guidance -exclude-dir=storetest -exclude-dir=build -exclude-dir=bench ./...
	go run $(gosec) -quiet -exclude=G109,G115 ./shared/guidance/
	go run -exec 'env $(js)' $(gosec) -quiet ./app/...

vulnerabilities: ## govulncheck alone; VULNDB=file:///path where there is no network
	go run $(govulncheck) -db $(VULNDB) ./...
	go run -exec 'env $(js)' $(govulncheck) -db $(VULNDB) ./app/...

e2e: test-setup dist-dev ## the browser tests alone
	$(server)
	$(e2e) -v

bench: test-setup dist-dev bench-page ## measure the server beside the least there can be, on both databases; some minutes
	$(release)
	go run ./server/bench

bench-page: test-setup dist-dev ## measure the page beside an empty one
	$(server)
	PLEIADES_BINARY='$(CURDIR)/bin/pleiades' go test -v -count=1 -timeout 19m -tags bench -run TestMeasurePage ./server/e2e/

bench-quick: test-setup dist-dev ## measure the server alone, at a glance
	$(release)
	go run ./server/bench -short

profile: test-setup dist-dev ## record server/serve.pgo anew: what the server does most under the load driver
	$(subst go build,go build -tags profile,$(server))
	rm -rf bin/profiles && mkdir bin/profiles
	PROFILES='$(CURDIR)/bin/profiles' go run ./server/bench -steps send,alone,outbox,history
	find bin/profiles -name '*.pprof' -size +0 -exec go tool pprof -proto -output server/serve.pgo {} +

benchmarks: ## benchmarks of functions, native and js/wasm
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
