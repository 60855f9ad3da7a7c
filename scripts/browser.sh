#!/bin/sh
# Print the path of a Chromium for the browser tests; get one where there is none.
# First an installed one, else Debian's (as root), else Playwright's own download.
set -eu
cd "$(dirname "$0")/.."

# usable COMMAND — print its path unless it is a snap (a snap cannot read /tmp or hidden folders) or broken.
usable() {
    path=$(command -v "$1") || return 1
    case $(readlink -f "$path") in */snap) return 1 ;; esac
    if head -c 4096 "$path" | LC_ALL=C grep -q '/snap/bin'; then return 1; fi
    "$path" --version >/dev/null 2>&1 </dev/null || return 1
    printf '%s\n' "$path"
}

installed() {
    for name in chromium chromium-browser google-chrome google-chrome-stable; do
        if usable "$name"; then return 0; fi
    done
    return 1
}

# Chinese text without a Chinese font is boxes of another width: layout tests would measure those.
if command -v fc-list >/dev/null 2>&1 && [ -n "$(fc-list :lang=zh-cn 2>/dev/null | head -n 1)" ]; then
    :
elif ! sh scripts/apt.sh fonts-noto-cjk fontconfig; then
    printf '%s\n' 'No Chinese font was found (Debian: fonts-noto-cjk); browser tests go on without.' >&2
fi

if installed; then exit 0; fi
if sh scripts/apt.sh chromium && installed; then exit 0; fi

printf 'No Chromium is installed; Playwright downloads its own …\n' >&2
if [ "$(id -u)" = 0 ]; then
    .venv/bin/python -m playwright install --with-deps chromium >&2 </dev/null
else
    .venv/bin/python -m playwright install chromium >&2 </dev/null
fi
.venv/bin/python -c '
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)
'
