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

step "format"
cargo fmt --all --check
step "shell scripts"
if command -v shellcheck >/dev/null; then shellcheck -x deploy/*.sh tests/*.sh tests/*/*.sh bench/*/*.sh .ci/run; else for f in deploy/*.sh tests/*.sh tests/*/*.sh bench/*/*.sh .ci/run; do bash -n "$f"; done; fi
step "lints"
cargo clippy --workspace --all-targets --all-features --locked -- -D warnings
step "unit tests"
run_tests --workspace --locked
for folder in $web_folders; do
  step "web checks of $folder"
  deploy/build.sh npm-install "$folder"
  (cd "$folder" && CI=true npm run --silent check)
done
printf '\ncheck: passed\n'
