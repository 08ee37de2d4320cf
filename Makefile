# Everything runs in a virtual environment of its own; all it needs is Python 3.11+, make and a package index.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
DEV    := $(VENV)/.installed-dev
# Many tests wait for processes and sockets: half as many workers again as there are cores keep them busy.
WORKERS ?= $(shell $(PYTHON) -c 'import os; print(max(2, (os.cpu_count() or 1) * 3 // 2))')

.DEFAULT_GOAL := help
.PHONY: help film test browser check conformance soak crash fix bench docs gallery screenshots assets clean

help:  ## show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-11s %s\n", $$1, $$2}'

film: $(STAMP)  ## render storyboards/keeper.yaml into renders/keeper/film.mp4 (free, on this machine)
	$(BIN)/veo-story render storyboards/keeper.yaml

test: $(DEV)  ## run the whole test suite
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal --ignore tests/browser

browser: $(DEV)  ## try the preview's page in a headless Chromium, where there is one
	$(BIN)/python -m pytest tests/browser

check: $(DEV)  ## format, lint, types, import rules, docs
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tools/docs.py --check

conformance: $(DEV)  ## let Google's own SDKs drive the emulator (installs them below .conformance/)
	$(BIN)/python -m tests.conformance.run

fix: $(DEV)  ## format and mend what can be mended
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

soak: $(DEV)  ## run the long random tests whole (the suite runs a part of them)
	SOAK=1 $(BIN)/python -m pytest -n $(WORKERS) tests/acceptance/test_edits.py tests/acceptance/test_faults.py tests/acceptance/test_long_road.py tests/acceptance/test_mixes.py tests/acceptance/test_qc.py tests/acceptance/test_seams.py tests/ledger/test_budget.py

crash: $(DEV)  ## kill 1,000 renders at random moments and look what is left (CRASH="--seed 2")
	$(BIN)/python -m tests.crash --kills 1000 --seed 1 $(CRASH)

bench: $(DEV)  ## print the benchmark tables (BENCH="--write" puts them into docs/performance.md)
	$(BIN)/python -m benchmarks $(BENCH)

docs: $(DEV)  ## write the generated pages of docs/
	$(BIN)/python tools/docs.py

gallery: $(DEV)  ## draw the pictures of docs/gallery.md
	$(BIN)/python tools/make_gallery.py

screenshots: $(DEV)  ## take the pictures of docs/images/ (wants a Chromium)
	$(BIN)/python tools/screenshots.py

assets: $(DEV)  ## make the examples' stills and sounds again
	$(BIN)/python tools/make_assets.py

clean:  ## remove the virtual environments and everything rendered
	rm -rf $(VENV) .conformance renders build *.egg-info

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "veo-story needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV)

$(STAMP): $(VENV)/bin/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(DEV): $(STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@
