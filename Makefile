.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

install: .venv/installed  ## set up .venv from the lock file

.venv/installed: requirements.lock pyproject.toml scripts/make-venv
	PYTHON=$(PYTHON) scripts/make-venv
	@touch $@

servers: install  ## install what the tests need from the system
	scripts/install-test-servers

demo: install  ## play one whole Friday on this machine
	$(BIN)/onenumber demo

test: servers  ## set everything up and run the tests
	$(BIN)/pytest --numprocesses auto --maxprocesses 4 --dist worksteal

bench: servers  ## measure a round's speed as ratios, and the reader against the best public parsers
	$(BIN)/pip install --quiet --requirement benchmarks/requirements.txt
	$(BIN)/python benchmarks/speed.py
	$(BIN)/python benchmarks/reading.py
	$(BIN)/python benchmarks/reading.py --held-back

bench-large: servers  ## play a whole round of 100,000 reps on PostgreSQL, and tell the peak of the worker's memory; takes half an hour
	$(BIN)/python benchmarks/speed.py large

bench-mails: servers  ## set our mails beside public templates, which are fetched: size, what clients lack, accessibility
	$(BIN)/python benchmarks/mails.py

chartist:  ## fetch the charting library of the report pages from npm again
	scripts/refresh-chartist

lint: install  ## format, lint, strict types, import contract, known vulnerabilities
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@for script in $$(grep -lE '^#!.*\bbash' .ci/* scripts/*); do bash -n $$script || exit 1; done
	$(BIN)/python scripts/audit-dependencies

docs: install  ## build the site of the docs in build/site
	$(BIN)/sphinx-build --quiet --fresh-env --fail-on-warning --keep-going -c docs -d build/docs . build/site
	@echo "Open this in a browser: file://$(CURDIR)/build/site/docs/index.html"

messages: install  ## gather the sentences of mails and pages into every catalogue, to be translated there
	$(BIN)/python scripts/extract-messages

reference: install  ## write the reference pages of the docs anew after a change of settings or commands
	$(BIN)/python scripts/write-reference

lock: install  ## write requirements.lock anew after a change of pyproject.toml, by uv
	$(BIN)/pip install --quiet uv==0.13.9
	$(BIN)/uv pip compile pyproject.toml --all-extras --group dev --generate-hashes --no-header --no-annotate \
	  --python-version 3.11 --universal --quiet --output-file requirements.lock

soak: servers  ## kill turns at random for MINUTES=10, and hold what comes of it to the promises
	$(BIN)/python -m tests.crash.soak --minutes $(or $(MINUTES),10)

soak-worker: servers  ## play a Friday of 400 reps with a worker that is killed again and again; takes a quarter of an hour
	$(BIN)/python scripts/soak-worker 400 150 6 1

soak-workers: servers  ## play a Friday of 2,000 reps with six workers that are killed at random; takes about an hour
	$(BIN)/python scripts/soak-workers 2000 6 80 2 1

try-the-units:  ## boot a Debian of its own, as root, and try the units of systemd and cron there; takes some minutes
	scripts/try-the-units

.PHONY: help docs lock install demo servers test bench bench-large bench-mails chartist lint soak soak-worker soak-workers try-the-units
