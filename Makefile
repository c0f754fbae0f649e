# Gennaker. `make` alone lists what there is.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

GO      ?= go
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
LDFLAGS := -s -w -X github.com/gennaker/gennaker/internal/version.version=$(VERSION)

# The web interface is built where Node.js is there (20.19 or newer), and is part of
# the program then. Without Node.js all else is built; WEB= leaves it out anyway.
NODE    := $(shell node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)' 2>/dev/null && command -v npm)
WEB     ?= $(if $(NODE),web/dist/index.html,no-web)
TAGS    := $(if $(filter web/dist/%,$(WEB)),-tags ui)

.PHONY: help
help: ## List the targets
	@printf 'Gennaker: a software delivery platform that speaks Spinnaker.\n\n'
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# --- Use it ------------------------------------------------------------------

.PHONY: demo
demo: build build-sandbox ## Try Gennaker: a Kubernetes sandbox, a server, and a pipeline
	@exec bin/gennaker demo $(ARGS)

.PHONY: build
build: $(WEB) ## Build bin/gennaker
	@mkdir -p bin
	CGO_ENABLED=0 $(GO) build $(TAGS) -trimpath -ldflags '$(LDFLAGS)' -o bin/gennaker ./cmd/gennaker

.PHONY: web
web: web/dist/index.html ## Build the web interface

WEB_SOURCES := $(shell find web/src web/public -type f -not -name '*.gen.ts' 2>/dev/null) \
	web/index.html web/vite.config.ts web/tsconfig.json web/openapi.json
web/dist/index.html: web/node_modules/.package-lock.json $(WEB_SOURCES)
	@echo 'web: building the web interface'
	@cd web && npm run --silent build -- --logLevel warn
	@touch $@

web/node_modules/.package-lock.json: web/package.json web/package-lock.json
	@echo 'web: installing its packages'
	@cd web && npm ci --silent --no-audit --no-fund
	@touch $@

.PHONY: no-web
no-web:
	@echo 'build: Node.js 20.19 or newer is missing, so bin/gennaker has no web interface'

.PHONY: sandbox
sandbox: build-sandbox ## Run a Kubernetes sandbox in the foreground
	@exec bin/sandbox up $(ARGS)

.PHONY: build-sandbox
build-sandbox: bin/sandbox ## Build bin/sandbox (takes minutes the first time)

# The age of the sources decides, not the build cache: with an empty cache an
# up-to-date sandbox would take minutes to make again.
SANDBOX_SOURCES := $(shell find sandbox -type f -not -name '*_test.go' -not -name '*.md')
bin/sandbox: $(SANDBOX_SOURCES)
	@tools/progress sandbox sandbox sandbox/build.sh '$(CURDIR)/$@'
	@touch $@

# --- Check it ----------------------------------------------------------------

# What is built the way the programs are shares what they have compiled: each way
# costs minutes where the build cache is empty.
AS_BUILT := CGO_ENABLED=0 GOFLAGS='-trimpath $(GOFLAGS)'

# The race detector needs a C compiler.
HAVE_CC := $(shell command -v $$($(GO) env CC) 2>/dev/null)
RACE    := $(if $(HAVE_CC),-race,)
TEST    ?= ./...

# Each part of the tests says how long it took; CONTRIBUTING.md has their budget.
timed = @printf '\n== %s\n' '$(1)'; SECONDS=0; { $(2); } && printf '== %s: %dm%02ds\n' '$(1)' $$((SECONDS / 60)) $$((SECONDS % 60))
WITH_SANDBOX := GENNAKER_SANDBOX='$(CURDIR)/bin/sandbox' GENNAKER_REQUIRE_SANDBOX=1

.PHONY: test
test: test-go $(if $(filter ./...,$(TEST)),test-sandbox $(if $(NODE),test-web,no-test-web)) ## Run all tests (TEST=./internal/engine/... runs some)

.PHONY: test-go
test-go: build-sandbox ## Run the tests of the server
	@tools/postgres
	@$(if $(RACE),:,echo 'test: a C compiler is missing, so the race detector is off')
	$(call timed,tests of the server,$(WITH_SANDBOX) \
		$(if $(RACE),CGO_ENABLED=1,) $(GO) test $(RACE) -timeout 20m $(TESTFLAGS) $(TEST))

.PHONY: test-sandbox
test-sandbox: build-sandbox ## Run the tests of the Kubernetes sandbox
	$(call timed,tests of the sandbox,cd sandbox && $(WITH_SANDBOX) \
		$(AS_BUILT) $(GO) test -vet=off -timeout 10m $(TESTFLAGS) ./...)

.PHONY: test-web
test-web: build build-sandbox ## Check and test the web interface, in a browser too
	$(call timed,checks of the web interface,cd web && npm run --silent check && npm run --silent test)
	$(call timed,tests in a browser,cd web && GENNAKER='$(CURDIR)/bin/gennaker' npm run --silent e2e -- $(E2EFLAGS))

.PHONY: no-test-web
no-test-web:
	@echo 'test: Node.js 20.19 or newer is missing, so the web interface is not tested'
	@[[ $${GENNAKER_REQUIRE_WEB:-} != 1 ]]

.PHONY: bench
bench: $(WEB) ## Run the benchmarks
	$(GO) test -run '^$$' -bench '$(or $(BENCH),.)' -benchmem -timeout 30m $(TESTFLAGS) $(TEST)

.PHONY: soak
soak: build build-sandbox ## Run the endurance tests (SOAK=10m sets the duration)
	GENNAKER_SANDBOX='$(CURDIR)/bin/sandbox' GENNAKER_REQUIRE_SANDBOX=1 GENNAKER_SOAK=$(or $(SOAK),10m) \
		$(GO) test -run Soak -count 1 -v -timeout 24h $(TESTFLAGS) $(TEST)

.PHONY: deck
deck: build build-sandbox ## Test with Spinnaker's own web interface (see tools/deck; DECK_DIR=...)
	cd tools/deck && npm ci --silent --no-fund --no-audit && npm run --silent walk

.PHONY: lint
lint: bin/golangci-lint ## Run the linters
	$(call timed,linters,$(AS_BUILT) bin/golangci-lint run ./... && \
		cd sandbox && $(AS_BUILT) ../bin/golangci-lint run ./...)

.PHONY: lint-fix
lint-fix: bin/golangci-lint ## Run the linters and fix what they can fix
	bin/golangci-lint run --fix ./...

.PHONY: fmt
fmt: bin/golangci-lint $(if $(NODE),web/node_modules/.package-lock.json) ## Format the sources
	bin/golangci-lint fmt ./...
	$(if $(NODE),cd web && npm run --silent format)

bin/golangci-lint: tools/linters/go.mod tools/linters/go.sum
	@tools/progress linters tools/linters $(GO) build -C tools/linters -o '$(CURDIR)/$@' github.com/golangci/golangci-lint/v2/cmd/golangci-lint
	@touch $@

# --- Release it --------------------------------------------------------------

PLATFORMS ?= linux/amd64 linux/arm64 darwin/amd64 darwin/arm64
PROGRAMS  := $(PLATFORMS:%=dist/programs/%/gennaker)
IMAGE     ?= ghcr.io/gennaker/gennaker
# The time of all files of a release is the commit's, so that the same commit gives the
# same bytes.
export SOURCE_DATE_EPOCH ?= $(shell git log -1 --format=%ct 2>/dev/null || echo 0)
RELEASE := -version '$(VERSION)' -revision '$(shell git rev-parse HEAD 2>/dev/null)' -repository '$(IMAGE)'

.PHONY: release
release: programs bin/cyclonedx-gomod ## Make the archives, images, chart, SBOMs and checksums in dist/
	@find dist -maxdepth 1 -type f -delete
	@tools/sbom '$(VERSION)' dist $(PLATFORMS)
	$(GO) run ./deploy/release write $(RELEASE) $(PLATFORMS)
	@cd dist && ls -l

.PHONY: programs
programs: $(PROGRAMS)

# Go knows whether a program is up to date.
.PHONY: $(PROGRAMS)
$(PROGRAMS): dist/programs/%/gennaker: $(WEB)
	@echo 'release: building for $*'
	@CGO_ENABLED=0 GOOS=$(word 1,$(subst /, ,$*)) GOARCH=$(word 2,$(subst /, ,$*)) \
		$(GO) build $(TAGS) -trimpath -ldflags '$(LDFLAGS)' -o $@ ./cmd/gennaker

.PHONY: image
image: ## Make the container images in dist/, without a container engine
	@$(MAKE) programs PLATFORMS='$(filter linux/%,$(PLATFORMS))'
	$(GO) run ./deploy/release write $(RELEASE) $(filter linux/%,$(PLATFORMS))

.PHONY: push-image
push-image: ## Push the container image to a registry (IMAGE=registry.example.com/gennaker)
	@$(MAKE) programs PLATFORMS='$(filter linux/%,$(PLATFORMS))'
	$(GO) run ./deploy/release push $(RELEASE) $(PUSHFLAGS) $(filter linux/%,$(PLATFORMS))

.PHONY: test-release
test-release: release bin/helm build-sandbox ## Try the release: archive, image and chart, on a real node (root)
	$(WITH_SANDBOX) GENNAKER_RELEASE='$(CURDIR)/dist' GENNAKER_HELM='$(CURDIR)/bin/helm' \
		$(GO) test -count 1 -v -run Release -timeout 20m $(TESTFLAGS) ./deploy

bin/helm bin/cyclonedx-gomod: tools/release/go.mod tools/release/go.sum
	@mkdir -p bin
	$(GO) build -C tools/release -o '$(CURDIR)/bin/' helm.sh/helm/v4/cmd/helm github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod
	@touch bin/helm bin/cyclonedx-gomod

# --- Keep it -----------------------------------------------------------------

.PHONY: generate
generate: ## Update the files generated from the sources (docs/configuration.md, ...)
	$(GO) test ./internal/config ./internal/server ./deploy -run Generated -update

.PHONY: clean
clean: ## Remove what was built
	rm -rf bin dist web/dist web/node_modules
