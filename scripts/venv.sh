#!/bin/sh
# Make .venv hold exactly what a lock file says, and the package itself: scripts/venv.sh site|test
# Does nothing when nothing changed: the stamp is the lock file, pyproject.toml, the Python and the place.
set -eu
cd "$(dirname "$0")/.."

lock=requirements/$1.txt
python=$(sh scripts/python.sh)
place=$(pwd)
stamp=.venv/.locked-$1
key=$({ printf '%s\n' "$place"; "$python" -c 'import sys; print(sys.version)'; cat "$lock" pyproject.toml; } | cksum)

if [ -x .venv/bin/python ] && [ "$(cat "$stamp" 2>/dev/null)" = "$key" ]; then
    exit 0
fi

# Debian and Ubuntu ship Python without the two modules that make a virtual environment.
if ! "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
    package=python$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv
    if ! sh scripts/apt.sh "$package"; then
        printf '%s\n' \
            "Python's venv module is missing. Run this once as root, then the same make again:" \
            '缺少 Python 的 venv 模块。请以 root 身份运行一次下面的命令，然后重新运行 make：' \
            "    apt-get install -y $package" >&2
        exit 1
    fi
fi

# A virtual environment cannot be moved, nor used by another Python: then it is made anew.
if [ ! -x .venv/bin/python ] ||
    [ "$(.venv/bin/python -c 'import sys; print(sys.version)' 2>/dev/null)" != "$("$python" -c 'import sys; print(sys.version)')" ] ||
    [ "$(cat .venv/.place 2>/dev/null || printf '%s' "$place")" != "$place" ]; then
    printf 'Making .venv …\n' >&2
    "$python" -m venv --clear .venv
fi
printf '%s\n' "$place" >.venv/.place

printf 'Installing the locked packages of %s (a few minutes the first time) …\n' "$lock" >&2
pip() { .venv/bin/python -m pip --disable-pip-version-check --no-input "$@"; }
if ! pip install --quiet --require-hashes -r "$lock" </dev/null; then
    printf '%s\n' \
        'The packages could not be installed. No network? README.md, "Without a network", says how.' \
        '依赖安装失败。没有网络？请看 README.zh.md 的“没有网络时”一节。' >&2
    exit 1
fi
# The build backend comes from the lock too, hence no isolation: nothing is fetched unpinned.
pip install --quiet --no-deps --no-build-isolation --editable . </dev/null
printf '%s\n' "$key" >"$stamp"
