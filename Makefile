# Everything here installs itself: uv into .tools, the locked packages into .venv, the SAM command line into .venv-sam.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

UV_VERSION := 0.13.9
DYNAMODB_LOCAL := 2.9.30
HTML_CHECKER := 26.9.27
ARCHITECTURE ?= arm64
LAPSEWATCH_STACK ?= lapsewatch
MUTATION_WORKERS ?= 2
UV := .tools/bin/uv
BIN := .venv/bin
WORKERS := -n auto --maxprocesses 4 --dist loadgroup
export SAM_CLI_TELEMETRY := 0
export AWS_DEFAULT_REGION ?= us-east-1

.PHONY: help install demo local test slow proof faults mutate bench bench-render bench-work bench-load profile cost lint audit build sbom deploy lock screenshots clean

help: ## Say what can be done
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/\1\t\2/' | expand -t 14

install: .venv/.ready ## Install the operator's command, .venv/bin/lapsewatch

demo: .venv/.ready .venv-sam/.ready ## Run the whole product on this machine; PORT and DEMO_INSTANCES may be set
	@$(BIN)/python -m local.demo

local: .venv/.ready .venv-sam/.ready ## Watch your own PBXs on this machine: FLEET=fleet.yaml; docs/local.md tells what else may be set
	@$(BIN)/python -m local.own

test: .venv/.ready .venv-sam/.ready .venv/.browser .tools/dynamodb-local .tools/html-checker ## Run all tests but the slow and the exhaustive ones
	@$(BIN)/python -m pytest $(WORKERS) -m "not slow and not exhaustive" $(PYTEST_ARGS)

slow: .venv/.ready .venv-sam/.ready .venv/.browser .tools/dynamodb-local ## Run the slow tests
	@$(BIN)/python -m pytest $(WORKERS) -m slow $(PYTEST_ARGS)

proof: .venv/.ready ## Run the whole proof of the promise: 10,000 schedules, every interleaving, every seeded bug
	@$(BIN)/python -m pytest tests/proof -o timeout=1200 $(PYTEST_ARGS)

faults: .venv/.ready ## List the tests by the fault that they are about
	@$(BIN)/python -m tests.faults

mutate: .venv/.mutation ## Change the rules in every small way, and fail if more than 5 in 100 changes pass the tests
	@rm -rf .mutants && mkdir -p .mutants/src && ln -s ../../layers/lapsewatch/lapsewatch .mutants/src/lapsewatch
	@ln -s $(addprefix ../,cli docs functions layers local pyproject.toml tests) .mutants
	@cd .mutants && TZ=Asia/Kathmandu nice -n 10 ../$(BIN)/mutmut run --max-children $(MUTATION_WORKERS)
	@$(BIN)/python -m tests.mutants

bench: .venv/.ready .venv-sam/.ready ## Measure all of it beside the floor and the peers, into docs/performance.md
	@$(BIN)/python -m bench

bench-render: .venv/.ready ## Measure CPU and memory of the pages for 100 to 100,000 instances
	@$(BIN)/python -m bench.render

bench-work: .venv/.ready ## Measure what a dispatch, a poll and a report take for each instance
	@$(BIN)/python -m bench.work

profile: .venv/.ready ## Show where the time of a visit, of its write, of a report and of a start goes
	@$(BIN)/python -m bench.profiles

bench-load: .venv/.ready .venv-sam/.ready ## Load the handlers and the queue on this machine, and fail if anything is lost, into docs/load.md
	@$(BIN)/python -m bench.load $(LOAD)

cost: .venv/.ready ## Work out what a month costs, and put it into docs/cost.md
	@$(BIN)/python -m bench.cost

lint: .venv/.ready .venv-sam/.ready ## Check style, types and the template
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/cfn-lint infra/template.yaml
	.venv-sam/bin/sam validate --lint --template infra/template.yaml --region $(AWS_DEFAULT_REGION)

audit: .venv/.ready .venv-audit/.ready ## Look for security faults in the code and in the template
	@$(BIN)/python -m supply.audit

build: .venv/.ready .venv-sam/.ready ## Build the functions and their layer with SAM, bytecode included
	PATH="$$($(BIN)/python -c 'import sys; print(sys.base_prefix)')/bin:$$PATH" .venv-sam/bin/sam build --cached \
	    --template infra/template.yaml --build-dir .aws-sam/build --cache-dir .aws-sam/cache \
	    --parameter-overrides Architecture=$(ARCHITECTURE)
	find .aws-sam/build/LapsewatchLayer/python -type d -name tests -prune -exec rm -r {} + # packages ship their own
	$(BIN)/python -m compileall -q -f --invalidation-mode unchecked-hash .aws-sam/build

sbom: .venv/.ready ## List what the layer is made of, as CycloneDX, and its licenses, into build/
	@$(BIN)/python -m supply.sbom

# Not with --guided: it would offer the template's defaults for what was set before, and takes no empty answer for a secret.
deploy: build ## Deploy to the AWS account of the current credentials, with the settings in parameters.yaml
	$(if $(filter file,$(origin AWS_DEFAULT_REGION)),env -u AWS_DEFAULT_REGION) .venv-sam/bin/sam deploy \
	    --stack-name "$(LAPSEWATCH_STACK)" --template-file .aws-sam/build/template.yaml --config-file "$(CURDIR)/infra/samconfig.toml" \
	    --parameter-overrides Architecture=$(ARCHITECTURE) $(addprefix file://,$(wildcard $(CURDIR)/parameters.yaml))

lock: .tools/bin/uv ## Lock the dependencies anew, and export those of the layer
	$(UV) lock
	$(UV) export --package lapsewatch --no-dev --no-emit-workspace --no-emit-project --no-header \
	    --format requirements-txt --quiet --output-file layers/lapsewatch/requirements.txt

screenshots: .venv/.ready .venv-sam/.ready .venv/.browser ## Take the screenshots of the README from a demo fleet
	@$(BIN)/python -m local.screenshots

clean: ## Remove everything that was built or installed here
	rm -rf .aws-sam .demo .mutants build .tools .venv .venv-audit .venv-sam .mypy_cache .ruff_cache .pytest_cache .hypothesis

.tools/bin/uv:
	@echo "Installing uv $(UV_VERSION) into .tools"
	@python3 -m venv .tools
	@.tools/bin/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

.venv/.ready: .tools/bin/uv pyproject.toml uv.lock layers/lapsewatch/pyproject.toml
	@echo "Installing the locked packages into .venv"
	@$(UV) sync --frozen --quiet || { echo "Python 3.13 is needed: install it, or let uv do so where it may download."; exit 1; }
	@touch $@

.venv/.mutation: .venv/.ready
	@echo "Installing mutmut into .venv"
	@$(UV) sync --frozen --quiet --group mutation
	@touch $@

.venv-sam/.ready: .tools/bin/uv pyproject.toml uv.lock
	@echo "Installing the SAM command line into .venv-sam"
	@UV_PROJECT_ENVIRONMENT=.venv-sam $(UV) sync --frozen --quiet --only-group sam
	@touch $@

.venv-audit/.ready: .tools/bin/uv pyproject.toml uv.lock
	@echo "Installing what looks for security faults into .venv-audit"
	@UV_PROJECT_ENVIRONMENT=.venv-audit $(UV) sync --frozen --quiet --only-group audit
	@touch $@

# Amazon's own engine, for the tests of races; without Java and npm they are skipped. It may not be handed on.
.tools/dynamodb-local: | .tools/bin/uv
	$(call fetch,DynamoDB Local,amplify-dynamodb-simulator@$(DYNAMODB_LOCAL),races are not tested)

# The checker of the W3C, for the HTML of the pages; without Java and npm it is not checked.
.tools/html-checker: | .tools/bin/uv
	$(call fetch,the HTML checker,vnu-jar@$(HTML_CHECKER),the HTML of pages is not checked)

# What it is called, its npm package, what it means to go without.
define fetch
	@if command -v java npm >/dev/null; then \
	    echo "Fetching $(1) into .tools"; mkdir -p $@.new; \
	    (cd $@.new && npm pack --silent $(2) >/dev/null && tar xzf *.tgz && rm *.tgz) \
	        && mv $@.new $@ || { rm -rf $@.new; echo "Could not fetch $(1): $(3)."; }; \
	fi
endef

# Chromium's headless shell from Debian, where we may install it; else an installed Chromium; else Playwright's own.
.venv/.browser: .venv/.ready
	@command -v chromium-headless-shell >/dev/null \
	    || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq \
	        && apt-get install -y -qq chromium-headless-shell >/dev/null; } \
	    || command -v chromium chromium-browser google-chrome >/dev/null \
	    || $(BIN)/playwright install --with-deps chromium
	@touch $@
