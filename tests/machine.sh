#!/usr/bin/env bash
# A machine of its own for the end-to-end tests: nothing in it can meet a stack that somebody uses.
#
# It is a set of namespaces with one process as its root: own network (own loopback, iptables, ports),
# own process table, own /run (so the engine's default socket path is free), own resolver and an own container engine.
# A second network namespace plays the neighbour on the LAN and, behind it, the internet.
# Unnamed namespaces die with their processes: killing the root leaves nothing behind, also after `kill -9` of a run.
#
#   machine.sh up             start it (an earlier one is ended first)
#   machine.sh run CMD…       run a command in it
#   machine.sh neighbour CMD… run a command beside it, on its LAN (only from inside)
#   machine.sh engine VERB    start | stop | kill | restart its engine (from outside or inside)
#   machine.sh down           end it and remove its files
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# Because the engine's data must lie on a real disk (overlay on overlay fails), not on the machine's tmpfs.
state=${ATOLL_MACHINE_DIR:-$root/target/machine}
socket=/run/docker.sock

say() { printf '  machine: %s\n' "$*" >&2; }
die() { printf 'machine.sh: %s\n' "$*" >&2; exit 1; }

# The pid of the machine's first process as seen from outside, or nothing when it does not run.
first_process() {
  local pid
  pid=$(cat "$state/pid" 2>/dev/null) || return 0
  # Because a pid is reused: only a process that was started for this folder counts.
  tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -qF "machine.sh first-process $state" && echo "$pid"
  return 0
}

up() {
  [ "$(id -u)" = 0 ] || die "the test machine needs root (namespaces and a container engine of its own). Run it as root, or in a root container."
  for tool in unshare nsenter ip dockerd iptables; do
    command -v "$tool" >/dev/null || die "\`$tool\` is missing: run deploy/engine.sh install"
  done
  down
  mkdir -p "$state/docker"
  unshare --net --mount --pid --fork --kill-child --propagation private \
    bash "$root/tests/machine.sh" first-process "$state" </dev/null >"$state/machine.log" 2>&1 &
  local outer=$! waited=0
  until [ -e "$state/ready" ]; do
    kill -0 "$outer" 2>/dev/null || { cat "$state/machine.log" >&2; die "it ended while it started"; }
    waited=$((waited + 1))
    [ "$waited" -lt 100 ] || { cat "$state/machine.log" >&2; die "it is not ready after 10 s"; }
    sleep 0.1
  done
  cut -d' ' -f1 "/proc/$outer/task/$outer/children" >"$state/pid"
  say "namespaces made (first process $(cat "$state/pid"))"
  engine start
}

# Runs as process 1 of the new namespaces: lays out the network, then only reaps.
first_process_main() {
  mount -t proc proc /proc
  mount -t tmpfs -o mode=755,size=256m tmpfs /run
  mkdir -p /run/lock
  mkdir -p /var/lib/docker && mount --bind "$state/docker" /var/lib/docker
  printf 'nameserver 127.0.0.1\noptions timeout:1 attempts:1\n' >/run/resolv.conf
  mount --bind /run/resolv.conf "$(readlink -f /etc/resolv.conf)"
  ip link set lo up
  unshare --net sleep infinity &
  local neighbour=$!
  echo "$neighbour" >/run/neighbour.pid
  # Because the veth may be moved only once the other namespace is really another one.
  until [ "$(readlink /proc/$neighbour/ns/net)" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.02; done
  ip link add lan0 type veth peer name lan1
  ip link set lan1 netns "$neighbour"
  ip address add 198.18.0.1/24 dev lan0
  ip link set lan0 up
  nsenter --target "$neighbour" --net sh -e -c '
    ip link set lo up
    ip address add 198.18.0.2/24 dev lan1
    ip link set lan1 up
    ip address add 203.0.113.10/32 dev lo
    # So that the neighbour knows the way to every network of the machine, as an attacker on the LAN would make it so.
    ip route add 10.0.0.0/8 via 198.18.0.1
    ip route add 172.16.0.0/12 via 198.18.0.1'
  ip route add default via 198.18.0.2
  touch "$state/ready"
  # Because bash as process 1 reaps whatever is handed to it while it waits.
  while :; do sleep 3600 & wait $!; done
}

enter() {
  local pid
  pid=$(first_process)
  [ -n "$pid" ] || die "it does not run: start it with \`tests/machine.sh up\`"
  # Because entering other mounts forgets the working directory.
  # shellcheck disable=SC2016
  exec nsenter --target "$pid" --net --mount --pid -- bash -c 'cd "$0" && exec "$@"' "$PWD" "$@"
}

# True when we already are in the machine: its /run names the neighbour.
inside() { [ -e /run/neighbour.pid ]; }

engine() {
  inside || { ( enter bash "$root/tests/machine.sh" engine "$@" ); return; }
  case $1 in
    start) engine_start ;;
    stop) engine_end TERM ;;
    kill) engine_end KILL ;;
    restart) engine_end TERM; engine_start ;;
    *) die "engine start | stop | kill | restart" ;;
  esac
}

engine_start() {
  # Because an engine that was killed leaves its pid file, and refuses to start over it.
  rm -f /run/docker.pid /run/docker/containerd/containerd.pid
  setsid dockerd --host "unix://$socket" --storage-driver overlay2 \
    </dev/null >>"$state/dockerd.log" 2>&1 &
  local waited=0
  until docker --host "unix://$socket" version --format '{{.Server.Version}}' >"$state/engine-version" 2>/dev/null; do
    waited=$((waited + 1))
    [ "$waited" -lt 300 ] || { tail -20 "$state/dockerd.log" >&2; die "its engine does not answer after 60 s"; }
    sleep 0.2
  done
  say "engine $(cat "$state/engine-version") answers"
}

engine_end() {
  local pid waited=0
  pid=$(cat /run/docker.pid 2>/dev/null) || return 0
  kill "-$1" "$pid" 2>/dev/null || return 0
  while kill -0 "$pid" 2>/dev/null; do
    waited=$((waited + 1))
    [ "$waited" -lt 300 ] || die "its engine does not end after 60 s"
    sleep 0.2
  done
}

down() {
  local pid
  pid=$(first_process)
  if [ -n "$pid" ]; then
    # Because process 1 of a namespace takes every other one with it.
    kill -KILL "$pid"
    while [ -e "/proc/$pid" ]; do sleep 0.1; done
    say "ended"
  fi
  [ ! -e "$state" ] || remove_state
}

# The engine's layers may still be unmounting for a moment after the last process has gone.
remove_state() {
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    rm -rf --one-file-system "$state" 2>/dev/null && return
    sleep 0.5
  done
  die "could not remove $state"
}

verb=${1:-}
shift || true
case $verb in
  up) up ;;
  down) down ;;
  run) if inside; then exec "$@"; else enter "$@"; fi ;;
  neighbour) exec nsenter --target "$(cat /run/neighbour.pid)" --net -- "$@" ;;
  engine) engine "$@" ;;
  first-process) state=$1; first_process_main ;;
  *) sed -n '2,14s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2; exit 2 ;;
esac
