# `make run` starts everything, `make test` tests everything; docs/development.md has the rest.
START = sh config/embedded/start.sh
PYTHON_HERE = .venv/bin/python
CHECK_VAR = SHOWRUNNER_VAR="$(CURDIR)/var/test"

.PHONY: help run setup test test-crash check smoke bench requirements lock clean

help: ## what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-14s %s\n", $$1, $$2}' Makefile

run: ## the product, at http://127.0.0.1:8000 (PORT= for another port)
	@$(START) run

setup: ## packages, browser files and fonts; the other targets call it
	@$(START) setup

test: ## all tests (ARGS= for pytest)
	@$(START) test $(ARGS)

test-crash: ## kills workers at every moment of a publication, ten times on each platform (ROUNDS=)
	@CRASH_ROUNDS="$(or $(ROUNDS),10)" $(START) python -m pytest -q -p no:randomly tests/publishing/test_crashes.py

check: ## style, types, floors, templates, migrations, requirements, security, guards
	@$(START) setup test dev
	$(PYTHON_HERE) -m ruff check .
	$(PYTHON_HERE) -m ruff format --check .
	$(PYTHON_HERE) -m mypy
	.venv/bin/lint-imports --no-cache
	$(PYTHON_HERE) -m djlint --lint --quiet templates
	$(CHECK_VAR) $(PYTHON_HERE) manage.py makemigrations --check --dry-run
	$(PYTHON_HERE) -W ignore::UserWarning -m deptry .
	$(PYTHON_HERE) -m bandit --quiet -ll --configfile pyproject.toml --recursive apps config
	$(PYTHON_HERE) -m pytest -q tests/guards

smoke: ## the main job in a real browser, with data and ports of its own
	@$(START) smoke

bench: ## the figures of docs/benchmarks.md (NAME= for one)
	@$(START) python -m benchmarks $(NAME)

requirements: ## docs/requirements.md: each requirement with the tests that prove it
	@$(START) python -m pytest --collect-only -qq -p tests.requirements_table -p no:randomly

lock: ## requirements/*.txt and package-lock.json from what requirements/*.in and package.json ask for
	@$(START) lock

clean: ## removes what can be made again (ARGS=--data: the data and keys too)
	@$(START) clean $(ARGS)
