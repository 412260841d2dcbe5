# What people do with this repository; `make help` lists it.
PYTHON ?= python3
RUN := .venv/bin/python
export PYTHONPATH := $(CURDIR)
# Without compiled files every command would compile the whole product anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo test check bench release assets pictures icons clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 18

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or later is needed: make demo PYTHON=python3.12")'
	$(PYTHON) -m venv .venv

.venv/runtime: requirements.lock | .venv/bin/python
	$(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

.venv/development: requirements-dev.lock | .venv/bin/python
	$(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@ .venv/runtime

demo: .venv/runtime ## environment, database, demo data and server; prints the address and the sign-in
	@$(RUN) -m broker init
	@$(RUN) -m broker demo-data --if-empty
	@MAIL_IN_ADDRESS=$${MAIL_IN_ADDRESS:-logg@larcentrum.example} $(RUN) -m broker serve

test: .venv/development ## every test, on both databases, in a real browser and with LibreOffice
	@$(RUN) -m tests.browser.chromium
	@$(RUN) -m tests.office.files
	$(RUN) -m pytest -n auto --dist loadscope --no-loadscope-reorder

check: .venv/development ## lint, types, import contracts, templates, catalogue, migrations, known weaknesses
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(RUN) -m mypy
	.venv/bin/lint-imports
	$(RUN) -m djlint --quiet --lint broker
	$(RUN) -m tests.checks

bench: .venv/development ## the table of speeds, beside the bare database; SIZE=nation takes more than an hour
	$(RUN) -m bench $(if $(SIZE),--size $(SIZE))

release: .venv/development ## the package to install, and beside it the list of all that it is made of (SBOM, CycloneDX)
	$(RUN) -m hatchling build -t wheel
	$(RUN) -m docs.parts dist

assets: ## build the front-end files anew (needs Node 20); the result is committed
	cd frontend && npm ci && npm run build

pictures: .venv/development ## take the handbook's pictures anew
	$(RUN) -m docs.pictures

icons: .venv/development ## draw the icons that devices show anew, from favicon.svg; the result is committed
	$(RUN) -m docs.icons

clean: ## remove the environment and the demo's data
	rm -rf .venv var
