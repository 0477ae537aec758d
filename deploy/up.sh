#!/usr/bin/env bash
# Brings the stack up: engine, build, lock, start, wait. Run again it changes nothing and is quick.
#
#   up.sh               prints a one-time set-up code while there is no administrator
#   up.sh --demo        also makes an administrator, installs the documents app and uploads sample PDFs
#   up.sh --preflight   only writes the settings and checks that port and base URL can work
set -euo pipefail
mode=${1:-}
steps=7
[ "$mode" != --demo ] || steps=11
# shellcheck source=deploy/stack.sh
. "$(dirname "${BASH_SOURCE[0]}")/stack.sh"

# Writes deploy/.env. What an operator set there (address, port, base URL, policy folder) stays.
write_settings() {
  local socket policy publish base_url
  socket=$(engine_socket)
  policy=${ATOLL_POLICY_DIR:-$(setting ATOLL_POLICY_DIR)}
  publish=${ATOLL_PUBLISH:-$(setting ATOLL_PUBLISH)}
  base_url=${ATOLL_BASE_URL:-$(setting ATOLL_BASE_URL)}
  publish=${publish:-127.0.0.1:8080}
  cat >"$env_file.new" <<END
# Written by \`make up\`. The engine's socket and group are looked up each time; all else is yours to change.
ATOLL_ENGINE_SOCKET=$(readlink -f "$socket")
ATOLL_ENGINE_GID=$(stat -Lc %g "$socket")
ATOLL_POLICY_DIR=${policy:-$root}
ATOLL_PUBLISH=$publish
ATOLL_BASE_URL=${base_url:-http://atoll.localhost:${publish##*:}}
$(chosen_settings)
END
  mv "$env_file.new" "$env_file"
}

# What an operator has set for TLS (docs/tls.md), and for signed policies and private registries (docs/socket-proxy.md), here or there.
chosen_settings() {
  local name value
  for name in ATOLL_PUBLISH_TLS ATOLL_TLS_DIR ATOLL_TLS_CERT ATOLL_TLS_KEY ATOLL_ACME_DIRECTORY ATOLL_ACME_EMAIL ATOLL_TRUSTED_KEY ATOLL_REGISTRIES_DIR; do
    value=${!name:-$(setting "$name")}
    [ -z "$value" ] || echo "$name=$value"
  done
}

lock() {
  local policy file
  policy=$(setting ATOLL_POLICY_DIR)
  DOCKER_HOST="unix://$(engine_socket)" "$("$root/deploy/build.sh" path atoll)" \
    allowlist lock --allowlist "$policy/allowlist.yaml" --lock "$policy/allowlist.lock"
  for file in allowlist.yaml allowlist.lock; do
    [ "$(stat -Lc %A "$policy/$file" | cut -c8)" = r ] ||
      die "$policy/$file is not readable by other users, so the platform (uid 10000) cannot read it" "chmod a+r $policy/$file"
  done
}

# Compose says little when the port is taken; say it before.
check_port() {
  local port
  port=$(published_port)
  [ -z "$(engine ps --quiet --filter name=^atoll-controlplane$ --filter publish="$port")" ] || return 0
  ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null ||
    die "port $port is already in use by something else" "stop it (see: ss -ltnp sport = :$port), or run: make up ATOLL_PUBLISH=127.0.0.1:8081"
}

check_base_url() {
  local url host
  url=$(setting ATOLL_BASE_URL)
  host=${url#*://}
  host=${host%%[:/]*}
  # Because browsers resolve *.localhost by themselves, without asking the system.
  case $host in localhost | *.localhost) return ;; esac
  getent hosts "$host" >/dev/null || die "the base URL's host \`$host\` does not resolve" "add it (and *.$host for the apps) to DNS, or set ATOLL_BASE_URL in $env_file"
}

start() { compose up --detach --remove-orphans 2>&1 | sed 's/^/      /'; }

wait_until_healthy() {
  local deadline=$((SECONDS + 90)) name
  for name in "${platform_images[@]}"; do
    until engine exec "$project-$name" "/$project-$name" healthcheck >/dev/null 2>&1; do
      if [ "$SECONDS" -ge "$deadline" ]; then
        engine logs --tail 20 "$project-$name" >&2 || true
        die "$project-$name is not healthy after 90 s" "read its last lines above"
      fi
      sleep 0.3
    done
    say "$project-$name is healthy"
  done
}

preflight() { write_settings; check_port; check_base_url; }

if [ "$mode" = --preflight ]; then
  preflight
  exit
fi
step "container engine"
"$root/deploy/engine.sh" ensure
step "building the binaries (cargo; minutes the first time)"
"$root/deploy/build.sh" binaries
step "building the pages of the console and the documents app"
"$root/deploy/build.sh" pages
step "building the images"
"$root/deploy/build.sh" images
step "locking the allowlist to these images"
preflight
lock
step "starting the stack"
start
step "waiting until it is healthy"
wait_until_healthy

if [ "$mode" = --demo ]; then
  ATOLL_STEPS_DONE=$step_number ATOLL_STEPS=$steps ATOLL_BASE_URL=$(setting ATOLL_BASE_URL) \
    DOCKER_HOST="unix://$(engine_socket)" node "$root/deploy/demo.mjs"
  exit
fi
printf '\nAtoll is up: %s\n' "$(setting ATOLL_BASE_URL)"
if code=$(engine exec atoll-controlplane /atoll-controlplane setup-code 2>/dev/null); then
  printf 'There is no administrator yet. Open the console and enter this one-time set-up code (valid for an hour):\n\n  %s\n\n' "$code"
fi
