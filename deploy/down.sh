#!/usr/bin/env bash
# Stops the stack and its apps. With --clean also removes everything that it made: containers, networks, volumes, images.
# Only objects that bear our labels are touched: `atoll.stack` (the platform) and `atoll.app` (the apps).
set -euo pipefail
# shellcheck source=deploy/stack.sh
. "$(dirname "${BASH_SOURCE[0]}")/stack.sh"

# Ids of the objects of kind $1 (container, network, volume, image) that bear label $2.
labelled() {
  local list=(ls --quiet --filter "label=$2")
  [ "$1" != container ] || list+=(--all)
  engine "$1" "${list[@]}"
}

remove() {
  local kind=$1 label=$2 ids
  shift 2
  ids=$(labelled "$kind" "$label" | sort -u)
  [ -n "$ids" ] || return 0
  say "removing $(wc -l <<<"$ids") $kind(s) labelled $label"
  # shellcheck disable=SC2086  # Because ids are words, one argument each.
  engine "$kind" rm "$@" $ids >/dev/null
}

if ! engine version >/dev/null 2>&1; then
  say "no container engine answers at $(engine_socket): nothing runs"
  exit 0
fi

ids=$(labelled container atoll.stack)
# shellcheck disable=SC2086
[ -z "$ids" ] || { say "stopping the platform"; engine container stop $ids >/dev/null; }
# Because apps outlive the control plane by design, they are stopped by name.
ids=$(engine container ls --quiet --filter label=atoll.app)
# shellcheck disable=SC2086
[ -z "$ids" ] || { say "stopping the apps"; engine container stop --time 20 $ids >/dev/null; }

if [ "${1:-}" = --clean ]; then
  for label in atoll.app atoll.stack; do
    remove container $label --force --volumes
    remove network $label
    remove volume $label
  done
  remove image atoll.stack --force
  rm -rf "$root/target/demo" "$root/target/images" "$env_file"
fi
say "done"
