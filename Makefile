# `make sandbox` deploys both environments on this machine; `make test` runs the tests.
.DEFAULT_GOAL := help
.PHONY: help sandbox sandbox-preview sandbox-destroy sandbox-down test test-exhaustive test-engines check bench

help: ## List the commands
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 20

# npm writes this file last, so an up-to-date copy means that the installed packages match the lockfile.
node_modules/.package-lock.json: package.json package-lock.json
	@echo "Installing the npm packages of the lockfile"
	@npm ci --no-audit --no-fund --loglevel=error
	@touch $@

sandbox: node_modules/.package-lock.json ## Deploy staging and prod on this machine
	@npm run --silent sandbox -- up

sandbox-preview: node_modules/.package-lock.json ## Show what `make sandbox` would change
	@npm run --silent sandbox -- preview --diff

sandbox-destroy: node_modules/.package-lock.json ## Delete what `make sandbox` deployed, including protected resources
	@npm run --silent sandbox -- destroy --unprotect

sandbox-down: node_modules/.package-lock.json ## Stop everything that `make sandbox` started
	@npm run --silent sandbox -- down

test: node_modules/.package-lock.json ## Run every test
	@npm test --silent

test-exhaustive: node_modules/.package-lock.json ## Run every test with all cases instead of a sample
	@EXHAUSTIVE=1 npm test --silent

test-engines: node_modules/.package-lock.json ## Compare the embedded engine with the real Pulumi CLI, which it builds first
	@EXHAUSTIVE=1 npx vitest run tests/tools/engine

check: node_modules/.package-lock.json ## Check types, lint and format
	@npm run --silent check

bench: node_modules/.package-lock.json ## Run the benchmarks and print ratios
	@npm run --silent bench
