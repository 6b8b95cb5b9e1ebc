# Everything sets itself up on a machine with Python 3.11+ and git; a second run starts at once.
# PYTHON=python3.12 chooses the interpreter, PYTEST="-k map" narrows the tests.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help studio hub test check docs bench lock clean

BIN := .venv/bin
MADE := .venv/.made
PYTEST ?= -n 3
JS := $(shell find extensions -type f -not -path '*/node_modules/*' -not -name '*.tsbuildinfo' 2>/dev/null)

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

studio: $(MADE)/studio $(MADE)/project ## open JupyterLab with the studio on demo data
	$(BIN)/mindzie studio

hub: $(MADE)/dev $(MADE)/project $(MADE)/proxy ## log in as people of two organisations: JupyterLab, and dashboards
	MINDZIE_HUB_FOLDER="$${MINDZIE_HUB_FOLDER:-$(CURDIR)/.hub}" MINDZIE_HOME="$${MINDZIE_HOME:-$(CURDIR)/.hub/workspace}" \
		$(BIN)/python -m mindzie.hub.demo

test: check $(MADE)/emulators $(MADE)/proxy ## run the checks, then every test
	scripts/system_packages
	$(BIN)/pytest $(PYTEST)

check: $(MADE)/dev $(MADE)/project $(MADE)/npm ## ruff, mypy, layers, biome, tsc, and words as Python says them
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	PATH="$(CURDIR)/$(BIN):$$PATH" npm --prefix extensions run check
	PATH="$(CURDIR)/$(BIN):$$PATH" npm --prefix extensions test

docs: $(MADE)/dev $(MADE)/project ## write the generated pages of docs/
	$(BIN)/python scripts/build_docs.py

bench: $(MADE)/dev $(MADE)/project ## measure speed and memory against pm4py and a plain scan
	$(BIN)/python -m benchmarks
	$(BIN)/python -m benchmarks.reading

lock: $(MADE)/uv ## renew the locks in requirements/ (UPGRADE=1 for newest versions)
	PATH="$$PATH:$(CURDIR)/$(BIN)" $(BIN)/python scripts/lock.py $(if $(UPGRADE),--upgrade)

clean: ## remove what was built, .venv too
	rm -rf .venv .hub build dist docs/_build mindzie/lab/labextension mindzie/widgets/static extensions/node_modules
	rm -rf .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -prune -exec rm -rf {} +

$(MADE)/python: scripts/bootstrap
	scripts/bootstrap python
	@mkdir -p $(MADE) && touch $@

$(MADE)/uv: $(MADE)/python requirements/uv.txt
	scripts/bootstrap uv
	@touch $@

$(MADE)/studio $(MADE)/dev: $(MADE)/%: requirements/%.txt $(MADE)/uv
	scripts/bootstrap packages $*
	@touch $@

$(MADE)/project: pyproject.toml requirements/build.txt $(JS) $(MADE)/uv
	scripts/bootstrap project
	@touch $@

$(MADE)/npm: extensions/package-lock.json $(MADE)/dev | $(MADE)/project
	PATH="$(CURDIR)/$(BIN):$$PATH" npm --prefix extensions ci --no-audit --no-fund
	@touch $@

$(MADE)/emulators: requirements/emulators.txt tests/emulators/package-lock.json $(MADE)/dev
	scripts/bootstrap emulators
	@touch $@

$(MADE)/proxy: hub_config/package-lock.json $(MADE)/dev
	scripts/bootstrap proxy
	@touch $@
