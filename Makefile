# Twine: a scriptable network toolbox. `make` alone lists what there is to do.

PREFIX ?= /usr/local
DESTDIR ?=
SWIFT ?= swift
# How to become root for installing packages; empty when that is not needed.
SUDO ?= $(shell [ "$$(id -u)" = 0 ] || command -v sudo 2>/dev/null)
TOOLS := swift-titles swift-echo swift-serve swift-dig swift-wget
# Each function has a section of its own, so that the linker can leave it out or put it elsewhere. And
# generic types are made by calls, not by their names: for those, the runtime would look through every
# conformance of the program at its start.
RELEASE_FLAGS := -c release --static-swift-stdlib -Xswiftc -Xfrontend -Xswiftc -function-sections \
    -Xswiftc -Xfrontend -Xswiftc -disable-concrete-type-metadata-mangled-name-accessors
# The C++ library is linked in (Package.swift); the shared one, which Swift asks for as well, is then
# left out, and a program starts in two thirds of the time; nor are libraries looked for beside the
# program, where there are none. Clang takes this only from here.
ifeq ($(shell uname),Linux)
release: export CCC_OVERRIDE_OPTIONS = \# ^-Wl,--as-needed s/^-rpath=.ORIGIN/--as-needed/
endif
RELEASE_DIR = $(shell $(SWIFT) build $(RELEASE_FLAGS) --show-bin-path)

.PHONY: help demo check build release deps test-deps install uninstall lint bench clean

help:
	@echo 'make demo      install what is missing, build, and crawl 30 blogs on loopback'
	@echo 'make check     install what is missing, build, and run all tests'
	@echo 'make install   build the programs and put them under PREFIX ($(PREFIX))'
	@echo 'make uninstall remove them again'
	@echo 'make lint      formatting, imports between modules, man pages'
	@echo 'make bench     measure against peers (downloads them; see Benchmarks/README.md)'
	@echo 'make clean     remove what was built'
	@echo
	@echo 'SUDO=doas      another way to become root; SUDO= to install nothing as root'

# The libraries of the system that the toolbox is built on.
deps:
	@SUDO='$(SUDO)' Tests/Interop/servers/install.sh libraries

# And the servers, peers and checkers that the tests talk to.
test-deps: deps
	@SUDO='$(SUDO)' Tests/Interop/servers/install.sh tests

build: deps
	$(SWIFT) build

release: deps
# One product at a time: of several the package manager builds the last.
	for tool in $(TOOLS); do $(SWIFT) build $(RELEASE_FLAGS) --product $$tool || exit 1; done

demo: release
	$(RELEASE_DIR)/swift-titles --demo

check: test-deps
	$(SWIFT) build --build-tests
# One after the other: all tests share the one reactor, and hold it for each other.
# What failed is said once more at the end, where somebody reads it.
	@log=$$(mktemp); trap 'rm -f "$$log" "$$log.status"' EXIT; \
	{ $(SWIFT) test --skip-build --no-parallel 2>&1; echo $$? > "$$log.status"; } | tee "$$log"; \
	status=$$(cat "$$log.status"); \
	if [ "$$status" != 0 ]; then \
	    echo '== what failed:'; grep -aE '✘|atal error' "$$log" | tail -n 40; \
	fi; exit "$$status"

install: release
	install -d '$(DESTDIR)$(PREFIX)/bin' '$(DESTDIR)$(PREFIX)/share/man/man1' \
	    '$(DESTDIR)$(PREFIX)/share/man/man7' \
	    '$(DESTDIR)$(PREFIX)/share/bash-completion/completions' \
	    '$(DESTDIR)$(PREFIX)/share/zsh/site-functions' \
	    '$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d'
	install -m 644 man/twine.7 '$(DESTDIR)$(PREFIX)/share/man/man7/'
	for tool in $(TOOLS); do \
	    install -m 755 "$(RELEASE_DIR)/$$tool" '$(DESTDIR)$(PREFIX)/bin/' && \
	    strip '$(DESTDIR)$(PREFIX)/bin/'$$tool && \
	    install -m 644 man/$$tool.1 '$(DESTDIR)$(PREFIX)/share/man/man1/' && \
	    "$(RELEASE_DIR)/$$tool" --generate-completion-script bash \
	        > '$(DESTDIR)$(PREFIX)/share/bash-completion/completions/'$$tool && \
	    "$(RELEASE_DIR)/$$tool" --generate-completion-script zsh \
	        > '$(DESTDIR)$(PREFIX)/share/zsh/site-functions/'_$$tool && \
	    "$(RELEASE_DIR)/$$tool" --generate-completion-script fish \
	        > '$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/'$$tool.fish \
	    || exit 1; \
	done

uninstall:
	rm -f '$(DESTDIR)$(PREFIX)/share/man/man7/twine.7'
	for tool in $(TOOLS); do \
	    rm -f '$(DESTDIR)$(PREFIX)/bin/'$$tool '$(DESTDIR)$(PREFIX)/share/man/man1/'$$tool.1 \
	        '$(DESTDIR)$(PREFIX)/share/bash-completion/completions/'$$tool \
	        '$(DESTDIR)$(PREFIX)/share/zsh/site-functions/'_$$tool \
	        '$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/'$$tool.fish; \
	done

lint:
	.ci/lint

bench:
	Benchmarks/titles/run
	Benchmarks/deferred/run
	Benchmarks/echo/run
	Benchmarks/httpd/run
	Benchmarks/dns/run
	Benchmarks/wget/run

clean:
	rm -rf .build
