#!/usr/bin/env bash
# Checks the tools that are not installed by pip or npm. Names each missing one with the command that installs it.
set -u
missing=()

need() { # need TOOL PACKAGES TEST...
  local tool=$1 packages=$2
  shift 2
  "$@" >/dev/null 2>&1 || { missing+=("$packages"); echo "missing: $tool — install it with: apt-get install $packages" >&2; }
}

python=${PYTHON:-python3}
need "Python 3.11 or newer" "python3" "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'
need "Python's venv" "python3-venv" "$python" -c 'import venv, ensurepip'
need "Node 18 or newer" "nodejs" node -e 'process.exit(parseInt(process.versions.node) < 18 ? 1 : 0)'
need "npm" "npm" npm --version
if [ "${1:-run}" = test ]; then
  need "Chromium" "chromium" chromium --version
  need "a C compiler" "gcc libc6-dev" cc -fsyntax-only -x c - <<<'#include <stdlib.h>'
  need "PostgreSQL's server" "postgresql" bash -c 'command -v postgres || ls /usr/lib/postgresql/*/bin/postgres'
  need "MariaDB" "mariadb-server-core" bash -c 'PATH=$PATH:/usr/sbin mariadbd --version && ls /usr/share/m*/m*_system_tables.sql'
  need "NATS's server" "nats-server" nats-server --version
  need "a Chinese font" "fonts-noto-cjk" bash -c 'fc-list :lang=zh | grep -q .'
fi
[ ${#missing[@]} -eq 0 ] && exit 0
if [ "$(id -u)" = 0 ] && [ -n "${CI:-}" ]; then
  echo "installing ${missing[*]} …" >&2
  # shellcheck disable=SC2086 — one word a package
  apt-get update -q >/dev/null && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends ${missing[*]} >/dev/null && exit 0
fi
exit 1
