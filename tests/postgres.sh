#!/usr/bin/env bash
# The tests of the API, the reconciler and the database's tables once more, on PostgreSQL instead of SQLite: on a server that
# is started for them and ended after them.
#
#   postgres.sh             all of them
#   postgres.sh grants      only tests whose names contain this word
#
# The server listens on a socket in a folder of its own and on no port. It refuses to run as root, so there it runs as the
# user `postgres` that its package brings.
set -euo pipefail
steps=2
# shellcheck source=deploy/stack.sh
. "$(dirname "${BASH_SOURCE[0]}")/../deploy/stack.sh"
cd "$root"

# Because of the signal, a server whose script was killed ends too.
as_server=(setpriv --pdeathsig INT)
[ "$(id -u)" != 0 ] || as_server+=(--reuid postgres --regid postgres --clear-groups)

# The folder of the newest server that is installed. Debian keeps it off PATH.
server_folder() {
  local found
  found=$(find /usr/lib/postgresql/*/bin -name initdb 2>/dev/null | sort -V | tail -1)
  [ -n "$found" ] || found=$(command -v initdb) || die "PostgreSQL's server is not installed" "run tests/install.sh"
  dirname "$found"
}

# Ends the server by the id that it was started with, and removes what it kept.
end_server() {
  local result=$?
  trap - EXIT
  # Because SIGINT means to it "end now, orderly", while SIGTERM waits for every client to leave.
  if [ -n "${server:-}" ] && kill -INT "$server" 2>/dev/null; then wait "$server" 2>/dev/null || true; fi
  if [ "$result" -ne 0 ]; then grep -E 'FATAL|PANIC|could not' "$folder/log" 2>/dev/null | tail -5 >&2 || true; fi
  rm -rf --one-file-system "$folder"
  exit "$result"
}

start_server() {
  local bin waited=0
  bin=$(server_folder)
  say "$("$bin/postgres" --version)"
  [ "$(id -u)" != 0 ] || chown postgres: "$folder"
  cd "$folder"
  "${as_server[@]}" "$bin/initdb" --pgdata "$folder/data" --username atoll --auth trust --encoding UTF8 --no-locale --no-sync \
    >"$folder/log" 2>&1 || { tail -5 "$folder/log" >&2; die "its folder could not be made (initdb)"; }
  # Nothing that it keeps has to outlive a power cut.
  "${as_server[@]}" "$bin/postgres" -D "$folder/data" -k "$folder" -c listen_addresses= -c max_connections=400 \
    -c fsync=off -c synchronous_commit=off -c full_page_writes=off </dev/null >>"$folder/log" 2>&1 &
  server=$!
  cd "$root"
  until "$bin/pg_isready" --quiet --host "$folder" --username atoll --dbname postgres; do
    waited=$((waited + 1))
    kill -0 "$server" 2>/dev/null || { tail -5 "$folder/log" >&2; die "PostgreSQL ended while it started"; }
    [ "$waited" -lt 300 ] || die "PostgreSQL does not answer after 30 s"
    sleep 0.1
  done
}

# Because with fewer packages cargo would choose other features of the dependencies and compile all of them again.
run_tests() {
  if cargo nextest --version >/dev/null 2>&1; then
    cargo nextest run --workspace --locked --lib --test api --test reconciler -E 'kind(test) | test(/^store::/)' "$@"
  else
    cargo test --workspace --locked --test api --test reconciler "$@"
    cargo test --workspace --locked --lib store::
  fi
}

step "PostgreSQL for the tests"
# Not below this folder, because the path of a socket may be 107 bytes long.
folder=$(mktemp -d /tmp/atoll-postgres.XXXXXX)
trap end_server EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
start_server
step "the tests on it"
export ATOLL_TEST_POSTGRES="postgres://atoll@localhost/postgres?host=$folder"
run_tests "$@"
