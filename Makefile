# Two commands do everything on a machine with Python 3.11+ and make: `make reports`, `make test`.
SHELL := /bin/sh
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.yigai-$(shell cat requirements.lock pyproject.toml | cksum | cut -d' ' -f1)
DEV := $(VENV)/.yigai-dev-$(shell cat requirements-dev.lock pyproject.toml | cksum | cut -d' ' -f1)
LANG_ARGS := $(if $(LANGS),--lang $(LANGS),)
# statistical libraries start one thread a core in each process unless told; our processes are the parallelism
export OPENBLAS_NUM_THREADS := 1
export OMP_NUM_THREADS := 1
export PYTHONHASHSEED := 0

.PHONY: help env dev data lab reports report gate test soak bench docs lock bundle clean

help: ## this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

env: $(STAMP) ## make .venv with exactly what requirements.lock pins: all that users need

dev: $(DEV) ## the same with what tests, a cluster and the browser checks need (requirements-dev.lock)

# modules are compiled once here: where an image forbids bytecode (PYTHONDONTWRITEBYTECODE) each command would compile 1,000 again
define install
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(0 if v >= (3, 11) else f"Yigai needs Python 3.11 or newer; $(PYTHON) is {v[0]}.{v[1]}. Say which one to use: make PYTHON=python3.12 env")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { echo "python3 -m venv failed; on Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	@test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv || { echo "no package index could be reached: carry an archive from a machine that has one (make bundle)"; exit 1; }
	@$(BIN)/uv pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes $(1) || { echo "the packages of $(1) could not be fetched: if this network is closed, carry an archive from a machine that is not (make bundle)"; exit 1; }
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q src
	@rm -f $(VENV)/.yigai-*; touch $(2)
endef

$(STAMP): requirements.lock pyproject.toml
	$(call install,requirements.lock,$@)

$(DEV): requirements-dev.lock pyproject.toml
	$(call install,requirements-dev.lock,$@ $(STAMP))

data: env ## build data/processed from data/raw
	@$(BIN)/yigai data

lab: data ## open the workbench in JupyterLab, on working copies (make lab ARGS="--no-browser --port 9999")
	@$(BIN)/yigai lab -- $(ARGS)

reports: data ## make the reports of every region, in Chinese and English
	@$(BIN)/yigai report $(LANG_ARGS)

report: data ## make the reports of one region: make report REGION=山西
	@test -n "$(REGION)" || { echo "say which region: make report REGION=山西 (or Shanxi, or 140000)"; exit 2; }
	@$(BIN)/yigai report --region "$(REGION)" $(LANG_ARGS)

test: dev ## run the tests (the slow ones are `make soak`)
	@$(BIN)/ruff format --check --quiet . && $(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/yigai data
	@$(BIN)/python -m pytest -n auto --dist loadgroup -m "not slow"

gate: dev ## run the site's checks on reports/
	@$(BIN)/yigai gate

soak: dev ## long runs by hand: slow tests, twenty kills of each process, all reports fifty times side by side
	@$(BIN)/yigai data
	@YIGAI_MOMENTS=20 YIGAI_CANARIES=50 $(BIN)/python -m pytest -m "slow or kill"

bench: dev ## what a report costs against a shell loop and the floor
	@$(BIN)/yigai data
	@$(BIN)/python benchmarks/engine.py

docs: dev ## build the documentation into build/docs (opens from disk)
	@$(BIN)/sphinx-build -q -W -b html docs build/docs
	@echo "open build/docs/index.html"

LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header pyproject.toml

lock: dev ## resolve both lock files again from pyproject.toml
	$(LOCK) --extra setup -o requirements.lock
	$(LOCK) --all-extras --constraint requirements.lock -o requirements-dev.lock

bundle: env ## one archive in dist/ that installs with no package index reachable
	@sh ops/bundle.sh $(BIN)/python

clean: ## remove what make built (pages and processed tables); keep issues, your own files and .venv
	@rm -rf .hypothesis
	@if test -x $(BIN)/yigai; then $(BIN)/yigai clean; else echo "nothing was made yet: no $(BIN)/yigai"; fi
