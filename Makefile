# Every target does its own set-up: Python 3.11 or newer, git and make are all that must be there.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet
JOBS ?= auto
DEMO := templates/plans/gpt-2 --at 2019-11-04

.DEFAULT_GOAL := help
.PHONY: help demo test lint test-python test-browser test-clients docs golden bench studies clean

help: ## Show what there is to make
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

$(VENV)/made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed (PYTHON=...)"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/run: $(VENV)/made constraints.txt pyproject.toml
	$(PIP) -e . -c constraints.txt
	@touch $@

$(VENV)/test: $(VENV)/made constraints.txt pyproject.toml
	$(PIP) -e ".[test]" -c constraints.txt
	@touch $@ $(VENV)/run

demo: $(VENV)/run ## Judge the real GPT-2 release of 2019 and leave a report to open
	@mkdir -p demo
	@$(BIN)/release status $(DEMO)
	@echo
	@echo "What stands against the stage that is next, xl, by rule:"
	@echo
	@$(BIN)/release check $(DEMO) --stage xl --min-severity error --statistics --exit-zero
	@for each in public:html partner-cornell:html internal:html public:md public:json; do \
	  audience=$$(echo $${each%:*} | sed 's/partner-/partner:/'); \
	  $(BIN)/release report $(DEMO) --audience $$audience --format $${each#*:} \
	    --output demo/gpt-2-$${each%:*}.$${each#*:} 2>demo/messages || { cat demo/messages; exit 1; }; \
	done; rm demo/messages
	@echo
	@echo "Every finding with its line:  $(BIN)/release check $(DEMO) --stage xl"
	@echo "The report for the public, to open in a browser:"
	@echo "$(CURDIR)/demo/gpt-2-public.html"

test: lint test-python ## Lint, types, import contracts and all tests that need only Python

lint: $(VENV)/test
	$(BIN)/ruff format --check release tests benchmarks docs templates
	$(BIN)/ruff check release tests benchmarks docs templates
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/codespell release policies/*.yaml templates docs README.md CHANGELOG.md SECURITY.md
	$(BIN)/deptry release

test-python: $(VENV)/test
	$(BIN)/python -m pytest -n $(JOBS) -m "not slow and not browser and not node"

test-browser: $(VENV)/test ## Reports in a real browser: needs Chromium, Node.js and npm
	cd tests/browser && npm install --no-package-lock --no-audit --no-fund --silent
	$(BIN)/python -m pytest -m browser tests/browser

test-clients: $(VENV)/test ## Outputs and workflow files read by clients that need Node.js and npm
	cd tests/clients/node && npm install --no-package-lock --no-audit --no-fund --silent
	$(BIN)/python -m pytest -m node tests/clients

docs: $(VENV)/test ## Write the generated reference pages
	$(BIN)/python docs/generate.py

golden: $(VENV)/test ## Write golden files anew, to be looked at before they are committed
	-$(BIN)/python -m pytest -q -p no:randomly --update-golden tests
	git diff --stat

bench: $(VENV)/test ## Ratios to peers and to the floor
	$(BIN)/python benchmarks/run.py

studies: $(VENV)/test ## Long studies whose tables stand in the docs
	$(BIN)/python -m pytest -m slow tests/studies

clean: ## Remove what was made
	rm -rf $(VENV) demo build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis *.egg-info
