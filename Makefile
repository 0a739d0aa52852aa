# Everything a person or CI runs. `make help` lists it.

VENV := .venv
BIN := $(VENV)/bin
PY := $(BIN)/python
# One file for each state of the lock: present means installed, so a second `make venv` does nothing.
LOCKED := $(VENV)/.locked-$(shell cksum requirements-dev.txt | cut -d ' ' -f 1)

CHECKOV_VENV := .venv-checkov
CHECKOV_LOCKED := $(CHECKOV_VENV)/.locked-$(shell cksum requirements/checkov.txt | cut -d ' ' -f 1)

SOURCES := $(wildcard app.py chalicelib clients functions infra simulators bench tests)
SHIPPED := $(wildcard app.py chalicelib functions)
PYTEST_ARGS ?=
# Processes that tests run in: one for each core, mostly.
WORKERS ?= 2
CHANNEL ?=
STAGE ?=
QUEUE ?=
CORPUS ?= $(CHANNEL_CORPUS)

# Any working Python 3 can run the preflight; it then looks for one that is new enough.
PREFLIGHT = python3=; for name in python3 python3.13 python3.12 python3.11; do \
	  if $$name -c '' >/dev/null 2>&1; then python3=$$name; break; fi; done; \
	if [ -z "$$python3" ]; then \
	  echo 'parley: Python 3.11 or newer is needed, and none was found: install it and try again' >&2; exit 1; fi; \
	$$python3 infra/preflight.py
LOCK = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --custom-compile-command 'make lock' $(if $(UPGRADE),--upgrade)
NEEDS = $(if $(strip $($(1))),,@echo 'parley: say which: make $@ $(1)=$(2)' >&2; exit 2)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

.PHONY: help
help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

##### setting up

.PHONY: venv
venv: $(LOCKED) ## create or update .venv from the lock

$(LOCKED):
	@python=$$($(PREFLIGHT) python) || exit 1; \
	if ! $(PY) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	  echo "creating $(VENV) with $$python" && "$$python" -m venv --clear $(VENV) || exit 1; \
	fi
	@echo 'installing requirements-dev.txt'
	@sed -n '/^uv==/,/^    # via/p' requirements-dev.txt >$(VENV)/uv.txt
	@$(PY) -m pip install --quiet --disable-pip-version-check --requirement $(VENV)/uv.txt
	@# uv takes a quarter of the time; pip knows the indexes that only pip was told of.
	@$(PY) -m uv pip install --quiet --require-hashes --compile-bytecode --requirement requirements-dev.txt || \
	  $(PY) -m pip install --quiet --disable-pip-version-check --requirement requirements-dev.txt
	@rm -f $(VENV)/.locked-* && touch $@

$(CHECKOV_LOCKED): | venv
	@echo 'installing requirements/checkov.txt into $(CHECKOV_VENV)'
	@test -x $(CHECKOV_VENV)/bin/python || $(PY) -m venv --clear $(CHECKOV_VENV)
	@$(CHECKOV_VENV)/bin/python -m pip install --quiet --disable-pip-version-check --requirement requirements/checkov.txt
	@rm -f $(CHECKOV_VENV)/.locked-* && touch $@

.PHONY: lock
lock: venv ## write the lock files anew from requirements/*.in (UPGRADE=1 takes newer versions)
	$(LOCK) requirements/runtime.in --output-file requirements.txt
	$(LOCK) requirements/dev.in --output-file requirements-dev.txt
	$(LOCK) requirements/checkov.in --output-file requirements/checkov.txt

##### before a commit

.PHONY: check lint types imports house
check: lint types imports house ## lint, format, types, who imports whom, house rules

lint: venv
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/ruff format --check $(SOURCES)

types: venv
	$(BIN)/mypy $(SOURCES)

imports: venv
	$(BIN)/lint-imports

house: venv
	$(PY) -m pytest -q tests/house

.PHONY: test
test: venv ## every test, the local cloud's too (PYTEST_ARGS="-k routing" for some)
	@$(PY) -m pytest --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder $(PYTEST_ARGS)

.PHONY: looks
looks: venv ## every page of the workspace in each language, width and theme: axe-core, pictures in build/looks
	@PARLEY_LOOKS=all $(PY) -m pytest -q tests/web/test_pages.py $(PYTEST_ARGS)

.PHONY: fmt
fmt: venv ## format, and mend what the linter can mend
	$(BIN)/ruff check --fix-only --quiet $(SOURCES)
	$(BIN)/ruff format $(SOURCES)

.PHONY: docs
docs: venv ## write the generated tables of docs/ anew
	$(PY) -m infra.docs

.PHONY: security
security: venv $(CHECKOV_LOCKED) ## bandit, checkov, known vulnerabilities of the runtime
	$(BIN)/bandit --quiet --recursive --severity-level medium $(SHIPPED)
	@$(PY) -m infra.package build --local >/dev/null
	$(CHECKOV_VENV)/bin/checkov --quiet --compact --skip-download --framework cloudformation --file build/parley.json
	@$(PY) -m tests.house.audit

##### running it

.PHONY: run
run: ## start the desk on this machine: local cloud, simulators, workspace
	@$(PREFLIGHT) run
	@started=$$(date +%s); $(MAKE) venv && PARLEY_STARTED_AT=$$started $(PY) -m infra.local run

.PHONY: web
web: venv ## build the workspace into web/dist (needs Node 20.19 or newer)
	@$(PY) -m infra.web build

.PHONY: demo
demo: venv ## play each channel's round trip, hop by hop (CHANNEL=line for one)
	@$(PY) -m infra.local demo $(if $(CHANNEL),--channel '$(CHANNEL)')

.PHONY: reset
reset: venv ## forget the local cloud's state
	@$(PY) -m infra.local reset

.PHONY: bench
bench: venv ## measure the budgets
	@$(PY) -m bench

.PHONY: soak
soak: venv ## an hour at the desk in a browser, beside a running `make run` (MINUTES=10)
	@$(PY) -m tests.web.soak --minutes $(or $(MINUTES),60)

.PHONY: corpus
corpus: ## put a folder of payloads through the channels: CORPUS=folder
	$(call NEEDS,CORPUS,folder)
	@$(MAKE) venv
	@$(PY) -m tests.channels.corpus $(CORPUS)

.PHONY: explore
explore: venv ## property tests with new examples, as often as you like
	@$(PY) -m pytest --numprocesses $(WORKERS) --hypothesis-profile explore -m "not local_cloud and not web" $(PYTEST_ARGS)

.PHONY: clients
clients: venv ## the reference clients of live views, held to their vectors (TypeScript's needs Node 20)
	@$(PY) -m pytest -q tests/clients

.PHONY: fuzz
fuzz: venv ## hostile payloads against every channel
	@$(PY) -m tests.channels.fuzz

##### on AWS

.PHONY: package
package: venv ## build what is deployed into build/
	@$(PY) -m infra.package build

.PHONY: deploy
deploy: ## deploy to AWS: STAGE=name
	$(call NEEDS,STAGE,name)
	@$(MAKE) venv
	@$(PY) -m infra.package deploy --stage $(STAGE)

.PHONY: redrive
redrive: ## send the records of a dead-letter queue back: QUEUE=name
	$(call NEEDS,QUEUE,name)
	@$(MAKE) venv
	@$(PY) -m infra.redrive $(QUEUE) $(if $(STAGE),--stage $(STAGE))

.PHONY: clean
clean: ## remove environments, caches and builds
	rm -rf $(VENV) $(CHECKOV_VENV) build web/dist web/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
