#!/bin/sh
# Everything the tests need, then pytest: scripts/test.sh [PYTEST OPTION…]
set -eu
cd "$(dirname "$0")/.."

sh scripts/venv.sh test
FENGQIAO_CHROMIUM=$(sh scripts/browser.sh)
FENGQIAO_NODE=$(sh scripts/node.sh)
export FENGQIAO_CHROMIUM FENGQIAO_NODE
exec .venv/bin/python -m pytest -n "${WORKERS:-2}" "$@" </dev/null
