#!/usr/bin/env bash
# The socket proxy against HAProxy with the usual rules and against the bare engine, in turn in one run on one engine:
# added latency, requests per second, memory, sizes. Writes target/bench/proxy.json. Needs root (tests/machine.sh).
#
#   ROUNDS=5 run.sh   how often each measure is taken (the median counts)
set -euo pipefail
steps=4
# shellcheck source=deploy/stack.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../deploy/stack.sh"
cd "$root"
machine=$root/tests/machine.sh
unset DOCKER_HOST DOCKER_CONTEXT

step "building the proxy and the client that measures"
deploy/build.sh proxy
deploy/build.sh static -p atoll-bench-proxy
proxy=$(deploy/build.sh path atoll-socket-proxy)
bench=$(deploy/build.sh path atoll-bench-proxy)
step "HAProxy"
command -v haproxy >/dev/null || deploy/engine.sh apt haproxy
say "$(haproxy -v | head -1)"
step "making a machine with an engine of its own, and an image"
trap '"$machine" down' EXIT
"$machine" up
context=$root/target/images/bench-proxy
rm -rf "$context"
mkdir -p "$context/data" target/bench
cp "$bench" "$context/atoll-bench-proxy"
"$machine" run env DOCKER_BUILDKIT=0 docker build --quiet --tag atoll-bench/hold:1 --file bench/proxy/Dockerfile "$context" >/dev/null
image=$("$machine" run docker image inspect --format '{{.Id}}' atoll-bench/hold:1)
step "measuring"
# Because 1,000 streams take 2,000 files at each proxy and 1,000 at the client.
ulimit -n "$(ulimit -Hn)"
"$machine" run "$bench" run target/bench/proxy.json "$proxy" "$(command -v haproxy)" "$image"
