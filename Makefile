# The commands of noetl-relay. `make help` prints those with a comment of their own.

SWIFT ?= swift
ARGS ?=
BUILD = .build
# Static, as in the image: programs that need no Swift on the machine, and 5 MiB less of memory each.
RELEASE = $(SWIFT) build -c release --static-swift-stdlib --scratch-path $(BUILD)
PROGRAMS = internal-api outbox-publisher projector relayctl
BENCHMARKS = $(PROGRAMS) relay-bench relay-limit
# All tests at once would wait for one another rather than for what they test.
WIDTH = --experimental-maximum-parallelization-width 16

.DEFAULT_GOAL := help

.PHONY: help
help: ## Prints this.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: install
install: ## Installs the Debian packages that are missing.
	@scripts/install-dependencies.sh

.PHONY: install-for-tests
install-for-tests:
	@scripts/install-dependencies.sh --test

.PHONY: build
build: install ## Builds the executables in release mode, into .build/release.
	set -e; for program in $(PROGRAMS); do $(RELEASE) --product "$$program"; done

.PHONY: demo
demo: build ## Runs everything on throwaway servers and proves that nothing is lost. ARGS=--help for options.
	@$(BUILD)/release/relayctl demo $(ARGS)

.PHONY: test
test: install-for-tests ## Runs every test, on throwaway servers. ARGS='--filter OutboxTests' for some of them.
	$(SWIFT) build --build-tests --scratch-path $(BUILD) --explicit-target-dependency-import-check error
	@scripts/run-tests.sh $(SWIFT) test --skip-build --scratch-path $(BUILD) $(WIDTH) $(ARGS)

.PHONY: bench
bench: install ## Measures everything beside its limit, on throwaway servers. ARGS=--help for options.
	set -e; export NOETL_RELAY_BENCHMARKS=1; for program in $(BENCHMARKS); do $(RELEASE) --product "$$program"; done
	@$(BUILD)/release/relay-bench $(ARGS)

# What is compared with the record: rates whose limits do the same work.
GUARDED = --quick --only drain --only project --only end-to-end --only api
RECORD = Benchmarks/recorded.json

.PHONY: guard
guard: ## Fails where a rate has fallen, as a ratio to its limit, below the recorded one by more than chance.
	@$(MAKE) --no-print-directory bench ARGS='$(GUARDED) --guard $(RECORD) $(ARGS)'

.PHONY: record
record: ## Records the ratios that `make guard` compares with; on a machine that does nothing else.
	@$(MAKE) --no-print-directory bench ARGS='$(GUARDED) --record $(RECORD) $(ARGS)'

.PHONY: profile
profile: ## Shows where the time of publisher and projector goes.
	@$(MAKE) --no-print-directory bench ARGS='--profile $(ARGS)'

.PHONY: docs
docs: install-for-tests ## Writes the pages of docs/ that are made from the code.
	NOETL_RELAY_WRITE_DOCS=1 $(SWIFT) test --scratch-path $(BUILD) --filter SettingsPageTests

.PHONY: sanitize
sanitize: install-for-tests ## Runs the unit suites under the thread and address sanitizers.
	@scripts/sanitize.sh

.PHONY: lint
lint: ## Checks the format of every Swift file and every shell script.
	$(SWIFT) format lint --strict --recursive --parallel Package.swift Sources Tests Benchmarks
	@if command -v shellcheck >/dev/null; then shellcheck scripts/*.sh .ci/run; fi

.PHONY: check-deploy
check-deploy: ## Checks Dockerfile, compose.yaml and the Kubernetes manifests against the code.
	@scripts/install-dependencies.sh --deploy
	@scripts/check-deploy.sh

.PHONY: format
format: ## Formats every Swift file in place.
	$(SWIFT) format --in-place --recursive --parallel Package.swift Sources Tests Benchmarks

.PHONY: clean
clean: ## Removes what was built.
	rm -rf $(BUILD) .build-tsan .build-asan
