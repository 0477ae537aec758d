#!/usr/bin/env bash
# Lists and searches with 100,000 documents (or as many as the first argument says), through the service's own store and then
# through its page in a browser. Writes target/bench/search.json and target/bench/documents-page.json. The database is filled in
# memory (/dev/shm) and removed at the end.
set -euo pipefail
# shellcheck source=deploy/stack.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../deploy/stack.sh"
steps=3
cd "$root"

step "building the service, its page and the browser's driver"
cargo build --release --locked -p atoll-documents --bin atoll-documents --example search
deploy/build.sh pages
deploy/build.sh npm-install "$root/tests/browser"
command -v chromium >/dev/null || deploy/engine.sh apt chromium
step "searching"
mkdir -p target/bench
folder=$(mktemp -d /dev/shm/search-bench.XXXXXX)
trap 'rm -rf "$folder"' EXIT
cargo run --release --locked -p atoll-documents --example search -- "${1:-100000}" "$folder" target/bench/search.json
step "scrolling"
DOCUMENTS_BIN=${CARGO_TARGET_DIR:-$root/target}/release/atoll-documents \
  node bench/documents/page.mjs "$folder" target/bench/documents-page.json
