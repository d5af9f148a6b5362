# What can be done here: `make help`.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# A build that says nothing for so long is stuck.
BUILD_SECONDS ?= 1500
BUILD := timeout $(BUILD_SECONDS) swift build
LISTEN ?= 127.0.0.1:8080
DATA ?= ./data
# The bench's case and its options; arguments of the tests, of Autobahn and of schemathesis.
BENCH ?= fanout
SUITE ?=
TESTS ?=
CASES ?= all
OPENAPI ?= -n 200 --seed 1
# How many seeds the simulation runs through, and how far each.
SEEDS ?= 20
STEPS ?= 20000
# How often the torture kills, and its log; one mutation's name.
CYCLES ?= 1000
# Seconds for each parser that is fuzzed.
SECONDS ?= 30
PARSERS ?= frames json protobuf journal snapshot
LOG ?=
MUTATION ?=
# Whether counts become the thresholds, and how long counting may take.
UPDATE ?=
COUNT_SECONDS ?= 300
# What the tests are watched by; a build for each takes some minutes and 3 GB, so it has a bound of its own.
SANITIZERS ?= address thread
SANITIZE_SECONDS ?= 3600
# The leak checker does not follow Swift's pointers (strings and enums keep flags in them), and takes statics for leaks.
ASAN_OPTIONS ?= detect_leaks=0
TSAN_OPTIONS ?=
SWIFT_FILES := Sources Tests Benchmarks Package.swift

.PHONY: help
help: ## Says what can be done.
	@sed -n 's/^\([a-z-]*\):.*## /\1@/p' $(MAKEFILE_LIST) | awk -F@ '{ printf "make %-12s %s\n", $$1, $$2 }'

.PHONY: packages
packages: ## Installs the libraries that the build links, where they are missing.
	@.ci/install-packages

.PHONY: setup
setup: packages ## Installs what building and testing need.
	@if [ -x Tests/EndToEnd/run ]; then \
	    python3 -c 'import venv, ensurepip' 2>/dev/null || .ci/install-packages python3 python3-venv; \
	    Tests/EndToEnd/run --version; \
	    command -v chromium >/dev/null || command -v google-chrome >/dev/null || .ci/install-packages chromium; \
	fi

.PHONY: run
run: packages ## Builds the release and serves: LISTEN, DATA.
	$(BUILD) -c release --product switchboard
	exec .build/release/switchboard serve --listen $(LISTEN) --data $(DATA)

.PHONY: test
test: setup ## Builds and runs every test: TESTS="--filter Tidy" for some of them.
	$(BUILD) --build-tests
	timeout 900 swift test --skip-build $(TESTS)
	if [ -z '$(TESTS)' ] && [ -x Tests/EndToEnd/run ]; then Tests/EndToEnd/run; fi

.PHONY: lint
lint: ## Checks the format of all Swift files, the shell scripts' syntax, and that the mutations fit the sources.
	swift format lint --strict -r $(SWIFT_FILES)
	for script in .ci/* Benchmarks/count Benchmarks/restarts Benchmarks/suite Tests/Conformance/*.sh; do bash -n $$script; done
	Tests/Mutations/run --check

.PHONY: format
format: ## Formats all Swift files.
	swift format -i -r $(SWIFT_FILES)

.PHONY: release
release: packages ## Builds the release.
	$(BUILD) -c release --product switchboard

.PHONY: simulate
simulate: packages ## Simulates the engine from fixed seeds and a fresh one: SEEDS, STEPS.
	$(BUILD) -c release --product simulate
	timeout 900 .build/release/simulate --seed 1 --seeds $(SEEDS) --steps $(STEPS)
	timeout 300 .build/release/simulate --seed $$(od -An -N4 -tu4 /dev/urandom | tr -d ' ') --steps $(STEPS)

.PHONY: bench
bench: release ## Loads a server of its own: BENCH="direct --seconds 10"; the cases are in Docs/testing.md.
	$(BUILD) -c release --product bench
	SWITCHBOARD_PUBLISH_RATE=0 .ci/with-server bash -c '.build/release/bench $(BENCH) --url "http://$$SERVER"'

.PHONY: bench-check
bench-check: packages ## Counts what the hot paths take and compares it with the thresholds: UPDATE=1 to write them.
	@command -v valgrind >/dev/null || .ci/install-packages valgrind
	$(BUILD) -c release --product micro
	timeout $(COUNT_SECONDS) Benchmarks/count $(if $(UPDATE),--update)

.PHONY: suite
suite: release ## Runs named cases, each against a server of its own: SUITE="F1 C10", PASSES, JSON; see Benchmarks/suite.
	$(BUILD) -c release --product bench
	Benchmarks/suite $(SUITE)

.PHONY: rates
rates: release ## Measures HTTP routes by wrk, on a server of its own: DURATION=5 seconds for each.
	@command -v wrk >/dev/null || .ci/install-packages wrk
	SWITCHBOARD_PUBLISH_RATE=0 .ci/with-server Benchmarks/HTTP/rates

.PHONY: restarts
restarts: packages ## Measures restarts by size and draws them: SIZES, EACH, MOST, TIMES; see Benchmarks/restarts.
	$(BUILD) -c release --product bench
	Benchmarks/restarts

.PHONY: conformance
conformance: packages ## Runs the Autobahn WebSocket suite: CASES=core for the short one.
	CASES='$(CASES)' Tests/Conformance/autobahn.sh

.PHONY: openapi
openapi: release ## Tries the HTTP API against its own description: OPENAPI="-n 50".
	@python3 -c 'import venv, ensurepip' 2>/dev/null || .ci/install-packages python3 python3-venv
	[ -x .build/openapi-venv/bin/schemathesis ] || { \
	    python3 -m venv .build/openapi-venv; \
	    .build/openapi-venv/bin/pip install -q --disable-pip-version-check schemathesis; \
	}
	.ci/with-server .ci/try-openapi $(OPENAPI)

.PHONY: torture
torture: release ## Kills a server at random moments and counts what is there: CYCLES=1000, LOG=FILE to go on later.
	Tests/EndToEnd/run --version
	cd Tests/EndToEnd && SWITCHBOARD_BINARY=$(CURDIR)/.build/release/switchboard PYTHONDONTWRITEBYTECODE=1 \
	    $(CURDIR)/.build/venv/bin/python kills.py --cycles $(CYCLES) $(if $(LOG),--log $(abspath $(LOG)))

.PHONY: fuzz
fuzz: packages ## Fuzzes the parsers with libFuzzer: SECONDS=30 for each, PARSERS="frames json" for some.
	SWITCHBOARD_FUZZ=1 $(BUILD) -c release --scratch-path .build/fuzz --product Fuzz \
	    -Xswiftc -sanitize=fuzzer,address -Xswiftc -use-ld=lld
	for parser in $(PARSERS); do \
	    echo "== $$parser"; \
	    mkdir -p .build/fuzz/corpus/$$parser; \
	    FUZZ=$$parser SWIFT_BACKTRACE=enable=no .build/fuzz/release/Fuzz -max_total_time=$(SECONDS) -timeout=10 \
	        -print_final_stats=1 -verbosity=0 -artifact_prefix=.build/fuzz/ \
	        .build/fuzz/corpus/$$parser Tests/Fuzz/Corpus/$$parser; \
	done

.PHONY: sanitize
sanitize: packages ## Runs the Swift tests under AddressSanitizer and ThreadSanitizer: SANITIZERS=thread for one, TESTS.
	for sanitizer in $(SANITIZERS); do \
	    scratch=.build/$${sanitizer:0:1}san; \
	    options="--sanitize $$sanitizer --scratch-path $$scratch"; \
	    echo "== $$options"; \
	    timeout $(SANITIZE_SECONDS) nice swift build --build-tests $$options; \
	    preload=; \
	    if [ $$sanitizer = thread ]; then \
	        preload=$(CURDIR)/$$scratch/mutex.so; \
	        "$$(dirname "$$(command -v swift)")/clang" -shared -fPIC -O1 -o $$preload Tests/Sanitizers/mutex.c -ldl; \
	    fi; \
	    ASAN_OPTIONS='$(ASAN_OPTIONS)' TSAN_OPTIONS='$(TSAN_OPTIONS)' LD_PRELOAD=$$preload \
	        timeout $(SANITIZE_SECONDS) nice swift test --skip-build --disable-xctest --no-parallel --skip MemoryTests \
	        $$options $(TESTS); \
	done

.PHONY: mutations
mutations: packages ## Breaks one promise after another, and expects a red test for each: MUTATION=NAME for one.
	Tests/Mutations/run $(if $(MUTATION),--only $(MUTATION))

.PHONY: clean
clean: ## Removes what builds have made; data directories stay.
	swift package clean
	rm -rf .build/fuzz .build/asan .build/tsan .build/restarts.* .build/counts .build/server.* .build/server.log .build/autobahn-reports .build/autobahn-server.log .build/ci
