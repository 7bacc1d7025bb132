# Nhắc Việc. Every target installs what it needs into .venv, once; later runs need no network.
VENV := .venv
PYTHON := $(VENV)/bin/python
READY := $(VENV)/.ready

.PHONY: help install demo run test soak lint check picture clean
SEED ?= 1
YEARS ?= 2
CHANNELS ?= both
DATABASE ?= sqlite

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' Makefile

install: $(READY) ## everything into .venv, and nothing else

demo: $(READY) ## replay June 2023 of the real plan at the console
	@$(VENV)/bin/nhacviec demo

run: $(READY) ## run the bot with the settings of .env
	@$(VENV)/bin/nhacviec run

test: $(READY) ## all tests
	@command -v chromium >/dev/null || echo "No chromium on this machine: the board is not tested in a browser."
	@$(PYTHON) -m pytest -n 2 --dist loadgroup

soak: $(READY) ## two simulated years of faults: make soak SEED=1 YEARS=2 CHANNELS=both DATABASE=sqlite
	@$(PYTHON) -m tests.soak --seed $(SEED) --years $(YEARS) --channels $(CHANNELS) --database $(DATABASE)

lint: $(READY) ## format, lint, types
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy

check: lint test ## every gate: lint, then all tests

picture: $(READY) ## the picture of the chat in the README, from the real demo
	@$(PYTHON) -m bot.picture docs/demo.svg

clean: ## remove the virtual environment and caches
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis build *.egg-info

$(READY): pyproject.toml constraints.txt
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	python3 -m venv $(VENV)
	$(PYTHON) -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $(READY)
