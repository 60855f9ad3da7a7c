#!/bin/sh
# Print the command of a Python ≥ 3.11: $PYTHON when set, else the first that fits.
set -eu

fits() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

if [ -n "${PYTHON:-}" ]; then
    if fits "$PYTHON"; then
        printf '%s\n' "$PYTHON"
        exit 0
    fi
    printf 'PYTHON=%s is not a Python ≥ 3.11.\n' "$PYTHON" >&2
    exit 1
fi
for python in python3 python3.14 python3.13 python3.12 python3.11 python; do
    if fits "$python"; then
        printf '%s\n' "$python"
        exit 0
    fi
done
cat >&2 <<'EOF'
No Python ≥ 3.11 was found. On Debian 12, Ubuntu 24.04 or newer:  apt-get install python3 python3-venv
未找到 Python 3.11 或更高版本。在 Debian 12、Ubuntu 24.04 或更新的系统上运行：apt-get install python3 python3-venv
EOF
exit 1
