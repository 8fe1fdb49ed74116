# Two commands do everything on a machine with Python 3.11+, pip and make:
#   make report [ARTICLES=folder] [OUT=folder]      and      make test
PYTHON   ?= python3
BIN      := .venv/bin
ARTICLES ?= data/sample/articles
OUT      ?= out

.PHONY: help env report lab test lint quality figures dist lock clean
.DEFAULT_GOAL := help

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /	/' | expand -t 12

env: .venv/.ready ## create .venv/ from the lock file (does nothing when it is up to date)

# The stamp comes last, so that an interrupted set-up is started again.
.venv/.ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Dateline needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Try: make env PYTHON=python3.12")'
	$(PYTHON) -m venv --clear .venv
	@echo "Installing what requirements.lock pins: about 1.1 GB, a minute or two on a fast line."
	$(BIN)/python -m pip install --require-hashes --only-binary :all: -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

report: env ## analyse the sample, or ARTICLES=folder, and print where report.html is
	@$(BIN)/dateline run "$(ARTICLES)" --out "$(OUT)"

lab: env ## open the notebooks in JupyterLab
	@$(BIN)/dateline lab

test: env ## doctests, tests and notebooks
	$(BIN)/python -m pytest

lint: env ## ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

quality: env ## quality on labelled texts against floors; TEXTS=folder adds Reuters and 20 Newsgroups
	@status=0; for part in copies dates ingestion mentions quotes sentiment bursts $(if $(TEXTS),labels topics); do \
	  echo "== $$part"; folder=; case $$part in ingestion|labels|topics) folder="$(TEXTS)";; esac; \
	  $(BIN)/python benchmarks/quality_$$part.py $$folder || status=1; done; exit $$status

figures: env ## run the notebooks on the sample again: committed outputs and figures/
	$(BIN)/python tests/regenerate.py

dist: env ## build dist/*.whl, which `pipx run` and `uvx` take: notebooks and all, the packages apart
	$(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .
	@ls dist/*.whl

lock: ## pin what pyproject.toml asks for, for Linux and macOS at once (needs uv)
	uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --no-header --quiet -o requirements.lock

clean: ## remove what runs leave behind, not the environment
	rm -rf out dist data/processed .pytest_cache .ruff_cache .mypy_cache
