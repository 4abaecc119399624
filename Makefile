# Everything a checkout needs, from nothing but Python 3.11-3.13, make and git.
# State and settings of Prefect live in .wirebell/, so nothing outside the checkout is touched.
SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
export PREFECT_HOME := $(CURDIR)/.wirebell/prefect
export PREFECT_SERVER_ANALYTICS_ENABLED := false
export DO_NOT_TRACK := 1
export PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT := false
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help demo up test test-apprise2 check fmt types imports bench pictures clean

help: ## show this list
	@grep -E '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed 's/:[^#]*##/	/' | expand -t 16

$(READY): pyproject.toml constraints.txt setup.sh
	@sh setup.sh $(VENV)

demo: $(READY) ## ring a few alerts by mail and Slack on this machine, without a network
	@$(BIN)/wirebell demo

up: $(READY) ## start the server, the worker and the UI; stop with Ctrl-C
	@$(BIN)/wirebell up

test: $(READY) ## every test, on SQLite and PostgreSQL
	@$(BIN)/python -m pytest

test-apprise2: .venv-apprise2/.ready ## the alerts' tests on Apprise 2.x, without Prefect
	@.venv-apprise2/bin/python -c "import apprise, sys; from importlib.util import find_spec; \
	  sys.exit(apprise.__version__[:2] != '2.' or find_spec('prefect') is not None)"
	@.venv-apprise2/bin/python -m pytest tests/alerts

.venv-apprise2/.ready: constraints-apprise2.txt setup.sh
	@sh setup.sh .venv-apprise2 constraints-apprise2.txt

check: $(READY) fmt-check types imports desk ## what must be clean before a commit, tests aside

fmt-check: $(READY)
	@$(BIN)/ruff format --check --quiet . && $(BIN)/ruff check --quiet .

fmt: $(READY) ## format and mend what can be mended
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format --quiet .

types: $(READY) ## mypy --strict on every room
	@$(BIN)/mypy

imports: $(READY) ## who may import whom
	@$(BIN)/lint-imports

desk: $(READY) ## the analysts' files
	@$(BIN)/wirebell check

bench: $(READY) ## the benchmarks, as ratios against peers in one run
	@sh bench/run.sh

pictures: $(READY) ## take the pictures of the papers anew, in headless Chromium
	@$(BIN)/python -m bench.letters
	@$(BIN)/python -m bench.screenshots

clean: ## remove the environment and all state of this checkout
	rm -rf $(VENV) .venv-bench .venv-apprise2 .wirebell
