# The front door.  meson builds, scripts do the rest; `make help` lists what there is.
#
# Each target installs what it needs and the machine lacks (scripts/deps).

prefix ?= /usr/local
MESON_OPTIONS ?=
FUZZ_SECONDS ?= 60

# meson sets a build directory up once; after that ninja follows changes itself.
setup = test -f $(1)/build.ninja || meson setup $(1) $(2) $(MESON_OPTIONS)

.PHONY: all build static asan demo check quick bench lint fuzz install clean help

all: build

build: ## build/kmod with its links insmod, rmmod, lsmod, modinfo, and build/lkm
	@scripts/deps build
	@$(call setup,build,)
	@ninja -C build

static: ## build-static/kmod: one file without shared libraries, codecs inside
	@scripts/deps build
	@$(call setup,build-static,-Dstatic=true)
	@ninja -C build-static

asan: ## build-asan: everything with the address and undefined-behaviour sanitizers
	@scripts/deps build check
	@tests/check asan-build

demo: build static ## boot a packaged kernel and use a driver with our tools
	@scripts/deps build demo
	@tests/vm/demo

check: ## every test there is; ends with "N passed, N failed"
	@scripts/deps build check demo
	@tests/check

quick: ## build, unit tests and lint: before each commit
	@scripts/deps build check
	@tests/quick

bench: build static ## side by side with the installed kmod
	@scripts/deps build bench demo
	@tests/bench/run

lint: ## the rules of the house: layers, contracts, sizes, banned words ...
	@scripts/deps build check
	@tests/lint/run -v

fuzz: ## FUZZ_SECONDS (60) of libFuzzer for each parser
	@scripts/deps fuzz
	@tests/fuzz/run $(FUZZ_SECONDS)

install: build ## into $(prefix), below DESTDIR when that is given
	@meson configure build -Dprefix=$(prefix)
	@meson install -C build $(if $(DESTDIR),--destdir $(abspath $(DESTDIR)))

clean: ## remove every build directory
	rm -rf build build-*

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | expand -t 10
