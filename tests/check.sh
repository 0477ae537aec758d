#!/usr/bin/env bash
# The fast tests: whatever needs no container engine.
set -euo pipefail
# shellcheck source=deploy/stack.sh
. "$(dirname "${BASH_SOURCE[0]}")/../deploy/stack.sh"
cd "$root"
web_folders=$(git ls-files -co --exclude-standard '*package.json' | grep -v '^tests/' | xargs -rn1 dirname)
steps=$((4 + $(wc -w <<<"$web_folders")))

# Because nextest prints better and runs faster, but cargo alone must do.
run_tests() {
  if cargo nextest --version >/dev/null 2>&1; then cargo nextest run "$@"; else cargo test "$@"; fi
}

# Runs the checks that the package in $1 names: lint, types, tests.
check_web() {
  local script
  "$root/deploy/build.sh" npm-install "$root/$1"
  for script in lint typecheck test; do
    if node -e 'process.exit(require(process.argv[1]).scripts?.[process.argv[2]] ? 0 : 1)' "$root/$1/package.json" "$script"; then
      say "npm run $script"
      (cd "$1" && CI=true npm run --silent "$script")
    fi
  done
}

step "format"
cargo fmt --all --check
step "shell scripts"
if command -v shellcheck >/dev/null; then shellcheck -x deploy/*.sh tests/*.sh bench/*/*.sh .ci/run; else for f in deploy/*.sh tests/*.sh bench/*/*.sh .ci/run; do bash -n "$f"; done; fi
step "lints"
cargo clippy --workspace --all-targets --all-features --locked -- -D warnings
step "unit tests"
run_tests --workspace --locked
for folder in $web_folders; do
  step "web checks of $folder"
  check_web "$folder"
done
printf '\ncheck: passed\n'
