# Every command a person needs. `make help` lists them.
SHELL := /bin/sh
PYTHON ?= python3
UV_VERSION := 0.13.9
BIN := .venv/bin
WORKERS ?= 2
SCALE ?= 0.01
STAMP := .venv/.ready

.DEFAULT_GOAL := help
.PHONY: help setup run test check rehearse bench docs

help: ## list these commands
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 18

setup: $(STAMP) ## make .venv from the lock, with everything that the other commands need

$(STAMP): pyproject.toml uv.lock Makefile
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed: make setup PYTHON=/path/to/python3.11"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv \
	  || { rm -rf .venv; echo "Python's venv module is missing (on Debian: apt install python3-venv)"; exit 1; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip --upgrade >/dev/null
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check "uv==$(UV_VERSION)"
	UV_PYTHON=$(BIN)/python UV_LINK_MODE=copy UV_SYSTEM_CERTS=true $(BIN)/uv sync --frozen --quiet \
	  --compile-bytecode
	@$(BIN)/python -m compileall -q src tests
	@$(BIN)/gelombang translations
	@$(BIN)/gelombang pages
	@touch $(STAMP)

run: setup ## start everything at http://127.0.0.1:8000 (mail at :8025); Ctrl-C stops it
	@$(BIN)/gelombang serve

test: setup ## run the tests (those that need a browser only where there is a Chromium)
	$(BIN)/pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

check: setup ## format, lint, types, direction of imports, migrations, templates, docs
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .
	$(BIN)/squawk --config .squawk.toml $$(find src -name facts.sql) deploy/*.sql
	$(BIN)/djlint src --lint --quiet
	@PYTHONPATH=. DJANGO_SETTINGS_MODULE=tests.settings_for_tools $(BIN)/python -W ignore \
	  -m django makemigrations --check --dry-run
	$(BIN)/sphinx-build -W --keep-going -q -b html docs docs/_build/html

rehearse: setup ## replay the first day at SCALE (0.01 is 14,321 people), draw, pay every winner, audit
	$(BIN)/gelombang rehearse launch-day --scale $(SCALE)

bench: setup ## measure the front door against its ceiling and against an ordinary view
	$(BIN)/gelombang bench frontdoor

docs: setup ## build the documentation into docs/_build/html
	$(BIN)/sphinx-build -W --keep-going -q -b html docs docs/_build/html
	@echo "docs/_build/html/index.html"
