# Two commands: `make run` and `make test`. Everything else is for those who work on the project.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
PYTHON ?= python3
PIP := .venv/bin/python -m pip --disable-pip-version-check
export OMP_NUM_THREADS := 1

LAWS := $(shell grep -rlE "^from hypothesis" tests --include='test_*.py')
WIDGET_SOURCES := $(shell find widget/src widget/examples -type f 2>/dev/null) widget/build.mjs widget/package-lock.json widget/tsconfig.json

.PHONY: help run test test-python test-browser test-widget lint bench eval soak soak-workers figures docs chaos contract gallery train widget wheel clean tools tools-test

help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-13s %s\n", $$1, $$2}'

run: tools ## start the demo shop on http://127.0.0.1:8000/demo
	@$(MAKE) -s --no-print-directory -j2 .venv/.run widget/dist/.built
	@exec .venv/bin/anxin serve --demo

test: tools-test .venv/.test widget/dist/.built test-widget ## install what is needed, then run every test
	@.venv/bin/python -m tests.side_by_side

test-python: .venv/.test widget/node_modules/.installed
	@.venv/bin/python -m pytest tests --ignore tests/browser -m "not soak"

test-browser: .venv/.test widget/dist/.built
	@.venv/bin/python -m pytest tests/browser

test-widget: widget/node_modules/.installed
	@cd widget && npm run --silent check && npm test --silent

lint: .venv/.test widget/node_modules/.installed ## ruff, mypy, import-linter, tsc
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports
	@cd widget && npm run --silent check

bench: .venv/.bench widget/dist/.built ## speed against baselines of the same run, to build/bench.json
	@.venv/bin/python -m bench

eval: .venv/.test ## quality of answers, to build/eval.html (`make eval ARGS=--keep`)
	@.venv/bin/python -m evals $(ARGS)

soak: .venv/.test widget/dist/.built ## 1,000 kills, lost power and cut sockets (`make soak ROUNDS=n`), to build/soak.json
	@.venv/bin/python -m pytest -q -m soak tests --ignore tests/browser
	@.venv/bin/python -m pytest -q -m soak tests/browser
	@TESTS_MANY_EXAMPLES=1 .venv/bin/python -m pytest -q -m "not soak" $(LAWS)
	@.venv/bin/python -m tests.faults.soak --rounds $(or $(ROUNDS),1000)

soak-workers: .venv/.test ## an hour of 2,000 pages at two workers that are killed (`MINUTES=n CONNECTIONS=n`)
	@.venv/bin/python -m tests.faults.soak_workers --minutes $(or $(MINUTES),60) --connections $(or $(CONNECTIONS),2000) $(ARGS)

docs: .venv/.docs ## the documents as pages that need no network, to build/docs/index.html
	@.venv/bin/mkdocs build --strict --quiet
	@echo "build/docs/index.html"

figures: .venv/.test ## write docs/figures.md from the reports that eval, bench and soak left in build/
	@.venv/bin/python -m bench.figures

chaos: .venv/.test ## watch a chat go on while its server is killed (`make chaos SECONDS=n`)
	@.venv/bin/python -m tests.faults.chaos --seconds $(or $(SECONDS),30)

contract: .venv/.test ## write anew what is made: the protocol's documents and types, the desk's terms, the commands' page
	@.venv/bin/python -m support.chat.contract
	@.venv/bin/python -m support.assistant.phrases.terms
	@.venv/bin/python -m support.cli.reference

gallery: .venv/.test widget/dist/.built ## pictures of every state of desk and chat, to build/gallery/index.html
	@.venv/bin/python -m tests.browser.gallery $(ARGS)

train: .venv/.test ## learn the understanding head anew from support/assistant/utterances
	@.venv/bin/python -m support.assistant.train

widget: widget/dist/.built ## build the browser files

wheel: .venv/.test widget/dist/.built ## one installable file, browser files in it
	@$(PIP) wheel --quiet --no-deps --wheel-dir build/wheel .
	@ls build/wheel/*.whl

clean: ## forget the environment and everything built (keeps data/)
	rm -rf .venv build widget/dist widget/node_modules

tools:
	@bash tools.sh run
tools-test:
	@bash tools.sh test

.venv/bin/python:
	@echo "making the environment in .venv …"
	@$(PYTHON) -m venv .venv

.venv/.run: pyproject.toml requirements.lock | .venv/bin/python
	@echo "installing the Python dependencies, about a minute …"
	@$(PIP) install -qq --no-deps -r requirements.lock
	@$(PIP) install -qq --no-deps -e . && touch $@

.venv/.test: pyproject.toml requirements-test.lock | .venv/bin/python
	@echo "installing the Python dependencies for tests and training, some minutes …"
	@$(PIP) install -qq --no-deps -r requirements-test.lock
	@$(PIP) install -qq -c requirements-test.lock torch==2.13.0
	@$(PIP) install -qq --no-deps -e . && touch .venv/.run $@

.venv/.bench: .venv/.test
	@echo "installing what the bench compares with …"
	@$(PIP) install -qq -c requirements-test.lock -e '.[bench]' && touch $@

.venv/.docs: .venv/.test
	@echo "installing what makes the documents' pages …"
	@$(PIP) install -qq -c requirements-test.lock -e '.[docs]' && touch $@

widget/node_modules/.installed: widget/package.json widget/package-lock.json
	@echo "installing the browser build's dependencies …"
	@cd widget && npm ci --silent --no-audit --no-fund && touch node_modules/.installed

widget/dist/.built: widget/node_modules/.installed $(WIDGET_SOURCES)
	@echo "building the browser files …"
	@cd widget && npm run --silent build && touch dist/.built
