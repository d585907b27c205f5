# Two commands do everything on a machine with Python 3.11+ and make: `make reports`, `make test`.
SHELL := /bin/sh
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.yigai-$(shell cat requirements.lock pyproject.toml | cksum | cut -d' ' -f1)
LANG_ARGS := $(if $(LANGS),--lang $(LANGS),)
# statistical libraries start one thread a core in each process unless told; our processes are the parallelism
export OPENBLAS_NUM_THREADS := 1
export OMP_NUM_THREADS := 1
export PYTHONHASHSEED := 0

.PHONY: help env data lab reports report gate test soak bench lock clean

help: ## this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

env: $(STAMP) ## make .venv with exactly what requirements.lock pins

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(0 if v >= (3, 11) else f"Yigai needs Python 3.11 or newer; $(PYTHON) is {v[0]}.{v[1]}. Say which one to use: make PYTHON=python3.12 env")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { echo "python3 -m venv failed; on Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	@test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@rm -f $(VENV)/.yigai-*; touch $@

data: env ## build data/processed from data/raw
	@$(BIN)/yigai data

lab: data ## open the notebooks in JupyterLab
	$(BIN)/jupyter lab --notebook-dir notebooks

reports: data ## make the reports of every region, in Chinese and English
	@$(BIN)/yigai report $(LANG_ARGS)

report: data ## make the reports of one region: make report REGION=山西
	@test -n "$(REGION)" || { echo "say which region: make report REGION=山西 (or Shanxi, or 140000)"; exit 2; }
	@$(BIN)/yigai report --region "$(REGION)" $(LANG_ARGS)

test: data ## run the tests (the slow ones are `make soak`)
	@$(BIN)/python -m pytest -n auto --dist loadgroup -m "not slow"

gate: env ## run the site's checks on reports/
	@$(BIN)/yigai gate

soak: env ## long runs by hand: slow tests, twenty kills of each process, all reports fifty times side by side
	@YIGAI_MOMENTS=20 YIGAI_CANARIES=50 $(BIN)/python -m pytest -m "slow or kill"

bench: data ## what a report costs against a shell loop and the floor
	@$(BIN)/python benchmarks/engine.py

lock: env ## resolve requirements.lock again from pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --all-extras --generate-hashes --no-emit-index-url --no-annotate --no-header pyproject.toml -o requirements.lock

clean: ## remove what make built (reports and processed tables), keep .venv
	rm -rf reports/* reports/.yigai data/processed/*.parquet data/processed/*.json .hypothesis
