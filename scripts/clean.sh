#!/bin/sh
# Remove what was built and every cache; what was installed stays (make distclean removes that too).
set -eu
cd "$(dirname "$0")/.."

rm -rf site .site.fengqiao-* dist build .cache .fengqiao .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
find . \( -name .venv -o -name .git -o -name node_modules \) -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +
