#!/usr/bin/env bash
# The end-to-end tests: makes a machine of their own (tests/machine.sh), brings the stack up on it with the very script
# that `make up` runs, and drives it through a browser and through HTTP. Words after the script's name choose tests.
#
#   e2e.sh                      all of them
#   e2e.sh islands recovery     only tests whose names contain one of these words (no browser)
#   ATOLL_E2E_KEEP=1 e2e.sh     leave the machine running afterwards (end it with tests/machine.sh down)
set -euo pipefail
# shellcheck source=deploy/stack.sh
. "$(dirname "${BASH_SOURCE[0]}")/../deploy/stack.sh"
cd "$root"

work=$root/target/e2e
machine=$root/tests/machine.sh
steps=8
export ATOLL_ENV_FILE=$work/stack.env ATOLL_POLICY_DIR=$work/policy
# Because the neighbour on the LAN must be able to reach the published port, so that the apps' failing to do so means something.
export ATOLL_PUBLISH=0.0.0.0:8080 ATOLL_BASE_URL=http://atoll.localhost:8080
unset DOCKER_HOST DOCKER_CONTEXT

in_machine() { "$machine" run "$@"; }

run_tests() {
  local words=("$@")
  if cargo nextest --version >/dev/null 2>&1; then
    in_machine cargo nextest run --offline -p atoll-tests --features machine --test-threads 1 --no-fail-fast "${words[@]}"
  else
    in_machine cargo test --offline -p atoll-tests --features machine --no-fail-fast -- --test-threads 1 "${words[@]}"
  fi
}

# Keeps what a failed run needs to be understood, then ends the machine.
finish() {
  local result=$?
  if [ "$result" -ne 0 ]; then
    for name in "${platform_images[@]}"; do
      in_machine docker logs "atoll-$name" >"$work/$name.log" 2>&1 || true
    done
    cp "$root/target/machine/dockerd.log" "$work/" 2>/dev/null || true
    say "failed; the logs of the stack and the engine are in target/e2e/"
  fi
  [ -n "${ATOLL_E2E_KEEP:-}" ] || "$machine" down
  exit "$result"
}


step "building the stack"
rm -rf "$work"
mkdir -p "$work/policy"
deploy/build.sh binaries
deploy/build.sh console
step "building the probe and the tests"
deploy/build.sh static -p atoll-probe
cargo test --locked -p atoll-tests --features machine --no-run
deploy/build.sh npm-install "$root/tests/browser"

step "making the test machine"
trap finish EXIT
"$machine" up
ATOLL_PROBE=$(deploy/build.sh path atoll-probe)
ATOLL_CLI=$(deploy/build.sh path atoll)
export ATOLL_PROBE ATOLL_CLI
in_machine setsid "$ATOLL_PROBE" record-dns 127.0.0.1:53 /run/dns.log </dev/null >"$work/dns.out" 2>&1 &
in_machine "$machine" neighbour setsid "$ATOLL_PROBE" serve </dev/null >"$work/neighbour.out" 2>&1 &

step "building the probe's image"
cp tests/policy/allowlist.yaml "$work/policy/"
for name in probe absent changed; do
  deploy/build.sh context "$name" atoll-probe
  [ "$name" = probe ] || echo "$name" >"target/images/$name/bin/which"
  in_machine deploy/build.sh image "atoll-test/$name:1" "$root/target/images/$name" tests/probe/Dockerfile
done

step "bringing the stack up on it"
in_machine deploy/build.sh images
in_machine deploy/up.sh
step "breaking two images behind the lock's back"
in_machine docker image rm --force atoll-test/absent:1 >/dev/null
in_machine docker tag atoll-test/probe:1 atoll-test/changed:1

if [ $# -eq 0 ]; then
  step "the main flow, in a browser"
  in_machine env PLAYWRIGHT_OUT="$work/browser" node --test tests/browser/*.test.mjs
else
  step "the main flow in a browser: left out, since tests were chosen"
fi
step "the promises, through HTTP on the real engine"
run_tests "$@"
