#!/usr/bin/env bash
# The hot-reload loop: the console from Vite with hot module replacement, the control plane rebuilt (quick profile) and its
# container restarted whenever its source changes. Socket proxy and apps stay as `make up` started them.
set -euo pipefail
export ATOLL_PROFILE=quick
# shellcheck source=deploy/stack.sh
. "$(dirname "${BASH_SOURCE[0]}")/stack.sh"
steps=3

watched=(sandbox/src controlplane/src controlplane/migrations Cargo.lock)

# A stamp of the newest change to the watched sources. Because polling needs no tool and a second is quick enough.
newest_change() { (cd "$root" && find "${watched[@]}" -type f -printf '%T@ %p\n' | sort -n | tail -1); }

# Rebuilds the control plane's image and replaces its container; a failed build leaves the running one.
replace_control_plane() {
  "$root/deploy/build.sh" binaries && "$root/deploy/build.sh" images && compose up --detach controlplane
}

end() { kill "$vite" 2>/dev/null || true; }

step "bringing the stack up (quick build)"
"$root/deploy/up.sh"
step "console with hot reload"
"$root/deploy/build.sh" npm-install "$root/controlplane/web"
(cd "$root/controlplane/web" && ATOLL_DEV_API=$(setting ATOLL_BASE_URL) NODE_OPTIONS="--import $root/deploy/localhost-names.mjs" exec node node_modules/vite/bin/vite.js) &
vite=$!
trap end EXIT
step "watching ${watched[*]} (end with Ctrl-C)"
seen=$(newest_change)
while kill -0 "$vite" 2>/dev/null; do
  sleep 1
  now=$(newest_change)
  [ "$now" != "$seen" ] || continue
  seen=$now
  say "changed: ${now#* }"
  replace_control_plane || say "not replaced: see the error above; the running one stays"
done
