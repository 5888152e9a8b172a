# Everything a person or the pipeline runs. Needs GNU make, bash and Python 3.11 or later; the rest goes into .venv.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# The first interpreter that really runs and is new enough: a name on the path may be a shim that cannot start.
PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11 python3.14 python; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo $$name && break; done)
# The Lambda runtime's own Python, where the machine has it.
PYTHON313 ?= $(shell for name in python3.13 ~/.pyenv/versions/3.13*/bin/python3.13; do \
	$$name -c 'import sys; sys.exit(sys.version_info[:2] != (3, 13))' >/dev/null 2>&1 && echo $$name && break; done)

VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
INSTALLED313 := $(VENV)/py313/.installed
SAM_INSTALLED := $(VENV)/sam/.installed
SAM := $(VENV)/sam/bin/sam
PIP_OPTIONS := --disable-pip-version-check --no-input
UV := $(BIN)/uv
export UV_PYTHON_DOWNLOADS := never
# What has been compiled once is kept, however the machine's image is set: tests start hundreds of programs and functions.
unexport PYTHONDONTWRITEBYTECODE

ARCHITECTURE ?= arm64
STACK ?= pidstack
LOCAL := $(BIN)/python -m pidstack.local
# Tests without a stack of their own run on all processors.
PARALLEL := --numprocesses auto
# A make that can keep what runs at once apart (4.0 and later) prints each target's lines together when it has ended.
TOGETHER := $(if $(filter output-sync,$(.FEATURES)),--output-sync=target)

.PHONY: help
help: ## Say what can be made
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# --------------------------------------------------------------------------------------------------- environments
# $(call packages,ENVIRONMENT,LOCK FILE), held to the file's hashes. uv takes seconds where pip takes minutes; where it finds
# nothing (an index that only pip's settings name, for one), pip does it.
define packages
	@$(UV) pip install --quiet --python $(1)/bin/python --require-hashes --no-deps -r $(2) || { echo "Trying with pip ..."; \
		$(BIN)/python -m pip $(PIP_OPTIONS) --python $(1)/bin/python install -qq --require-hashes --no-deps -r $(2); }
endef
TREE = @$(UV) pip install --quiet --python $(1)/bin/python --no-deps --no-build-isolation --editable .

$(INSTALLED): requirements-dev.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed; name one with: make PYTHON=/path/to/python3"; exit 1; }
	@echo "Installing into $(VENV), once (half a minute) ..."
	@$(PYTHON) -m venv --clear $(VENV)
	@sed -n '/^uv==/,/[^\\]$$/p' requirements-dev.txt > $(VENV)/uv.txt
	@$(BIN)/python -m pip $(PIP_OPTIONS) install -qq --require-hashes --no-deps -r $(VENV)/uv.txt
	$(call packages,$(VENV),requirements-dev.txt)
	$(call TREE,$(VENV))
	@touch $@

$(INSTALLED313): requirements-dev.txt pyproject.toml $(INSTALLED)
	@$(UV) venv --quiet --clear --python $(PYTHON313) $(VENV)/py313
	$(call packages,$(VENV)/py313,requirements-dev.txt)
	$(call TREE,$(VENV)/py313)
	@touch $@

$(SAM_INSTALLED): requirements-sam.txt $(INSTALLED)
	@echo "Installing the SAM command line into $(VENV)/sam, once ..."
	@$(UV) venv --quiet --clear --python $(BIN)/python $(VENV)/sam
	$(call packages,$(VENV)/sam,requirements-sam.txt)
	@touch $@

.PHONY: setup
setup: $(INSTALLED) ## Make .venv (every other target does it when needed)

# ----------------------------------------------------------------------------------------------------- local stack
.PHONY: run stop logs clean
run: $(INSTALLED) ## Start the stack on this machine, or bring it up to date: make run [PORT=4600]
	@$(LOCAL) up $(if $(PORT),--port $(PORT))

stop: $(INSTALLED) ## End the local stack; its records stay
	@$(LOCAL) down

logs: $(INSTALLED) ## Follow what the functions and the emulator say
	@$(LOCAL) logs

clean: ## Forget the local stack, its records, caches and builds
	@if [ -x $(BIN)/python ] && [ -d .local ]; then $(LOCAL) reset; fi
	@rm -rf .local .aws-sam .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	@find functions shared tests benchmarks -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true

# ---------------------------------------------------------------------------------------------------------- checks
.PHONY: test besides check lint types contracts template unit unit313 integration e2e e2e-iam
# Both environments first: what waits for one of them would else be begun last, and the end-to-end tests take longest.
test: $(INSTALLED) $(if $(PYTHON313),$(INSTALLED313)) ## Everything the pipeline runs; the end-to-end tests, which wait a lot, run beside the rest
	@$(MAKE) --jobs 2 --keep-going $(TOGETHER) e2e besides

# It takes the processors when the end-to-end tests do not: these are promised answers in time.
besides: $(INSTALLED)
	@nice $(MAKE) --keep-going check integration

check: lint types contracts template unit ## The fast part: no stack is started

lint: $(INSTALLED) ## ruff: rules and format
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(INSTALLED) ## mypy --strict
	@$(BIN)/mypy

contracts: $(INSTALLED) ## import contracts: who may import whom
	@$(BIN)/lint-imports

template: $(INSTALLED) ## cfn-lint on template.yaml, with the serverless rules
	@# WS1004 looks for log groups named /aws/lambda/<function>; ours are named in LoggingConfig and a contract test checks them.
	@$(BIN)/cfn-lint --template template.yaml --regions us-east-1 eu-central-1 \
		--append-rules cfn_lint_serverless.rules --ignore-checks WS1004

unit: $(INSTALLED) ## unit and contract tests
	@$(BIN)/pytest $(PARALLEL) tests/unit tests/contract

unit313: $(INSTALLED) $(if $(PYTHON313),$(INSTALLED313)) ## the same on Python 3.13, where the machine has it
	@$(if $(PYTHON313),$(VENV)/py313/bin/pytest $(PARALLEL) tests/unit tests/contract,echo "No Python 3.13 here: skipping its run.")

integration: $(INSTALLED) ## stores against an emulated DynamoDB
	@$(BIN)/pytest $(PARALLEL) tests/integration

# On the functions' own Python where the machine has it: so each line of them runs there at least once, whichever runs the rest.
# Several processes, each with stacks of its own, take one module after the other, in the order that tests/e2e/conftest.py gives.
E2E_PARALLEL := --numprocesses $(if $(PIDSTACK_STACK),0,auto --maxprocesses 4) --dist loadfile --no-loadscope-reorder
E2E_PYTEST = $(if $(PYTHON313),$(VENV)/py313/bin/pytest,$(BIN)/pytest) $(E2E_PARALLEL)
e2e: $(INSTALLED) $(if $(PYTHON313),$(INSTALLED313)) ## the deployed stack over HTTP, on an emulator of its own
	@$(E2E_PYTEST) tests/e2e

e2e-iam: $(INSTALLED) $(if $(PYTHON313),$(INSTALLED313)) ## the same, with the roles' policies evaluated
	@PIDSTACK_ENFORCE_IAM=1 $(E2E_PYTEST) tests/e2e

.PHONY: bench
bench: $(INSTALLED) ## Count requests, measure CPU and cold start; prints a table, writes benchmarks/results/
	@$(BIN)/python -m benchmarks

# ------------------------------------------------------------------------------------------------------ build, AWS
.PHONY: build deploy validate
validate: $(SAM_INSTALLED) ## sam validate --lint
	@SAM_CLI_TELEMETRY=0 $(SAM) validate --lint

build: $(SAM_INSTALLED) ## Build what is deployed, into .aws-sam: make build [ARCHITECTURE=x86_64]
	@test -n "$(PYTHON313)" || { echo "sam build needs the runtime's own Python 3.13 on this machine."; exit 1; }
	@PATH="$$(dirname "$$(command -v $(PYTHON313))"):$$PATH" ARCHITECTURE=$(ARCHITECTURE) SAM_CLI_TELEMETRY=0 \
		$(SAM) build --parameter-overrides Architecture=$(ARCHITECTURE)

deploy: build ## Deploy to your AWS account: make deploy [STACK=pidstack] [PARAMETERS="DomainName=... CertificateArn=..."]
	@SAM_CLI_TELEMETRY=0 $(SAM) deploy --stack-name $(STACK) \
		--parameter-overrides Architecture=$(ARCHITECTURE) $(PARAMETERS)

# ----------------------------------------------------------------------------------------------------------- locks
COMPILE := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --upgrade
.PHONY: lock
lock: $(INSTALLED) ## Renew the three lock files: layer, development, SAM command line
	@$(COMPILE) --python-version 3.11 --extra operator --group dev pyproject.toml --output-file requirements-dev.txt
	@# What runs on Lambda is held to the versions that the tests ran on.
	@$(COMPILE) --python-version 3.13 --constraints requirements-dev.txt pyproject.toml \
		--output-file layers/dependencies/requirements.txt
	@echo aws-sam-cli | $(COMPILE) --python-version 3.11 - --output-file requirements-sam.txt
