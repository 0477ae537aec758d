#!/usr/bin/env bash
# Makes sure that a container engine and compose are there, and says what it does for it.
#
#   engine.sh ensure    use an engine that answers, else install and start one (Debian, as root); then compose
#   engine.sh install   install engine and compose from Debian's packages without starting anything
#   engine.sh apt NAME… install other Debian packages
#   engine.sh stop      stop an engine that `ensure` started (one that was there before is left alone)
set -euo pipefail
# shellcheck source=deploy/stack.sh
. "$(dirname "${BASH_SOURCE[0]}")/stack.sh"

oldest_api=1.41 # Docker 20.10
started_by_us=/run/atoll-engine-started
engine_log=/var/log/atoll-dockerd.log

answers() { command -v docker >/dev/null && engine version --format '{{.Server.Version}}' >/dev/null 2>&1; }
has_compose() { docker compose version >/dev/null 2>&1 || command -v docker-compose >/dev/null; }

apt_install() {
  [ "$(id -u)" = 0 ] || die "installing $* needs root" "run this as root, or run: sudo apt-get install $*"
  command -v apt-get >/dev/null || die "this is not a Debian system, so $* cannot be installed for you" "install Docker 20.10 or newer with compose, start it, and run this again"
  say "installing $* (apt-get; takes a minute)"
  local log
  log=$(mktemp)
  if ! { timeout 300 apt-get update && DEBIAN_FRONTEND=noninteractive timeout 900 apt-get install -y --no-install-recommends "$@"; } >"$log" 2>&1; then
    tail -20 "$log" >&2
    die "apt-get could not install $*" "read its last lines above"
  fi
  rm -f "$log"
}

install_engine() {
  local missing=()
  command -v dockerd >/dev/null || missing+=(docker.io)
  command -v iptables >/dev/null || missing+=(iptables)
  [ ${#missing[@]} -eq 0 ] || apt_install "${missing[@]}"
}

install_compose() { has_compose || apt_install docker-compose; }

# Removes the pid file $1 unless the process it names really is $2.
# Because dockerd refuses to start while the pid in it is alive, also when that pid now belongs to something else.
meet_stale_pid() {
  local pid
  pid=$(cat "$1" 2>/dev/null) || return 0
  [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = "$2" ] && return 0
  say "removing the stale pid file $1 (process $pid is no $2)"
  rm -f "$1"
}

start_engine() {
  [ "$(id -u)" = 0 ] || die "no container engine answers at $(engine_socket), and starting one needs root" "start your engine, join the group of its socket, or run this as root"
  install_engine
  if [ -d /run/systemd/system ]; then
    say "starting docker by systemd"
    systemctl start docker
  else
    meet_stale_pid /var/run/docker.pid dockerd
    meet_stale_pid /var/run/docker/containerd/containerd.pid containerd
    say "starting dockerd (no systemd here; its log: $engine_log)"
    setsid dockerd </dev/null >>"$engine_log" 2>&1 &
    touch "$started_by_us"
  fi
  wait_for_engine
}

wait_for_engine() {
  local deadline=$((SECONDS + 60))
  until answers; do
    if [ "$SECONDS" -ge "$deadline" ]; then
      tail -15 "$engine_log" >&2 2>/dev/null || true
      die "the container engine does not answer after 60 s" "read its log above ($engine_log); run \`atoll doctor\` for a diagnosis"
    fi
    sleep 0.3
  done
}

# Newer than or equal to the oldest engine that Atoll's rendering was proved on?
check_version() {
  local api
  api=$(engine version --format '{{.Server.APIVersion}}')
  [ "$(printf '%s\n%s\n' "$oldest_api" "$api" | sort -V | head -1)" = "$oldest_api" ] ||
    die "the container engine speaks API $api; Atoll needs $oldest_api (Docker 20.10) or newer" "update the engine"
}

ensure() {
  if answers; then
    say "using the container engine at $(engine_socket)"
  else
    start_engine
  fi
  check_version
  install_compose
  say "engine $(engine version --format '{{.Server.Version}}'), compose $(compose_version)"
}

compose_version() { docker compose version --short 2>/dev/null || docker-compose version --short; }

stop() {
  [ -e "$started_by_us" ] || { say "the engine was not started by us: left alone"; return; }
  local pid
  pid=$(cat /var/run/docker.pid 2>/dev/null) && kill "$pid" && while kill -0 "$pid" 2>/dev/null; do sleep 0.2; done
  rm -f "$started_by_us"
  say "engine stopped"
}

case ${1:-} in
  ensure) ensure ;;
  install) install_engine; install_compose ;;
  stop) stop ;;
  apt) shift; apt_install "$@" ;;
  *) sed -n '2,8s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2; exit 2 ;;
esac
