#!/usr/bin/env bash
# Brings the stack up on the test machine, with the very script that `make up` runs. To be sourced by what then uses it:
# the end-to-end tests and the benchmarks. Announces seven steps.
# shellcheck source=deploy/stack.sh
. "$(dirname "${BASH_SOURCE[0]}")/../deploy/stack.sh"
cd "$root" || exit

work=${work:-$root/target/e2e}
machine=$root/tests/machine.sh
export ATOLL_ENV_FILE=$work/stack.env ATOLL_POLICY_DIR=$work/policy ATOLL_REGISTRIES_DIR=$work/registries
# The image of `probe-pulled` in tests/policy/allowlist.yaml.
pulled=127.0.0.1:5000/atoll-test/pulled:1
# Because the neighbour on the LAN must be able to reach the published port, so that the apps' failing to do so means something.
export ATOLL_PUBLISH=0.0.0.0:8080 ATOLL_BASE_URL=http://atoll.localhost:8080
env_file=$ATOLL_ENV_FILE
unset DOCKER_HOST DOCKER_CONTEXT

in_machine() { "$machine" run "$@"; }

# Keeps what a failed run needs to be understood, then ends the machine.
end_stage() {
  local result=$? name
  trap - EXIT
  if [ "$result" -ne 0 ]; then
    for name in "${platform_images[@]}"; do
      in_machine docker logs "atoll-$name" >"$work/$name.log" 2>&1 || true
    done
    cp "$root/target/machine/dockerd.log" "$work/" 2>/dev/null || true
    say "failed; the logs of the stack and the engine are in ${work#"$root"/}/"
  fi
  [ -n "${ATOLL_E2E_KEEP:-}" ] || "$machine" down
  exit "$result"
}

stage_build() {
  step "building the stack"
  rm -rf "$work"
  mkdir -p "$work/policy"
  deploy/build.sh binaries
  deploy/build.sh pages
  step "building the probe app"
  deploy/build.sh static -p atoll-probe
  ATOLL_PROBE=$(deploy/build.sh path atoll-probe)
  ATOLL_CLI=$(deploy/build.sh path atoll)
  export ATOLL_PROBE ATOLL_CLI
}

# The neighbour on the LAN, who also plays the internet, and the host's resolver, which writes down what it is asked.
stage_surroundings() {
  in_machine setsid "$ATOLL_PROBE" record-dns 127.0.0.1:53 /run/dns.log </dev/null >"$work/dns.out" 2>&1 &
  local address
  # Because a datagram socket for all addresses would answer from another one than was asked.
  for address in 198.18.0.2 203.0.113.10; do
    in_machine "$machine" neighbour setsid "$ATOLL_PROBE" serve "$address:8080" </dev/null >"$work/$address.out" 2>&1 &
  done
}

# Three images of the probe: one to run, and two that will be broken after the lock has pinned them.
stage_probe_images() {
  local name
  cp tests/policy/allowlist.yaml "$work/policy/"
  for name in probe absent changed; do
    deploy/build.sh context "$name" atoll-probe
    mkdir "target/images/$name/data"
    [ "$name" = probe ] || echo "$name" >"target/images/$name/bin/which"
    in_machine deploy/build.sh image "atoll-test/$name:1" "$root/target/images/$name" tests/probe/Dockerfile
  done
}

# A registry that asks who pulls, and one image that only it has once the lock is written.
stage_registry() {
  mkdir -p "$work/registries"
  cp tests/registry/config.json "$work/registries/"
  (cd tests/registry && exec "$machine" run setsid docker-registry serve config.yml </dev/null >"$work/registry.log" 2>&1) &
  deploy/build.sh context pulled atoll-probe
  mkdir target/images/pulled/data
  echo pulled >target/images/pulled/bin/which
  in_machine deploy/build.sh image "$pulled" "$root/target/images/pulled" tests/probe/Dockerfile
  in_machine docker --config "$work/registries" push --quiet "$pulled" | sed 's/^/      pushed: /'
}

# Removes image $1 by its id. Because a pin names the id: as long as that is there, it is what starts, whatever the name says.
break_image() {
  local id
  id=$(in_machine docker image inspect --format '{{.Id}}' "$1")
  in_machine docker image rm --force "$id" >/dev/null
}

stage_up() {
  step "making the test machine"
  trap end_stage EXIT
  "$machine" up
  stage_surroundings
  step "building the probe's images"
  stage_probe_images
  step "a registry with an image for one of them"
  stage_registry
  step "bringing the stack up on it"
  in_machine deploy/up.sh
  step "breaking two images behind the lock's back, and leaving one to the registry"
  break_image atoll-test/absent:1
  break_image atoll-test/changed:1
  break_image "$pulled"
  in_machine docker tag atoll-test/probe:1 atoll-test/changed:1
}
