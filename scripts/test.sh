#!/bin/sh
# Everything the tests need, then pytest: scripts/test.sh [PYTEST OPTION…]
set -eu
cd "$(dirname "$0")/.."

sh scripts/venv.sh test
FENGQIAO_NODE=$(sh scripts/node.sh)
# The Node inside Playwright wants a library (libatomic) that a bare Debian lacks; ours does not.
PLAYWRIGHT_NODEJS_PATH=$FENGQIAO_NODE
export FENGQIAO_NODE PLAYWRIGHT_NODEJS_PATH
FENGQIAO_CHROMIUM=$(sh scripts/browser.sh)
export FENGQIAO_CHROMIUM
exec .venv/bin/python -m pytest -n "${WORKERS:-2}" "$@" </dev/null
