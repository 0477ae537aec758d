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

# Because the label `atoll.stack` of an image passes to every container made from it, apps bear it too.
ids=$(engine container ls --all --quiet --filter label=atoll.stack --filter "label=com.docker.compose.project=$project")
if [ -n "$ids" ]; then
  say "stopping the platform (its data stays in its volumes)"
  # shellcheck disable=SC2086  # Because ids are words, one argument each.
  { engine container stop $ids && engine container rm $ids; } >/dev/null
fi
# Because apps outlive the control plane by design, they are stopped by name.
ids=$(engine container ls --quiet --filter label=atoll.app)
if [ -n "$ids" ]; then
  say "stopping the apps"
  # shellcheck disable=SC2086
  engine container stop --time 20 $ids >/dev/null
fi

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
