#!/usr/bin/env bash
# Installs other people's software for its tests, into target/thirdparty and the folders' node_modules.
#
#   install.sh quick    Radicale, git, a browser driver
#   install.sh all      JupyterLab and Node-RED as well
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
python="$root/target/thirdparty/python"
what=${1:-all}

missing=()
[ -x /usr/lib/git-core/git-http-backend ] || missing+=(git)
command -v chromium >/dev/null || missing+=(chromium)
python3 -c 'import ensurepip' 2>/dev/null || missing+=(python3-venv)
[ ${#missing[@]} -eq 0 ] || "$root/deploy/engine.sh" apt "${missing[@]}"

[ -x "$python/bin/pip" ] || python3 -m venv "$python"
"$python/bin/pip" install --quiet --disable-pip-version-check --requirement "$here/requirements.txt"
"$root/deploy/build.sh" npm-install "$here"
if [ "$what" = all ]; then
  "$python/bin/pip" install --quiet --disable-pip-version-check --requirement "$here/requirements-jupyterlab.txt"
  "$root/deploy/build.sh" npm-install "$here/node-red"
fi
