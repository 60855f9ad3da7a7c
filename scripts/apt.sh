#!/bin/sh
# Install Debian or Ubuntu packages: scripts/apt.sh PACKAGE…
# Exit 1 where that is not possible here (not root, no apt-get, no such package). It never asks for anything.
set -eu

[ "$(id -u)" = 0 ] || exit 1
command -v apt-get >/dev/null 2>&1 || exit 1
printf 'Installing %s (apt-get) …\n' "$*" >&2
export DEBIAN_FRONTEND=noninteractive
# An old list of packages is no reason to stop: the install itself says whether it worked.
apt-get update -qq >/dev/null </dev/null || :
apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 "$@" \
    >/dev/null </dev/null || exit 1
