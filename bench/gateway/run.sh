#!/usr/bin/env bash
# What a request through the gateway costs, with session, permission and identity, beside nginx, HAProxy and Caddy (plain,
# and each with its nearest check of who asks), in turn in one run, before the same backend, each with one worker on the
# same core. Writes target/bench/gateway.json. `--quick` measures once and briefly, to see that it works.
set -euo pipefail
# shellcheck source=deploy/stack.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../deploy/stack.sh"
cd "$root"
steps=3

step "peers and the load generator"
missing=()
for need in nginx:nginx-light haproxy:haproxy caddy:caddy wrk:wrk openssl:openssl; do
  command -v "${need%%:*}" >/dev/null || missing+=("${need##*:}")
done
# Because the packages would start their services, which nobody here wants.
[ ${#missing[@]} -eq 0 ] || RUNLEVEL=1 "$root/deploy/engine.sh" apt "${missing[@]}"
say "all there"

step "building the gateway and the backend"
cargo build --release -p atoll-controlplane --example gateway
cargo build --release -p atoll-bench-gateway

step "measuring"
mkdir -p target/bench
# Because ten thousand WebSockets are twenty thousand connections.
ulimit -n 65536 2>/dev/null || ulimit -n "$(ulimit -Hn)" 2>/dev/null || true
exec node bench/gateway/gateway.mjs target/bench/gateway.json "$@"
