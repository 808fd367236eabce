# A newcomer needs Debian, Python 3.11 or newer with python3-venv, and make. `make demo` does the rest.
# PIP_INDEX_URL is honoured. Everything goes into .venv; nothing else on the machine is changed.

# Programs that tests start again and again must not be compiled each time.
unexport PYTHONDONTWRITEBYTECODE

PIP := .venv/bin/python -m pip --disable-pip-version-check --no-input
INSTALL := $(PIP) install -qq --root-user-action=ignore --require-hashes --no-deps --only-binary=:all:
CATALOGS := $(wildcard bot/locales/*/LC_MESSAGES/*.po)
# Debian packages that tests marked "system" want.
SYSTEM_PACKAGES :=
# Two programs share the tests; one order gives one verdict.
SIDE_BY_SIDE := --numprocesses=auto --maxprocesses=4 --dist=worksteal --randomly-seed=1

.PHONY: demo test test-system check lint fuzz bench bench-large soak month lock clean

demo: .venv/.product
	@.venv/bin/digestbot demo

test: .venv/.product .venv/.test
	@echo 'Tests marked "system" are left out, they may install Debian packages: make test-system'
	@.venv/bin/python -m pytest -m "not system" $(SIDE_BY_SIDE)

test-system: .venv/.product .venv/.test
	@scripts/install-debian $(SYSTEM_PACKAGES)
	@scripts/pytest-system

check: .venv/.product .venv/.test
	@scripts/check

lint: .venv/.product .venv/.test
	@scripts/check --quick

# Thousands of inputs nobody thought of, others each time, for whatever takes any input.
fuzz: .venv/.product .venv/.test
	@HYPOTHESIS_PROFILE=fuzz .venv/bin/python -m pytest -m hypothesis --numprocesses=auto --timeout=1800

bench: .venv/.product .venv/.test
	@.venv/bin/python -m benchmarks

# An hour each, with gigabytes of disk.
bench-large: .venv/.product .venv/.test
	@.venv/bin/python -m benchmarks search_large

# The drills with 2,000 readers, 200,000 random look-ups, and every zone with every half hour.
soak: .venv/.product .venv/.test
	@SOAK=1 DRILL_READERS=2000 RANDOM_QUERIES=200000 .venv/bin/python -m pytest tests/drills tests/flows/test_killed.py tests/digest/test_schedule.py --timeout=1800

# A month of a WeChat account with 10,000 followers: no sixth message in a window, no second mass send a day.
month: .venv/.product .venv/.test
	@FOLLOWERS=10000 .venv/bin/python -m pytest tests/bot/wechat/test_month.py -q -p no:randomly --timeout=36000

# The lock files: the newest versions that pyproject.toml allows, with hashes and without addresses.
lock: .venv/.test
	@scripts/lock

clean:
	rm -rf .venv .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	rm -f $(CATALOGS:.po=.mo)

.venv/bin/python:
	@scripts/make-venv

.venv/.runtime: requirements.lock | .venv/bin/python
	@echo "Installing the libraries into .venv, once: about a minute."
	@$(INSTALL) -r requirements.lock
	@touch $@

.venv/.test: requirements-test.lock | .venv/.runtime
	@echo "Installing what the tests need into .venv, once: about a minute."
	@$(INSTALL) -r requirements-test.lock
	@touch $@

.venv/.editable: pyproject.toml hatch_build.py | .venv/.runtime
	@$(PIP) install -qq --root-user-action=ignore --no-deps --no-build-isolation --no-index --editable .
	@touch $@

.venv/.product: .venv/.runtime .venv/.editable scripts/compile_catalogs.py $(CATALOGS)
	@.venv/bin/python scripts/compile_catalogs.py
	@touch $@
