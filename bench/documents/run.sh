#!/usr/bin/env bash
# Reads a book of 350 pages and, where they are, the shared documents with ours, poppler's pdftotext, pdfium and pdfplumber in
# turn: pages a second, memory, words found. Writes target/bench/documents.json. Then the service as a whole: upload to searchable
# text, memory (target/bench/documents-service.json). ROUNDS says how often (3);
# ATOLL_SHARED where the shared documents are (../shared).
set -euo pipefail
# shellcheck source=deploy/stack.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../deploy/stack.sh"
steps=5
here=$root/bench/documents
work=$root/target/bench-documents
shared=${ATOLL_SHARED:-$root/../shared}/pdf
peers=(pdfplumber==0.11.10) # brings pypdfium2, which is pdfium

step "building the release of the documents service"
cargo build --manifest-path "$root/Cargo.toml" --locked --release -p atoll-documents
step "bringing the peers"
command -v pdftotext >/dev/null || "$root/deploy/engine.sh" apt poppler-utils
mkdir -p "$work" "$root/target/bench"
[ -x "$work/venv/bin/python" ] || python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check "${peers[@]}"
step "writing the book"
python3 "$here/book.py" 350 "$work/book.pdf"
step "reading"
[ -e "$shared/MANIFEST.tsv" ] || { say "there are no shared documents (set ATOLL_SHARED to their folder): only the book is read"; shared=; }
python3 "$here/reading.py" "${CARGO_TARGET_DIR:-$root/target}/release/atoll-documents" "$work/venv/bin/python" \
  "$work/book.pdf" "$root/target/bench/documents.json" ${shared:+"$shared"}
step "the service: from the upload to the text that is found"
node "$here/service.mjs" "${CARGO_TARGET_DIR:-$root/target}/release/atoll-documents" "$work/book.pdf" "$root/target/bench/documents-service.json"
