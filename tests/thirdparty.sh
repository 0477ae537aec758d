#!/usr/bin/env bash
# The tests with other people's software behind the gateway, and with a hostile page in a browser. They need no container
# engine: the programs run on this machine, on ports of their own.
#
#   thirdparty.sh quick    Radicale, git, server-sent events, the verifiers of the docs, the hostile page: part of `make test`
#   thirdparty.sh          JupyterLab and Node-RED as well
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
tests/thirdparty/install.sh "${1:-all}"
# The hostile page's victim signs in on the console's own page.
deploy/build.sh pages
# Of the whole workspace, so that what `check.sh` compiled serves here too.
cargo build --locked --workspace --example stage
tests=(tests/thirdparty/*.test.mjs)
if [ "${1:-all}" = quick ]; then
  tests=(tests/thirdparty/{radicale,git,events,verifiers,sibling}.test.mjs)
fi
# One after the other, because each starts several programs.
exec node --test --test-concurrency=1 "${tests[@]}"
