#!/usr/bin/env bash
# Installs what the tests need and a fresh Debian machine lacks: engine, compose, browser, shell linter, ACME server, image registry, Tesseract,
# PDF tools, PostgreSQL.
set -euo pipefail
# shellcheck source=deploy/stack.sh
. "$(dirname "${BASH_SOURCE[0]}")/../deploy/stack.sh"
steps=2

step "container engine and compose (installed only; the tests start an engine of their own)"
"$root/deploy/engine.sh" install
step "browser and tools"
missing=()
command -v chromium >/dev/null || missing+=(chromium)
command -v shellcheck >/dev/null || missing+=(shellcheck)
command -v ip >/dev/null || missing+=(iproute2)
python3 -c 'import ensurepip' 2>/dev/null || missing+=(python3-venv)
command -v pebble >/dev/null || missing+=(pebble)
command -v docker-registry >/dev/null || missing+=(docker-registry)
command -v tesseract >/dev/null || missing+=(tesseract-ocr tesseract-ocr-deu)
compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null || missing+=(postgresql)
command -v pdftotext >/dev/null || missing+=(poppler-utils)
command -v qpdf >/dev/null || missing+=(qpdf)
# Because the package would otherwise start a server for the whole machine, while the tests start one of their own. It is asked
# for this once, in the folder that it reads, and not told so for good.
no_cluster=/etc/postgresql-common/createcluster.d/atoll-tests.conf
if [[ " ${missing[*]} " == *" postgresql "* && $(id -u) = 0 ]]; then
  mkdir -p "${no_cluster%/*}"
  echo 'create_main_cluster = false' >"$no_cluster"
  trap 'rm -f "$no_cluster"' EXIT
fi
[ ${#missing[@]} -eq 0 ] || "$root/deploy/engine.sh" apt "${missing[@]}"
say "all there"
