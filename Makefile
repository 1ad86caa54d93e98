# Everything here needs Python >= 3.11, make and the package index; it works in .venv, beside this
# file. The plain commands behind each target are in CONTRIBUTING.md.

PYTHON ?= python3
BIN := .venv/bin
LIBRARY := library.idx

.PHONY: help demo test check package bench quality soak cluster clean

help:
	@echo "make demo    build a library from the sample documents and search it"
	@echo "make test    run the tests and measure what they cover"
	@echo "make check   style, types, import rules, complexity, and known reports on what we depend on"
	@echo "make package wheel and source distribution of the last commit, the same bytes each time"
	@echo "make bench   measure speed (takes a while)"
	@echo "make quality measure the ranking beside other engines (takes some minutes)"
	@echo "make soak    long trials of durability and trust, into docs/soak.md (hours; goes on where it was"
	@echo "             stopped; in parts: SOAK='--only kills', or a tenth of all more: SOAK='--share 0.1')"
	@echo "make cluster the tests that need OpenSearch, on a real one of one node (Java 17, Maven; minutes)"
	@echo "make clean   remove everything that was made here"

demo: .venv/runtime
	$(BIN)/droindex build corpus --index $(LIBRARY)
	@echo
	@echo '$$ droindex query "who may post a bond" --limit 3'
	@$(BIN)/droindex query "who may post a bond" --limit 3 --index $(LIBRARY)
	@echo
	@echo 'Open it as a site: .venv/bin/droindex serve corpus --watch'

test: .venv/development
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile \
		--cov --cov-report=term-missing --cov-fail-under=95

check: .venv/development
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache --no-logo
	$(BIN)/python tools/complexity.py
	$(BIN)/python tools/audit.py

# Of the commit alone: what else lies in this folder is not looked at.
package: .venv/development
	rm -rf dist
	mkdir -p dist/source
	git archive HEAD | tar -x -C dist/source
	SOURCE_DATE_EPOCH=$$(git log -1 --pretty=%ct) \
		$(BIN)/python -m build --no-isolation --outdir dist dist/source
	rm -rf dist/source
	cd dist && sha256sum *.whl *.tar.gz | tee SHA256SUMS

bench: .venv/development
	$(BIN)/python benchmarks/speed/run.py

quality: .venv/quality
	$(BIN)/python benchmarks/quality/run.py
	$(BIN)/python benchmarks/quality/misspellings.py

soak: .venv/development
	$(BIN)/python tests/trials/soak.py $(SOAK)

cluster: .venv/development
	DROINDEX_REQUIRE=cluster $(BIN)/python tools/cluster.py run -- \
		$(BIN)/python -m pytest -k "opensearch or cluster" tests

clean:
	rm -rf .venv $(LIBRARY) build dist .coverage .coverage.* .pytest_cache .mypy_cache \
		.ruff_cache .hypothesis .benchmarks .import_linter_cache

# What is installed, and with it when: a change of pyproject.toml installs again.

.venv/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "$(PYTHON) is older than 3.11; name another one: make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv .venv
	@touch $@

.venv/runtime: .venv/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[web]'
	@touch $@

.venv/development: .venv/python pyproject.toml
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"  # older ones know no groups
	$(BIN)/python -m pip install --quiet --editable . --group test --group lint
	@touch $@

.venv/quality: .venv/development pyproject.toml
	$(BIN)/python -m pip install --quiet --group quality
	@touch $@
