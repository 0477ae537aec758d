# The commands of Atoll. What each does is in a script that can be read; `make help` lists them.
.DEFAULT_GOAL := help
.PHONY: help demo up down clean-all dev test test-thirdparty check e2e deny bench bench-lifecycle bench-proxy bench-gateway bench-documents mutants test-documents test-postgres

help: ## list these commands
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/\1|\2/p' $(MAKEFILE_LIST) | while IFS='|' read -r name what; do printf '  make %-18s %s\n' "$$name" "$$what"; done

demo: ## everything at once on a fresh Debian machine: stack, administrator, documents app, sample PDFs
	@deploy/up.sh --demo

up: ## build and start the stack; prints a one-time set-up code while there is no administrator
	@deploy/up.sh

down: ## stop the stack and its apps (their data stays)
	@deploy/down.sh

clean-all: ## stop, and remove every container, network, volume and image that Atoll made
	@deploy/down.sh --clean

dev: ## work on it: console with hot reload, control plane rebuilt and restarted when its source changes
	@deploy/dev.sh

check: ## the fast tests: format, lints, unit tests, web checks
	@tests/check.sh

e2e: ## the end-to-end tests on a container engine of their own (root)
	@tests/e2e.sh

test: ## every test: installs what they need, then check, PostgreSQL, figures, third-party software, e2e
	@tests/install.sh
	@tests/check.sh
	@tests/postgres.sh
	@$(MAKE) --no-print-directory test-documents
	@tests/thirdparty.sh quick
	@tests/e2e.sh

test-postgres: ## API, reconciler and tables tested on a PostgreSQL of their own instead of SQLite; part of `make test`
	@tests/postgres.sh

test-documents: ## figures of reading and of the built-in classifier against their aims (ATOLL_SHARED=folder for real documents)
	@cargo test --locked --workspace --features atoll-documents/figures --test figures -- --nocapture

test-thirdparty: ## other people's software behind the gateway, JupyterLab and Node-RED included
	@tests/thirdparty.sh

deny: ## licences, advisories and sources of the dependencies (needs cargo-deny)
	@cargo deny check

bench: bench-lifecycle bench-proxy bench-gateway bench-documents ## all benchmarks, ours and peers in turn, into target/bench/

bench-lifecycle: ## install to first answer against the bare engine; idle memory; image sizes
	@bench/lifecycle/run.sh

bench-proxy: ## the socket proxy against HAProxy and the bare engine: latency, throughput, memory
	@bench/proxy/run.sh

bench-gateway: ## requests, streams and sockets through the gateway against nginx, HAProxy and Caddy (quick=1: briefly)
	@bench/gateway/run.sh $(if $(quick),--quick)

bench-documents: ## reading PDFs beside pdftotext, pdfium and pdfplumber; upload to searchable text; search and scrolling in 100,000 documents
	@bench/documents/run.sh
	@bench/documents/search.sh

mutants: ## change the sandbox and the proxy in one place at a time; show what no test notices (needs cargo-mutants and some hours)
	@cargo mutants -p atoll-sandbox --output target/mutants/sandbox
	@cargo mutants -p atoll-socket-proxy --exclude socket-proxy/src/fuzzing.rs --output target/mutants/socket-proxy
