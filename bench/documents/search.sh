#!/usr/bin/env bash
# Lists and searches with 100,000 documents (or as many as the first argument says). Writes target/bench/search.json. The
# database is filled in memory (/dev/shm) and removed at the end.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
folder=$(mktemp -d /dev/shm/search-bench.XXXXXX)
trap 'rm -rf "$folder"' EXIT
cargo run --release --locked -p atoll-documents --example search -- "${1:-100000}" "$folder" target/bench/search.json
