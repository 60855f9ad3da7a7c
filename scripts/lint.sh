#!/bin/sh
# Every check that runs no code of the project: layout, types, the arrows between modules, JavaScript.
# All of them run; the exit code says whether one failed.
set -eu
cd "$(dirname "$0")/.."

sh scripts/venv.sh test
node=$(sh scripts/node.sh)
python=.venv/bin/python
failed=

# run NAME COMMAND… — say what runs; remember a failure and go on.
run() {
    printf '== %s\n' "$1"
    name=$1
    shift
    "$@" </dev/null || failed="$failed $name;"
}

run 'ruff check' "$python" -m ruff check .
run 'ruff format' "$python" -m ruff format --check .
run 'mypy --strict' "$python" -m mypy
run 'import-linter' .venv/bin/lint-imports
run 'tsc' "$node" tests/node/node_modules/typescript/bin/tsc --project tests/node
run 'ES2017' "$node" tests/node/syntax.js generator/fengqiao/web/js

if [ -n "$failed" ]; then
    printf 'Failed:%s\n' "$failed" >&2
    exit 1
fi
