# Two commands on a fresh machine: make demo, make test.
PYTHON ?= python3.11
BIN := .venv/bin
DEMO := demo/breast-cytology
export OMP_WAIT_POLICY := passive
export PRIMUM_PASSPHRASE_FILE ?= $(CURDIR)/demo/passphrase

.DEFAULT_GOAL := help
.PHONY: help install demo workbench test check format examples reference screenshots clean

help: ## This list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*##/:/' | column -t -s:

install: .venv/installed ## Virtual environment with everything

.venv/installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	touch $@

demo: install demo/passphrase ## The main job on real data, from records to a release
	$(BIN)/python examples/breast-cytology/make_data.py $(DEMO)
	$(BIN)/primum run $(DEMO)
	@$(BIN)/python tools/demo_account.py $(DEMO)
	@echo "Open the workbench with:  make workbench"

demo/passphrase:
	@mkdir -p demo && umask 077 && $(PYTHON) -c 'import secrets; print(secrets.token_urlsafe(24))' > $@

workbench: ## What doctors meet, on the demo's release
	$(BIN)/primum serve $(DEMO) --incoming $(DEMO)/incoming

test: install ## All tests
	$(BIN)/python -m pytest -q -n 2 --dist loadgroup

check: install ## Format, lint, types, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

format: install ## Put the code in shape
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

examples: install ## Every example study, beside its published comparator; results to benchmarks/science
	$(BIN)/python benchmarks/run_examples.py

reference: install ## Make the generated pages of docs/reference anew
	$(BIN)/python tools/make_reference.py

screenshots: install ## Pictures of dossier and workbench for the README (needs Chromium)
	$(BIN)/python tools/screenshots.py $(DEMO) docs/images

clean: ## Remove the demo and caches; never the sources
	rm -rf demo build dist .pytest_cache .ruff_cache .mypy_cache
