# Every target works in a fresh clone: what it needs it makes, under build/, or names.
# PYTHON chooses the interpreter: make test PYTHON=python3.13

PYTHON ?=
ARGS ?=
export PYTHON

.DEFAULT_GOAL := help
.PHONY: help demo test bench lint format sanitize pythons install-check clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo "PYTHON=... chooses the interpreter, ARGS=... goes to what is run (pytest, the demo, the bench)."

demo: ## Serve an example project, send it slow requests, show the reports
	@tools/demo.sh $(ARGS)

test: ## Run the C unit tests and the Python tests
	@tools/test.sh $(ARGS)

bench: ## Measure what dogslow costs, beside its peers
	@tools/bench.sh $(ARGS)

lint: ## Check style, types and warnings (ruff, mypy, clang-format, gcc, clang)
	@tools/lint.sh

format: ## Mend what the linters can mend by themselves
	@tools/lint.sh --fix

sanitize: ## Run the tests under AddressSanitizer and UndefinedBehaviorSanitizer
	@tools/sanitize.sh $(ARGS)

pythons: ## Run the Python tests on every supported CPython that can be had
	@tools/pythons.sh $(ARGS)

install-check: ## Install the committed tree with pip alone in a new environment
	@tools/install_check.sh

clean: ## Remove what was built (the root of "make pythons" stays in the cache folder)
	rm -rf build
