#!/usr/bin/env bash
# Builds what the images hold, then every image whose content has changed since it was last built.
#
#   build.sh binaries   the static binaries (cargo)
#   build.sh proxy      the socket proxy's binary alone
#   build.sh pages      the pages of the console and of the documents app (npm)
#   build.sh images     the image contexts under target/images and the images
#   build.sh path NAME  prints where the binary NAME lies
#
# ATOLL_PROFILE is the cargo profile: `release` (default), or `quick`, which is built in a fraction of the time.
set -euo pipefail
# shellcheck source=deploy/stack.sh
. "$(dirname "${BASH_SOURCE[0]}")/stack.sh"

profile=${ATOLL_PROFILE:-release}
triple=$(rustc -vV | sed -n 's/^host: //p')
out=${CARGO_TARGET_DIR:-$root/target}/$triple/$profile
contexts=$root/target/images
pages=(controlplane/web app-images/documents/web)

# Because an image `FROM scratch` has no C library, each binary brings its own. Naming the target keeps the flag
# away from build scripts and procedural macros, which cannot be linked so.
static_build() {
  local variable
  variable=CARGO_TARGET_$(tr 'a-z-' 'A-Z_' <<<"$triple")_RUSTFLAGS
  env "$variable=-C target-feature=+crt-static" \
    cargo build --manifest-path "$root/Cargo.toml" --locked --profile "$profile" --target "$triple" "$@"
}

# Because cargo gives crates that are built together the features of all of them, the proxy, which is to stay small, is built
# by itself, and as one unit.
proxy_binary() {
  CARGO_PROFILE_RELEASE_LTO=fat CARGO_PROFILE_RELEASE_CODEGEN_UNITS=1 static_build -p atoll-socket-proxy
}

binaries() {
  proxy_binary
  static_build -p atoll-controlplane -p atoll-cli -p atoll-documents
}

# A hash over the names, modes and contents of the files below the given paths.
content_hash() {
  { find "$@" -type d -printf 'd %m %P\n' | sort; find "$@" -type f -printf 'f %m %P\n' | sort
    find "$@" -type f -print0 | sort -z | xargs -0 cat; } | sha256sum | cut -d' ' -f1
}

# Builds the pages in folder $1 with npm into its dist/, unless that was made from the very same sources.
web() {
  local folder=$1 stamp hash
  stamp=$folder/dist/.built-from
  hash=$(cd "$folder" && find . \( -name node_modules -o -name dist -o -name '*.tsbuildinfo' \) -prune -o -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum | cut -d' ' -f1)
  [ "$(cat "$stamp" 2>/dev/null)" != "$hash" ] || { say "unchanged: ${folder#"$root"/}"; return; }
  npm_install "$folder"
  (cd "$folder" && npm run --silent build)
  echo "$hash" >"$stamp"
}

# Because npm's own mark is as old as the lock file it installed from, a newer lock file means another install.
npm_install() {
  [ "$1/node_modules/.package-lock.json" -nt "$1/package-lock.json" ] && return
  (cd "$1" && npm ci --no-audit --no-fund --loglevel=error)
}

# Starts an empty context for image $1 with the binary $2 in it.
context() {
  rm -rf "${contexts:?}/$1"
  mkdir -p "$contexts/$1/bin"
  install -m 755 "$out/$2" "$contexts/$1/bin/$2"
}

# Copies the built pages of folder $1 into the context at $2.
page() {
  cp -r "$root/$1/dist" "$contexts/$2"
  rm -f "$contexts/$2/.built-from"
}

# Puts Tesseract into the context at $1, with the libraries it needs, its data for the languages, and the licences of all.
recogniser() {
  mkdir -p "$1"
  command -v tesseract >/dev/null || "$root/deploy/engine.sh" apt tesseract-ocr tesseract-ocr-deu || true
  if ! command -v tesseract >/dev/null; then
    say "no tesseract on this machine, so scans will have no text (Debian: tesseract-ocr tesseract-ocr-deu)"
    return
  fi
  local binary data files
  binary=$(command -v tesseract)
  data=$(dirname "$(find /usr/share/tesseract-ocr /usr/share/tessdata -name osd.traineddata 2>/dev/null | head -1)")
  mapfile -t files < <(echo "$binary"; ldd "$binary" | grep -o '/[^ ]*'; ls "$data"/{osd,eng,deu}.traineddata 2>/dev/null)
  cp --dereference --parents "${files[@]}" "$1"
  licences "${files[@]}" | xargs -r cp --dereference --parents --target-directory="$1"
}

# The copyright files of the packages that the given files are from, on Debian.
licences() {
  local package
  { dpkg --search "${@/#*\//*/}" 2>/dev/null || true; } | cut -d: -f1 | sort -u | while read -r package; do
    [ ! -e "/usr/share/doc/$package/copyright" ] || echo "/usr/share/doc/$package/copyright"
  done
}

# Makes folders that only their owner and group may enter: what a volume starts as.
empty() { mkdir -p "$@" && chmod 750 "$@"; }

# Builds image $1 from context $2 and recipe $3, unless an image of that name was made from the very same content.
# Because the lock pins image ids, and a rebuild may give equal content another id.
image() {
  local hash label=atoll.content
  hash=$(content_hash "$2" "$3")
  if [ "$(engine image inspect --format "{{index .Config.Labels \"$label\"}}" "$1" 2>/dev/null)" = "$hash" ]; then
    say "unchanged: $1"
    return
  fi
  local log
  log=$(mktemp)
  # Because the classic builder is the one that every engine since 20.10 has without a plugin.
  if ! DOCKER_BUILDKIT=0 engine build --label atoll.stack=true --label "$label=$hash" --tag "$1" --file "$3" "$2" >"$log" 2>&1; then
    cat "$log" >&2
    die "image $1 could not be built"
  fi
  rm -f "$log"
  say "built: $1 ($(engine image inspect --format '{{.Size}}' "$1" | numfmt --to=iec-i --suffix=B))"
}

images() {
  context socket-proxy atoll-socket-proxy
  empty "$contexts"/socket-proxy/state/{state,run/atoll}
  image atoll/socket-proxy:dev "$contexts/socket-proxy" "$root/deploy/images/socket-proxy/Dockerfile"

  context controlplane atoll-controlplane
  empty "$contexts"/controlplane/state/{data,run/atoll}
  page controlplane/web controlplane/console
  image atoll/controlplane:dev "$contexts/controlplane" "$root/deploy/images/controlplane/Dockerfile"

  context documents atoll-documents
  empty "$contexts/documents/data"
  page app-images/documents/web documents/web
  recogniser "$contexts/documents/ocr"
  image atoll/documents:1.0.0 "$contexts/documents" "$root/app-images/documents/Dockerfile"
}

case ${1:-} in
  binaries) binaries ;;
  proxy) proxy_binary ;;
  pages) for folder in "${pages[@]}"; do web "$root/$folder"; done ;;
  images) images ;;
  static) shift; static_build "$@" ;;
  context) shift; context "$@" ;;
  image) shift; image "$@" ;;
  npm-install) npm_install "$2" ;;
  path) echo "$out/$2" ;;
  *) sed -n '2,10s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2; exit 2 ;;
esac
