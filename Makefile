# The commands of this house. `make help` lists them.

SWIFT ?= swift
PREFIX ?= /usr/local
DESTDIR ?=
RELEASE = -c release --static-swift-stdlib
# Sanitizers cannot share object files with the ordinary build.
UNIT_TESTS = PlimsollCoreTests|PlimsollPolicyTests|PlimsollHTTPTests|PlimsollIOTests|PlimsollConfigTests|PlimsollProxyTests|CommandTests|SimulationTests

.DEFAULT_GOAL := help
.PHONY: help setup test demo build release install check format lint gate bench exactness measure \
	test-sanitizers test-address test-thread clean

help: ## lists these commands
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 26

setup: ## installs the Debian packages that building and testing need (root or sudo)
	@scripts/setup

test: setup ## sets up, builds, measures the worker's cost, and runs every test
	$(SWIFT) build $(RELEASE) --product plimsoll-gate
	"$$($(SWIFT) build $(RELEASE) --show-bin-path)/plimsoll-gate" --shared
	$(SWIFT) build --build-tests
	$(SWIFT) test --skip-build --disable-xctest

demo: setup ## shows in under a minute what bulkheads and breakers are for
	$(SWIFT) build $(RELEASE) --product plimsoll
	"$$($(SWIFT) build $(RELEASE) --show-bin-path)/plimsoll" demo

build: setup ## builds everything for debugging
	$(SWIFT) build

release: setup ## builds the daemon as it is shipped: optimised, Swift's runtime linked in, stripped
	$(SWIFT) build $(RELEASE) --product plimsoll
	bin="$$($(SWIFT) build $(RELEASE) --show-bin-path)" && \
		strip -o "$$bin/plimsoll.stripped" "$$bin/plimsoll" && ls -l "$$bin/plimsoll.stripped"

install: release ## installs daemon, man page, example configuration and systemd unit below PREFIX
	bin="$$($(SWIFT) build $(RELEASE) --show-bin-path)" && \
		install -D -m 755 "$$bin/plimsoll.stripped" "$(DESTDIR)$(PREFIX)/bin/plimsoll"
	install -D -m 644 docs/plimsoll.1 "$(DESTDIR)$(PREFIX)/share/man/man1/plimsoll.1"
	install -D -m 644 config/plimsoll.toml "$(DESTDIR)$(PREFIX)/share/plimsoll/plimsoll.toml"
	install -d "$(DESTDIR)$(PREFIX)/lib/systemd/system"
	sed 's|/usr/local/bin/|$(PREFIX)/bin/|g' systemd/plimsoll.service \
		> "$(DESTDIR)$(PREFIX)/lib/systemd/system/plimsoll.service"
	chmod 644 "$(DESTDIR)$(PREFIX)/lib/systemd/system/plimsoll.service"
	install -D -m 644 systemd/plimsoll.sysusers \
		"$(DESTDIR)$(PREFIX)/lib/sysusers.d/plimsoll.conf"

check: setup ## what a change must pass: format, imports, warnings, tests
	scripts/check

format: ## formats every Swift file
	$(SWIFT) format -i -r -p Sources Tests Package.swift

lint: ## finds what `make format` would change, and what it cannot mend
	$(SWIFT) format lint --strict -r -p Sources Tests Package.swift

gate: setup ## userland time and allocations per request on a driver that costs nothing
	$(SWIFT) build $(RELEASE) --product plimsoll-gate
	"$$($(SWIFT) build $(RELEASE) --show-bin-path)/plimsoll-gate"

exactness: release ## a million requests through a bulkhead of 20, counted from outside, both drivers
	scripts/exactness

measure: release ## start, reload, drain, limits, refusals: what is promised, measured on both drivers
	scripts/exactness
	scripts/lifecycle
	scripts/rejections
	scripts/limits

bench: gate exactness ## what is measured here

test-sanitizers: test-address test-thread ## unit and simulation tests under ASan and TSan

test-address: setup
	$(SWIFT) build --build-tests --sanitize address --scratch-path .build-address
	LSAN_OPTIONS=suppressions=$(CURDIR)/scripts/sanitizers/leaks.txt \
		$(SWIFT) test --skip-build --disable-xctest --sanitize address \
		--scratch-path .build-address --filter '$(UNIT_TESTS)'

test-thread: setup
	$(SWIFT) build --build-tests --sanitize thread --scratch-path .build-thread
	"$$(dirname "$$(readlink -f "$$(command -v $(SWIFT))")")/clang" -O1 -shared -fPIC \
		-o .build-thread/mutex.so scripts/sanitizers/mutex.c -ldl
	TSAN_OPTIONS=halt_on_error=1 LD_PRELOAD=$(CURDIR)/.build-thread/mutex.so \
		$(SWIFT) test --skip-build --disable-xctest --sanitize thread \
		--scratch-path .build-thread --filter '$(UNIT_TESTS)'

clean: ## removes what was built
	rm -rf .build .build-address .build-thread
