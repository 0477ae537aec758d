#!/usr/bin/env bash
# What every script under deploy/ shares: where things are, how a step is announced, which engine and compose are used.
# To be sourced. A caller sets `steps` (how many it will announce) before its first `step`.
# shellcheck disable=SC2034  # Because these variables are for the scripts that source this file.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
env_file=${ATOLL_ENV_FILE:-$root/deploy/.env}
project=atoll
platform_images=(socket-proxy controlplane)
step_number=0
steps=${steps:-0}

# Announces the next step: `[3/9] building the console …`
step() {
  step_number=$((step_number + 1))
  printf '\n[%d/%d] %s …\n' "$step_number" "$steps" "$*"
}
say() { printf '      %s\n' "$*"; }
die() { printf '\nerror: %s\n' "$1" >&2; [ -z "${2:-}" ] || printf '  cure: %s\n' "$2" >&2; exit 1; }

# The value of one variable in the stack's settings, or nothing.
setting() { [ ! -e "$env_file" ] || sed -n "s/^$1=//p" "$env_file" | tail -1; }

case ${DOCKER_HOST:-unix://} in
  unix://*) ;;
  *) die "DOCKER_HOST is $DOCKER_HOST, but the socket proxy needs the engine's unix socket" "unset DOCKER_HOST, or set it to unix:///path/to/docker.sock" ;;
esac

# The path of the engine's socket: DOCKER_HOST when set, else the first usual place that is a socket, else the default.
engine_socket() {
  [ -z "${DOCKER_HOST:-}" ] || { echo "${DOCKER_HOST#unix://}"; return; }
  local path
  for path in /var/run/docker.sock "${XDG_RUNTIME_DIR:-/nonexistent}/docker.sock"; do
    [ ! -S "$path" ] || { echo "$path"; return; }
  done
  echo /var/run/docker.sock
}

# The docker client, always on the socket above (a client's own context may point elsewhere).
engine() { docker --host "unix://$(engine_socket)" "$@"; }

# Compose v2 if the client has it, else docker-compose 1.29. A docker client on PATH may lack the plugin.
compose() {
  local command=(docker-compose)
  if docker compose version >/dev/null 2>&1; then command=(docker compose); fi
  local files=(--file "$root/deploy/compose.yaml")
  [ -z "$(setting ATOLL_PUBLISH_TLS)" ] || files+=(--file "$root/deploy/compose.tls.yaml")
  [ -z "$(setting ATOLL_TRUSTED_KEY)" ] || files+=(--file "$root/deploy/compose.signed.yaml")
  [ -z "$(setting ATOLL_REGISTRIES_DIR)" ] || files+=(--file "$root/deploy/compose.registries.yaml")
  DOCKER_HOST="unix://$(engine_socket)" COMPOSE_PROJECT_NAME=$project \
    "${command[@]}" --env-file "$env_file" "${files[@]}" "$@"
}

# The port that the stack publishes (ATOLL_PUBLISH is `port` or `address:port`).
published_port() { local publish; publish=$(setting ATOLL_PUBLISH); echo "${publish##*:}"; }
