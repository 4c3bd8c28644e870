# make demo        the portal with sample content on PORT (8000); Ctrl-C stops it, the data stay
# make demo-reset  forgets the demo's data
# make test        every test, on SQLite and on PostgreSQL
# make lint        ruff, mypy, import-linter
# make bench       how much the portal's pages cost, in plain Flask pages
# make catalogues  brings the translations up to date with the code
# make locks       resolves the requirements anew
#
# Needed: Python 3.11 and make; Node.js 20 or newer is used where it is there. Nothing is downloaded or built again while the files it comes from are unchanged.

SHELL := bash
.DELETE_ON_ERROR:
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet --quiet
RUNTIME := $(VENV)/.runtime-installed
DEV := $(VENV)/.dev-installed
BUILD := portal/static/build/manifest.json
SOURCES := $(wildcard frontend/build.mjs frontend/theme/* frontend/scripts/* frontend/assets/*)
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard translations/*/LC_MESSAGES/messages.po))
WORKERS ?= 2
export PORT ?= 8000

.PHONY: help demo demo-reset test lint bench catalogues locks ready
help:
	@sed -n 's/^# \(make .*\)/\1/p' Makefile

demo: ready
	@PORTAL_DEMO=1 $(BIN)/flask --app wsgi demo serve

demo-reset:
	@rm -rf var/demo
	@echo "The demo's data are gone; make demo fills it anew."

test: ready $(DEV)
	@PORTAL_CHROMIUM=$${PORTAL_CHROMIUM:-$$(command -v chromium || command -v chromium-browser || command -v google-chrome)}; \
	export PORTAL_CHROMIUM; \
	if [ -z "$$PORTAL_CHROMIUM" ]; then echo "No Chromium on this machine: the browser tests are skipped."; fi; \
	$(BIN)/pytest -n $(WORKERS) --dist loadgroup -rs

lint: $(DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

bench: ready $(DEV)
	@$(BIN)/python -m tests.bench

catalogues: $(DEV)
	@$(BIN)/python tools/catalogues.py

# Needs uv. Versions are pinned with their hashes, so that every machine installs the same.
LOCK = uv pip compile --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11
locks:
	$(LOCK) requirements.in -o requirements.txt
	$(LOCK) requirements-dev.in -o requirements-dev.txt
	$(LOCK) requirements-node.in -o requirements-node.txt

ready: $(RUNTIME) $(BUILD) $(CATALOGUES)

$(BIN)/python:
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "The portal needs Python 3.11 or newer; name one with: make PYTHON=/path/to/python3.11"; exit 1; }
	@echo "Making a virtual environment in $(VENV)"
	@"$(PYTHON)" -m venv $(VENV)

$(RUNTIME): requirements.txt | $(BIN)/python
	@echo "Installing what the portal runs on"
	@$(PIP) install --require-hashes -r requirements.txt
	@touch $@

$(DEV): requirements-dev.txt $(RUNTIME)
	@echo "Installing what the tests need"
	@$(PIP) install --require-hashes -r requirements-dev.txt
	@touch $@

# npm comes from the machine, or, where there is none or only an old one, from a package into the virtual environment.
ifeq ($(shell node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null && command -v npm),)
NODE := $(VENV)/.node-installed
NPM := PATH="$(CURDIR)/$(BIN):$$PATH" npm
else
NPM := npm
endif

$(VENV)/.node-installed: requirements-node.txt | $(RUNTIME)
	@echo "Installing Node.js into $(VENV)"
	@$(PIP) install --require-hashes -r $<
	@touch $@

frontend/node_modules/.installed: frontend/package.json frontend/package-lock.json frontend/.npmrc | $(NODE)
	@echo "Installing what the front end is built from"
	@cd frontend && $(NPM) ci --silent
	@touch $@

$(BUILD): frontend/node_modules/.installed $(SOURCES)
	@cd frontend && $(NPM) run --silent build
	@touch $@

%.mo: %.po | $(RUNTIME)
	@$(BIN)/pybabel --quiet compile -f -i $< -o $@
