#!/bin/sh
# Time and memory of builds beside other generators: scripts/bench.sh [OPTION OF benchmarks/build.py…]
set -eu
cd "$(dirname "$0")/.."

sh scripts/venv.sh test
exec .venv/bin/python benchmarks/build.py "$@" </dev/null
