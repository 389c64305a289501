# Two commands do everything: `make demo` and `make test`. `make help` lists the rest.

PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
SERVER := $(VENV)/.server
DEV := $(VENV)/.dev
BENCH := $(VENV)/.bench
SOAKED := tests/fuzz $(addprefix tests/e2e/test_,crashes.py crashes_chores.py crashes_mongodb.py recovery.py)
CODE := bench $(wildcard scripts/*.py) src tests

.PHONY: help demo dev test soak check format cases problems assets translations bench image images lock clean

help: ## List these commands
	@sed -n 's/^\([a-z]*\):.*## /make \1	/p' $(MAKEFILE_LIST)

demo: $(SERVER) ## Run a whole store with sample activities
	$(BIN)/aslo demo --port $(PORT)

dev: $(DEV) ## Make the environment for working on ASLO
	@echo "Ready: $(BIN)/aslo, $(BIN)/pytest"

test: $(DEV) ## Run every test whose needs are here
	scripts/test

soak: $(DEV) ## Fuzz and kill for much longer, by a new seed each time: TIMES=100, SEED=1 for the same again
	ASLO_FUZZ_TIMES=$(or $(TIMES),100) ASLO_FUZZ_SEED=$(or $(SEED),$(shell date +%s)) scripts/test $(SOAKED)

check: $(DEV) ## Formatting, lint, types, import contracts
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/ruff check $(CODE)
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(DEV) ## Format the code
	$(BIN)/ruff format $(CODE)
	$(BIN)/ruff check --fix $(CODE)

translations: $(DEV) ## Bring sentences to translators and back: LANG_NEW=xx begins a language
	$(BIN)/python scripts/translations.py $(LANG_NEW)

cases: $(DEV) ## Write into docs/security.md which tests prove its cases
	$(BIN)/python scripts/cases.py

problems: $(DEV) ## Write the pages of docs/problems
	$(BIN)/python scripts/problems.py

assets: ## Make the style sheets, the script and the icons anew (needs npm)
	cd assets && npm ci --ignore-scripts --omit=optional --no-audit --no-fund
	node assets/build.mjs src/aslo/web/static

bench: $(BENCH) ## Measure it: ONLY="hooks pages" for parts, QUICK=1 for a glance
	PYTHONPATH=tests QUICK=$(QUICK) $(BIN)/python -m bench $(ONLY)

image: ## Make the container image that builds activities
	image/build.sh

images: image ## Make that image and the one that runs ASLO itself
	image/site.sh

lock: ## Pin the dependencies anew
	scripts/lock

clean: ## Remove what the commands above made
	rm -rf $(VENV) build dist src/*.egg-info assets/node_modules tests/contract/node_modules tests/pages/node_modules
	rm -rf .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache

$(VENV)/bin/python:
	PYTHON=$(PYTHON) scripts/venv $(VENV)

$(SERVER): requirements/server.txt pyproject.toml | $(VENV)/bin/python
	scripts/install $(VENV) requirements/server.txt
	touch $@

$(DEV): requirements/dev.txt pyproject.toml | $(VENV)/bin/python
	scripts/install $(VENV) requirements/dev.txt
	touch $@

$(BENCH): requirements/bench.txt pyproject.toml | $(VENV)/bin/python
	scripts/install $(VENV) requirements/bench.txt
	touch $@
