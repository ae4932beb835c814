# The words of this repository. `make test` and `make check` are what CI runs.
PYTHON ?= python3
BIN := .venv/bin
# How many tests run at a time: most wait for a process, a network or a lease, so more than there are cores.
TOGETHER ?= 3

.PHONY: setup demo test test-integrations test-pythons check check-lint check-types check-python release bench docs screenshots build lock format clean

setup:
	@$(MAKE) --no-print-directory --jobs 2 build

.venv/.done: requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@mkdir -p src/jobsync && touch $@
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .

node_modules/.done: package.json package-lock.json
	npm ci --silent
	@touch $@

# The embedded deployment as the wheel ships it: one bundled program and one recorded push of convex/.
build: .venv/.done node_modules/.done
	npm run --silent build

demo: setup
	$(BIN)/jobsync demo

test: setup
	npm run --silent test
	$(BIN)/pytest -n $(TOGETHER) --dist worksteal
	JOBSYNC_TEST_DEPLOYMENT=fake $(BIN)/pytest -n $(TOGETHER) --dist worksteal tests/contract

# The integrations with other tools, each in an environment of its own. `make test` leaves out what takes minutes
# (Airflow's scheduler, Dagster's daemon, some of Prefect's) or cannot be installed; here nothing is skipped.
test-integrations: setup
	JOBSYNC_TEST_INTEGRATIONS=all $(BIN)/pytest tests/integrations tests/docs/test_tool_pages.py

# The wheel on each other Python from 3.10 on that this machine has; PYTHONS="/path/to/python3.14 ..." names others.
test-pythons: setup
	$(BIN)/python -m tests.pythons $(PYTHONS)

check: setup
	@$(MAKE) --no-print-directory --output-sync --jobs 2 check-lint check-types check-python docs

check-python:
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check-lint:
	npm run --silent lint

check-types:
	npm run --silent format:check
	npm run --silent typecheck

# All artifacts, in dist/, checked.
release: setup
	$(BIN)/python -m release

bench: setup
	$(BIN)/python -m bench

# The site, in site/: built strictly, with what it takes in an environment of its own.
docs: .venv-docs/.done node_modules/.done
	NO_MKDOCS_2_WARNING=1 .venv-docs/bin/mkdocs build --quiet

.venv-docs/.done: requirements-docs.lock .venv/.done
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python .venv-docs
	$(BIN)/uv pip install --quiet --require-hashes --python .venv-docs/bin/python -r requirements-docs.lock
	@touch $@

# The pictures of README and guides, by a real browser on real jobs.
screenshots: setup
	$(BIN)/python -m tests.browser.screenshots

format: setup
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	npm run --silent format

lock: .venv/.done
	$(BIN)/uv pip compile --quiet --universal --python-version 3.10 --generate-hashes \
	  --no-emit-index-url --no-header --output-file requirements.lock requirements.in
	$(BIN)/uv pip compile --quiet --universal --python-version 3.10 --generate-hashes \
	  --no-emit-index-url --no-header --constraint requirements.lock \
	  --output-file requirements-docs.lock requirements-docs.in
	npm install --package-lock-only

clean:
	rm -rf .venv .venv-docs node_modules dist site src/jobsync/_embedded
