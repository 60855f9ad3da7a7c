#!/bin/sh
# Build the reference site with the locked dependencies: scripts/site.sh [OPTION OF fengqiao build…]
# Its last line says which page to open.
set -eu
cd "$(dirname "$0")/.."

sh scripts/venv.sh site
exec .venv/bin/python -m fengqiao build "$@" </dev/null
