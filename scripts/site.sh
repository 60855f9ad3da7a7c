#!/bin/sh
# Build the reference site with the locked dependencies and say what to open: scripts/site.sh [BUILD OPTION…]
set -eu
cd "$(dirname "$0")/.."

sh scripts/venv.sh site
.venv/bin/python -m fengqiao build "$@" </dev/null
printf '\n%s\n    %s\n' 'Open this file in a browser / 用浏览器打开此文件：' "$(pwd)/site/index.html"
