#!/usr/bin/env bash
# How long from the click to the app's first answer, ours against the bare engine, in turn in one run; what the platform
# takes when idle; how large the images are. Writes target/bench/lifecycle.json. Needs root (tests/machine.sh).
set -euo pipefail
steps=8
work=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)/target/bench-lifecycle
# shellcheck source=tests/stage.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../tests/stage.sh"

stage_build
stage_up
step "measuring"
mkdir -p target/bench
in_machine node --import ./deploy/localhost-names.mjs bench/lifecycle/lifecycle.mjs target/bench/lifecycle.json
