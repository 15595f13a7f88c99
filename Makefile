# Two commands do it all: `make run` and `make test`. Each installs what the machine lacks first.
.PHONY: run test build dev lint bench bench-engines experiments packaging release setup

SETUP = scripts/setup

# The desk on its embedded defaults: SQLite in data/, the sandbox on its own port, the first administrator printed once.
run: build
	./target/release/empego-desk serve

build:
	$(SETUP) build
	scripts/build

# Rebuilds and restarts as files change; the page in the browser is reloaded by hand. One browser bundle for everybody.
dev:
	$(SETUP) dev
	. scripts/env && cargo leptos watch --lib-features hydrate,hydrate-patient -- serve

# Everything that can fail: unit, integration, store contract, budgets, and the browser tests in Chromium.
test:
	$(SETUP) test
	scripts/test

lint:
	$(SETUP) lint
	scripts/lint

bench:
	$(SETUP) bench
	scripts/bench

# SQLite and PostgreSQL beside each other, with up to a million consultations: the table of docs/scaling.md.
bench-engines:
	$(SETUP) test
	. scripts/env && scripts/with-postgres cargo bench --no-default-features --features ssr --bench engines

# The worst cases, made to happen to a release build: a full disk, a wrong clock, thousands of connections.
# Linux only. By name: make experiments NAME=disk (accounts, administrators, clock, disk, resets, sign_ins, streams)
experiments:
	$(SETUP) experiments
	scripts/experiments $(NAME)

# What is shipped beside the binary: the service, the container, the proxies' examples, which are run. Linux only.
packaging: build
	$(SETUP) packaging
	scripts/packaging

# A tarball, a Debian package, a bill of materials and checksums, in target/dist. Linux only.
release: build
	$(SETUP) release
	scripts/release

setup:
	$(SETUP) test
