#!/usr/bin/env bash
# The end-to-end tests: brings the stack up on a machine of their own (tests/machine.sh), and drives it through a browser
# and through HTTP.
#
#   e2e.sh                      all of them
#   e2e.sh islands recovery     only tests whose names contain one of these words (no browser)
#   ATOLL_E2E_KEEP=1 e2e.sh     leave the machine running afterwards (end it with tests/machine.sh down)
#   ATOLL_PROFILE=release e2e.sh    with the binaries that users run, which take several times as long to build
set -euo pipefail
export ATOLL_PROFILE=${ATOLL_PROFILE:-quick}
steps=12
# shellcheck source=tests/stage.sh
. "$(dirname "${BASH_SOURCE[0]}")/stage.sh"

# Of the whole workspace, so that what `check.sh` compiled serves here too.
these=(--workspace --features atoll-tests/machine --test e2e)

run_tests() {
  if cargo nextest --version >/dev/null 2>&1; then
    in_machine cargo nextest run --offline "${these[@]}" --test-threads 1 --no-fail-fast "$@"
  else
    in_machine cargo test --offline "${these[@]}" --no-fail-fast -- --test-threads 1 "$@"
  fi
}

# docker-py as PyPI has it, for the test of ordinary clients; the machine itself has no way to the internet.
docker_py() {
  ATOLL_DOCKER_PY=$root/target/docker-py/bin/python
  export ATOLL_DOCKER_PY
  "$ATOLL_DOCKER_PY" -c 'import docker' 2>/dev/null && return
  python3 -m venv --clear "$root/target/docker-py"
  "$ATOLL_DOCKER_PY" -m pip install --quiet --disable-pip-version-check --requirement tests/clients/requirements.txt
}

stage_build
step "building the tests"
docker_py
cargo test --locked "${these[@]}" --no-run
deploy/build.sh npm-install "$root/tests/browser"
stage_up

failed=0
if [ $# -eq 0 ]; then
  step "the main flow, in a browser"
  in_machine env PLAYWRIGHT_OUT="$work/browser" node --test tests/browser/main-flow.test.mjs || failed=1
  step "the documents app, in a browser"
  deploy/build.sh npm-install "$root/app-images/documents/web"
  in_machine env PLAYWRIGHT_OUT="$work/browser" node --test tests/browser/documents.test.mjs || failed=1
  step "the documents app without the platform, in a browser"
  env PLAYWRIGHT_OUT="$work/browser" DOCUMENTS_ALONE=1 DOCUMENTS_BIN="$(deploy/build.sh path atoll-documents)" \
    node --test tests/browser/documents-more.test.mjs tests/browser/documents-settings.test.mjs || failed=1
else
  step "the main flow in a browser: left out, since tests were chosen"
  step "the documents app in a browser: left out, since tests were chosen"
  step "the documents app without the platform: left out, since tests were chosen"
fi
step "the promises, through HTTP on the real engine"
run_tests "$@" || failed=1
exit $failed
