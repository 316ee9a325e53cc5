# Every command a person needs. `make help` lists them.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
PY := .venv/bin/python
LAB_HOSTS ?= 3
# The lab makes namespaces: it runs as root where root can be had, and says so where it cannot.
AS_ROOT := $(shell [ "$$(id -u)" = 0 ] || ! command -v sudo >/dev/null || echo sudo -E)
export PYTHONDONTWRITEBYTECODE := 1

help: ## this list
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# --- setting up ---------------------------------------------------------------

setup: .venv/ready ## a Python environment in .venv from requirements.lock (hashes checked)

.venv/ready: requirements.lock
	@tests/setup python
	@touch $@

lab-packages: ## the Debian packages the lab needs on this machine
	@tests/setup lab

lock: setup ## compile requirements.lock anew from requirements.in
	.venv/bin/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	    --upgrade --quiet --custom-compile-command 'make lock' requirements.in -o requirements.lock

# --- looking ------------------------------------------------------------------

lint: setup ## ruff, mypy, yamllint, ansible-lint, shellcheck
	@tests/setup lint
	@tests/lint

unit: setup ## the tests that need no root and no lab
	@$(PY) -m pytest tests/unit -q -n auto

test: setup lab-packages ## the proofs on Debian 13 workstations and one start of a virtual PC: what CI runs
	@$(AS_ROOT) $(PY) -m tests.run ci

test-full: setup lab-packages ## also Debian 12, the whole virtual PC, the slowest proofs; before calling work done
	@$(AS_ROOT) $(PY) -m tests.run full

accept: setup ## the acceptance tests on one PC:  make accept HOST=thanhmy-03
	@$(PY) -m tests.acceptance "$(HOST)"

bench: setup lab-packages ## the two engines, and a night, beside each other:  make bench WHAT=engines HOSTS="1 10"
	@$(AS_ROOT) $(PY) -m tests.bench --what $(or $(WHAT),all) --hosts "$(or $(HOSTS),1 10)" \
	    --first "$(or $(FIRST),1)" --rounds $(or $(ROUNDS),3) $(if $(KEEP),--keep)

bench-disks: setup ## how good the disk rules are:  make bench-disks DATA=disk-histories.csv.gz
	@$(PY) -m tests.bench.disks "$(or $(DATA),disk-histories.csv.gz)"

# --- the lab ------------------------------------------------------------------

lab: setup lab-packages ## boot LAB_HOSTS (3) lab workstations
	@$(AS_ROOT) $(PY) -m tests.lab up --hosts $(LAB_HOSTS)

lab-down: ## stop and delete the lab
	@[ ! -x $(PY) ] || $(AS_ROOT) $(PY) -m tests.lab down

demo: setup lab-packages ## the whole story on lab workstations, up to the night that finds what is broken
	@$(AS_ROOT) $(PY) -m tests.demo --hosts $(LAB_HOSTS)

.PHONY: help setup lab-packages lock lint unit test test-full accept bench bench-disks lab lab-down demo
