#!/bin/sh
# Refresh requirements/site.txt and requirements/test.txt: every dependency pinned with its hashes,
# for Linux, macOS and Windows and every Python from 3.11 on. For maintainers; users never need uv.
set -eu
cd "$(dirname "$0")/.."

if command -v uv >/dev/null 2>&1; then
    uv=uv
else
    uv=.venv-lock/bin/uv
    if [ ! -x "$uv" ]; then
        "$(sh scripts/python.sh)" -m venv .venv-lock
        .venv-lock/bin/python -m pip install --quiet --disable-pip-version-check 'uv>=0.8,<1'
    fi
fi

# compile OUTPUT [ARGUMENT…] — one version of a package for all Pythons where there is one
# (fork-strategy fewest), so that two machines build the same bytes. --upgrade and --refresh:
# what is locked is what the index has now, never what an old lock or cache says.
compile() {
    output=$1
    shift
    "$uv" pip compile --no-config --quiet --universal --python-version 3.11 \
        --fork-strategy fewest --generate-hashes --upgrade --refresh --group build \
        --custom-compile-command 'make lock' --output-file "$output" "$@" pyproject.toml
}

mkdir -p requirements
compile requirements/site.txt
compile requirements/test.txt --extra test --constraint requirements/site.txt
printf '%s\n' 'Locked: requirements/site.txt, requirements/test.txt. Run make test before you commit them.'
