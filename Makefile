# The two commands of the README are `make demo` and `make test`; each makes its own .venv first.
SHELL := /bin/sh
VENV := .venv
PY := $(VENV)/bin/python
PROBLEM ?= rpf-trace
# Many tests wait for timers and sockets: two workers per CPU.
WORKERS ?= $(shell echo $$((2 * $$(getconf _NPROCESSORS_ONLN))))

.PHONY: help demo test check lint type imports audit bench soak clean

help: ## list the targets
	@awk -F':.*## ' '/^[a-z]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/.ready: pyproject.toml scripts/make_venv.sh
	@sh scripts/make_venv.sh $(VENV)
	@touch $@

demo: $(VENV)/.ready ## the main job on the built-in lab: make demo [PROBLEM=rpf-trace]
	@$(PY) -m troubleshoot demo $(PROBLEM)

test: $(VENV)/.ready ## all tests that this machine can run
	$(PY) -m pytest -n $(WORKERS) --dist loadgroup

check: lint type imports ## lint, types and import contracts

lint: $(VENV)/.ready
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .

type: $(VENV)/.ready
	$(PY) -m mypy

imports: $(VENV)/.ready
	$(VENV)/bin/lint-imports

audit: $(VENV)/.ready ## known vulnerabilities of the installed packages (reported, not judged)
	@sh scripts/audit.sh $(VENV)

bench: $(VENV)/.ready ## ratios against peers, measured in one run
	@sh scripts/make_venv.sh $(VENV) bench
	$(PY) -m benchmarks

soak: $(VENV)/.ready ## fuzz, kill loops and floods with the full budget
	TROUBLESHOOT_SOAK=1 $(PY) -m pytest -n $(WORKERS) --dist loadgroup tests

clean: ## remove the virtual environment and caches
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis dist build
